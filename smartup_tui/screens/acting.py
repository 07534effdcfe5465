"""Acting keys: each composes the whole text of a command into the command line, or says why it can not (experience.md,
Show, then send).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from textual.binding import Binding

from smartup_tui.workspace.actions import Action


@dataclass(frozen=True, slots=True)
class ActKey:
    """A key that acts: `name` is what the screen knows it by, `rank` how soon the line of keys gives it up."""

    name: str
    key: str
    label: str
    rank: int = 1


START: Final = ActKey(Action.START, "s", "start")
STOP: Final = ActKey(Action.STOP, "x", "stop")
TASK_ACTS: Final = (
    ActKey(Action.CLAIM, "c", "claim"),
    START,
    STOP,
    ActKey(Action.RELEASE, "R", "release", rank=5),
)
"""What can be done to a task by one key, wherever one is in hand."""


def act_bindings(acts: Iterable[ActKey]) -> list[Binding]:
    """The bindings of acting keys, for a screen's `BINDINGS`."""
    return [Binding(act.key, f"act('{act.name}')", act.label) for act in acts]
