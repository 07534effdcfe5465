"""Karma that is awarded, and money that comes and goes."""

from __future__ import annotations

from decimal import Decimal

import pytest

from smartup_tui.ledger import tables
from smartup_tui.ledger.change import Reason
from smartup_tui.ledger.economy.wallet import karma_of
from tests.support.organisation import FOUNDER, Organisation, company


@pytest.fixture
def org() -> Organisation:
    """A company with one open task, 6_7_0_0."""
    org = company()
    org.task()
    return org


def _award(category: str = "documentation", alias: str = "maria", entity_id: str = "6_7_0_0") -> dict[str, str]:
    return {"alias": alias, "category": category, "entity_id": entity_id, "reason": "The guide reads well"}


def test_karma_has_the_amount_of_the_table(org: Organisation) -> None:
    """Dated, with what it was for and who gave it."""
    change = org.do("award_sk", "captain", **_award("Cross-Team-Coordination"), evidence="https://example.org/a")
    assert change.message == "12 SK for maria (cross_team_coordination, 6_7_0_0)."
    row = org.snapshot.rows(tables.KARMA)[-1]
    assert (row.type, row.amount, row.to, row.awarded_by, row.reference) == ("KARMA", 12, "maria", "captain", "6_7_0_0")
    assert row.evidence_link == "https://example.org/a"
    assert karma_of(org.snapshot, "maria") == 12


@pytest.mark.parametrize(
    ("actor", "values", "code"),
    [
        ("captain", _award(alias="captain"), "own_karma"),
        (FOUNDER, _award(alias=FOUNDER), "own_karma"),
        ("captain", _award("heroism"), "bad_category"),
        ("captain", _award(entity_id="6_9_9_9"), "not_found"),
        ("captain", _award(alias="ghost"), "not_found"),
        ("captain", _award("code_review", alias="helper"), "license"),
        ("maria", _award(alias="jonas"), "not_permitted"),
    ],
)
def test_karma_that_can_not_be_awarded(org: Organisation, actor: str, values: dict[str, str], code: str) -> None:
    """Never to oneself, only from the table, only for what is there, only what the license earns."""
    org.owner("helper", license_="campaign")
    assert org.refused("award_sk", actor, **values).code == code


def test_one_thing_is_rewarded_once(org: Organisation) -> None:
    """The same alias, category and entity."""
    org.do("award_sk", "captain", **_award())
    refusal = org.refused("award_sk", FOUNDER, **_award())
    assert (refusal.reason, refusal.code) == (Reason.CONFLICT, "awarded")
    org.do("award_sk", FOUNDER, **_award("bug_find"))


def test_the_day_cuts_an_award_and_says_so(org: Organisation) -> None:
    """The cap of the license; tomorrow there is room again."""
    org.owner("watcher", license_="watch")
    org.do("award_sk", **_award("conflict_resolution", "watcher"))
    org.do("award_sk", **_award("governance_participation", "watcher"))
    cut = org.do("award_sk", **_award("proposal_accepted", "watcher"))
    assert cut.data["amount"] == 5
    assert "of 20: the day's cap leaves no more room" in cut.message
    full = org.refused("award_sk", **_award("bug_find", "watcher"))
    assert (full.reason, full.code) == (Reason.RULE, "daily_cap")
    org.wait(days=1)
    assert org.do("award_sk", **_award("bug_find", "watcher")).data["amount"] == 10


def test_money_is_recorded_with_the_balance_and_the_ratio(org: Organisation) -> None:
    """EUR with two places, minus for what left."""
    org.do("record_treasury", event_type="deposit", amount_eur="250.00", note="Work license OC-117")
    org.do("record_treasury", event_type="EXPENSE", amount_eur="-49.50", note="Server, one month")
    rows = org.snapshot.rows(tables.TREASURY)[-2:]
    assert [(r.event_type, r.amount_eur_delta, r.total_eur_balance) for r in rows] == [
        ("DEPOSIT", Decimal("250.00"), Decimal("250.00")),
        ("EXPENSE", Decimal("-49.50"), Decimal("200.50")),
    ]
    assert rows[-1].ratio == 0


@pytest.mark.parametrize(
    ("actor", "kind", "amount", "code"),
    [
        (FOUNDER, "INIT", "5", "bad_event"),
        (FOUNDER, "redeem", "5", "bad_event"),
        (FOUNDER, "DEPOSIT", "0", "no_amount"),
        (FOUNDER, "EXPENSE", "-0.01", "treasury_empty"),
        (FOUNDER, "DEPOSIT", "1.005", "bad_argument"),
        ("captain", "DEPOSIT", "5", "not_permitted"),
        ("maria", "DEPOSIT", "5", "not_permitted"),
    ],
)
def test_money_that_can_not_be_recorded(org: Organisation, actor: str, kind: str, amount: str, code: str) -> None:
    """Other commands' events, nothing, more than there is, and other people."""
    assert org.refused("record_treasury", actor, event_type=kind, amount_eur=amount, note="x").code == code
