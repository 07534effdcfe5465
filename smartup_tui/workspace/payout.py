"""What an assessment would pay, before it is given: the arithmetic of `economy.sc` on what this machine knows.

Source: ledger.md §4 (budgets, assessment, daily cap).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from smartup_tui.catalogue.commands import CATALOGUE
from smartup_tui.catalogue.values import Fault, canonical
from smartup_tui.ledger import tables
from smartup_tui.ledger.economy import earning, sc
from smartup_tui.ledger.economy.amounts import ZERO, percent
from smartup_tui.ledger.economy.work import SEATS, holder, work_on
from smartup_tui.ledger.index.snapshot import snapshot_of
from smartup_tui.ledger.policies import PolicyError
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.workspace.reader import Reader

_SCORES = ("effort", "learning", "collaboration")


@dataclass(frozen=True, slots=True)
class Part:
    """What one of the pair gets, in SC.

    `on_the_way` is what other awards of theirs may mint; with it the daily cap may hold an award back for a day.
    """

    alias: str
    seat: str
    amount: Decimal
    on_the_way: Decimal


@dataclass(frozen=True, slots=True)
class Payout:
    """What an assessment pays: `percentage` of `share` percent of `budget`, in parts that add up to `total`.

    `left` is the share of the budget, in percent, that no assessment has taken yet; `minutes` is how long the session
    was. `unpaid_seat` names the seat nobody held: its part is not minted. `unpaid` says who is not paid, and why.
    """

    session_id: str
    task_id: str
    budget: Decimal
    share: Decimal
    left: Decimal
    total_score: int
    percentage: Decimal
    parts: tuple[Part, ...]
    minutes: int | None
    daily_cap: Decimal
    unpaid_seat: str | None
    unpaid: tuple[str, ...] = ()

    @property
    def total(self) -> Decimal:
        """All that would be minted."""
        return sum((part.amount for part in self.parts), ZERO)

    @property
    def too_much(self) -> bool:
        """Whether the share is more than is left of the budget, which the Toolbox refuses."""
        return self.share > self.left

    def held_back(self, part: Part) -> bool:
        """Whether the daily cap may move a part to a later day: an award is never split (ledger.md §4, Daily cap)."""
        return part.amount > ZERO and part.on_the_way > ZERO and part.amount + part.on_the_way > self.daily_cap


def payout(reader: Reader, values: Mapping[str, str]) -> Payout | str:
    """What `!assess_work` with these arguments (as typed so far) would pay; or, in words, what it still needs."""
    snapshot = snapshot_of(reader.index)
    clock = snapshot.session(values.get("session_id", ""))
    work = work_on(snapshot, clock.task_id) if clock is not None else None
    if clock is None or work is None:
        return "The payout is shown here once the session is known."
    scores = [_score(name, values.get(name, "")) for name in _SCORES]
    share = _share(values.get("share", ""), work.share_left)
    if None in scores or share is None:
        return "The payout is shown here once the three scores are given, each from 1 to 10."
    effort, learning, collaboration = (score or 0 for score in scores)
    try:
        rates, not_earning = snapshot.policies.credits, earning.unpaid_seats(snapshot, clock)
    except PolicyError as error:
        return str(error)
    given = sc.Scores(effort, learning, collaboration)
    split = sc.split(work.task.budget_sc, share, given, rates.payout, rates.split)
    amounts = earning.parts(split, not_earning)
    held = {seat: holder(clock, seat) for seat in SEATS}
    log = snapshot.session_log(clock.session_id)
    return Payout(
        session_id=clock.session_id,
        task_id=clock.task_id,
        budget=work.task.budget_sc,
        share=share,
        left=work.share_left,
        total_score=given.total,
        percentage=percent(split.percentage),
        parts=tuple(
            Part(alias, seat, amounts[seat], _on_the_way(snapshot, alias))
            for seat, alias in held.items()
            if alias is not None
        ),
        minutes=log.duration_minutes if log is not None else None,
        daily_cap=rates.daily_cap,
        unpaid_seat=next((seat for seat, alias in held.items() if alias is None), None),
        unpaid=tuple(f"{held[seat]} is not paid: {earning.unpaid_words(name)}" for seat, name in not_earning.items()),
    )


def _score(name: str, text: str) -> int | None:
    """A score as the catalogue takes it."""
    found = canonical(CATALOGUE["assess_work"].argument(name), text.strip())
    return None if isinstance(found, Fault) else int(found)


def _share(text: str, left: Decimal) -> Decimal | None:
    """The share that is given, or what is left; None for what is no share."""
    if not text.strip():
        return left
    found = canonical(CATALOGUE["assess_work"].argument("share"), text.strip())
    return None if isinstance(found, Fault) else Decimal(found)


def _on_the_way(snapshot: Snapshot, alias: str) -> Decimal:
    """SC of an owner's other awards for tasks that are not decided yet."""
    rows = snapshot.rows(tables.PENDING).where(beneficiary=alias)
    return sum((row.amount for row in rows if row.status in sc.OPEN and row.task_id is not None), ZERO)
