"""All checks of a ledger, one after the other."""

from __future__ import annotations

from smartup_tui.ledger.rowset import RowCache
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.ledger.tree import Tree
from smartup_tui.ledger.verify.copies import check_copies
from smartup_tui.ledger.verify.findings import Finding, Report
from smartup_tui.ledger.verify.history import History, HistoryCheck, check_history
from smartup_tui.ledger.verify.pages import check_pages
from smartup_tui.ledger.verify.references import check_references
from smartup_tui.ledger.verify.sums import check_sums
from smartup_tui.ledger.verify.trail import check_readable, check_trail


def verify(
    tree: Tree,
    history: History | HistoryCheck | None = None,
    *,
    since: str | None = None,
    cache: RowCache | None = None,
) -> Report:
    """Check the files of a tree and, with a history, every commit after `since` (None: from the first).

    `cache` may hold files that were read before.

    A caller that walks the commits itself gives the `HistoryCheck` that saw them. Findings come in the order of the
    checks; `Report.ok` is True when none of them is an error.
    """
    snapshot = Snapshot(tree, cache)
    findings: list[Finding] = []
    for check in (check_readable, check_pages, check_references, check_sums, check_copies, check_trail):
        findings += check(snapshot)
    if history is None:
        return Report(tuple(findings))
    past = history if isinstance(history, HistoryCheck) else check_history(history, since)
    return Report((*findings, *past.findings), past.commits)
