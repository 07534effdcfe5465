"""Tests of the operations: what an owner is told, and what the ledger then says."""
