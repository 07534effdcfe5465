"""What time alone decides: on its own, and whenever it is looked at."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smartup_tui.ledger import tables
from smartup_tui.ledger.change import Change
from smartup_tui.ledger.economy.wallet import karma_of
from smartup_tui.ledger.policies import CREDIT_RATES
from smartup_tui.ledger.settle import due_effects, next_effect
from smartup_tui.ledger.tree import MappingTree, Tree
from smartup_tui.ledger.verify import Severity, verify
from tests.support.organisation import FOUNDER, START, Organisation, company

SCORES: dict[str, Any] = {"effort": 10, "learning": 10, "collaboration": 10}


@cache
def _company() -> Tree:
    """A company with three tasks; a tree never changes, so all tests share it."""
    org = company()
    for size in ("complex", "complex", "small"):
        org.task(size)
    return org.tree


@pytest.fixture
def org() -> Organisation:
    """The company at its start."""
    return Organisation(START, _company())


def _award(org: Organisation, task: str, share: int = 100) -> str:
    """An award for a session of maria and jonas, validated now; its id."""
    row = org.snapshot.task(task)
    assert row is not None
    if row.attacker is None:
        org.seats(task, "maria", "jonas")
    session = org.session(task, "maria", "jonas")
    change = org.do("assess_work", "captain", session_id=session, **SCORES, share=share)
    org.do("validate_sc", "designer", pending_id=change.entity.id, decision="approve")
    return change.entity.id


def _minted(org: Organisation) -> list[tuple[str | None, str | None, Decimal, datetime]]:
    return [(r.reference, r.to, r.amount, r.timestamp) for r in org.snapshot.rows(tables.CREDITS)]


def _statuses(org: Organisation, pending_id: str) -> list[str]:
    return [row.status for row in org.snapshot.award(pending_id)]


def _ok(org: Organisation) -> None:
    """The ledger is whole."""
    assert [f for f in verify(org.tree).findings if f.severity is not Severity.NOTE] == []


def test_an_award_is_minted_when_its_window_ends(org: Organisation) -> None:
    """Dated by the end of the window, however late anybody looks; the task is completed."""
    _award(org, "6_7_0_0")
    ends = org.now + timedelta(hours=48)
    assert org.settle(ends - timedelta(seconds=1)) == 0
    assert org.settle(ends + timedelta(days=3)) == 2
    assert _minted(org) == [("g_4", "maria", Decimal("180.00"), ends), ("g_4", "jonas", Decimal("20.00"), ends)]
    task = org.snapshot.task("6_7_0_0")
    assert task is not None
    assert task.status == "completed"
    assert org.settle() == 0
    _ok(org)


def test_an_effect_has_a_name_of_its_own(org: Organisation) -> None:
    """The request id tells the two rows of an award apart."""
    _award(org, "6_7_0_0")
    due = due_effects(org.snapshot, org.now + timedelta(days=5))
    assert [effect.request_id for effect in due] == [
        "settle:mint:g_4.attacker:2026-01-07T10:30:00Z",
        "settle:mint:g_4.defender:2026-01-07T10:30:00Z",
    ]
    assert next_effect(org.snapshot, org.now) is None


def test_the_daily_cap_lets_the_rest_wait_for_the_next_day(org: Organisation) -> None:
    """Three awards of 180 SC in one night: two, and one after midnight."""
    for _ in range(3):
        org.task("complex")
    for number in range(3):
        org.do("create_task", objective_id="5_7_0", size="complex", title=f"Task {number}", why="It helps.")
        _award(org, f"6_7_0_{6 + number}")
    org.wait(days=4).settle()
    mine = [(amount, at) for _, alias, amount, at in _minted(org) if alias == "maria"]
    assert [amount for amount, _ in mine] == [Decimal("180.00")] * 3
    assert [at.day for _, at in mine] == [7, 7, 8]
    assert mine[2][1] == datetime(2026, 1, 8, tzinfo=UTC)
    _ok(org)


def test_an_award_that_breaks_the_3x_rule_is_held_until_there_is_room(org: Organisation) -> None:
    """Held at the end of its window, minted when money comes, dated then."""
    org.do("record_treasury", event_type="DEPOSIT", amount_eur="50", note="a grant")
    held = _award(org, "6_7_0_0")
    behind = _award(org, "6_7_0_2")
    org.wait(days=3).settle()
    assert _statuses(org, held) == ["held", "held"]
    assert _statuses(org, behind) == ["consensus", "consensus"]  # each waits behind an earlier one of the same person
    org.do("record_treasury", event_type="DEPOSIT", amount_eur="20", note="a license")
    came = org.now
    org.wait(days=1).settle()
    assert _statuses(org, held) == ["paid", "paid"]
    assert {at for _, _, _, at in _minted(org)} == {came}
    assert sum(amount for _, _, amount, _ in _minted(org)) <= 210
    org.do("record_treasury", event_type="DEPOSIT", amount_eur="500", note="licenses")
    org.settle()
    assert _statuses(org, behind) == ["paid", "paid"]
    _ok(org)


def test_while_no_money_ever_came_mints_go_on(org: Organisation) -> None:
    """The record's state; every view says PENDING."""
    _award(org, "6_7_0_0")
    org.wait(days=3).settle()
    assert len(_minted(org)) == 2
    assert "PENDING" in org.ask("wallet", "maria").figures[0]


