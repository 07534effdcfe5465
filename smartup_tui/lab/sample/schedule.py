"""When people worked: nobody has two sessions at once, and nobody works on a Sunday."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from smartup_tui.lab.sample.data import Session, Task

_SLOTS: Final = ((time(8, 5), 130), (time(10, 40), 105), (time(13, 30), 150))
"""Begin (UTC) and longest duration in minutes of the times of day in which people work."""
_SUNDAY: Final = 6


@dataclass(frozen=True, slots=True)
class Worked:
    """A session in its time. `end` is None while it runs."""

    task: Task
    session: Session
    start: datetime
    end: datetime | None


def plan(tasks: Iterable[Task], now: datetime) -> list[Worked]:
    """Give every session its time, the earliest that is free for the pair on or after the task's first day.

    Raises ValueError when a session finds no time before the day of `now`.
    """
    today = now.date()
    busy: set[tuple[str, date, int]] = set()
    found: list[Worked] = []
    for task in sorted(tasks, key=lambda t: (t.start, t.id)):
        day = today + timedelta(days=task.start)
        for number, session in enumerate(task.session):
            if session.running is not None or session.today is not None:
                found.append(_near(task, session, now))
                continue
            day, slot = _free(task, day, today, busy)
            busy |= {(alias, day, slot) for alias in task.pair}
            begin, longest = _SLOTS[slot]
            spread = sum(map(ord, task.id)) + 17 * number
            start = datetime.combine(day, begin, now.tzinfo) + timedelta(minutes=spread % 20)
            found.append(Worked(task, session, start, start + timedelta(minutes=longest - 20 - spread % 47)))
            day += timedelta(days=1)
    return sorted(found, key=lambda worked: worked.start)


def _near(task: Task, session: Session, now: datetime) -> Worked:
    """A session that is told by its distance from now."""
    if session.running is not None:
        return Worked(task, session, now + timedelta(minutes=session.running), None)
    start = now + timedelta(minutes=session.today or 0)
    return Worked(task, session, start, start + timedelta(minutes=session.minutes))


def _free(task: Task, day: date, today: date, busy: set[tuple[str, date, int]]) -> tuple[date, int]:
    while day < today:
        if day.weekday() != _SUNDAY:
            for slot in range(len(_SLOTS)):
                if not any((alias, day, slot) in busy for alias in task.pair):
                    return day, slot
        day += timedelta(days=1)
    raise ValueError(f"no time is left for a session on {task.id}")
