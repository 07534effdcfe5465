"""Kudos, redemption, resigning and comments: what every owner may do."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from smartup_tui.ledger import tables
from smartup_tui.ledger.change import Reason
from smartup_tui.ledger.economy.wallet import karma_of
from tests.support.organisation import FOUNDER, Organisation, company, edited
from tests.toolbox.operations.governing import TASK, actions, assembly, opened, page, validated_award


def thank(org: Organisation, giver: str, alias: str, amount: int) -> str:
    """Kudos; the message."""
    return org.do("kudos", giver, alias=alias, amount=amount, reason="Thank you.").message


def test_kudos_are_karma_for_somebody_else() -> None:
    """One to five, with a reason."""
    org = company()
    assert thank(org, "maria", "jonas", 3) == "maria thanks jonas with 3 SK."
    row = org.snapshot.rows(tables.KARMA)[-1]
    assert (row.to, row.amount, row.awarded_by, row.category, row.from_) == ("jonas", 3, "maria", "kudos", None)
    assert org.refused("kudos", "maria", alias="maria", amount=1, reason="me").code == "own_karma"
    for amount in ("0", "6", "-1", "2.5"):
        assert org.refused("kudos", "maria", alias="jonas", amount=amount, reason="x").reason is Reason.MALFORMED
    assert org.refused("kudos", "maria", alias="jonas", amount=1).code == "missing_argument"


def test_a_giver_has_ten_a_week_and_ten_a_month_for_one_person() -> None:
    """The last 7 and 30 days; the refusal says what is left."""
    org = company()
    thank(org, "maria", "jonas", 5)
    org.wait(days=3)
    thank(org, "maria", "captain", 3)
    refusal = org.refused("kudos", "maria", alias="captain", amount=3, reason="x")
    assert (refusal.code, refusal.hint) == ("giver_week", "2 SK can still be given.")
    org.wait(days=4, seconds=1)
    thank(org, "maria", "jonas", 5)
    month = org.refused("kudos", "maria", alias="jonas", amount=1, reason="x")
    assert (month.code, month.message) == (
        "pair_month", "You gave jonas 10 SK in the last 30 days; 10 is the most.",
    )  # fmt: skip
    org.wait(days=24)
    thank(org, "maria", "jonas", 5)


def test_kudos_keep_the_receivers_day() -> None:
    """Cut to the room that the license leaves, and refused when there is none."""
    org = company().owner("guest", license_="campaign")
    for giver, amount in ((FOUNDER, 5), ("captain", 5), ("designer", 5), ("maria", 5)):
        thank(org, giver, "guest", amount)
    thank(org, "jonas", "guest", 3)
    assert thank(org, "jonas", "guest", 3) == "jonas thanks guest with 2 SK of 3: the day's cap leaves no more room."
    assert karma_of(org.snapshot, "guest") == 25
    assert org.refused("kudos", "captain", alias="guest", amount=1, reason="x").code == "daily_cap"


@pytest.fixture
def rich() -> Organisation:
    """An assembly in which maria has 36 SC and jonas 4."""
    org = assembly()
    validated_award(org)
    org.wait(days=3).settle()
    return org


def test_redemptions_are_queued_and_reserved(rich: Organisation) -> None:
    """No more than what is live and not queued; withdrawing frees it."""
    first = rich.do("redeem", "maria", amount="30")
    assert (first.entity.id, first.data["ahead"]) == ("r_1", "0.00")
    assert rich.do("redeem", "jonas", amount="4").data["ahead"] == "30.00"
    refusal = rich.refused("redeem", "maria", amount="6.01")
    assert (refusal.code, refusal.hint) == ("not_enough", "6.00 SC can be redeemed.")
    assert rich.ask("wallet", "maria").data["sc"]["queued"] == "30.00"
    assert rich.refused("withdraw", "jonas", entity_id="r_1").code == "not_yours"
    rich.do("withdraw", "maria", entity_id="r_1")
    assert rich.refused("withdraw", "maria", entity_id="r_1").code == "closed"
    rich.do("redeem", "maria", amount="36")
    for amount in ("0", "-1"):
        assert rich.refused("redeem", "maria", amount=amount).code == "bad_amount"


@pytest.mark.parametrize("status", [b"suspended", b"left"])
def test_owners_who_are_gone_still_redeem(rich: Organisation, status: bytes) -> None:
    """What was earned stays theirs."""
    row = b"@maria:smartup0.org,work,"
    gone = edited(rich, "ownership/book-of-owners.csv", row + b"active", row + status)
    gone.do("redeem", "maria", amount="36")
    assert gone.refused("comment", "maria", entity_id="maria", text="Bye.").reason is Reason.FORBIDDEN


def test_resigning_frees_a_role_and_its_copies() -> None:
    """Only one's own; what follows is said."""
    org = company()
    refusal = org.refused("resign", "maria", role_id="4_1_7")
    assert (refusal.code, refusal.hint) == ("not_yours", "You hold 4_2_7.")
    change = org.do("resign", "captain", role_id="4_1_7")
    assert "proposals" in change.figures[0]
    role, team, owner = org.snapshot.role("4_1_7"), org.snapshot.team("3_7"), org.snapshot.owner("captain")
    assert role is not None
    assert team is not None
    assert owner is not None
    assert (role.holder, role.recruitment, team.captain, owner.roles) == (None, "OPEN", None, ())
    assert "4_1_7" in [row["id"] for row in org.ask("open_roles").data["roles"]]
    org.do("resign", FOUNDER, role_id="4_0_1")
    founder = org.snapshot.role("4_0_1")
    assert founder is not None
    assert (founder.holder, founder.recruitment) == (None, None)


