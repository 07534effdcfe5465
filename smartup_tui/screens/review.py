"""Review: sessions to assess, awards to validate, windows that run, and what was decided."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import BindingType

from smartup_tui.ledger import tables
from smartup_tui.ledger.index import queries
from smartup_tui.ledger.index import review as lists
from smartup_tui.ledger.index.review import Awards
from smartup_tui.ledger.rows import PendingSC, TaskBudget, WorkClock
from smartup_tui.screens.acting import STOP, ActKey, act_bindings
from smartup_tui.screens.browse import BrowseScreen, View, view_bindings
from smartup_tui.screens.forms import open_form
from smartup_tui.screens.sources import WindowSource
from smartup_tui.widgets.table import Column, Row, RowSource
from smartup_tui.workspace import words
from smartup_tui.workspace.actions import Composed
from smartup_tui.workspace.describe_review import describe_award, describe_session
from smartup_tui.workspace.review import (
    Act,
    award_line,
    award_review,
    hindrance,
    pairing,
    session_line,
    session_of,
    session_review,
)

if TYPE_CHECKING:
    from smartup_tui.workspace.reader import Reader

TO_ASSESS = "assess"

_AWARD = (
    Column("Award", width=7),
    Column("Task", minimum=14, weight=3),
    Column("For", minimum=12, drop=3),
    Column("SC", width=8, align="right", drop=1),
    Column("Standing", width=19, drop=2),
)
_ACTS = (
    ActKey(Act.ASSESS, "a", "assess"),
    ActKey(Act.VALIDATE, "d", "validate"),
    ActKey(Act.REJECT, "D", "reject"),
    ActKey(Act.RESOLVE, "h", "resolve"),
    ActKey(Act.OBJECT, "b", "object"),
    ActKey(Act.WITHDRAW, "u", "take objection back", rank=6),
)
_IN_VIEW: dict[str, tuple[Act, ...]] = {
    TO_ASSESS: (Act.ASSESS,),
    Awards.PENDING: (Act.VALIDATE, Act.REJECT),
    Awards.RUNNING: (Act.OBJECT, Act.RESOLVE, Act.WITHDRAW),
    Awards.DONE: (Act.ASSESS,),
}
"""What is done in each view; the other keys say what they lack."""
_OWN = frozenset(act.name for act in _ACTS)


class ReviewScreen(BrowseScreen):
    """What waits for a judgement, and all there is to know for it."""

    NAME = "Review"
    PLACEHOLDER = "words in id, task, team, owner or status"
    VIEWS: ClassVar[tuple[View, ...]] = (
        View(
            TO_ASSESS,
            "t",
            "to assess",
            (
                Column("Session", width=7),
                Column("Task", minimum=14, weight=3),
                Column("Pair", minimum=12, drop=2),
                Column("Ended", width=12, drop=3),
                Column("Took", width=10, align="right", drop=1),
            ),
            "No session waits for an assessment.",
        ),
        View(Awards.PENDING, "l", "to validate", _AWARD, "No award waits for validation."),
        View(Awards.RUNNING, "n", "running", _AWARD, "No window runs: nothing is contested or on its way."),
        View(Awards.DONE, "o", "done", _AWARD, "No award has been decided yet."),
    )
    ACTS: ClassVar[tuple[ActKey, ...]] = (*_ACTS, STOP)
    BINDINGS: ClassVar[list[BindingType]] = [*view_bindings(VIEWS), *act_bindings(_ACTS)]

    _source: WindowSource[Any] | None = None

    # The lists

    def source(self, keep: str) -> RowSource | None:
        reader = self.workspace.reader
        assert reader is not None
        if self.view.name == TO_ASSESS:
            # `keep` may be an award's id after its session was assessed; then the session is what stays.
            window = lists.unassessed_window(reader.index, pairing(reader), self.words, keep)
            self._source = WindowSource(window, _session_row(reader))
            return self._source
        standing, text, shape = Awards(self.view.name), self.words, _award_row(reader)
        if text and queries.are_many(reader.index, tables.PENDING):
            find = partial(lists.award_window, standing=standing, text=text, keep=keep)
            self.seek(find, lambda window: WindowSource(window, shape))
            return None
        self._source = WindowSource(lists.award_window(reader.index, standing, text, keep), shape)
        return self._source

    def rows_found(self, source: RowSource) -> None:
        if isinstance(source, WindowSource):
            self._source = source

    def describe(self, row_id: str) -> str:
        reader, entity = self.workspace.reader, self.entity_of(row_id)
        if reader is None or entity is None:
            return ""
        if entity.startswith("g_"):
            award = award_review(reader, entity)
            return describe_award(award) if award is not None else ""
        session = session_review(reader, entity)
        return describe_session(session) if session is not None else ""

    def entity_of(self, row_id: str) -> str | None:
        row = self._source.first(row_id) if self._source is not None else None
        if row is None:
            return None
        return row.session_id if isinstance(row, WorkClock) else row.pending_id

    def row_of(self, entity: str) -> str | None:
        reader = self.workspace.reader
        row = lists.row_of(reader.index, entity) if reader is not None else None
        return None if row is None else str(row)

    def view_of(self, entity: str) -> str:
        reader = self.workspace.reader
        if not entity.startswith("g_") or reader is None:
            return TO_ASSESS
        rows = lists.award_rows(reader.index, entity)
        return lists.standing_of(rows[0].status) if rows else Awards.PENDING

    def task_in_hand(self) -> TaskBudget | None:
        reader, entity = self.workspace.reader, self.entity_in_hand
        task_id = queries.task_of(reader.index, entity) if reader is not None and entity is not None else None
        return queries.task(reader.index, task_id) if reader is not None and task_id is not None else None

    # Keys

    def acts(self) -> tuple[ActKey, ...]:
        return (*(act for act in _ACTS if act.name in _IN_VIEW.get(self.view.name, ())), STOP)

    def hindrance_of(self, name: str) -> str | None:
        reader = self.workspace.reader
        if name not in _OWN or reader is None:
            return super().hindrance_of(name)
        return hindrance(reader, Act(name), self.entity_in_hand, self.workspace.now())

    def compose_of(self, name: str) -> Composed | None:
        reader, entity = self.workspace.reader, self.entity_in_hand
        if name not in _OWN or reader is None or entity is None:
            return super().compose_of(name)
        act = Act(name)
        if act is Act.ASSESS:
            open_form(self, "assess_work", {"session_id": session_of(reader, entity) or entity})
            return None
        if act is Act.RESOLVE:
            open_form(self, "resolve", {"pending_id": entity})
            return None
        return _COMPOSED[act](entity)


_COMPOSED: dict[Act, Callable[[str], Composed]] = {
    Act.VALIDATE: lambda entity: Composed(f"!validate_sc {entity} approve"),
    Act.REJECT: lambda entity: Composed(f"!validate_sc {entity} reject ", complete=False),
    Act.OBJECT: lambda entity: Composed(f"!object {entity} ", complete=False),
    Act.WITHDRAW: lambda entity: Composed(f"!withdraw {entity}"),
}


def _session_row(reader: Reader) -> Callable[[str, WorkClock], Row]:
    def row(key: str, clock: WorkClock) -> Row:
        line = session_line(reader, clock)
        took = words.minutes(line.minutes) if line.minutes is not None else ""
        ended = words.column_moment(clock.stopped_at) if clock.stopped_at is not None else ""
        return Row(key, (clock.session_id, f"{clock.task_id} {line.title}", " ".join(line.pair), ended, took))

    return row


def _award_row(reader: Reader) -> Callable[[str, PendingSC], Row]:
    def row(key: str, award: PendingSC) -> Row:
        line = award_line(reader, award)
        task = f"{award.task_id or ''} {line.title}".strip()
        over = award.status == "rejected"
        cells = (award.pending_id, task, " ".join(line.pair), words.sc(line.amount), line.standing)
        return Row(key, cells, "muted" if over else "")

    return row