def test_a_forgotten_clock_is_closed_at_its_limit(org: Organisation) -> None:
    """Twelve hours after the start, with a row and a block that say so."""
    org.seats("6_7_0_0", "maria", "jonas")
    org.do("start_work", "maria", task_id="6_7_0_0")
    org.do("start_work", "jonas", task_id="6_7_0_0")
    limit = org.now + timedelta(hours=12)
    assert org.settle(limit - timedelta(seconds=1)) == 0
    org.wait(days=2)
    assert org.settle() == 1
    clock, log = org.snapshot.session("s_1"), org.snapshot.session_log("s_1")
    assert clock is not None
    assert log is not None
    assert (clock.status, clock.stopped_at, log.status, log.duration_minutes) == ("limit", limit, "limit", 720)
    assert org.snapshot.running_session("maria") is None
    _ok(org)


def test_a_seat_that_nobody_used_is_free_again(org: Organisation) -> None:
    """Fourteen days after it was taken, or after the last session on it."""
    org.seats("6_7_0_0", "maria", "jonas")
    org.do("claim_task", "maria", task_id="6_7_0_1")
    taken = org.now
    org.wait(days=10)
    org.session("6_7_0_0", "maria", "jonas")
    worked = org.now
    org.settle(taken + timedelta(days=14))
    free, kept = org.snapshot.task("6_7_0_1"), org.snapshot.task("6_7_0_0")
    assert free is not None
    assert kept is not None
    assert (free.attacker, kept.attacker) == (None, "maria")
    org.wait(days=30).settle()
    expired = [(c.task_id, c.adm_role, c.timestamp) for c in org.snapshot.rows(tables.CLAIMS) if c.action == "expire"]
    assert expired == [
        ("6_7_0_1", "attacker", taken + timedelta(days=14)),
        ("6_7_0_0", "attacker", worked + timedelta(days=14)),
        ("6_7_0_0", "defender", worked + timedelta(days=14)),
    ]
    _ok(org)


def test_seats_of_finished_work_stay(org: Organisation) -> None:
    """Whoever did it stays on the task."""
    _award(org, "6_7_0_0")
    org.wait(days=60).settle()
    task = org.snapshot.task("6_7_0_0")
    assert task is not None
    assert (task.attacker, task.defender) == ("maria", "jonas")


def test_karma_decays_on_the_first_and_the_active_get_their_bonus(org: Organisation) -> None:
    """Months that nobody looked are made up for, one after another."""
    for category in ("conflict_resolution", "governance_participation", "proposal_accepted", "meeting_facilitation"):
        org.do("award_sk", "captain", alias="maria", category=category, entity_id="6_7_0_0", reason="much")
    assert karma_of(org.snapshot, "maria") == 80
    org.seats("6_7_0_0", "maria", "jonas")
    org.session("6_7_0_0", "maria", "jonas")
    org.settle(datetime(2026, 4, 10, tzinfo=UTC))
    rows = [
        (r.timestamp.date().isoformat(), r.type, r.amount, r.from_ or r.to)
        for r in org.snapshot.rows(tables.KARMA)
        if r.category in ("decay", "active_month")
    ]
    assert rows == [
        ("2026-02-01", "KARMA", 5, "maria"),
        ("2026-03-01", "DECAY", 8, "maria"),
        ("2026-04-01", "DECAY", 7, "maria"),
    ]
    months = [e.entity_id for e in org.snapshot.rows(tables.EVENTS) if e.action == "decay"]
    assert months == ["2026-02", "2026-03", "2026-04"]
    _ok(org)


def test_a_month_without_karma_leaves_no_trace(org: Organisation) -> None:
    """No rows of nothing."""
    before = org.tree
    org.wait(days=300)
    assert org.settle() == 0
    assert org.tree is before


def test_the_wallet_tells_when_the_window_ends_and_what_will_decay(org: Organisation) -> None:
    """Pending parts, the next decay, and the room left today."""
    org.do("award_sk", "captain", alias="maria", category="conflict_resolution", entity_id="6_7_0_0", reason="much")
    org.wait(days=40)
    _award(org, "6_7_0_0", share=50)
    data = org.ask("wallet", "jonas", alias="maria").data
    assert data["sc"]["pending"] == [
        {
            "id": "g_4",
            "task": "6_7_0_0",
            "seat": "attacker",
            "amount": "90.00",
            "status": "consensus",
            "ends": "2026-02-16T10:30:00Z",
        }
    ]
    assert data["sk"] == {"balance": 25, "next_decay": {"on": "2026-03-01", "amount": 2}}
    assert data["room_today"] == "500.00"
    org.wait(days=2)
    assert org.ask("wallet", "maria").data["room_today"] == "410.00"


