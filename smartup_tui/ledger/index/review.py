"""What waits for review, and what became of it: lists of sessions and of awards."""

from __future__ import annotations

from enum import StrEnum

from smartup_tui.ledger import rows, tables
from smartup_tui.ledger.index.folding import holding
from smartup_tui.ledger.index.store import Index
from smartup_tui.ledger.index.windows import Window
from smartup_tui.ledger.status import REQUIRED

# An award has a row for each of the pair; a list shows it once, by the attacker's row where there is one.
_ONCE = (
    "adm_role != 'founder' AND (adm_role = 'attacker' OR NOT EXISTS (SELECT 1 FROM \"pending-sc\" p"
    " WHERE p.pending_id = \"pending-sc\".pending_id AND p.adm_role = 'attacker'))"
)
_UNASSESSED = (
    "status IN ('stopped', 'limit') AND NOT EXISTS (SELECT 1 FROM \"pending-sc\" p"
    " WHERE p.session_id = work_clock.session_id AND p.status != 'rejected')"
)
_OF_TASK = ("title", "team_id", "objective_id")


class Awards(StrEnum):
    """Awards by where they stand."""

    PENDING = "pending"
    RUNNING = "running"
    DONE = "done"


_STANDING = {
    Awards.PENDING: ("status = 'pending'", "row"),
    Awards.RUNNING: ("status IN ('consensus', 'contested', 'held')", "consensus_ends_at, row"),
    Awards.DONE: ("status IN ('paid', 'rejected')", "row DESC"),
}


def unassessed_window(index: Index, pairing: str, text: str = "", keep: str = "") -> Window[rows.WorkClock]:
    """Ended sessions that wait for an assessment, the oldest first (`status.unassessed`).

    Where `pairing` is `required`, a session that nobody confirmed waits for nothing. `keep` is in the list anyhow.
    """
    confirmed = " AND confirmed_at IS NOT NULL" if pairing == REQUIRED else ""
    said, given = _words(text, ("session_id", "task_id", "attacker", "defender", "status"))
    return Window(
        index, tables.CLOCK, f"({_UNASSESSED}{confirmed} AND {said}) OR session_id = ?", (*given, keep), order="row"
    )


def award_window(index: Index, standing: Awards, text: str = "", keep: str = "") -> Window[rows.PendingSC]:
    """Awards, each once, without the founding tranches: those to validate, those whose window runs, those decided."""
    condition, order = _STANDING[standing]
    searched = ("pending_id", "session_id", "task_id", "beneficiary", "status")
    said, given = _words(text, searched)
    return Window(
        index, tables.PENDING, f"({condition} AND {said} OR pending_id = ?) AND {_ONCE}", (*given, keep), order=order
    )


def award_rows(index: Index, pending_id: str) -> list[rows.PendingSC]:
    """The rows of one award, the attacker's first; empty when there is no such award."""
    return index.select(tables.PENDING, "pending_id = ?", (pending_id,), order="adm_role, row")


def standing_of(status: str) -> Awards:
    """The list that an award of that status is in."""
    if status == "pending":
        return Awards.PENDING
    return Awards.DONE if status in ("paid", "rejected") else Awards.RUNNING


def row_of(index: Index, entity_id: str) -> int | None:
    """The row id of a session or an award, as lists have it; None when there is no such thing."""
    for statement in (
        "SELECT row FROM work_clock WHERE session_id = ?",
        f'SELECT row FROM "pending-sc" WHERE pending_id = ? AND {_ONCE}',  # noqa: S608 (the condition is ours)
    ):
        found = index.connection.execute(statement, (entity_id,)).fetchone()
        if found is not None:
            return int(found[0])
    return None


def _words(text: str, searched: tuple[str, ...]) -> tuple[str, list[str]]:
    """Each word must be found in some column, or in the title, team or objective of the task."""
    conditions, given = ["1"], list[str]()
    for word in text.split():
        here, values = holding([word], searched)
        there, more = holding([word], _OF_TASK)
        conditions.append(f'({here} OR task_id IN (SELECT task_id FROM "task-budgets" WHERE {there}))')  # noqa: S608
        given += [*values, *more]
    return " AND ".join(conditions), given
