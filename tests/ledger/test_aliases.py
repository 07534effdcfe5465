"""One owner, several aliases over time: what was written under each of them is theirs."""

from __future__ import annotations

from decimal import Decimal

from smartup_tui.catalogue.model import Kind
from smartup_tui.ledger import tables
from smartup_tui.ledger.aliases import ALIAS, names_of, present_name
from smartup_tui.ledger.economy import sc
from smartup_tui.ledger.economy.wallet import credit_rows, karma_of
from smartup_tui.ledger.rows import CreditTransaction, KarmaTransaction, LicenseTransaction
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.ledger.verify.sums import check_sums
from tests.ledger.files import AT, ledger, owner


def change(old: str, new: str) -> LicenseTransaction:
    return LicenseTransaction(AT, ALIAS, new, "work", "work", None, old, "")


def mint(to: str, amount: str) -> CreditTransaction:
    return CreditTransaction(AT, "MINT", Decimal(amount), None, to, "g_1", "", None, "gift", None)


def redeemed(by: str, amount: str) -> CreditTransaction:
    return CreditTransaction(AT, "REDEEM", Decimal(amount), by, None, "r_1", "", None, "redemption", None)


def karma(to: str, amount: int) -> KarmaTransaction:
    return KarmaTransaction(AT, "KARMA", amount, None, to, "6_1_2_0", "", "tc", "kudos", None)


def snapshot() -> Snapshot:
    """Maria was mia and then mara; jonas always was jonas."""
    return Snapshot(
        ledger(
            {
                tables.OWNERS: [owner("maria"), owner("jonas")],
                tables.LICENSES: [change("mia", "mara"), change("mara", "maria")],
                tables.CREDITS: [mint("mia", "10"), mint("maria", "5"), mint("jonas", "7"), redeemed("maria", "12")],
                tables.KARMA: [karma("mara", 30), karma("maria", 4), karma("jonas", 1)],
            }
        )
    )


def test_every_alias_leads_to_the_owner() -> None:
    known = snapshot()
    assert names_of(known, "maria") == ("maria", "mia", "mara")
    assert names_of(known, "mia") == ("mia", "maria", "mara")
    assert names_of(known, "jonas") == ("jonas",)
    assert [present_name(known, name) for name in ("mia", "mara", "maria", "jonas", "nobody")] == [
        "maria", "maria", "maria", "jonas", "nobody",
    ]  # fmt: skip
    assert known.resolve(Kind.OWNER, "@mia") == "maria"


def test_credits_and_karma_of_the_past_are_counted() -> None:
    known = snapshot()
    assert sc.tally(credit_rows(known, "maria")).of("maria") == Decimal(3)
    assert sc.tally(credit_rows(known, "mia")).of("mia") == Decimal(3)
    assert (karma_of(known, "maria"), karma_of(known, "jonas")) == (34, 1)


def test_a_movement_under_a_new_alias_is_covered_by_the_old_ones() -> None:
    assert not [f for f in check_sums(snapshot()) if "SC after this" in f.message]


def test_an_alias_can_be_taken_again_by_who_had_it() -> None:
    back = Snapshot(ledger({tables.LICENSES: [change("mia", "mara"), change("mara", "mia")]}))
    assert names_of(back, "mia") == ("mia", "mara")
    assert present_name(back, "mara") == "mia"
