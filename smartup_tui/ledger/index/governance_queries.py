"""Proposals as lists, and the votes and objections that belong to one."""

from __future__ import annotations

from enum import StrEnum

from smartup_tui.ledger import rows, tables
from smartup_tui.ledger.governance.voting import UNDECIDED
from smartup_tui.ledger.index.folding import holding
from smartup_tui.ledger.index.store import Index
from smartup_tui.ledger.index.windows import Window

_OPEN = f"status IN {UNDECIDED}"
_SEARCHED = ("proposal_id", "title", "kind", "alias", "status")


class Proposals(StrEnum):
    """Which proposals a list shows."""

    OPEN = "open"
    MINE = "mine"
    CLOSED = "closed"
    ALL = "all"


def proposal_window(
    index: Index, which: Proposals, alias: str = "", text: str = "", keep: str = ""
) -> Window[rows.Proposal]:
    """Proposals that pass: those undecided by the end of their window, the others with the newest first."""
    condition, given = "1", list[str]()
    if which is Proposals.OPEN:
        condition = _OPEN
    elif which is Proposals.CLOSED:
        condition = f"NOT ({_OPEN})"
    elif which is Proposals.MINE:
        condition, given = "alias = ?", [alias]
    said, words = holding(text.split(), _SEARCHED)
    order = "CASE status WHEN 'voting' THEN vote_ends_at ELSE consensus_ends_at END, row"
    return Window(
        index,
        tables.PROPOSALS,
        f"({condition} AND {said}) OR proposal_id = ?",
        (*given, *words, keep),
        order=order if which is Proposals.OPEN else "row DESC",
    )


def proposal(index: Index, proposal_id: str) -> rows.Proposal | None:
    """One proposal."""
    found = index.select(tables.PROPOSALS, "proposal_id = ?", (proposal_id,), limit=1)
    return found[0] if found else None


def proposal_row(index: Index, proposal_id: str) -> int | None:
    """The row id of a proposal, as lists have it."""
    found = index.connection.execute("SELECT row FROM proposals WHERE proposal_id = ?", (proposal_id,)).fetchone()
    return int(found[0]) if found else None
