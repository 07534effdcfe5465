"""Tranches of the founding work: a vote without the founder, then the 3x rule, after all awards."""

from __future__ import annotations

from decimal import Decimal

import pytest

from smartup_tui.ledger import tables
from smartup_tui.ledger.change import Reason
from tests.support.organisation import FOUNDER, Organisation
from tests.toolbox.operations.governing import assembly, proposal, status, validated_award


@pytest.fixture
def org() -> Organisation:
    """An assembly with the vote on g_1 open."""
    org = assembly()
    org.do("vest", pending_id="g_1", text="Two captains lead their teams.")
    return org


def accept(org: Organisation, proposal_id: str = "p_1") -> None:
    """Everybody but the founder votes yes."""
    for alias in ("maria", "jonas", "captain"):
        org.do("vote", alias, proposal_id=proposal_id, choice="yes")
    org.wait(days=7).settle()


def test_a_tranche_is_always_voted_on(org: Organisation) -> None:
    """By everybody but the founder, however silent the others are."""
    row = proposal(org)
    assert (row.kind, row.status, row.title) == (
        "vesting",
        "voting",
        f"g_1: 24660.00 SC of the founding work for {FOUNDER}",
    )
    assert org.refused("vote", FOUNDER, proposal_id="p_1", choice="yes").code == "own_award"
    assert org.refused("vest", pending_id="g_1", text="again").code == "voting"
    assert org.refused("vest", "maria", pending_id="g_1", text="x").reason is Reason.FORBIDDEN
    org.wait(days=30).settle()
    assert (proposal(org).status, status(org, "g_1")) == ("rejected", "pending")
    assert org.do("vest", pending_id="g_1", text="Now there are three.").entity.id == "p_2"


def test_an_accepted_tranche_is_minted_while_no_money_binds_it(org: Organisation) -> None:
    """Above the daily cap, which is for awards; the founder's wallet shows it."""
    accept(org)
    assert status(org, "g_1") == "paid"
    row = org.snapshot.rows(tables.CREDITS)[-1]
    assert (row.amount, row.to, row.reference, row.category) == (Decimal("24660.00"), FOUNDER, "g_1", "founding")
    assert row.timestamp == proposal(org).vote_ends_at
    assert org.ask("wallet", FOUNDER).data["sc"]["live"] == "24660.00"
    assert org.refused("vest", pending_id="g_1", text="again").code == "decided"


def test_a_tranche_waits_for_room_and_lets_awards_pass(org: Organisation) -> None:
    """Held while three times the treasury is less; awards go on, and the tranche comes when there is room."""
    org.do("record_treasury", event_type="DEPOSIT", amount_eur="1000", note="licenses")
    accept(org)
    assert status(org, "g_1") == "held"
    assert validated_award(org) == "g_4"
    org.wait(days=2).settle()
    assert (status(org, "g_4"), status(org, "g_1")) == ("paid", "held")
    org.wait(days=5)
    org.do("record_treasury", event_type="GRANT", amount_eur="9000", note="a grant")
    enough = org.now
    org.wait(days=5).settle()
    assert status(org, "g_1") == "paid"
    assert org.snapshot.rows(tables.CREDITS)[-1].timestamp == enough


def test_held_awards_come_before_a_held_tranche(org: Organisation) -> None:
    """Whatever their order in time."""
    org.do("record_treasury", event_type="DEPOSIT", amount_eur="10", note="a first license")
    accept(org)
    validated_award(org)
    org.wait(days=3).settle()
    assert (status(org, "g_1"), {row.status for row in org.snapshot.award("g_4")}) == ("held", {"held"})
    org.do("record_treasury", event_type="GRANT", amount_eur="10000", note="a grant")
    org.settle()
    minted = [row.reference for row in org.snapshot.rows(tables.CREDITS)]
    assert minted == ["g_4", "g_4", "g_1"]


def test_settling_late_mints_the_same(org: Organisation) -> None:
    """Nobody looks for a month, or everybody does each day."""
    for alias in ("maria", "jonas", "captain"):
        org.do("vote", alias, proposal_id="p_1", choice="yes")
    org.do("record_treasury", event_type="GRANT", amount_eur="10000", note="a grant")
    late = Organisation(org.now, org.tree)
    for _ in range(25):
        org.wait(days=1).settle()
    late.wait(days=25).settle()
    for path in (tables.PROPOSALS.path, tables.PENDING.path, tables.CREDITS.path):
        assert org.tree.read(path) == late.tree.read(path)


def test_what_is_no_tranche_is_not_vested(org: Organisation) -> None:
    """Awards of tasks, and what does not exist."""
    validated_award(org)
    assert org.refused("vest", pending_id="g_4", text="x").code == "no_tranche"
    assert org.refused("vest", pending_id="g_99", text="x").reason is Reason.NOT_FOUND
