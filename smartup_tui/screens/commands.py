"""Giving a command from a screen: answered here, or put in the outbox, and what became of the last one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smartup_tui.screens.forms.opening import given
from smartup_tui.workspace.delivery import Delivery, NotKept, Standing
from smartup_tui.workspace.history import load_history, remember

if TYPE_CHECKING:
    from smartup_tui.app import WorkspaceApp
    from smartup_tui.catalogue.grammar import Parsed
    from smartup_tui.workspace.workspace import Workspace


class Commands:
    """The commands of one session, whichever screen they are given on."""

    def __init__(self, app: WorkspaceApp, workspace: Workspace) -> None:
        self._app = app
        self._workspace = workspace
        self.history = load_history(workspace.places.history)
        """What was given before, oldest first; the command lines add to it."""
        self.last: Delivery | None = None
        """The command whose answer the reply line shows."""

    def answered_here(self, text: str) -> bool:
        """Whether a command text is a query that the workspace answers by itself."""
        from smartup_tui.catalogue.grammar import Parsed, parse  # noqa: PLC0415 - the first picture comes sooner
        from smartup_tui.workspace import answers  # noqa: PLC0415

        parsed, reader = parse(text), self._workspace.reader
        alias = reader.alias if reader is not None else self._workspace.profile.alias
        return isinstance(parsed, Parsed) and answers.can_answer(parsed, alias)

    def give(self, text: str, room_id: str | None) -> None:
        """Give a command: answer it here, or put it in the outbox for its room (None: where it belongs)."""
        from smartup_tui.catalogue.grammar import Misread, Parsed, parse  # noqa: PLC0415

        screen, parsed = self._app.owner_screen, parse(text)
        if screen is None:
            return
        if not isinstance(parsed, Parsed):
            screen.say("\n".join(parsed.lines) if isinstance(parsed, Misread) else "A command begins with a letter.")
            return
        remember(self._workspace.places.history, text)
        if self.answered_here(text) and self._workspace.reader is not None:
            self._answer(parsed)
            return
        if room_id is None:
            choice = self._workspace.room_for(text)
            room_id = choice.room.room_id if choice else None
        if room_id is None:
            screen.say("No room is known for this command yet; give it again once the rooms are read.")
            return
        try:
            self.last = self._workspace.send(text, room_id)
        except NotKept as error:
            screen.say(f"Not sent. {error.message}\n{error.hint}\nUp in the command line brings it back.")
            return
        given(self._workspace, parsed.command.name)
        screen.show_state()

    def look(self) -> None:
        """See what has become of the last command; once it is done, what it changed is shown."""
        if self.last is None:
            self.last = self._from_before()
        elif self.last.open:
            self.last = self._workspace.delivery(self.last.command_id)
        else:
            return
        screen = self._app.owner_screen
        if screen is None or self.last is None or self.last.open:
            return
        screen.answered()
        if self.last.standing is Standing.DONE:
            self._app.asked = True
            if screen.is_behind:
                screen.reload()

    def _from_before(self) -> Delivery | None:
        """A command of an earlier start that has come to its end, one that was not done before the others."""
        ended: list[Delivery] = []
        for command_id in tuple(self._workspace.left_waiting):
            found = self._workspace.delivery(command_id)
            if found is None or not found.open:
                self._workspace.left_waiting.remove(command_id)
                ended += [found] if found is not None and found.standing is not Standing.SAID else []
        return min(reversed(ended), key=lambda one: one.standing is Standing.DONE, default=None)

    def _answer(self, parsed: Parsed) -> None:
        from smartup_tui.workspace import answers  # noqa: PLC0415

        assert self._workspace.reader is not None
        found = answers.answer(parsed, self._workspace.reader)
        if isinstance(found, answers.Page):
            self._app.read(found.title, found.markdown)
        else:
            scope = "open" if found.place is answers.Place.TASKS and not found.entity else ""
            self._app.way.jump(found.place, scope, found.entity or "", found.filter)
