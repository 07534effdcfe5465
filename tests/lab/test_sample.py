"""The sample organisation: it can be made on any day, its ledger is in order, and it shows everything there is."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from itertools import pairwise

import pytest

from smartup_tui.lab.errors import LabError, LabStopped
from smartup_tui.lab.roomplan import entities, frame
from smartup_tui.lab.sample import data
from smartup_tui.lab.sample.play import play
from smartup_tui.lab.sample.schedule import plan
from smartup_tui.lab.sample.script import Step, script
from smartup_tui.ledger import tables
from smartup_tui.ledger.change import Answer, Refusal
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.ledger.status import TASK_STATUSES
from smartup_tui.ledger.verify import verify
from smartup_tui.toolbox.result import Request, Result
from tests.support.organisation import Organisation

SERVER = "smartup.test"
NOW = datetime(2026, 11, 21, 14, 5, tzinfo=UTC)
DAYS = [
    NOW,
    datetime(2026, 11, 30, 23, 59, tzinfo=UTC),
    datetime(2026, 12, 1, 0, 0, 30, tzinfo=UTC),
    datetime(2027, 1, 1, 0, 45, tzinfo=UTC),
    datetime(2028, 2, 29, 6, 0, tzinfo=UTC),
    datetime(2028, 4, 3, 12, 0, tzinfo=UTC),
]


class InMemory:
    """Runs commands on an organisation in memory, as a Toolbox does on a forge."""

    def __init__(self) -> None:
        self.organisation = Organisation()

    def perform(self, request: Request) -> Result:
        assert request.now is not None
        if request.command == "settle":
            self.organisation.settle(request.now)
            return Result.answered(request, Answer("Settled."))
        outcome = self.organisation.attempt(request.command, request.actor, at=request.now, **request.arguments)
        if isinstance(outcome, Refusal):
            return Result.refused(request, outcome)
        assert not isinstance(outcome, Answer)
        return Result.changed(request, outcome, [], "")


@cache
def made(now: datetime) -> Organisation:
    """The sample organisation as it is at `now`."""
    toolbox = InMemory()
    play(toolbox, script(now, SERVER), until=now)
    return toolbox.organisation


def ledger(now: datetime = NOW) -> Snapshot:
    return made(now).snapshot


@pytest.mark.parametrize("now", DAYS, ids=lambda now: f"{now:%a %Y-%m-%d %H:%M}")
def test_it_can_be_made_on_any_day_and_verifies(now: datetime) -> None:
    snapshot = ledger(now)

    assert verify(snapshot.tree).findings == ()
    assert {task.status for task in snapshot.rows(tables.TASKS)} == set(TASK_STATUSES)
    events = snapshot.rows(tables.EVENTS)
    assert all(event.timestamp <= now for event in events)
    running = [clock for clock in snapshot.rows(tables.CLOCK) if clock.status == "running"]
    assert {clock.task_id for clock in running} == {"6_1_2_0", "6_7_1_2"}
    assert all(clock.confirmed_at is not None for clock in running)


def test_the_public_record_is_in_it() -> None:
    snapshot = ledger()

    assert len(snapshot.rows(tables.TEAMS)) == 7
    children = [o.objective_id for o in snapshot.rows(tables.OBJECTIVES).where(parent_id="5_0")]
    assert children == [f"5_{n}_0" for n in range(1, 8)]
    top = snapshot.objective("5_0")
    assert top is not None
    assert (top.attacker, top.defender) == ("1_general_forum", "3_1_leadership_team")
    page = snapshot.tree.read(top.wiki_path or "")
    assert page is not None
    assert page.count(b"[x]") == 2
    assert page.count(b"[ ]") == 5
    tranches = snapshot.rows(tables.PENDING).where(adm_role="founder")
    assert [row.amount for row in tranches] == [Decimal("24660.00"), Decimal("32880.00"), Decimal("24660.00")]
    assert [row.event_type for row in snapshot.rows(tables.TREASURY)][:2] == ["INIT", "PENDING_LOGGED"]


def test_its_sums_agree() -> None:
    snapshot = ledger()
    paid: dict[str, Decimal] = defaultdict(Decimal)
    minted: dict[str, Decimal] = defaultdict(Decimal)
    for award in snapshot.rows(tables.PENDING).where(status="paid"):
        paid[award.beneficiary] += award.amount
    for row in snapshot.rows(tables.CREDITS):
        assert row.type == "MINT"
        minted[row.to or ""] += row.amount

    assert minted == paid
    assert len(minted) >= 6
    treasury = snapshot.rows(tables.TREASURY)[-1].total_eur_balance
    assert treasury == sum((Decimal(person.paid) for person in data.organisation().owner), Decimal(0))
    assert sum(minted.values()) <= 3 * treasury


def test_the_picture_of_the_workspace_can_be_taken_from_it() -> None:
    snapshot = ledger()
    guide, passport, drill = (snapshot.task(task_id) for task_id in ("6_1_2_0", "6_1_2_3", "6_7_0_1"))
    assert guide is not None
    assert passport is not None
    assert drill is not None

    assert (guide.title, guide.status, guide.attacker, guide.defender) == (
        "Draft the owners' guide", "in_progress", "maria", "robbert_founder",
    )  # fmt: skip
    assert (passport.title, passport.status, passport.defender) == ("Proof-read the passport", "claimed", "maria")
    assert (drill.title, drill.status, drill.attacker) == ("Backup drill", "in_review", "maria")
    clock = snapshot.running_session("maria")
    assert clock is not None
    assert clock.started_at == NOW - timedelta(minutes=84)


def test_every_command_is_its_givers_own() -> None:
    organisation = made(NOW)
    steps = script(NOW, SERVER)

    own = [sealed for sealed in organisation.sealed if sealed.actor != "engelbot"]
    assert len(own) == len(steps)
    assert {sealed.actor for sealed in own} == set(data.aliases())


@pytest.mark.parametrize("now", DAYS, ids=lambda now: f"{now:%a %Y-%m-%d %H:%M}")
def test_people_decide_things_together(now: datetime) -> None:
    snapshot = ledger(now)

    assert [row.status for row in snapshot.rows(tables.PROPOSALS)] == ["accepted", "voting", "open"]
    assert [row.choice for row in snapshot.rows(tables.VOTES)] == ["yes", "no", "yes"]
    assert [row.status for row in snapshot.rows(tables.APPLICATIONS)] == ["accepted", "open"]
    assert [row.status for row in snapshot.rows(tables.REDEMPTIONS)] == ["queued"]


def test_nobody_works_twice_at_once_or_on_a_sunday() -> None:
    worked = plan(data.tasks(), NOW)
    times: dict[str, list[tuple[datetime, datetime]]] = defaultdict(list)
    for each in worked:
        for alias in each.task.pair:
            times[alias].append((each.start, each.end or NOW))
        assert each.session.running is not None or each.session.today is not None or each.start.weekday() < 6

    for spans in times.values():
        ordered = sorted(spans)
        assert all(first[1] <= second[0] for first, second in pairwise(ordered))


def test_a_refused_command_ends_the_making_with_its_reason() -> None:
    steps = [Step(NOW, "robbert_founder", "bootstrap_teams")]

    with pytest.raises(LabError) as caught:
        play(InMemory(), steps)

    assert "!bootstrap_teams of robbert_founder" in caught.value.message


def test_the_making_can_be_ended_between_two_commands() -> None:
    def stop(done: int, count: int) -> None:
        assert count > 300
        if done == 2:
            raise LabStopped

    toolbox = InMemory()
    with pytest.raises(LabStopped):
        play(toolbox, script(NOW, SERVER), stop)

    assert len(toolbox.organisation.sealed) == 2


def test_rooms_mirror_the_groups_and_what_is_alive() -> None:
    everybody = frozenset(data.aliases())
    planned = {room.alias: room for room in [*frame("Smartup Zero", everybody), *entities(ledger())]}

    assert {f"{group}_space" for group in ("1_general_forum", "2_workplace", "3_teams", "4_roles", "5_objectives",
                                           "6_tasks")} <= planned.keys()  # fmt: skip
    assert planned["2_workplace"].members == everybody
    assert planned["3_7_operational_team"].entity == "3_7"
    assert planned["5_0_smartupos_mvp_ready"].kind == "objective"
    assert planned["6_1_2_0_draft_the_owners_guide"].members == {"maria", "robbert_founder"}
    finished = [task.task_id for task in ledger().rows(tables.TASKS) if task.status in ("completed", "cancelled")]
    assert not {room.entity for room in planned.values()} & set(finished)
    inside = {room.parent for room in planned.values() if room.parent is not None}
    assert all(planned[parent].space for parent in inside)
