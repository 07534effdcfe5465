"""What `smartup ledger repair` adds to a ledger that was left by halves: missing rows, pages and audit rows.

Ledgers written by three separate writes (page, index, audit trail) hold the traces of writes that were cut off. Repair
moves forward: it completes what was begun, marks it `repaired`, and deletes and edits nothing that a log holds. `plan`
is pure; who calls it publishes. Source: ledger.md §3; the table of failures in the seeds.
"""

from __future__ import annotations

from smartup_tui.ledger.repair.plan import Plan, plan

__all__ = ["Plan", "plan"]
