"""Redemptions are paid in order, within what the treasury can bear, and never by who gets the money."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smartup_tui.ledger import tables
from smartup_tui.ledger.change import Reason
from smartup_tui.ledger.economy.redemption import payable
from smartup_tui.ledger.rows import CreditTransaction, Redemption
from smartup_tui.ledger.tree import MappingTree
from smartup_tui.ledger.verify import verify
from tests.ledger.files import csv
from tests.support.organisation import FOUNDER, START, Organisation, company


def organisation(*queue: tuple[str, str], euros: str = "5000", live: str = "500") -> Organisation:
    """A company with money, whose owners have SC and asked to redeem so many, in this order."""
    org = company()
    org.do("record_treasury", event_type="DEPOSIT", amount_eur=euros, note="licenses")
    mints = [
        CreditTransaction(START, "MINT", Decimal(live), None, alias, f"g_9{at}", "", None, "gift", None)
        for at, alias in enumerate(sorted({alias for alias, _ in queue}))
    ]
    asked = [
        Redemption(f"r_{at}", START + timedelta(hours=at), alias, Decimal(amount), "queued", None, None, None)
        for at, (alias, amount) in enumerate(queue, start=1)
    ]
    files = {path: org.tree.read(path) or b"" for path in org.tree.paths()}
    files[tables.CREDITS.path] = csv(tables.CREDITS, mints)
    files[tables.REDEMPTIONS.path] = csv(tables.REDEMPTIONS, asked)
    return Organisation(org.now + timedelta(days=1), MappingTree(files))


def test_paying_takes_the_credits_and_the_money_together() -> None:
    """One change: REDEEM, the balance, the request."""
    org = organisation(("maria", "120.50"))
    change = org.do("pay_redemption", FOUNDER, redemption_id="r_1", reference="Bank 7")
    assert change.message == "r_1 is paid: 120.50 EUR to maria."
    assert {write.table.name for write in change.index} == {"credits", "treasury", "redemptions"}
    snapshot = org.snapshot
    row = snapshot.rows(tables.REDEMPTIONS).get("r_1")
    assert row is not None
    assert (row.status, row.decided_by, row.reference) == ("paid", FOUNDER, "Bank 7")
    balance = snapshot.rows(tables.TREASURY)[-1]
    assert (balance.event_type, balance.total_eur_balance) == ("REDEEM", Decimal("4879.50"))
    assert (balance.sc_outstanding, balance.reference) == (Decimal("379.50"), "Bank 7")
    wallet = org.ask("wallet", "maria").data["sc"]
    assert (wallet["live"], wallet["queued"]) == ("379.50", "0.00")
    again = org.refused("pay_redemption", FOUNDER, redemption_id="r_1", reference="Bank 8")
    assert (again.code, again.message) == ("decided", "r_1 is paid.")
    assert [f for f in verify(org.tree).findings if f.where.startswith("treasury/")] == []


def test_one_that_is_too_large_holds_the_queue_and_it_is_said() -> None:
    """First in, first out is meant (ledger.md §4), so the way on is named."""
    org = organisation(("maria", "450"), ("jonas", "20"), euros="1100")
    refusal = org.refused("pay_redemption", FOUNDER, redemption_id="r_2", reference="Bank 7")
    assert refusal.code == "not_first"
    assert "at most 100.00 EUR can be paid out now" in refusal.hint
    assert "for maria to withdraw it" in refusal.hint
    first = org.refused("pay_redemption", FOUNDER, redemption_id="r_1", reference="Bank 7")
    assert (first.code, "those after it with it" in first.hint) == ("treasury", True)
    assert org.ask("treasury").next_step == "The queue waits for money: r_1, its first, asks for 450.00 EUR."
    org.do("withdraw", "maria", entity_id="r_1")
    assert org.do("pay_redemption", FOUNDER, redemption_id="r_2", reference="Bank 7").message.startswith("r_2 is paid")


def test_first_in_first_out() -> None:
    """The refusal names who came before."""
    org = organisation(("maria", "10"), ("jonas", "10"))
    refusal = org.refused("pay_redemption", FOUNDER, redemption_id="r_2", reference="x")
    assert (refusal.code, refusal.message) == ("not_first", "r_1 of maria came before r_2.")
    org.do("pay_redemption", FOUNDER, redemption_id="r_1", reference="x")
    org.do("pay_redemption", FOUNDER, redemption_id="r_2", reference="x")


def test_nobody_pays_their_own_and_their_own_holds_nobody_up() -> None:
    """A founder who alone may pay still pays the others."""
    org = organisation((FOUNDER, "10"), ("jonas", "10"))
    own = org.refused("pay_redemption", FOUNDER, redemption_id="r_1", reference="x")
    assert (own.reason, own.code) == (Reason.FORBIDDEN, "own_redemption")
    org.do("pay_redemption", FOUNDER, redemption_id="r_2", reference="x")


def test_what_is_not_covered_any_more_holds_nobody_up() -> None:
    """A correction took the SC after they were queued."""
    org = organisation(("maria", "600"), ("jonas", "10"))
    assert org.refused("pay_redemption", FOUNDER, redemption_id="r_1", reference="x").code == "not_covered"
    org.do("pay_redemption", FOUNDER, redemption_id="r_2", reference="x")


@pytest.mark.parametrize(("euros", "allowed"), [("1100", True), ("1099.99", False)])
def test_the_reserve_stays(euros: str, allowed: bool) -> None:
    """A thousand EUR, to the cent."""
    org = organisation(("maria", "100"), euros=euros)
    if allowed:
        org.do("pay_redemption", FOUNDER, redemption_id="r_1", reference="x")
        return
    refusal = org.refused("pay_redemption", FOUNDER, redemption_id="r_1", reference="x")
    assert (refusal.reason, refusal.code) == (Reason.RULE, "treasury")
    assert refusal.message == "At most 99.99 EUR can be paid out now; r_1 asks for 100.00 EUR."


def test_a_payment_never_breaks_the_3x_rule() -> None:
    """Paying lowers the treasury three times as fast as what it bears."""
    org = organisation(("maria", "100"), euros="2000", live="5900")
    refusal = org.refused("pay_redemption", FOUNDER, redemption_id="r_1", reference="x")
    assert refusal.message == "At most 50.00 EUR can be paid out now; r_1 asks for 100.00 EUR."


def test_only_leadership_and_founder_pay() -> None:
    """Captains see it, and who can."""
    org = organisation(("maria", "10"))
    refusal = org.refused("pay_redemption", "captain", redemption_id="r_1", reference="x")
    assert (refusal.reason, refusal.hint) == (Reason.FORBIDDEN, "The leadership or the founder can.")


amounts = st.decimals(min_value=0, max_value=100_000, places=2)


@settings(max_examples=200)
@given(treasury=amounts, outstanding=amounts, ratio=st.sampled_from([1, 2, 3, 5]), reserve=st.sampled_from([0, 1000]))
def test_what_can_be_paid_keeps_reserve_and_rule(
    treasury: Decimal, outstanding: Decimal, ratio: int, reserve: int
) -> None:
    """And is as much as that allows."""
    most = payable(treasury, outstanding, Decimal(ratio), Decimal(reserve))
    assert most >= 0
    if most:
        assert treasury - most >= reserve
        assert outstanding - most <= ratio * (treasury - most)
    more = most + Decimal("0.01")
    breaks_rule = outstanding - more > ratio * (treasury - more)
    assert treasury - more < reserve or breaks_rule or most == treasury - reserve