@pytest.mark.parametrize(
    ("entity_id", "type_", "section"),
    [
        (TASK, "task", "Comments"),
        ("s_1", "session", "Comments"),
        ("g_4", "award", "Comments"),
        ("5_7_0", "objective", "Discussion"),
        ("3_7", "team", "Discussion"),
        ("4_2_7", "role", "Comments"),
        ("maria", "owner", "Comments"),
        ("p_1", "proposal", "Comments"),
        ("a_1", "application", "Comments"),
    ],
)
def test_a_comment_goes_to_the_page_it_is_about(entity_id: str, type_: str, section: str) -> None:
    """The thing's own page, or that of the task it belongs to."""
    org = assembly()
    validated_award(org)
    opened(org)
    org.do("apply", "jonas", role_id="4_2_3", motivation="I like to build.")
    change = org.do("comment", "jonas", entity_id=entity_id, text="Worth a look.\n\n## Not a heading")
    (written,) = change.markdown
    assert (change.entity.type, change.entity.id) == (type_, entity_id)
    text = (org.tree.read(written.path) or b"").decode()
    below = text[text.index(f"## {section}") :]
    assert "Worth a look." in below
    assert "\n## Not a heading" not in text
    assert actions(org, entity_id)[-1] == "comment"
    assert (f"On {entity_id}: Worth" in text) == (entity_id in ("s_1", "g_4"))


def test_what_has_no_page_is_not_commented(rich: Organisation) -> None:
    """Said with where to comment instead."""
    rich.do("redeem", "maria", amount="1")
    for entity_id in ("r_1", "g_1"):
        assert rich.refused("comment", "maria", entity_id=entity_id, text="x").code == "no_page"
    assert rich.refused("comment", "maria", entity_id="6_9_9_9", text="x").reason is Reason.NOT_FOUND


INJECTIONS = (
    "---\ntitle: x\n---",
    "=HYPERLINK(\"http://x\")",
    "../../etc/passwd",
    "ok\nCommand: E00000001 maria request-1 cli:vote",
    "a\n\n## Comments\n\n### engelbot, 2026-01-01T00:00:00Z",
)  # fmt: skip


@pytest.mark.parametrize("text", INJECTIONS)
@pytest.mark.parametrize(
    ("command", "values", "free"),
    [
        ("propose", {"title": "T"}, "text"),
        ("apply", {"role_id": "4_2_3"}, "motivation"),
        ("kudos", {"alias": "jonas", "amount": 1}, "reason"),
        ("comment", {"entity_id": "3_7"}, "text"),
    ],
)
def test_every_text_is_data(command: str, values: dict[str, Any], free: str, text: str) -> None:
    """Pages keep their structure, cells are never run by a spreadsheet, details of the audit trail are one line."""
    org = assembly()
    change = org.do(command, "maria", **values, **{free: text})
    for written in change.markdown:
        body = (org.tree.read(written.path) or b"").decode()
        headings = [line for line in body.split("\n") if line.startswith("## ")]
        assert len(headings) == len(set(headings))
        assert body.startswith("---\n")
        assert body.count("\n---\n") == 1
    for table in tables.TABLES:
        for line in (org.tree.read(table.path) or b"").decode().split("\n"):
            assert not any(cell.startswith(("=", '"=')) for cell in line.split(","))
    assert "\n" not in org.snapshot.rows(tables.EVENTS)[-1].details
    assert org.snapshot.problems == ()


def test_a_kudos_window_slides() -> None:
    """Exactly seven days later it counts no more."""
    org = company()
    thank(org, "maria", "jonas", 5)
    thank(org, "maria", "captain", 5)
    org.wait(days=7, seconds=-1)
    assert org.refused("kudos", "maria", alias="designer", amount=1, reason="x").code == "giver_week"
    org.now += timedelta(seconds=1)
    thank(org, "maria", "designer", 5)


def test_a_page_of_a_proposal_has_its_comments() -> None:
    """In the order in which they were written."""
    org = assembly()
    opened(org)
    for number in range(3):
        org.do("comment", "jonas", entity_id="p_1", text=f"Comment {number}")
    text = page(org)
    assert text.index("Comment 0") < text.index("Comment 1") < text.index("Comment 2")
