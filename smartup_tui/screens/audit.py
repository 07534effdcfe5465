"""Audit: the trail of everything that was done, the proof of each row, and whether the ledger's past is whole."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Final

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.suggester import Suggester

from smartup_tui.ledger import tables
from smartup_tui.ledger.index.audit import MOST, Trail, TrailWindow, row_of_event
from smartup_tui.ledger.index.placed import placed_at
from smartup_tui.ledger.index.queries import are_many
from smartup_tui.ledger.index.store import Index
from smartup_tui.ledger.rows import MasterEvent
from smartup_tui.screens.acting import STOP, ActKey
from smartup_tui.screens.browse import BrowseScreen, View, view_bindings
from smartup_tui.screens.filter_line import FilterInput
from smartup_tui.screens.sources import WindowSource
from smartup_tui.widgets.glyphs import Tone
from smartup_tui.widgets.lines import KeyHint
from smartup_tui.widgets.table import Column, ListSource, Row, RowSource, VirtualTable
from smartup_tui.workspace import words
from smartup_tui.workspace.audit import (
    Integrity,
    Looker,
    Understood,
    event_proof,
    integrity,
    suggestion,
    trail_window,
    understand,
)
from smartup_tui.workspace.describe_audit import describe_event, describe_integrity, describe_problem
from smartup_tui.workspace.describe_findings import describe_finding, title
from smartup_tui.workspace.proof_store import FindingState, StoredFinding
from smartup_tui.workspace.session import Kept

if TYPE_CHECKING:
    from smartup_tui.workspace.reader import Reader
    from smartup_tui.workspace.workspace import Workspace

_INTEGRITY: Final = "integrity"
_SUMMARY: Final = "summary"
_NONE: Final = "Nothing has been written yet."
_COLUMNS: Final = (
    Column("When", width=17),
    Column("Who", width=10),
    Column("What", width=14),
    Column("About", width=10, drop=1),
    Column("Details", minimum=14, drop=2),
)
_FOUND: Final = (
    Column("State", width=12),
    Column("What", minimum=20),
    Column("Where", width=26, drop=2),
    Column("Commit", width=10, drop=1),
)


class CommitsCame(Message):
    """The forge has answered about a commit."""


class _Completing(Suggester):
    """Completes the last word of the filter; Right takes it."""

    def __init__(self, screen: AuditScreen) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._screen = screen

    async def get_suggestion(self, value: str) -> str | None:
        reader = self._screen.workspace.reader
        return suggestion(reader, value) if reader is not None else None


class AuditScreen(BrowseScreen):
    """Who did what, when, by which command; and what proves it."""

    NAME = "Audit"
    PLACEHOLDER = "words, actor:maria action: entity: type: script: from:2026-10-01 to:  (Right completes)"
    VIEWS: ClassVar[tuple[View, ...]] = (
        View(Trail.ALL, "a", "all", _COLUMNS, _NONE),
        View(Trail.MINE, "m", "mine", _COLUMNS, "Nothing is by you or about you here. a shows all."),
        View(Trail.TEAMS, "e", "my teams", _COLUMNS, "Nothing about your teams here. a shows all."),
        View(Trail.SCRIPTS, "b", "by scripts", _COLUMNS, "No script has written anything here. a shows all."),
        View(_INTEGRITY, "i", "integrity", _FOUND, _NONE),
    )
    ACTS: ClassVar[tuple[ActKey, ...]] = (STOP,)
    BINDINGS: ClassVar[list[BindingType]] = [
        *view_bindings(VIEWS),
        Binding("A", "acknowledge", "you know of this finding"),
    ]

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._source: WindowSource[MasterEvent] | None = None
        self._found: Integrity | None = None
        self._looker = Looker(workspace)
        self._asked: set[str] = set()
        self._complaint = ""
        self._understood: Understood | None = None

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one(FilterInput).suggester = _Completing(self)
        self.workspace.pasts.subscribe(self._commits_came)

    def on_unmount(self) -> None:
        super().on_unmount()
        self._looker.close()

    def _commits_came(self) -> None:
        """On the asking thread."""
        self.post_message(CommitsCame())

    # What is shown

    def source(self, keep: str) -> RowSource | None:  # noqa: ARG002 - the newest rows stay where they are
        reader = self.workspace.reader
        assert reader is not None
        if self.view.name == _INTEGRITY:
            self._source = None
            self._complain("")
            return self._integrity(reader)
        understood = self._understood = understand(reader, Trail(self.view.name), self.words)
        if not understood.filter.is_everything and are_many(reader.index, tables.EVENTS):
            self.seek(lambda index: TrailWindow(index, understood.filter), lambda window: WindowSource(window, _row))
            return None
        return self._trail(WindowSource(trail_window(reader, understood), _row))

    def rows_found(self, source: RowSource) -> None:
        if isinstance(source, WindowSource):
            self._trail(source)

    def _trail(self, source: WindowSource[MasterEvent]) -> RowSource:
        self._source = source
        cut = isinstance(source.window, TrailWindow) and source.window.cut
        self._complain(_complaint(self._understood, cut=cut) if self._understood is not None else "")
        return source

    def describe(self, row_id: str) -> str:
        reader = self.workspace.reader
        if reader is None:
            return ""
        if self._source is None:
            return self._describe_found(row_id)
        proof = event_proof(
            reader,
            int(row_id),
            look=lambda event: self._looker.look(event, ask=row_id in self._asked),
            said=self._looker.said,
        )
        return describe_event(proof) if proof is not None else ""

    def entity_of(self, row_id: str) -> str | None:
        if self._source is not None:
            row = self._source.first(row_id) if row_id.isdecimal() else None
            return row.entity_id if row is not None else None
        found = self._finding(row_id)
        return found.finding.commit or None if found is not None else None

    def kept(self) -> Kept:
        """An event is known by its own id: there may be many about one thing."""
        found, row_id = super().kept(), self.table.selected or ""
        if self._source is None:
            return replace(found, marked=row_id)
        event = self._source.first(row_id) if row_id.isdecimal() else None
        return replace(found, marked=event.event_id) if event is not None else found

    def row_of(self, entity: str) -> str | None:
        if self._source is None:
            return entity if self.table.source.index_of(entity) is not None else None
        reader = self.workspace.reader
        row = _row_of(reader.index, entity) if reader is not None else None
        return None if row is None else str(row)

    def view_of(self, _entity: str) -> str:
        return Trail.ALL

    def own_hints(self) -> list[KeyHint]:
        if self.view.name == _INTEGRITY:
            return [*super().own_hints(), KeyHint("A", "acknowledge", self._hindrance_of_acknowledging(), rank=2)]
        enter = () if self._in_page else (KeyHint("Enter", "its commit", rank=2),)
        return [*super().own_hints(), *enter]

    # Keys

    def on_virtual_table_activated(self, event: VirtualTable.Activated) -> None:
        row_id = self.table.selected
        if event.table.id == "list" and self._source is not None and row_id is not None:
            self._asked.add(row_id)
            self._again(row_id)
            self._show_page(keep_place=True)
        super().on_virtual_table_activated(event)

    def on_commits_came(self, message: CommitsCame) -> None:
        """The owner waits for it: it is shown where it was asked for."""
        message.stop()
        if self.is_ready and self.has_read and self._source is not None and self.table.selected in self._asked:
            self._show_page(keep_place=True)

    def action_acknowledge(self) -> None:
        reason = self._hindrance_of_acknowledging()
        found = self._finding(self.table.selected or "")
        if reason or found is None or self._looker.store is None:
            self.say(reason)
            return
        self._looker.store.acknowledge([found.number])
        self.reload()
        self.say(f"Finding {found.number} is acknowledged; it stays in this list.")

    # Inside

    def _again(self, row_id: str) -> None:
        """Enter on a row whose commit could not be had asks once more."""
        reader = self.workspace.reader
        event = self._source.first(row_id) if self._source is not None and reader is not None else None
        if event is not None:
            self._looker.look(event, ask=True)

    def _integrity(self, reader: Reader) -> RowSource:
        found = self._found = integrity(reader, self._looker.store, self._looker.ledger)
        rows = [Row(_SUMMARY, (*_summary(found), "", ""), "lead" if found.open else "")]
        rows += [_finding_row(one) for one in found.findings]
        rows += [
            Row(f"p{number}", ("not readable", message, f"{path}:{line}" if line else path, ""))
            for number, (path, line, _, message) in enumerate(found.problems)
        ]
        wanted = self.words.lower().split()
        return ListSource([row for row in rows if all(word in " ".join(row.cells).lower() for word in wanted)])

    def _finding(self, row_id: str) -> StoredFinding | None:
        if self._found is None or not row_id.startswith("f"):
            return None
        return next((one for one in self._found.findings if f"f{one.number}" == row_id), None)

    def _describe_found(self, row_id: str) -> str:
        if self._found is None:
            return ""
        if row_id == _SUMMARY:
            return describe_integrity(self._found, self.workspace.now())
        found = self._finding(row_id)
        if found is not None:
            return describe_finding(found)
        number = int(row_id[1:])
        return describe_problem(self._found.problems[number]) if number < len(self._found.problems) else ""

    def _hindrance_of_acknowledging(self) -> str:
        found = self._finding(self.table.selected or "") if self.view.name == _INTEGRITY else None
        if found is None:
            return "Nothing to acknowledge here; i shows what was found."
        if found.state is not FindingState.OPEN:
            return f"Finding {found.number} is {found.state} already."
        return ""

    def _complain(self, text: str) -> None:
        """Say beside the list what of the filter was not understood; take it back when it is."""
        if text:
            self.say(text)
        elif self._complaint and self._said == self._complaint:
            self._said = ""
            self.show_state()
        self._complaint = text


def _row_of(index: Index, entity: str) -> int | None:
    """The row at `file:line`, of an event, else the newest one about a thing."""
    path, _, line = entity.rpartition(":")
    if path.endswith(".csv") and line.isdecimal():
        found = placed_at(index, tables.EVENTS, path, int(line))
        return found.row_id if found is not None else None
    return row_of_event(index, entity)


def _complaint(understood: Understood, *, cut: bool) -> str:
    if understood.complaints:
        return understood.complaints[0]
    return f"These are the newest {MOST:,} that pass; more words find older ones." if cut else ""


def _row(key: str, event: MasterEvent) -> Row:
    cells = (words.day_and_time(event.timestamp), event.actor, event.action, event.entity_id, event.details)
    return Row(key, cells)


def _summary(found: Integrity) -> tuple[str, str]:
    if found.open:
        return "open", "One finding waits for you" if found.open == 1 else f"{found.open} findings wait for you"
    if found.tip is None:
        return "not watched", "The past is watched from the next synchronisation on"
    return "well", "Nothing is open about the ledger's past"


def _finding_row(one: StoredFinding) -> Row:
    finding = one.finding
    where = f"{finding.path}:{finding.line}" if finding.line else finding.path or finding.where
    tone: Tone = "" if one.state is FindingState.OPEN else "muted"
    return Row(f"f{one.number}", (one.state.value, title(one), where, finding.commit[:10]), tone)


__all__ = ["AuditScreen"]
