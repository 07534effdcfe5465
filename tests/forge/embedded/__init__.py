"""Tests of the embedded forge beyond what the contract suite asks of every forge."""
