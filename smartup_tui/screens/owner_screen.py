"""What every screen of the workspace does: header, command line, replies, keys that compose commands, calm refreshing.

A screen says what it shows (`load`), which task its keys act on (`task_in_hand`), and its own keys. News wait: what
others do is read when the owner comes to the screen, presses `r`, or has had a command answered (experience.md, News).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, cast

from textual import events
from textual.binding import Binding, BindingType

from smartup_tui.screens.acting import TASK_ACTS, ActKey, act_bindings
from smartup_tui.screens.addressing import Addressing
from smartup_tui.screens.first_reading import FirstReading
from smartup_tui.screens.frame import FrameScreen
from smartup_tui.screens.jumping import follow, jump_question
from smartup_tui.widgets.command import CommandLine
from smartup_tui.widgets.lines import KeyHint
from smartup_tui.widgets.table import VirtualTable
from smartup_tui.workspace import words
from smartup_tui.workspace.actions import Action, Composed, compose, hindrance
from smartup_tui.workspace.delivery import Delivery, Standing
from smartup_tui.workspace.notices import failure, notice
from smartup_tui.workspace.session import Kept
from smartup_tui.workspace.target import Target
from smartup_tui.workspace.trail import Stop

if TYPE_CHECKING:
    from datetime import datetime

    from smartup_tui.app import WorkspaceApp
    from smartup_tui.ledger.rows import TaskBudget
    from smartup_tui.workspace.workspace import Workspace

_LATE = 5
"""From this rank on, an acting key stands behind the common ones."""


class OwnerScreen(FrameScreen):
    """A screen of the workspace."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *act_bindings(TASK_ACTS),
        Binding("exclamation_mark,colon", "command", "write a command", key_display="!"),
        Binding("g", "jump", "go to anything by id or title"),
        Binding("f", "follow", "go to what is named here"),
        Binding("r", "refresh", "ask for what is new"),
        Binding("v", "full_reply", "the whole answer"),
        Binding("w", "app.waiting", "commands that are not sent"),
        Binding("question_mark", "keys", "these keys", key_display="?"),
        Binding("backspace,alt+left,ctrl+o", "back", "back to where you jumped from"),
        Binding("alt+right", "forward", "forward again"),
        Binding("escape", "calm_down", "leave the page; then filter and answer away", show=False),
    ]
    DEFAULT_CSS = """
    OwnerScreen.-unread #body > * { display: none; }
    OwnerScreen.-unread #body > FirstReading { display: block; }
    """

    ACTS: ClassVar[tuple[ActKey, ...]] = TASK_ACTS
    """What the line of keys offers; those of a task are bound on every screen, and say what they lack."""

    below: OwnerScreen | None = None
    """The screen that this one lies over, as an explanation does."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self.workspace = workspace
        self._ready = False
        self._generation = -1
        self._said = ""
        """Why the last key did nothing; it stays until another key."""
        self.shows_progress = False
        """Whether the reply line says how far a reading is, which its end must take away."""
        self._addressing = Addressing(self)

    # What a screen says of itself

    def load(self) -> None:
        """Read what is shown and show it; the ledger has been read. It must not wait for anything."""

    def task_in_hand(self) -> TaskBudget | None:
        """The task that the acting keys mean."""
        return None

    def hindrance_of(self, name: str) -> str | None:
        """Why an acting key is not possible now, in words; None when it is. A screen with acts of its own asks here
        for those of a task.
        """
        reader = self.workspace.reader
        assert reader is not None
        return hindrance(Action(name), self.task_in_hand(), reader.alias, reader.clock())

    def compose_of(self, name: str) -> Composed | None:
        """The command of an acting key that is possible now; None where the screen has taken the key itself."""
        return compose(Action(name), self.task_in_hand())

    def acts(self) -> tuple[ActKey, ...]:
        """The acting keys that the line of keys offers for what is shown; the others say what they lack."""
        return self.ACTS

    def label_of(self, act: ActKey) -> str:
        """What an acting key does here: starting work that the partner has started confirms it."""
        reader, task = self.workspace.reader, self.task_in_hand()
        if act.name == Action.START and reader is not None and task is not None and reader.to_confirm(task.task_id):
            return "confirm"
        return act.label

    def own_hints(self) -> list[KeyHint]:
        """The keys of this screen alone, for the line at the bottom."""
        return []

    def texts_in_hand(self) -> Iterator[str]:
        """The texts that things are followed from by `f`: the reply, and the marked row."""
        yield self.reply.full
        for row in self.main_list.source.rows(self.main_list.cursor, 1):
            yield from row.cells

    def narrow(self, scope: str, entity: str, words_: str) -> None:
        """Come to a certain list, and a certain thing in it, where the screen has such."""

    def kept(self) -> Kept:
        """How it stands now, so that it can be shown so again."""
        return Kept(marked=self.main_list.selected or "")

    def show_kept(self, kept: Kept) -> bool:
        """Show it as it was left, as far as that is still there; whether what was marked is."""
        return self.main_list.select(kept.marked)

    @property
    def main_list(self) -> VirtualTable:
        """The list that the keys go to first."""
        return next(table for table in self.query(VirtualTable) if table.can_focus)

    def here(self) -> Stop:
        """Where the owner stands on it, to come back to."""
        return Stop(self.NAME, self.kept(), self.main_list.cursor)

    def come_to(self, stop: Stop) -> bool:
        """Come back to where the owner stood, or next to it where that is gone; whether it is there."""
        if not self.has_read:
            return True
        if self.is_behind:
            self.reload()
        found = self.show_kept(stop.kept)
        if not found:
            self.main_list.action_move(stop.row - self.main_list.cursor)
        self.set_focus(self.main_list, scroll_visible=False)
        return found

    # Refreshing

    def on_mount(self) -> None:
        self._ready = True
        self.reload()

    def on_screen_resume(self) -> None:
        if not self.is_ready:
            return
        if self.is_behind:
            self.reload()
        self.show_state()

    def on_key(self, _event: events.Key) -> None:
        # From the first key on, the owner is reading: only what they ask for moves anything.
        self.owner_app.opening = False
        self._said = ""

    @property
    def is_ready(self) -> bool:
        """Whether the screen has its lines: it is made, and not yet taken down."""
        return self._ready and self.is_attached and len(self.children) > 0 and not self.owner_app.is_leaving

    @property
    def is_behind(self) -> bool:
        """Whether the workspace has a newer read model than is shown."""
        return self._generation != self.workspace.state.generation

    @property
    def has_read(self) -> bool:
        """Whether anything of the ledger is shown."""
        return not self.has_class("-unread")

    def reload(self) -> None:
        """Read everything anew."""
        self._generation = self.workspace.state.generation
        there = self.workspace.reader is not None
        self.set_class(not there, "-unread")
        if there:
            self.query(FirstReading).remove()
            self.load()
        elif not self.query(FirstReading):
            self.query_one("#body").mount(FirstReading())
            self.call_after_refresh(self.show_state)
        self.show_frame()

    def issues_read(self) -> None:
        """The forge's issues are here anew; for screens that show them."""

    # The frame

    @property
    def owner_app(self) -> WorkspaceApp:
        """The application, as what it is."""
        return cast("WorkspaceApp", self.app)  # by its interface only: the application imports its screens

    def make_command_line(self) -> CommandLine:
        """The command line with the ledger's ids and the room a command goes to."""
        line = CommandLine(self.workspace.complete, self._addressing.explain)
        line.history = self.owner_app.commands.history  # one history for all screens
        return line

    def show_frame(self) -> None:
        """Header and keys."""
        reader = self.workspace.reader
        profile = self.workspace.profile
        if reader is None:
            # Who one is there says the book of owners, not the profile.
            self.header.show((profile.organisation,), "not read yet")
        else:
            owner = reader.owner()
            if owner.license is None:
                license_ = "not in the book of owners"
            else:
                license_ = f"{owner.license} license" if owner.known else "the book has another Matrix id"
            as_of = reader.as_of
            age = f"as of {words.since(as_of, self.workspace.now())}" if as_of else ""
            self.header.show((owner.organisation, owner.alias, license_, " ".join(owner.roles[:2])), age)
        self.show_keys()

    def show_keys(self) -> None:
        """The line of keys; those that are not possible now are dim, and say why when they are pressed."""
        if writing := self.writing_hints():
            self.keys.show(writing)
            return
        acting = [
            KeyHint(act.key, self.label_of(act), self.why_not(act.name) or "", rank=act.rank) for act in self.acts()
        ]
        back = [KeyHint("Bksp", "back", rank=2)] if self.owner_app.way.leads_back and not self.below else []
        common = [
            *back,
            KeyHint("r", "refresh", rank=2 + len(back)),
            KeyHint("!", "command", keep=True),
            KeyHint("?", "keys", keep=True),
            KeyHint("q", "quit", keep=True),
        ]
        soon, late = [a for a in acting if a.rank < _LATE], [a for a in acting if a.rank >= _LATE]
        self.keys.show(self.owner_app.with_own_keys(self, [*soon, *self.own_hints(), *common, *late]))

    def writing_hints(self) -> list[KeyHint]:
        """The keys while something is written; none while nothing is."""
        if not self.command_line.is_open:
            return []
        if self.command_line.asks:
            return [KeyHint("Enter", "go there"), KeyHint("Tab", "take what is offered"), KeyHint("Esc", "leave")]
        return [
            KeyHint("Enter", "send", keep=True),
            KeyHint("Tab", "take what is offered", rank=1),
            KeyHint("Up", "given before", rank=2),
            KeyHint("Ctrl+O", "another room", rank=3),
            KeyHint("Esc", "leave, nothing is sent", keep=True),
        ]

    def show_state(self) -> None:
        """The reply line: why a key did nothing, the last answer, a long synchronisation, or what is in the way."""
        delivery = self.owner_app.commands.last
        state = self.workspace.state
        for first in self.query(FirstReading):
            first.show(state)
        self.shows_progress = not self._said and delivery is None and state.progress is not None and self.has_read
        if self._said:
            self.reply.say(self._said)
        elif delivery is not None:
            self._show_delivery(delivery)
        elif self.shows_progress and state.progress is not None:
            self.reply.progress("Reading", state.progress.done, state.progress.total, words.step(state.progress.step))
        elif text := notice(state, self._as_of, self.workspace.now()):
            self.reply.say(text)
        else:
            self.reply.clear()

    def say(self, text: str) -> None:
        """Answer a key in words; it stays until another key."""
        self._said = text
        self.reply.say(text)

    def answered(self) -> None:
        """An answer has come: it takes the place of what was said."""
        self._said = ""

    @property
    def _as_of(self) -> datetime | None:
        reader = self.workspace.reader
        return reader.as_of if reader else None

    def _show_delivery(self, delivery: Delivery) -> None:
        """What became of the last command, where it was asked."""
        lines, failed = list(delivery.lines), self.workspace.state.failure
        to_decide = delivery.standing in (Standing.HELD, Standing.UNKNOWN)
        if to_decide:
            lines[0] += " w decides."
        if failed is not None and not delivery.open:
            lines.append(failure(failed, self._as_of, self.workspace.now()))
        text, room = "\n".join(lines), self.workspace.room_name(delivery.room_id)
        if delivery.open or to_decide:
            self.reply.waiting(text, at=words.clock_time(delivery.written_at), room=room)
            return
        ok = delivery.standing in (Standing.DONE, Standing.ANSWERED, Standing.SAID)
        self.reply.answered(text, ok=ok, at=words.clock_time(delivery.answered_at or delivery.written_at), room=room)

    # Keys

    def action_act(self, name: str) -> None:
        """Compose an action's command, or say why it is not possible now."""
        reason = self.why_not(name)
        if reason:
            self.say(reason)
            return
        composed = self.compose_of(name)
        if composed is None:
            return
        if composed.may_go_at_once and self.workspace.settings.one_key_sending:
            self.owner_app.commands.give(composed.text, None)
        else:
            self.open_command(composed.text)

    def action_command(self) -> None:
        self.open_command("!")

    def action_jump(self) -> None:
        self.command_line.ask(jump_question(self))

    def action_follow(self) -> None:
        follow(self)

    def action_back(self) -> None:
        self.owner_app.way.step(-1)

    def action_forward(self) -> None:
        self.owner_app.way.step(1)

    def action_refresh(self) -> None:
        self.owner_app.refresh_ledger()

    def action_keys(self) -> None:
        self.owner_app.show_keys_of(self)

    def action_full_reply(self) -> None:
        if self.reply.full:
            self.owner_app.read_lines("The whole answer", self.reply.full)

    def action_calm_down(self) -> None:
        """Esc: stop the first reading, or put the last answer away."""
        if not self.has_read and self.workspace.state.syncing:
            self.workspace.cancel_refresh()
        self.owner_app.commands.last = None
        self.show_state()

    def action_other_room(self) -> None:
        """The next room that this command may go to."""
        if not self.command_line.asks and self._addressing.take_another():
            self.command_line.explain_again()

    def why_not(self, name: str) -> str | None:
        """Why an acting key does nothing now, in words; None when it does something."""
        if self.workspace.reader is None:
            return "The ledger has not been read yet."
        return self.hindrance_of(name)

    # The command line

    def open_command(self, text: str) -> None:
        """Open the command line; its prompt shows the `!` already."""
        self._addressing.begin()
        self._said = ""  # it was about another key
        self.show_state()
        self.command_line.open(text.removeprefix("!"))

    def on_command_line_turned(self, event: CommandLine.Turned) -> None:
        event.stop()
        if self.is_ready:
            self.show_keys()

    def on_command_line_submitted(self, event: CommandLine.Submitted) -> None:
        event.stop()
        self._said = ""
        self.owner_app.commands.give(f"!{event.text.removeprefix('!')}", self._addressing.room_id)

    def go_to(self, text: str) -> None:
        """Go to a thing by its id, or say why not."""
        found = self.workspace.target(text)
        if isinstance(found, Target):
            self.owner_app.action_go(found.screen, "", found.entity)
        else:
            self.say(found.message)
