"""Another alias: what is open follows, rows of the past stay, and nothing that was earned is lost."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from smartup_tui.ledger import tables
from smartup_tui.ledger.change import Change, Reason, Refusal
from smartup_tui.ledger.verify import verify
from tests.support.organisation import FOUNDER, Organisation, company

TASK = "6_7_0_0"


@pytest.fixture
def org() -> Organisation:
    """A company in which maria has worked on 6_7_0_0, was paid for one session, and is owed another."""
    org = company()
    org.task()
    org.seats(TASK, "maria", "jonas").session(TASK, "maria", "jonas")
    score: dict[str, Any] = {"effort": 8, "learning": 8, "collaboration": 8, "share": 40}
    org.do("assess_work", "captain", session_id="s_1", **score)
    org.do("validate_sc", "designer", pending_id="g_4", decision="approve")
    org.do("award_sk", "captain", alias="maria", category="conflict_resolution", entity_id=TASK, reason="calm")
    org.wait(days=3).settle()
    org.session(TASK, "maria", "jonas")
    org.do("assess_work", "captain", session_id="s_2", **score)
    return org


def rename(org: Organisation, old: str = "maria", new: str = "mara") -> Change:
    return org.do("set_owner", FOUNDER, alias=old, field="alias", value=new)


def test_credits_karma_and_awards_follow_the_owner(org: Organisation) -> None:
    """The wallet is the same the day after, and the open award is paid to the new alias."""
    before = org.ask("wallet", "maria").data
    change = rename(org)
    assert change.message == "maria is mara now, owner 004 as before."
    after = org.ask("wallet", "mara").data
    assert {**after, "alias": "maria"} == before
    org.do("validate_sc", "designer", pending_id="g_5", decision="approve")
    org.wait(days=3).settle()
    paid = [(row.to, row.reference) for row in org.snapshot.rows(tables.CREDITS).where(category="task_award")]
    assert [entry for entry in paid if entry[0] in ("maria", "mara")] == [("maria", "g_4"), ("mara", "g_5")]
    doubled = Decimal(before["sc"]["live"]) * 2
    assert Decimal(org.ask("wallet", "mara").data["sc"]["live"]) == doubled
    assert verify(org.tree).ok


def test_what_is_open_is_under_the_new_alias(org: Organisation) -> None:
    """Seat, role, running clock; and the page has the new title where it was."""
    org.do("start_work", "maria", task_id=TASK)
    rename(org)
    snapshot = org.snapshot
    role, owner, task = snapshot.role("4_2_7"), snapshot.owner("mara"), snapshot.task(TASK)
    assert role is not None
    assert owner is not None
    assert task is not None
    assert (role.holder, task.attacker, owner.roles) == ("mara", "mara", ("4_2_7",))
    assert snapshot.owner("maria") is None
    org.do("stop_work", "mara", notes="Under my new name.")
    assert owner.wiki_path == "wiki/owners/maria.md"
    assert "# mara\n" in (org.tree.read(owner.wiki_path) or b"").decode()
    assert verify(org.tree).ok


def test_logs_are_not_touched(org: Organisation) -> None:
    """Not one byte of what is written."""
    logs = {
        t.path: org.tree.read(t.path) or b"" for t in (tables.CREDITS, tables.KARMA, tables.SESSIONS, tables.CLAIMS)
    }
    rename(org)
    assert all(org.tree.read(path) == data for path, data in logs.items())


def test_decay_goes_on_as_if_the_name_had_always_been_this(org: Organisation) -> None:
    """Under the new alias, with the activity of the old one."""
    rename(org)
    org.wait(days=60).settle()
    rows = org.snapshot.rows(tables.KARMA)
    assert [row.from_ for row in rows if row.type == "DECAY"] == ["mara"]
    assert not rows.where(category="active_month", to="maria")
    assert rows.where(category="active_month", to="mara")
    assert verify(org.tree).ok


def test_the_old_alias_finds_the_owner_and_is_nobody_elses(org: Organisation) -> None:
    """For questions, and for those who would like to have it."""
    rename(org)
    assert org.ask("who", "jonas", alias="maria").data["alias"] == "mara"
    entering = {"alias": "maria", "license": "watch", "matrix_id": "@other:smartup0.org", "reference": "OC-3"}
    assert org.refused("create_owner", FOUNDER, **entering).code == "alias_taken"
    taken = org.attempt("set_owner", FOUNDER, alias="jonas", field="alias", value="maria")
    assert isinstance(taken, Refusal)
    assert taken.code == "alias_taken"
    history = org.ask("history", "jonas", entity_id="maria").data
    assert history["entity_id"] == "mara"
    assert {event["action"] for event in history["events"]} >= {"create_owner", "award_sk", "set_owner"}


def test_twice_a_year_and_back_again(org: Organisation) -> None:
    """The policy's limit, counted over a year; the own earlier alias is free to take."""
    rename(org)
    rename(org, "mara", "maria")
    refusal = org.refused("set_owner", FOUNDER, alias="maria", field="alias", value="mia")
    assert (refusal.reason, refusal.code) == (Reason.RULE, "alias_changes")
    assert org.ask("wallet", "maria").data["sk"]["balance"] == 25
    org.wait(days=366)
    rename(org, "maria", "mia")


@pytest.mark.parametrize(
    ("value", "code"),
    [("jonas", "alias_taken"), ("maria", "no_change"), ("engelbot", "bad_alias"), ("no words", "bad_alias")],
)
def test_aliases_that_can_not_be_taken(org: Organisation, value: str, code: str) -> None:
    """Each for its reason."""
    assert org.refused("set_owner", FOUNDER, alias="maria", field="alias", value=value).code == code


def test_nobody_gets_a_second_say_by_another_name(org: Organisation) -> None:
    """While a vote or an objection of theirs counts, the alias stays."""
    org.do("validate_sc", "designer", pending_id="g_5", decision="approve")
    org.do("object", "captain", entity_id="g_5", reason="Too much for what it was.")
    refusal = org.refused("set_owner", FOUNDER, alias="captain", field="alias", value="skipper")
    assert (refusal.code, refusal.hint) == ("undecided", "It can change when that is decided.")


def test_a_captain_stays_captain(org: Organisation) -> None:
    """Role, team and permission under the new alias."""
    rename(org, "captain", "skipper")
    team = org.snapshot.team("3_7")
    assert team is not None
    assert team.captain == "skipper"
    org.do("create_task", "skipper", objective_id="5_7_0", size="small", title="Tidy", why="It is late.")
    taken = org.refused("validate_sc", "skipper", pending_id="g_5", decision="approve")
    assert taken.code == "own_assessment"
    assert verify(org.tree).ok
