"""What `smartup ledger verify` checks: a ledger's files, and if its commits are at hand, how it came to be.

`verify` is pure: it reads a tree and a `History`, and answers a `Report`. Source: ledger.md §3.
Names are loaded when first used: who shows findings needs no checks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from smartup_tui.facade import loader

if TYPE_CHECKING:
    from smartup_tui.ledger.verify.findings import Finding as Finding
    from smartup_tui.ledger.verify.findings import Report as Report
    from smartup_tui.ledger.verify.findings import Severity as Severity
    from smartup_tui.ledger.verify.history import CommitInfo as CommitInfo
    from smartup_tui.ledger.verify.history import History as History
    from smartup_tui.ledger.verify.history import HistoryCheck as HistoryCheck
    from smartup_tui.ledger.verify.whole import verify as verify

_HOMES = {
    "CommitInfo": "history",
    "Finding": "findings",
    "History": "history",
    "HistoryCheck": "history",
    "Report": "findings",
    "Severity": "findings",
    "verify": "whole",
}

__all__ = [*_HOMES]  # noqa: PLE0604 - the table above is the one list of names
__getattr__ = loader(__name__, _HOMES)
