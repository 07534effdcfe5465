"""Pages and the index rows that point at them: neither without the other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from smartup_tui.ledger import tables
from smartup_tui.ledger.paths import HOME
from smartup_tui.ledger.schema import Table
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.ledger.verify.findings import Finding, error, warning

WITH_PAGES: Final[tuple[Table[Any], ...]] = tuple(t for t in tables.TABLES if "wiki_path" in t.header)


def check_pages(snapshot: Snapshot) -> Iterator[Finding]:
    """Index rows whose page is missing, rows without a page where one belongs, and pages that no row points at."""
    known = set(snapshot.tree.paths("wiki/"))
    named = {HOME}
    for table in WITH_PAGES:
        for row, where in snapshot.rows(table).placed():
            path = row.wiki_path
            if path is None:
                yield warning("missing_page", where, "the row names no page")
            elif path not in known:
                yield error("missing_page", where, f"there is no page {path}")
            named.add(path)
    for path in sorted(known - named):
        if path.endswith(".md"):
            yield warning("orphan_page", path, "no row of an index points at this page")
