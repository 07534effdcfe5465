"""What a command text means to its owner while it is written: completion, explanation, and the room it goes to.

Loaded when the first command is written: the catalogue is not needed for the first picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from smartup_tui.catalogue.complete import Completion, complete, complete_value
from smartup_tui.catalogue.explain import Explanation, explain
from smartup_tui.catalogue.grammar import Parsed, parse
from smartup_tui.catalogue.model import Argument, Kind, Tier
from smartup_tui.config import Profile
from smartup_tui.ledger.index import queries
from smartup_tui.ledger.resolve import kind_of
from smartup_tui.ledger.rows import Objective, Role, TaskBudget
from smartup_tui.matrix.rooms import Room
from smartup_tui.workspace import jump, words
from smartup_tui.workspace.actions import Action
from smartup_tui.workspace.candidates import Candidates
from smartup_tui.workspace.reader import Reader
from smartup_tui.workspace.routing import RoomChoice, choose_room
from smartup_tui.workspace.target import Target, Unclear

__all__ = ["Completion", "Composer", "Explanation", "RoomChoice"]


class Composer:
    """Answers about command texts from one read model; without one, rooms are found by what the text says alone."""

    def __init__(self, reader: Reader | None, profile: Profile) -> None:
        """Read from `reader`, on its thread."""
        self.reader = reader
        self._profile = profile
        self._candidates = Candidates(reader.index) if reader is not None else None
        self._offered: tuple[tuple[str, str] | None, Sequence[Target]] = (None, ())

    def target(self, text: str) -> Target | Unclear:
        """Where what is typed leads, as an id or as words of a title."""
        if self.reader is None:
            return Unclear("The ledger is not here yet; wait until it has been read.")
        return jump.find(self.reader, text, self.targets)

    def targets(self, text: str) -> Sequence[Target]:
        """Where what is typed may lead; of one text found once, though it is asked for the list and for each line."""
        if self.reader is None:
            return ()
        asked = (self.reader.index.commit, text.strip())
        if self._offered[0] != asked:
            self._offered = (asked, jump.complete(self.reader, text, self._candidates))
        return self._offered[1]

    def complete(self, text: str, cursor: int) -> tuple[Completion, ...]:
        """What may stand at the cursor."""
        return complete(text, cursor, self._candidates) if self._candidates is not None else ()

    def complete_value(self, argument: Argument, typed: str) -> tuple[tuple[str, str], ...]:
        """What an argument may be, for a form's field: values with their titles."""
        return complete_value(argument, typed, self._candidates) if self._candidates is not None else ()

    def explain(self, text: str, now: datetime) -> Explanation:
        """The line below the command line."""
        if self._candidates is None:
            return Explanation(ok=False, text="The ledger is not here yet; wait until it has been read.")
        found = explain(text, self._candidates)
        remark = self._remark(text, now) if found.ok else None
        return Explanation(found.ok, f"{remark} · {found.text}") if remark else found

    def room_for(self, text: str, rooms: Sequence[Room]) -> RoomChoice | None:
        """The room among these where a command belongs; None when it is no command or none is fit."""
        parsed = parse(text)
        if not isinstance(parsed, Parsed):
            return None
        subject = self._subject(parsed)
        own, bots = self._profile.user_id, self._profile.engelbot
        return choose_room(parsed.command, subject, self._team(subject), rooms, owner=own, engelbot=bots)

    def _remark(self, text: str, now: datetime) -> str | None:
        """What a command means as things stand, where its summary does not say it."""
        parsed, reader = parse(text if text.startswith("!") else f"!{text}"), self.reader
        if not isinstance(parsed, Parsed) or reader is None or parsed.command.name != Action.START:
            return None
        waiting = reader.to_confirm(parsed.arguments["task_id"])
        if waiting is None:
            return None
        return f"confirms {waiting.partner}'s session, running since {words.since(waiting.started_at, now)}"

    def _subject(self, parsed: Parsed) -> tuple[Kind, str] | None:
        """What a command is about: the argument that the catalogue names; for work that has none, the running task."""
        command, reader = parsed.command, self.reader
        if command.subject is not None and command.subject in parsed.arguments:
            kind, value = command.argument(command.subject).kind, parsed.arguments[command.subject]
            kind = kind_of(value) or kind if kind is Kind.ENTITY else kind
            if reader is None or kind not in (Kind.SESSION, Kind.PENDING):
                return kind, value
            task_id = queries.task_of(reader.index, value)
            return (Kind.TASK, task_id) if task_id else None
        if command.tier is Tier.WORKERS and reader is not None:
            running = queries.running_session(reader.index, reader.alias)
            return (Kind.TASK, running.task_id) if running else None
        return None

    def _team(self, subject: tuple[Kind, str] | None) -> str | None:
        """The team that a command's subject belongs to."""
        reader = self.reader
        if reader is None or subject is None:
            return None
        kind, value = subject
        found: TaskBudget | Objective | Role | None = None
        if kind is Kind.TASK:
            found = queries.task(reader.index, value)
        elif kind is Kind.OBJECTIVE:
            found = queries.objective(reader.index, value)
        elif kind is Kind.ROLE:
            found = queries.role(reader.index, value)
        if found is not None:
            return found.team_id
        return value if kind is Kind.TEAM else None
