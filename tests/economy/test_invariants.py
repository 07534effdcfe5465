"""What holds after any sequence of commands by anybody, with any silences between them (ledger.md §4)."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from functools import cache
from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smartup_tui.ledger import tables
from smartup_tui.ledger.aliases import changes, present_names
from smartup_tui.ledger.change import Change
from smartup_tui.ledger.economy import sc, totals
from smartup_tui.ledger.economy.minting import FOUNDER, order
from smartup_tui.ledger.economy.three_x import treasury
from smartup_tui.ledger.policies import CREDIT_RATES, VALIDATION_RULES
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.ledger.tree import MappingTree, Tree
from smartup_tui.ledger.verify import verify
from tests.chaos.players import community, steps
from tests.support.organisation import Organisation

SCARCITY = 0.9
"""How many of the deposits that the players think of stay away, so that money is short."""


@cache
def _begun() -> tuple[Organisation, Tree]:
    """A community in which the cap and the money are soon used up, and SC can be redeemed: rules that never bind prove
    nothing.
    """
    org = community(9)
    org.do("record_treasury", event_type="EXPENSE", amount_eur="-1990", note="A server")
    files = {path: org.tree.read(path) or b"" for path in org.tree.paths()}
    files[CREDIT_RATES] = files[CREDIT_RATES].replace(b"daily_cap: 500", b"daily_cap: 60")
    files[VALIDATION_RULES] = files[VALIDATION_RULES].replace(b"treasury_reserve_eur: 1000", b"treasury_reserve_eur: 0")
    narrow = Organisation(org.now, MappingTree(files))
    return narrow, narrow.tree


@given(seed=st.integers(0, 10**9), hours=st.lists(st.sampled_from([0, 1, 9, 50, 200]), min_size=20, max_size=60))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_sequence_of_commands_breaks_a_rule_of_the_economy(seed: int, hours: list[int]) -> None:
    begun, tree = _begun()
    org, random = Organisation(begun.now, tree), Random(seed)
    outstanding = sc.tally(org.snapshot.rows(tables.CREDITS)).outstanding
    for pause in hours:
        org.wait(hours=pause)
        for _ in range(4):
            org.settle()
            outstanding = _three_x_holds(org.snapshot, outstanding)
            (step,) = steps(org.snapshot, random, 1)
            if step.command == "record_treasury" and random.random() < SCARCITY:
                continue
            arguments: dict[str, Any] = dict(step.arguments)
            outcome = org.attempt(step.command, step.actor, **arguments)
            if isinstance(outcome, Change):
                outstanding = _three_x_holds(org.snapshot, outstanding, paid_out=step.command == "pay_redemption")
    org.wait(days=60).settle()
    _amounts(org.snapshot)
    _judges(org.snapshot)
    _queue(org.snapshot)
    assert verify(org.tree).errors == ()


def _three_x_holds(snapshot: Snapshot, before: Decimal, *, paid_out: bool = False) -> Decimal:
    """What is outstanding; it never grew beyond three times the money, nor was that broken by what was paid out."""
    now = sc.tally(snapshot.rows(tables.CREDITS)).outstanding
    held = treasury(snapshot.rows(tables.TREASURY))
    grew = now > before
    assert not (grew or paid_out) or not held.ever_held or now <= 3 * held.eur
    return now


def _amounts(snapshot: Snapshot) -> None:
    """SC come from paid awards alone, to the cent; a task pays no more than its budget."""
    paid = [row for row in snapshot.rows(tables.PENDING) if row.status == "paid"]
    credit = snapshot.rows(tables.CREDITS)
    minted = sum((row.amount for row in credit if row.type == sc.MINT), Decimal(0))
    gone = sum((row.amount for row in credit if row.type in (sc.REDEEM, sc.DESTROY)), Decimal(0))
    assert minted == sum((row.amount for row in paid), Decimal(0))
    assert totals.outstanding(snapshot) == minted - gone
    assert sum((totals.live(snapshot, row.alias) for row in snapshot.rows(tables.OWNERS)), Decimal(0)) == minted - gone
    rates = snapshot.policies.credits
    by_task: defaultdict[str, Decimal] = defaultdict(Decimal)
    for pending_id in {row.pending_id for row in snapshot.rows(tables.PENDING) if row.task_id}:
        rows = snapshot.award(pending_id)
        task = snapshot.task(rows[0].task_id or "")
        first = rows[0]
        assert task is not None
        assert None not in (first.effort, first.learning, first.collaboration, first.share)
        scores = sc.Scores(first.effort or 0, first.learning or 0, first.collaboration or 0)
        split = sc.split(task.budget_sc, first.share or Decimal(0), scores, rates.payout, rates.split)
        parts = {"attacker": split.attacker, "defender": split.defender}
        assert all(row.amount == parts[row.adm_role] for row in rows)
        if first.status != "rejected":
            by_task[task.task_id] += sum(parts.values(), Decimal(0))
            assert by_task[task.task_id] <= task.budget_sc


def _judges(snapshot: Snapshot) -> None:
    """Nobody is paid for what they assessed or validated themselves, under whatever alias."""
    now = present_names(changes(snapshot))
    for pending_id in {row.pending_id for row in snapshot.rows(tables.PENDING) if row.adm_role != FOUNDER}:
        rows = snapshot.award(pending_id)
        judges = {now.get(alias, alias) for row in rows for alias in (row.assessed_by, row.validated_by) if alias}
        assert not judges & {now.get(row.beneficiary, row.beneficiary) for row in rows}
        assert all(row.assessed_by != row.validated_by for row in rows)


def _queue(snapshot: Snapshot) -> None:
    """At most the cap for a person and day (an award above it alone), and in the order of the windows."""
    now = present_names(changes(snapshot))
    days: defaultdict[tuple[str, object], list[Decimal]] = defaultdict(list)
    last: dict[str, tuple[object, ...]] = {}
    for row in snapshot.rows(tables.CREDITS):
        if row.category != sc.TASK_AWARD or row.type != sc.MINT or row.to is None:
            continue
        person = now.get(row.to, row.to)
        days[person, row.timestamp.date()].append(row.amount)
        award = next(a for a in snapshot.award(row.reference or "") if a.beneficiary == row.to)
        assert last.get(person, order(award)) <= order(award)
        last[person] = order(award)
    assert all(sum(mints) <= snapshot.policies.credits.daily_cap or len(mints) == 1 for mints in days.values())
