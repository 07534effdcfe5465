"""Giving a script to a Toolbox: every command runs as its owner would run it, dated, one commit for each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Protocol

from smartup_tui.lab.errors import LabError
from smartup_tui.lab.sample.schedule import Worked
from smartup_tui.lab.sample.script import Later, Step
from smartup_tui.toolbox.ids import new_request_id
from smartup_tui.toolbox.result import Request, Result


class Performer(Protocol):
    """What runs commands: a Toolbox."""

    def perform(self, request: Request) -> Result:
        """Run one command and wait for its outcome."""


def play(
    toolbox: Performer,
    steps: Sequence[Step | Later],
    progress: Callable[[int, int], None] = lambda _done, _all: None,
    *,
    until: datetime | None = None,
) -> None:
    """Run the commands in their order, then apply what time has decided `until` now.

    `progress` is called with how many are done and how many there are; what it raises ends the play. Raises LabError
    for a command that is refused: the script does not fit the rules.
    """
    sessions: dict[str, str] = {}
    awards: dict[int, str] = {}
    for number, entry in enumerate(steps):
        progress(number, len(steps))
        step = entry.step if isinstance(entry, Later) else entry
        arguments = dict(step.arguments)
        if isinstance(entry, Later):
            arguments |= _about(entry, sessions, awards)
        result = _run(toolbox, step, arguments)
        if step.command == "start_work":
            sessions[_key(step.arguments["task_id"], step.at)] = str(result.data["session_id"])
        elif step.command == "assess_work" and isinstance(entry, Later):
            awards[id(entry.worked)] = str(result.data["pending_id"])
    progress(len(steps), len(steps))
    _run(toolbox, Step(until or datetime.now(UTC), "engelbot", "settle"), {})


def _about(entry: Later, sessions: dict[str, str], awards: dict[int, str]) -> dict[str, str]:
    """The id that a command about a session is missing."""
    worked: Worked = entry.worked
    if entry.step.command == "validate_sc":
        return {"pending_id": awards[id(worked)]}
    return {"session_id": sessions[_key(worked.task.id, worked.start)]}


def _key(task_id: str, start: datetime) -> str:
    return f"{task_id} {start.isoformat()}"


def _run(toolbox: Performer, step: Step, arguments: dict[str, str]) -> Result:
    request = Request(step.command, step.actor, new_request_id(), arguments, origin="cli", now=step.at)
    result = toolbox.perform(request)
    if result.error is not None:
        what = f"!{step.command} of {step.actor} on {step.at:%Y-%m-%d %H:%M}"
        raise LabError(f"The sample organisation can not be made: {what}: {result.error.message}", result.error.hint)
    made = result.entity.id if result.entity is not None else None
    if step.gives is not None and made != step.gives:
        raise LabError(f"The sample organisation can not be made: {made} instead of {step.gives}.")
    return result
