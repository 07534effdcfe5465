"""What every screen of the workspace does: header, command line, replies, keys that compose commands, calm refreshing.

A screen says what it shows (`load`), which task its keys act on (`task_in_hand`), and its own keys. News wait: what
others do is read when the owner comes to the screen, presses `r`, or has had a command answered (experience.md, News).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.binding import Binding, BindingType

from smartup_tui.screens.frame import FrameScreen
from smartup_tui.widgets.command import CommandLine, Completion, Explanation
from smartup_tui.widgets.lines import KeyHint
from smartup_tui.workspace import words
from smartup_tui.workspace.actions import Action, compose, hindrance
from smartup_tui.workspace.delivery import Delivery, Standing

if TYPE_CHECKING:
    from smartup_tui.app import WorkspaceApp
    from smartup_tui.ledger.rows import TaskBudget
    from smartup_tui.workspace.routing import RoomChoice
    from smartup_tui.workspace.workspace import Workspace

_ACTION_KEYS: dict[Action, tuple[str, str]] = {
    Action.CLAIM: ("c", "claim"),
    Action.START: ("s", "start"),
    Action.STOP: ("x", "stop"),
    Action.RELEASE: ("R", "release"),
}


class OwnerScreen(FrameScreen):
    """A screen of the workspace."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(key, f"act('{action}')", label) for action, (key, label) in _ACTION_KEYS.items()),
        Binding("exclamation_mark,colon", "command", "command", key_display="!"),
        Binding("g", "jump", "go to an id"),
        Binding("r", "refresh", "refresh"),
        Binding("v", "full_reply", "whole answer"),
        Binding("question_mark", "keys", "keys", key_display="?"),
        Binding("ctrl+o", "other_room", "another room", show=False),
        Binding("escape", "calm_down", show=False),
    ]

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self.workspace = workspace
        self._generation = -1
        self._expecting = True  # the first synchronisation after opening may repaint once
        self._choice: RoomChoice | None = None
        self._room_number = 0
        self._room_for = ""

    # What a screen says of itself

    def load(self) -> None:
        """Read what is shown and show it. Called on the screen's own thread, and must not wait for anything."""

    def task_in_hand(self) -> TaskBudget | None:
        """The task that the acting keys mean."""
        return None

    def own_hints(self) -> list[KeyHint]:
        """The keys of this screen alone, for the line at the bottom."""
        return []

    # Refreshing

    def on_mount(self) -> None:
        self.reload()

    def on_screen_resume(self) -> None:
        if self._generation != self.workspace.state.generation:
            self.reload()
        self.show_state()

    def on_key(self, _event: events.Key) -> None:
        # From the first key on, the owner is reading: only what they ask for moves anything.
        if self._expecting and not self.owner_app.refreshing:
            self._expecting = False

    def reload(self) -> None:
        """Read everything anew."""
        self._generation = self.workspace.state.generation
        self.load()
        self.show_frame()

    def read_model_changed(self) -> None:
        """The read model is newer. It is shown now only if the owner waits for it."""
        if self._expecting:
            self._expecting = False
            self.reload()
        self.show_state()

    def expect(self) -> None:
        """The owner has asked for something: the read model that answers it is shown when it comes."""
        self._expecting = True
        if self._generation != self.workspace.state.generation and not self.workspace.state.syncing:
            self.read_model_changed()

    # The frame

    @property
    def owner_app(self) -> WorkspaceApp:
        """The application, as what it is."""
        from smartup_tui.app import WorkspaceApp  # noqa: PLC0415 - the application imports its screens

        assert isinstance(self.app, WorkspaceApp)
        return self.app

    def make_command_line(self) -> CommandLine:
        """The command line with the ledger's ids and the room a command goes to."""
        line = CommandLine(self._complete, self._explain)
        line.history = self.owner_app.history  # one history for all screens
        return line

    def show_frame(self) -> None:
        """Header and keys."""
        reader = self.workspace.reader
        profile = self.workspace.profile
        if reader is None:
            self.header.show((profile.organisation, profile.alias), "not read yet")
        else:
            owner = reader.owner()
            license_ = f"{owner.license} license" if owner.license else "not in the book of owners"
            as_of = reader.as_of
            age = f"as of {words.clock_time(as_of)}" if as_of else ""
            if as_of is not None and as_of.astimezone().date() != self.workspace.now().astimezone().date():
                age = f"as of {words.day_and_time(as_of)}"
            self.header.show((owner.organisation, owner.alias, license_, " ".join(owner.roles[:2])), age)
        self.show_keys()

    def show_keys(self) -> None:
        """The line of keys; those that are not possible now are dim, and say why when they are pressed."""
        hints = [
            KeyHint(key, label, reason=self._hindrance(action) or "") for action, (key, label) in _ACTION_KEYS.items()
        ]
        common = [
            KeyHint("r", "refresh"),
            KeyHint("!", "command", keep=True),
            KeyHint("?", "keys", keep=True),
            KeyHint("q", "quit", keep=True),
        ]
        self.keys.show([*hints[:3], *self.own_hints(), *common, *hints[3:]])

    def show_state(self) -> None:
        """The reply line: the last answer, a long synchronisation, or what is in the way."""
        delivery = self.owner_app.last_delivery
        state = self.workspace.state
        if delivery is not None:
            self.show_delivery(delivery)
        elif state.failure is not None:
            self.reply.say(f"{state.failure.message} {state.failure.hint}")
        elif state.progress is not None:
            progress = state.progress
            self.reply.say(f"Reading the ledger: {progress.done:,} of {progress.total:,} {progress.step}.")
        elif state.rewritten:
            self.reply.say("Old rows of the ledger are not what they were. `smartup ledger verify` names them.")
        elif state.link is not None:
            self.reply.say(state.link)
        else:
            self.reply.clear()

    def show_delivery(self, delivery: Delivery) -> None:
        """What became of the last command, where it was asked."""
        text = "\n".join(delivery.lines)
        room = self.workspace.room_name(delivery.room_id)
        if delivery.open or delivery.standing in (Standing.HELD, Standing.UNKNOWN):
            self.reply.waiting(text, at=words.clock_time(delivery.written_at), room=room)
            return
        ok = delivery.standing in (Standing.DONE, Standing.ANSWERED)
        self.reply.answered(text, ok=ok, at=words.clock_time(delivery.answered_at or delivery.written_at), room=room)

    # Keys

    def action_act(self, name: str) -> None:
        """Compose an action's command, or say why it is not possible now."""
        action = Action(name)
        reason = self._hindrance(action)
        if reason:
            self.reply.say(reason)
            return
        composed = compose(action, self.task_in_hand())
        self.open_command(composed.text)
        if composed.complete and self.workspace.settings.one_key_sending:
            self.owner_app.give(composed.text, self._room())

    def action_command(self) -> None:
        self.open_command("!")

    def action_jump(self) -> None:
        self.open_command("!task ")

    def action_refresh(self) -> None:
        self.expect()
        self.owner_app.refresh_ledger()

    def action_keys(self) -> None:
        self.owner_app.show_keys_of(self)

    def action_full_reply(self) -> None:
        if self.reply.full:
            self.owner_app.read("The whole answer", self.reply.full)

    def action_calm_down(self) -> None:
        """Esc: put the last answer away."""
        self.owner_app.last_delivery = None
        self.show_state()

    def action_other_room(self) -> None:
        """The next room that this command may go to."""
        if self.command_line.is_open and self._choice is not None and self._choice.others:
            self._room_number = (self._room_number + 1) % (1 + len(self._choice.others))
            self.command_line.open(self.command_line.text)

    def _hindrance(self, action: Action) -> str | None:
        reader = self.workspace.reader
        if reader is None:
            return "The ledger has not been read yet."
        return hindrance(action, self.task_in_hand(), reader.alias, reader.clock())

    # The command line

    def open_command(self, text: str) -> None:
        """Open the command line; its prompt shows the `!` already."""
        self._room_number = 0
        self.command_line.open(text.removeprefix("!"))

    def on_command_line_submitted(self, event: CommandLine.Submitted) -> None:
        event.stop()
        self.owner_app.give(f"!{event.text.removeprefix('!')}", self._room())

    def _room(self) -> str | None:
        """The id of the room that was shown beside the command."""
        if self._choice is None:
            return None
        rooms = (self._choice.room, *self._choice.others)
        return rooms[self._room_number % len(rooms)].room_id

    def _complete(self, text: str, cursor: int) -> list[Completion]:
        return [Completion(c.text, c.start, c.end, c.label, c.help) for c in self.workspace.complete(text, cursor)]

    def _explain(self, text: str) -> Explanation:
        found = self.workspace.explain(text)
        if not found.ok:
            self._choice = None
            return Explanation(ok=False, text=found.text)
        command = f"!{text.removeprefix('!')}"
        if self.owner_app.answers_here(command):
            self._choice = None
            return Explanation(ok=True, text=f"{found.text}  Answered here.")
        self._choice = self.workspace.room_for(command)
        if self._choice is None:
            return Explanation(ok=True, text=f"{found.text}  There is no room for it yet.")
        rooms = (self._choice.room, *self._choice.others)
        room = rooms[self._room_number % len(rooms)]
        more = "  Ctrl+O: another room." if len(rooms) > 1 else ""
        return Explanation(ok=True, text=f"{found.text}  Room: {room.name}.{more}")
