"""From the read model to the values that are shown. Everything here answers from this machine, in milliseconds."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TypeVar, cast

from smartup_tui.config import Profile
from smartup_tui.ledger.economy import sc, sk
from smartup_tui.ledger.economy.redemption import QUEUED
from smartup_tui.ledger.index import queries, wallet
from smartup_tui.ledger.index.store import Index
from smartup_tui.ledger.rows import SessionLog, WorkClock
from smartup_tui.workspace.actions import seat_of
from smartup_tui.workspace.view import Clock, MyTask, OwnerLine, PendingPart, TaskDetail, Today, WalletLine

T = TypeVar("T")

_RULES = "policies/validation-rules.yml"
# One number is wanted of the policy; the YAML library would cost a quarter of the time of `smartup wallet`.
_LIMIT = re.compile(r"^max_session_hours:\s*([0-9]{1,4})\s*(?:#.*)?$", re.MULTILINE)


class Reader:
    """Answers for one owner from one read model. It belongs to the thread that made it."""

    def __init__(self, index: Index, profile: Profile) -> None:
        """Read from `index` as the owner of `profile`."""
        self.index = index
        self._profile = profile
        self._named: tuple[str | None, str, bool] = (None, profile.alias, False)
        self._found: dict[Callable[[Reader], object], object] = {}
        self._found_at: str | None = None

    @property
    def alias(self) -> str:
        """The owner's alias, by the Matrix account: the book of owners may give another one than the profile had."""
        return self._identity()[1]

    @property
    def as_of(self) -> datetime | None:
        """When the forge was last asked; None when it never was."""
        text = self.index.meta("as_of")
        return datetime.fromisoformat(text) if text else None

    def _identity(self) -> tuple[str | None, str, bool]:
        """The commit, the alias there, and whether the book of owners has the Matrix account for it."""
        commit = self.index.commit
        if self._named[0] != commit:
            known = queries.owner_by_matrix_id(self.index, self._profile.user_id)
            self._named = (commit, known.alias if known is not None else self._profile.alias, known is not None)
        return self._named

    def once(self, find: Callable[[Reader], T]) -> T:
        """What a function finds out, kept until the read model shows another commit: keys ask the same again."""
        commit = self.index.commit
        if commit != self._found_at:
            self._found.clear()
            self._found_at = commit
        if find not in self._found:
            self._found[find] = find(self)
        return cast("T", self._found[find])

    def owner(self) -> OwnerLine:
        """Who is at work: license and roles from the book of owners and the roles register."""
        owner = queries.owner(self.index, self.alias)
        roles = tuple(role.role_id for role in queries.roles_of(self.index, self.alias))
        return OwnerLine(
            self._profile.organisation, self.alias, owner.license if owner else None, roles, self._identity()[2]
        )

    def teams(self) -> tuple[str, ...]:
        """The teams in which the owner holds a role."""
        roles = queries.roles_of(self.index, self.alias)
        return tuple(dict.fromkeys(role.team_id for role in roles if role.team_id))

    def clock(self) -> Clock | None:
        """The owner's running session."""
        running = queries.running_session(self.index, self.alias)
        return self._clock(running) if running else None

    def to_confirm(self, task_id: str) -> Clock | None:
        """The running session of a task that waits for this owner's `!start_work` (ledger.md §4, Pairing)."""
        task = queries.task(self.index, task_id)
        if task is None or seat_of(task, self.alias) is None:
            return None
        for running in queries.running_on(self.index, task_id):
            if running.started_by != self.alias and running.confirmed_at is None:
                return replace(self._clock(running), partner=running.started_by)
        return None

    def minutes_today(self, now: datetime) -> int:
        """Minutes of finished sessions that fall into today's UTC day."""
        begin = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        end = begin + timedelta(days=1)
        sessions = queries.sessions_between(self.index, self.alias, begin, end)
        return sum(_overlap(session, begin, end) for session in sessions)

    def session_hours(self) -> int | None:
        """The longest session in hours, as the policy has it; None when the policy can not be read."""
        found = _LIMIT.search(queries.text(self.index, _RULES) or "")
        return int(found[1]) if found else None

    def my_tasks(self) -> tuple[MyTask, ...]:
        """The tasks in which the owner has a seat and work is not over."""
        return tuple(
            MyTask(task.task_id, task.title, seat_of(task, self.alias) or "", task.status, task.budget_sc)
            for task in queries.tasks_of(self.index, self.alias)
        )

    def wallet(self, now: datetime) -> WalletLine:
        """What the owner has, as the rules of the economy count it."""
        return self.wallet_of(self.alias, now)

    def wallet_of(self, alias: str, now: datetime) -> WalletLine:
        """What any owner has, as the rules of the economy count it."""
        credits_ = wallet.credit_sums(self.index, alias)
        karma = sk.tally(wallet.karma_sums(self.index, alias))
        pending = wallet.awards_of(self.index, alias, sc.OPEN)
        queued = [row.amount for row in queries.redemptions_of(self.index, alias) if row.status == QUEUED]
        redeemed = [row.amount for row in credits_ if row.type == sc.REDEEM and row.from_ == alias]
        return WalletLine(
            live=sc.tally(credits_).of(alias),
            pending=tuple(PendingPart(r.pending_id, r.amount, r.status, r.consensus_ends_at) for r in pending),
            queued=sum(queued, Decimal(0)),
            redeemed=sum(redeemed, Decimal(0)),
            sk=karma.of(alias),
            next_decay=sk.first_of_month(now, 1),
        )

    def today(self, now: datetime) -> Today:
        """The first screen."""
        return Today(
            owner=self.owner(),
            clock=self.clock(),
            minutes_finished=self.minutes_today(now),
            tasks=self.my_tasks(),
            wallet=self.wallet(now),
            as_of=self.as_of,
            session_hours=self.session_hours(),
        )

    def task(self, task_id: str) -> TaskDetail | None:
        """All there is to say of one task; None when there is no such task."""
        task = queries.task(self.index, task_id)
        if task is None:
            return None
        objective = queries.objective(self.index, task.objective_id)
        return TaskDetail(
            task=task,
            objective=objective.title if objective else None,
            page=queries.page(self.index, task.wiki_path) if task.wiki_path else None,
            running=tuple(self._clock(running) for running in queries.running_on(self.index, task_id)),
            sessions=tuple(queries.sessions_of_task(self.index, task_id)),
            awards=tuple(queries.awards_of_task(self.index, task_id)),
            events=tuple(queries.events_of(self.index, task_id)),
        )

    def _clock(self, running: WorkClock) -> Clock:
        task = queries.task(self.index, running.task_id)
        seats = (running.attacker, running.defender)
        if task is not None and running.confirmed_at is None:
            seats = (task.attacker, task.defender)  # who has not confirmed is not in the session's row yet
        partner = next((alias for alias in seats if alias not in (None, self.alias)), None)
        return Clock(
            session_id=running.session_id,
            task_id=running.task_id,
            title=task.title if task else "",
            partner=partner,
            started_at=running.started_at,
            confirmed=running.confirmed_at is not None,
            pair=tuple(alias for alias in seats if alias),
        )


def _overlap(session: SessionLog, begin: datetime, end: datetime) -> int:
    """The minutes of a session that lie between two moments."""
    return max(0, int((min(session.stopped_at, end) - max(session.started_at, begin)).total_seconds() // 60))
