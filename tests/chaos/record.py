"""What was asked, what was answered, and what a whole run has seen."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

from tests.chaos.players import Given

DONE: Final = 200
REFUSED: Final = frozenset({400, 403, 404, 409, 422})
SAID_NO: Final = 409
"""What stands here for a no that came through a room, where there are no statuses."""
SILENCE: Final = 204
"""Met with silence, as a stranger is."""


@dataclass
class Asked:
    """One command with all that was heard of it."""

    request_id: str
    given: Given
    patient: bool
    answer: dict[str, Any] = field(default_factory=dict)
    status: int = 0
    room: bool = False
    known: bool = True
    """Whether the ledger knew its sender when it was given."""


@dataclass(frozen=True)
class Outcome:
    """What a run has seen, for a report."""

    seed: int
    asked: tuple[Asked, ...]
    commits: int
    events: int
    kills: Counter[str]
    days: int
    faults: Counter[str]
    findings: tuple[str, ...]
    seconds: float

    def __str__(self) -> str:
        """A few lines for people."""
        status = Counter(one.status for one in self.asked)
        told = ", ".join(f"{count} × {_WORDS.get(code, code)}" for code, count in sorted(status.items()))
        codes = Counter(one.answer["error"]["code"] for one in self.asked if one.status in REFUSED)
        in_rooms = sum(one.room for one in self.asked)
        return (
            f"seed {self.seed}: {len(self.asked)} commands, {in_rooms} of them in rooms,"
            f" in {self.days} simulated days, {self.seconds:.0f} s\n"
            f"answers: {told}\nfaults: {_counted(self.faults)}\nkill -9: {_counted(self.kills)}\n"
            f"{self.commits} commits, {self.events} audit rows; {len(self.findings) or 'no'} findings\n"
            f"refusals: {', '.join(f'{code} {count}' for code, count in codes.most_common(12))}"
            + "".join(f"\n- {finding}" for finding in self.findings[:_SHOWN])
        )


_SHOWN: Final = 40
_WORDS: Final = {0: "not heard", SILENCE: "silence (strangers)"}


def _counted(counter: Counter[str]) -> str:
    return ", ".join(f"{count} {kind}" for kind, count in sorted(counter.items())) or "none"
