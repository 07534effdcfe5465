"""Proposals as lists, and the votes and objections that belong to one."""

from __future__ import annotations

from enum import StrEnum

from smartup_tui.ledger import rows, tables
from smartup_tui.ledger.governance.voting import UNDECIDED
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
    conditions, given = ["1"], list[str]()
    if which is Proposals.OPEN:
        conditions = [_OPEN]
    elif which is Proposals.CLOSED:
        conditions = [f"NOT ({_OPEN})"]
    elif which is Proposals.MINE:
        conditions, given = ["alias = ?"], [alias]
    for word in text.lower().split():
        conditions.append(" OR ".join(f"instr(lower({column}), ?)" for column in _SEARCHED).join("()"))
        given += [word] * len(_SEARCHED)
    order = "CASE status WHEN 'voting' THEN vote_ends_at ELSE consensus_ends_at END, row"
    return Window(
        index,
        tables.PROPOSALS,
        f"({' AND '.join(conditions)}) OR proposal_id = ?",
        (*given, keep),
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
