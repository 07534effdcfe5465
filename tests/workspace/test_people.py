"""Owners, roles and teams as the workspace shows them agree with what the Toolbox answers."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from smartup_tui.ledger.economy import sc
from smartup_tui.ledger.index import treasury as numbers
from smartup_tui.ledger.index.store import Index
from smartup_tui.ledger.tables import CREDITS
from smartup_tui.workspace import people
from smartup_tui.workspace.describe_people import (
    describe_application,
    describe_owner,
    describe_role,
    describe_team,
)
from smartup_tui.workspace.months import wallet_months
from smartup_tui.workspace.people_acts import Act, compose, hindrance, in_hand
from smartup_tui.workspace.places import Places
from smartup_tui.workspace.reader import Reader
from smartup_tui.workspace.treasury import standing, treasury_line
from tests.support.organisation import Organisation
from tests.support.owner_home import PROFILE, make_home, organisation


@pytest.fixture(scope="module")
def org() -> Organisation:
    made = organisation()
    made.owner("lena").owner("wanda", license_="watch")
    made.do("apply", "lena", role_id="4_2_2", motivation="I like to draw.\n\nAnd to listen.")
    made.do("apply", "maria", role_id="4_2_3", motivation="I like to build.")
    made.do("record_treasury", event_type="DEPOSIT", amount_eur="200", note="A license")
    made.do("set_owner", alias="jonas", field="alias", value="jon", reference="Shorter")
    return made


@pytest.fixture
def reader(tmp_path: Path, org: Organisation) -> Iterator[Reader]:
    home = make_home(tmp_path, org)
    with Index(Places.of(home, "smartup").index) as index:
        yield Reader(index, PROFILE)


@pytest.mark.parametrize("alias", ["maria", "jon", "lena"])
def test_an_owner_is_who_the_toolbox_says(reader: Reader, org: Organisation, alias: str) -> None:
    found, answer = people.owner_detail(reader, alias), org.ask("who", alias=alias).data
    assert found is not None
    assert found.person.sk == answer["sk"]
    assert {role.role_id for role in found.person.roles} == {role["id"] for role in answer["roles"]}
    assert {task.task_id for task in found.seats} == set(answer["seats"])


def test_pages_say_what_is_asked_for(reader: Reader) -> None:
    maria, lena = people.owner_detail(reader, "maria"), people.owner_detail(reader, "lena")
    assert maria is not None
    assert lena is not None
    text = describe_owner(maria)
    assert "**work license**" in text
    assert "last work: 6_7_0_0 Backup drill with jonas, 2 Mar, 1 h 38 min" in text
    assert "6_1_0_0 Draft the owners' guide: attacker, in progress" in text
    assert "last work: none yet" in describe_owner(lena)
    role, team, asked = (
        people.role_detail(reader, "4_2_2"),
        people.team_detail(reader, "3_7"),
        people.application_detail(reader, "a_1"),
    )
    assert role is not None
    assert team is not None
    assert asked is not None
    assert "Open: it looks for somebody" in describe_role(role)
    assert "a_1 lena" in describe_role(role)
    assert "captain: aisha" in describe_team(team)
    assert "3 open, 1 in review" in describe_team(team)
    assert describe_team(team).count("Runs SmartupOS") == 1
    assert "I like to draw." in describe_application(asked)
    assert people.owner_detail(reader, "nobody") is None
    renamed = people.owner_detail(reader, "jon")
    assert renamed is not None
    assert "last work: 6_7_0_0 Backup drill with maria" in describe_owner(renamed)  # done under the alias of then


def test_keys_say_what_they_lack(reader: Reader) -> None:
    def why(act: Act, entity: str | None) -> str:
        return hindrance(reader, act, in_hand(entity)) or ""

    assert why(Act.APPLY, "4_3_2") == ""
    assert "aisha holds 4_1_7" in why(Act.APPLY, "4_1_7")
    assert "Your application a_2" in why(Act.APPLY, "4_2_3")
    assert "Choose a role" in why(Act.APPLY, "maria")
    assert "captain" in why(Act.ACCEPT, "a_1").lower()
    assert "Choose an application" in why(Act.ACCEPT, None)
    assert "leadership" in why(Act.CHANGE, "lena")
    assert why(Act.THANK, "lena") == ""
    assert "others" in why(Act.THANK, "maria")
    assert why(Act.LEAVE, "a_2") == why(Act.LEAVE, "4_3_1") == ""
    assert "not your application" in why(Act.LEAVE, "a_1")
    assert compose(Act.ACCEPT, in_hand("a_1"))[0].text == "!accept_application a_1"
    assert compose(Act.LEAVE, in_hand("a_2"))[0].text == "!withdraw a_2"
    assert compose(Act.LEAVE, in_hand("4_3_1"))[0].text == "!resign 4_3_1"
    text, cursor = compose(Act.ASSIGN, in_hand("4_2_2"))
    assert text.text.removeprefix("!")[:cursor] == "assign_role "


def test_months_and_treasury_add_up(reader: Reader, org: Organisation) -> None:
    tally = sc.tally(org.snapshot.rows(CREDITS))
    months = wallet_months(reader, org.now)
    wallet = reader.wallet(org.now)
    assert (months.credits.now, int(months.karma.now)) == (wallet.live, wallet.sk)
    assert [day.month for day in months.karma.first_days] == [1, 2, 3]
    assert numbers.outstanding(reader.index) == tally.outstanding
    line = treasury_line(reader)
    assert (line.eur, line.allowed, line.is_over) == (Decimal(200), Decimal(600), False)
    assert "72.00 of 600.00 SC outstanding (3x rule)" in standing(line)
