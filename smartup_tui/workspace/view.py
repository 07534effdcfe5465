"""The values that screens and plain output show; immutable, made from the read model in one go.

Texts in them are as the ledger has them: whoever shows one passes it through `text` (the screens' widgets and `plain`
both do).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from smartup_tui.ledger.rows import MasterEvent, PendingSC, SessionLog, TaskBudget


@dataclass(frozen=True, slots=True)
class OwnerLine:
    """Who is at work here, as the frame's first line says it."""

    organisation: str
    alias: str
    license: str | None
    roles: tuple[str, ...]
    known: bool
    """Whether the book of owners has the owner's Matrix account; Engelbot knows nobody by an alias."""


@dataclass(frozen=True, slots=True)
class Clock:
    """A running session. `partner` is the other one as the owner sees it, `pair` both (attacker first).

    `confirmed` says whether who did not start it has clocked in too.
    """

    session_id: str
    task_id: str
    title: str
    partner: str | None
    started_at: datetime
    confirmed: bool
    pair: tuple[str, ...] = ()

    def minutes(self, now: datetime) -> int:
        """Whole minutes since the start."""
        return max(0, int((now - self.started_at).total_seconds() // 60))

    def minutes_today(self, now: datetime) -> int:
        """Of these minutes, those of today's UTC day, by which the ledger counts."""
        midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        return max(0, int((now - max(self.started_at, midnight)).total_seconds() // 60))


@dataclass(frozen=True, slots=True)
class MyTask:
    """A task in which the owner has a seat."""

    task_id: str
    title: str
    seat: str
    status: str
    budget_sc: Decimal


@dataclass(frozen=True, slots=True)
class PendingPart:
    """SC that are not minted yet: how much, where they stand, and when the window ends (None before validation)."""

    pending_id: str
    amount: Decimal
    status: str
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class WalletLine:
    """What an owner has: SC live, pending and queued for redemption, SK with the date of its next decay."""

    live: Decimal
    pending: tuple[PendingPart, ...]
    queued: Decimal
    redeemed: Decimal
    sk: int
    next_decay: date

    @property
    def pending_total(self) -> Decimal:
        """All SC that are on the way."""
        return sum((p.amount for p in self.pending), Decimal(0))

    def settling_next(self, now: datetime) -> tuple[date, Decimal] | None:
        """The next local day on which pending SC settle, and how much; None when no window runs in silence."""
        silent = [p for p in self.pending if p.status == "consensus"]
        days = [(p.ends_at.astimezone().date(), p.amount) for p in silent if p.ends_at and p.ends_at > now]
        if not days:
            return None
        first = min(day for day, _ in days)
        return first, sum((amount for day, amount in days if day == first), Decimal(0))


@dataclass(frozen=True, slots=True)
class Today:
    """The first screen: what am I on, what can I do next, what have I earned.

    `minutes_finished` are those of today's finished sessions (UTC day), `session_hours` the policy's longest session.
    """

    owner: OwnerLine
    clock: Clock | None
    minutes_finished: int
    tasks: tuple[MyTask, ...]
    wallet: WalletLine
    as_of: datetime | None
    session_hours: int | None = None

    def minutes(self, now: datetime) -> int:
        """Worked today (UTC day): the finished sessions, and what runs."""
        return self.minutes_finished + (self.clock.minutes_today(now) if self.clock else 0)

    def over_limit(self, now: datetime) -> bool:
        """Whether the running session has passed the limit, at which it will be closed (ledger.md §4, Clock)."""
        return (
            self.clock is not None
            and self.session_hours is not None
            and self.clock.minutes(now) >= self.session_hours * 60
        )


@dataclass(frozen=True, slots=True)
class TaskDetail:
    """All there is to say of one task."""

    task: TaskBudget
    objective: str | None
    page: str | None
    running: tuple[Clock, ...]
    sessions: tuple[SessionLog, ...]
    awards: tuple[PendingSC, ...]
    events: tuple[MasterEvent, ...]
