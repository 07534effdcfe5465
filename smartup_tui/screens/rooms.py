"""Rooms: the tree of them, and beside it the one that is open, to read and to write in.

What others say appears when the room is opened, when the owner presses `r`, goes beyond its end, or says something
there; until then it stands still (experience.md, News waits).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical

from smartup_tui.ledger.index import queries
from smartup_tui.screens.acting import ActKey
from smartup_tui.screens.filter_line import FilterInput
from smartup_tui.screens.room_items import items_of, room_heading
from smartup_tui.screens.room_list import RoomListScreen
from smartup_tui.screens.room_writing import Writing
from smartup_tui.widgets.composer import Composer
from smartup_tui.widgets.lines import KeyHint, OneLine
from smartup_tui.widgets.table import VirtualTable
from smartup_tui.widgets.timeline import Timeline
from smartup_tui.workspace.rooms import RowKind
from smartup_tui.workspace.talk import Verdict
from smartup_tui.workspace.trail import Reading, Stop

if TYPE_CHECKING:
    from smartup_tui.ledger.rows import TaskBudget
    from smartup_tui.workspace.room_view import RoomView
    from smartup_tui.workspace.timeline import Entry
    from smartup_tui.workspace.workspace import Workspace

_ROOMS = (RowKind.ROOM, RowKind.DESK)


class RoomsScreen(RoomListScreen):
    """The rooms the owner is in."""

    NAME = "Rooms"
    CSS_PATH = "rooms.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("i", "write", "write in this room"),
        Binding("a", "answer", "answer the marked message; accept an invitation"),
        Binding("d", "decline", "decline an invitation"),
        Binding("t", "thread", "the thread of the marked message"),
        Binding("u", "who", "who wrote it, with the full Matrix id"),
        Binding("tab", "other_pane", "list or room"),
        Binding("shift+tab", "other_pane", show=False),
    ]
    ACTS: ClassVar[tuple[ActKey, ...]] = ()

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._view: RoomView | None = None
        self._behind: tuple[RoomView, str | None] | None = None
        """The room whose thread is open, and what was marked in it."""
        self._was_reading = False
        self._given: set[str] = set()
        """What was said here and is still on its way."""
        self.writing = Writing(self)

    def compose_body(self) -> ComposeResult:
        yield FilterInput("words in name, id or what is special")
        with Horizontal(classes="panes"):
            yield from self.make_list()
            with Vertical(id="room"):
                yield OneLine(id="room-name")
                yield Timeline(id="timeline")
                yield Composer(id="composer")

    # What others read

    @property
    def timeline(self) -> Timeline:
        """What is said in the open room."""
        return self.query_one(Timeline)

    @property
    def composer(self) -> Composer:
        """Where the owner writes."""
        return self.query_one(Composer)

    @property
    def view(self) -> RoomView | None:
        """The room that is open."""
        return self._view

    @property
    def entry(self) -> Entry | None:
        """The marked message."""
        return self._view.entry(self.timeline.selected or "") if self._view is not None else None

    @property
    def entity_in_hand(self) -> str | None:
        """What the open room is about, as the ledger knows it."""
        row = self.row
        return row.entity[1] if row is not None and row.entity is not None else None

    def task_in_hand(self) -> TaskBudget | None:
        row, reader = self.row, self.workspace.reader
        if row is None or row.entity is None or row.entity[0] != "task" or reader is None:
            return None
        return queries.task(reader.index, row.entity[1])

    def own_hints(self) -> list[KeyHint]:
        row = self.row
        if row is not None and row.kind is RowKind.INVITE:
            return [KeyHint("a", "accept"), KeyHint("d", "decline"), KeyHint("/", "filter", rank=3)]
        hints = [KeyHint("i", "write", self.writing.hindrance or "")]
        if self.focused is self.timeline:
            marked = "" if self.entry is not None else self.writing.nothing_marked
            hints += [
                KeyHint("a", "answer", self.writing.hindrance or marked, rank=1),
                KeyHint("t", "thread", marked, rank=2),
                KeyHint("u", "who", marked, rank=3),
            ]
        else:
            enter = "open" if row is not None and row.kind in _ROOMS else "fold"
            hints += [KeyHint("Enter", enter, "" if enter == "open" else self.unfoldable, rank=1)]
            hints += [KeyHint("Space", "fold", self.unfoldable, rank=4)]
        return [*hints, KeyHint("/", "filter", rank=3), KeyHint("Tab", "other pane", rank=4)]

    def show_keys(self) -> None:
        """While the owner writes, letters are letters."""
        if not self.composer.is_open:
            super().show_keys()
            return
        enter = "do it" if self.writing.is_deciding else "send"
        hints = [
            KeyHint("Enter", enter, keep=True),
            KeyHint("Alt+Enter", "new line"),
            KeyHint("Esc", "leave", keep=True),
        ]
        self.keys.show(hints)

    def narrow(self, scope: str, entity: str, words_: str) -> None:  # noqa: ARG002 - there is one list
        if not entity or not self.has_read:
            return
        row = self.tree_of_rooms.row(entity) or self.tree_of_rooms.of(entity)
        if row is None:
            self.say(f"You are in no room for {entity}.")
            return
        self.open_row(row.id)

    def texts_in_hand(self) -> Iterator[str]:
        yield self.reply.full
        if self.entry is not None:
            yield self.entry.text
        yield self.entity_in_hand or ""

    # Where it was left

    def here(self) -> Stop:
        reading = Reading(self.timeline.selected or "") if self.focused is self.timeline else None
        return replace(super().here(), reading=reading)

    def come_to(self, stop: Stop) -> bool:
        found = super().come_to(stop)
        self.row_chosen()  # at once, so that what was marked in the room can be marked again
        if found and stop.reading is not None:
            self._show_room(at=stop.reading.what)
            self.set_focus(self.timeline, scroll_visible=False)
            self.show_keys()
        return found

    # Reading

    def load(self) -> None:
        self.talk.waits_for_rooms |= not self.talk.has_rooms
        self.read_tree()
        self.show_tree()
        if self._view is not None and self.tree_of_rooms.row(self._view.room_id) is not None:
            self._view.reread()
            self._show_room()
        else:
            self._open_marked()

    def action_refresh(self) -> None:
        if self.has_read:
            if self._view is not None:
                self._view.renew()
            self.load()
            self._show_room(to_end=True)
        super().action_refresh()

    def show_state(self) -> None:
        super().show_state()
        if not self.is_ready or not self.has_read:
            return
        self._catch_up()
        decision = self.talk.decision
        if decision is not None and not self._said:
            self.writing.show_decision(decision)

    def _catch_up(self) -> None:
        """Show what the owner waits for, and nothing else."""
        talk, view = self.talk, self._view
        if talk.waits_for_rooms and talk.has_rooms:
            self._look_for_rooms()
        if view is None:
            return
        if self._was_reading and not talk.reading(view.room_id).busy:
            self._was_reading = False
            view.extend()
            self._show_room()
        ended = {given for given in self._given if (found := self.workspace.delivery(given)) is None or not found.open}
        if ended:
            self._given -= ended
            at_end = self.timeline.at_end
            if at_end:
                view.renew()
            else:
                view.reread()
            self._show_room(to_end=at_end)

    def _look_for_rooms(self) -> None:
        decision = self.talk.decision
        if decision is not None and decision.done is None:
            return
        self.read_tree()
        accepted = decision is not None and decision.done is True and decision.verdict is Verdict.ACCEPT
        declined = decision is not None and decision.done is True and decision.verdict is Verdict.DECLINE
        row = self.tree_of_rooms.row(decision.room_id) if decision is not None else None
        if (accepted and (row is None or row.kind is RowKind.INVITE)) or (declined and row is not None):
            return  # the homeserver has not told of it yet
        self.talk.waits_for_rooms = False
        self.show_tree()
        if accepted and row is not None:
            self.open_row(row.id)
        if accepted or self._view is None:
            self._open_marked()  # the row of the invitation and that of the room are one

    def row_chosen(self) -> None:
        row = self.row
        if row is None or self._view is None or self._view.room_id != row.id:
            self._open_marked()
        self.show_keys()

    def on_virtual_table_activated(self, event: VirtualTable.Activated) -> None:
        event.stop()
        row = self.row
        if row is not None and row.kind not in (*_ROOMS, RowKind.INVITE):
            self.action_fold()
        elif row is not None and row.kind in _ROOMS:
            self.set_focus(self.timeline, scroll_visible=False)
            self.show_keys()

    # The room

    def _open_marked(self) -> None:
        """Open what is under the cursor."""
        self._leave_older()
        row = self.row
        self._view = self.talk.view(row.id) if row is not None and row.kind in _ROOMS else None
        self._behind = None
        self._show_room(to_end=True)

    def open_thread(self, root: str) -> None:
        """Open the thread that begins with this event."""
        if self._view is None:
            return
        self._leave_older()
        self._behind = (self._view, self.timeline.selected)
        self._view = self.talk.view(self._view.room_id, root)
        self._show_room(to_end=True)

    def _leave_thread(self) -> None:
        if self._behind is None:
            return
        (self._view, marked), self._behind = self._behind, None
        self._view.renew(keep=True)
        self._show_room(at=marked)

    def _show_room(self, *, at: str | None = None, to_end: bool = False) -> None:
        self.timeline.show(items_of(self.row, self._view, self.talk), at=at, to_end=to_end, from_top=self._view is None)
        self._show_name()
        self.writing.show()
        self.show_keys()

    def _show_name(self) -> None:
        row, view = self.row, self._view
        room = self.talk.room(row.id) if row is not None and view is not None else None
        name = row.name if row is not None else "" if self.talk.has_rooms else "The rooms have not been read yet."
        in_thread = view is not None and view.thread is not None
        self.query_one("#room-name", OneLine).set_line(*room_heading(name, room, in_thread=in_thread))

    def on_timeline_selected(self, event: Timeline.Selected) -> None:
        event.stop()
        self.show_keys()

    def on_timeline_activated(self, event: Timeline.Activated) -> None:
        event.stop()
        entry = self.entry
        if entry is not None and entry.thread is not None and entry.event_id is not None:
            self.open_thread(entry.event_id)
        else:
            self.action_write()

    def on_timeline_beyond(self, event: Timeline.Beyond) -> None:
        """Further than what is shown: back in time quietly, or to the newest."""
        event.stop()
        view = self._view
        if view is None:
            return
        if event.end == "last":
            view.renew()
            self._show_room(to_end=True)
        elif view.extend():
            self._show_room()
        elif not view.is_whole and not self.talk.reading(view.room_id).busy:
            self._was_reading = True
            self.talk.read_older(view.room_id)
            self._show_room()

    def _leave_older(self) -> None:
        if self._view is not None:
            self.talk.stop_reading(self._view.room_id)
        self._was_reading = False

    # Keys

    def action_write(self) -> None:
        self.writing.begin()

    def action_answer(self) -> None:
        row = self.row
        if row is not None and row.kind is RowKind.INVITE:
            self.writing.decide(Verdict.ACCEPT)
        else:
            self.writing.answer(self.entry)

    def action_decline(self) -> None:
        row = self.row
        if row is not None and row.kind is RowKind.INVITE:
            self.writing.decide(Verdict.DECLINE)
        else:
            self.say("There is no invitation here to decline.")

    def action_thread(self) -> None:
        entry = self.entry
        if entry is None or entry.event_id is None:
            self.say(self.writing.nothing_marked)
        elif self._view is not None and self._view.thread is not None:
            self.say("This is a thread already; Esc goes back to the room.")
        else:
            self.open_thread(entry.event_id)

    def action_who(self) -> None:
        entry = self.entry
        self.say(entry.who.in_full if entry is not None else self.writing.nothing_marked)

    def action_other_pane(self) -> None:
        self.set_focus(self.timeline if self.focused is self.table else self.table, scroll_visible=False)
        self.show_keys()

    def action_calm_down(self) -> None:
        """Esc: stop reading older messages, out of the thread, to the tree, the filter away, the answer away."""
        if self._view is not None and self.talk.reading(self._view.room_id).busy:
            self.talk.stop_reading(self._view.room_id)
        elif self._view is not None and self._view.thread is not None:
            self._leave_thread()
        elif self.focused is self.timeline:
            self.action_other_pane()
        elif self.words:
            self.action_clear_filter()
        else:
            self.talk.put_away()
            super().action_calm_down()

    # The composer

    def on_composer_sent(self, event: Composer.Sent) -> None:
        event.stop()
        self.writing.send(event.text)

    def on_composer_left(self, event: Composer.Left) -> None:
        event.stop()
        self.writing.leave(event.text)

    def on_composer_changed(self, event: Composer.Changed) -> None:
        event.stop()
        self.writing.show()

    def given(self, command_id: str) -> None:
        """Something was said here: show it, and what becomes of it."""
        self._given.add(command_id)
        if self._view is not None:
            self._view.renew()
            self._show_room(to_end=True)