_WORK = ("work", "maria", {"task_id": "6_7_0_0"})
_ACTIONS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("claim_task", "maria", {"task_id": "6_7_0_0"}),
    ("claim_task", "jonas", {"task_id": "6_7_0_0"}),
    ("claim_task", "jonas", {"task_id": "6_7_0_1"}),
    ("claim_task", "maria", {"task_id": "6_7_0_1"}),
    ("start_work", "maria", {"task_id": "6_7_0_0"}),
    ("start_work", "jonas", {"task_id": "6_7_0_0"}),
    ("start_work", "jonas", {"task_id": "6_7_0_1"}),
    ("start_work", "maria", {"task_id": "6_7_0_1"}),
    ("stop_work", "maria", {"notes": "Some of it."}),
    ("stop_work", "jonas", {"notes": "The rest."}),
    _WORK,
    _WORK,
    ("work", "jonas", {"task_id": "6_7_0_1"}),
    ("round", "maria", {"task_id": "6_7_0_0"}),
    ("round", "jonas", {"task_id": "6_7_0_1"}),
    ("round", "jonas", {"task_id": "6_7_0_0"}),
    ("assess", "captain", {}),
    ("validate", "designer", {}),
    ("validate", FOUNDER, {}),
    ("award_sk", "captain", {"alias": "maria", "category": "bug_find", "reason": "found"}),
    ("record_treasury", FOUNDER, {"event_type": "DEPOSIT", "amount_eur": "40", "note": "license"}),
)


@cache
def _narrow() -> Tree:
    """The company with a daily cap of 60 SC, which a few awards fill, and with 40 EUR, which back 120 SC."""
    files = {path: _company().read(path) or b"" for path in _company().paths()}
    files[CREDIT_RATES] = files[CREDIT_RATES].replace(b"daily_cap: 500", b"daily_cap: 60")
    org = Organisation(START, MappingTree(files))
    org.do("record_treasury", event_type="DEPOSIT", amount_eur="40", note="a grant")
    return org.tree


def _play(org: Organisation, action: int) -> None:
    """Give one command, whatever comes of it; assessments and validations take the first that waits."""
    command, actor, values = _ACTIONS[action]
    snapshot = org.snapshot
    if command == "assess":
        for clock in snapshot.rows(tables.CLOCK):
            values = {"session_id": clock.session_id, **SCORES, "share": 30}
            if isinstance(org.attempt("assess_work", actor, **values), Change):
                return
    elif command in ("work", "round"):
        _work(org, actor, values, paid=command == "round")
    elif command == "validate":
        waiting = snapshot.rows(tables.PENDING).where(status="pending")
        for row in waiting:
            if row.task_id is not None:
                org.attempt("validate_sc", actor, pending_id=row.pending_id, decision="approve")
                return
    elif command == "award_sk":
        sessions = [clock.session_id for clock in snapshot.rows(tables.CLOCK)]
        org.attempt(command, actor, **values, entity_id=sessions[-1] if sessions else "6_7_0_2")
    else:
        org.attempt(command, actor, **values)


def _work(org: Organisation, actor: str, values: dict[str, Any], *, paid: bool) -> None:
    """A session of two on a task, and if it is to be paid its assessment and validation."""
    partner = "jonas" if actor == "maria" else "maria"
    for command in ("claim_task", "start_work"):
        for alias in (actor, partner):
            org.attempt(command, alias, **values)
    org.attempt("stop_work", partner, notes="Together.")
    sessions = org.snapshot.rows(tables.CLOCK)
    if not paid or not sessions:
        return
    award = org.attempt("assess_work", "captain", session_id=sessions[-1].session_id, **SCORES, share=30)
    if isinstance(award, Change):
        org.attempt("validate_sc", "designer", pending_id=award.entity.id, decision="approve")


def _files(org: Organisation) -> dict[str, bytes | None]:
    return {path: org.tree.read(path) for path in org.tree.paths() if path != tables.EVENTS.path}


def _trail(org: Organisation) -> list[tuple[str, ...]]:
    """The audit trail without the times and ids of the runs."""
    return [
        (e.actor, e.action, e.entity_id, e.details, e.request_id if e.actor == "engelbot" else "")
        for e in org.snapshot.rows(tables.EVENTS)
    ]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.tuples(st.sampled_from(range(len(_ACTIONS))), st.sampled_from([0, 1, 7, 30, 80, 400]), st.booleans()),
        min_size=4,
        max_size=30,
    )
)
def test_it_does_not_matter_when_anybody_settles(steps: list[tuple[int, int, bool]]) -> None:
    """Weeks of silence give the same ledger as frequent runs, and the ledger is whole."""
    silent, often = Organisation(START, _narrow()), Organisation(START, _narrow())
    for action, hours, look in steps:
        for org in (silent, often):
            _play(org, action)
        silent.wait(hours=hours)
        end = often.now + timedelta(hours=hours)
        while look and often.now + timedelta(hours=5) < end:
            often.settle(often.now + timedelta(hours=5))
        often.now = end
    for org in (silent, often):
        org.wait(days=45).settle()
        assert org.settle() == 0
    assert _files(silent) == _files(often)
    assert _trail(silent) == _trail(often)
    assert [f for f in verify(silent.tree).findings if f.severity is Severity.ERROR] == []
    _ok(silent)
