"""People and Objectives at the keys: what folds, what is found, and which command each key composes."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from smartup_tui.ledger.index.store import Index
from smartup_tui.screens.objectives import ObjectivesScreen
from smartup_tui.screens.people import PeopleScreen
from smartup_tui.screens.review import ReviewScreen
from smartup_tui.text import clean, clean_line
from smartup_tui.widgets.plot import PlotView
from smartup_tui.workspace.forge_rows import DependencyRow, IssueRow, RepositoryRow
from smartup_tui.workspace.forge_store import AS_OF, ForgeStore
from smartup_tui.workspace.state import News
from tests.screens.test_hostile import HOSTILE, harmless
from tests.screens.test_journeys import Seat, seat
from tests.support.organisation import FOUNDER, Organisation
from tests.support.owner_home import organisation


@pytest.fixture(scope="module")
def org() -> Organisation:
    """Maria is captain of 3_3 here, and leads 5_0; lena applies for a role of her team."""
    made = organisation()
    made.owner("lena")
    made.do("assign_role", FOUNDER, alias="maria", role_id="4_1_3")
    made.do("award_sk", "aisha", alias="maria", category="conflict_resolution", entity_id="3_7", reason="So.")
    made.do("set_objective", FOUNDER, objective_id="5_0", field="mission_leader", value="maria")
    made.do("apply", "lena", role_id="4_2_3", motivation="I like to build.")
    return made


def people(owner: Seat) -> PeopleScreen:
    assert isinstance(owner.screen, PeopleScreen)
    return owner.screen


def objectives(owner: Seat) -> ObjectivesScreen:
    assert isinstance(owner.screen, ObjectivesScreen)
    return owner.screen


async def filtered(owner: Seat, words: str) -> None:
    await owner.press("slash", *("space" if letter == " " else letter for letter in words), "enter")


async def test_a_contributor_finds_and_asks_for_a_role(tmp_path: Path, org: Organisation) -> None:
    async with seat(tmp_path, org) as owner:
        await owner.press("4")
        screen = people(owner)
        assert screen.entity_in_hand == "3_1"
        await owner.press("j", "space")  # the founder's role unfolds to who holds it
        assert [screen.entity_of(row.id) for row in screen.table.source.rows(1, 2)] == ["4_0_1", FOUNDER]
        await owner.press("left", "left")  # folds, then goes out
        assert screen.entity_in_hand == "3_1"
        await owner.press("minus")
        assert screen.table.position == "1 of 7"
        await owner.press("plus", "o")
        await filtered(owner, "4_2_2 senior")
        assert screen.table.position == "1 of 1"
        assert "Open: it looks for somebody" in owner.picture
        await owner.press("a")
        assert owner.line.text == "apply 4_2_2 "
        await owner.type("I draw.")
        await owner.press("enter")
        assert owner.workspace.sent[-1][1] == "!apply 4_2_2 I draw."
        await owner.press("escape", "b", "a")
        assert "Choose a role first" in owner.reply
        await filtered(owner, "nobody at all")
        assert "Nothing found. Esc" in owner.picture
        await owner.press("a")
        assert "Choose a role first" in owner.reply


async def test_a_captain_decides_and_assigns(tmp_path: Path, org: Organisation) -> None:
    async with seat(tmp_path, org) as owner:
        await owner.press("4", "i")
        screen = people(owner)
        assert "I like to build." in owner.picture
        await owner.press("A")
        assert owner.line.text == "accept_application a_1"
        assert owner.line.explanation.ok
        assert owner.workspace.sent == []
        await owner.press("escape", "D")
        assert owner.line.text == "decline_application a_1 "
        await owner.press("escape", "l")
        screen.show_entity("4_2_3")
        await owner.press("A")
        assert owner.line.text == "accept_application a_1"  # the only one for the role in hand
        await owner.press("escape")
        screen.show_entity("4_3_3")
        await owner.press("n")
        await owner.type("lena")
        assert owner.line.text == "assign_role lena 4_3_3"
        assert owner.line.explanation.ok
        await owner.press("escape", "u")
        assert owner.line.text == "set_role 4_3_3 "
        await owner.press("escape")
        screen.show_entity("lena")
        assert screen.view.name == "owners"
        await owner.press("u")
        assert "leadership" in owner.reply
        await owner.press("K")
        assert owner.line.text == "kudos lena "
        await owner.press("escape", "t")
        await filtered(owner, "tc_design")
        assert screen.entity_in_hand == "4_1_2"  # what holds the words, not the team above it
        screen.show_entity("jonas")
        assert "jonas" in owner.picture


async def test_the_tree_of_objectives_goes_down_to_the_tasks(tmp_path: Path, org: Organisation) -> None:
    async with seat(tmp_path, org) as owner:
        await owner.press("5")
        screen = objectives(owner)
        assert screen.table.position == "1 of 3"
        assert "0 of 2" in owner.picture
        await owner.press("right", "right", "right")  # in, unfold, in
        assert screen.entity_in_hand == "6_1_0_0"
        await owner.press("c")
        assert "You hold the attacker's seat" in owner.reply
        await owner.press("plus")
        assert (screen.entity_in_hand, screen.table.source.count) == ("6_1_0_0", 9)
        await owner.press("minus")
        assert (screen.entity_in_hand, screen.table.source.count) == ("5_0", 1)
        screen.show_entity("6_7_0_2")
        assert screen.entity_in_hand == "6_7_0_2"
        owner.app.asked = True
        await owner.hear(owner.workspace.synced)  # a refresh keeps what is in hand and what is unfolded
        assert screen.entity_in_hand == "6_7_0_2"
        await filtered(owner, "no such thing")
        assert "Nothing found." in owner.picture
        await owner.press("escape")
        await filtered(owner, "passport")
        assert screen.entity_in_hand == "6_1_0_1"
        await owner.press("escape", "b")
        assert "72 of 500" in owner.picture
        await owner.press("p")
        assert "SC paid by month below 5_0" in owner.picture
        assert "72.00 in all" in screen.query_one(PlotView).text
        await owner.press("tab")
        assert "SC paid by month" not in owner.picture
        assert screen.page.has_focus


async def test_the_issues_of_the_forge_stand_beside_the_objectives(tmp_path: Path, org: Organisation) -> None:
    hostile = clean("".join(text[:300] for text in HOSTILE))
    day = datetime(2026, 2, 1, tzinfo=UTC)
    names = ("3_7_operational_team", "2_workplace")
    issues = [
        IssueRow(names[0], 12, "5_1_0 Restore a server", "open", "sofia", ("ready",), "Spring", ("nils",), 0, day, day),
        IssueRow(names[0], 9, "Old papers", "closed", "nils", (), "", (), 2, day, day, day),
        IssueRow(names[1], 1, clean_line(hostile, 300), "open", "x", (clean_line(hostile, 100),), "", (), 0, day, day),
    ]
    async with seat(tmp_path, org) as owner:
        await owner.press("5", "i")
        assert "Issues were not read yet" in owner.picture
        with ForgeStore(owner.workspace.places.forge) as store, store.transaction():
            store.put_repositories([RepositoryRow(name, private=True) for name in names])
            for issue in issues:
                store.put_issue(issue, hostile)
            store.put_dependencies(names[0], 12, (DependencyRow("2_workplace#1", "Paper", "open"),))
            store.put_meta({AS_OF: day.isoformat()})
        await owner.hear(lambda: owner.workspace.tell(News.ISSUES))
        screen = objectives(owner)
        assert screen.table.source.count == 5
        screen.show_entity(f"{names[0]}#12")
        await owner.press("j", "k")
        assert "open: 2_workplace#1 Paper" in owner.picture
        assert "assigned to: nils" in owner.picture
        await owner.press("y")
        assert owner.reply.endswith(f"/{names[0]}/issues/12")
        await owner.press("n")
        assert "written on the forge" in owner.reply
        await filtered(owner, "papers")
        assert screen.table.source.count == 2  # the issue, and the repository it is in
        await owner.press("escape", "minus", "j")
        assert (screen.table.source.count, screen.entity_in_hand) == (2, names[0])
        assert "1 open issues, 1 closed" in owner.picture
        screen.show_entity("2_workplace#1")
        harmless(owner)
        await owner.press("t")
        screen.show_entity("5_1_0")
        await owner.press("j", "k")
        assert f"open: {names[0]}#12 5_1_0 Restore a server" in screen.describe(screen.table.selected or "")


async def test_who_leads_says_what_is_reached(tmp_path: Path, org: Organisation) -> None:
    async with seat(tmp_path, org) as owner:
        await owner.press("5", "j", "d")
        screen = objectives(owner)
        assert owner.line.text == "set_objective 5_0 tick 5_1_0"
        assert owner.line.explanation.ok
        await owner.press("escape", "n")
        assert "captain of 3_1" in owner.reply.lower() or "leadership" in owner.reply
        screen.show_entity("5_0")
        await owner.press("u")
        assert owner.line.text == "set_objective 5_0 "


async def test_the_months_of_a_wallet_are_told_in_words_too(tmp_path: Path, org: Organisation) -> None:
    async with seat(tmp_path, org, size=(80, 24)) as owner:
        await owner.press("3")
        assert "PENDING: no money yet" in owner.picture
        await owner.press("p")
        assert "64.80 now" in owner.picture
        assert "SC that moved" not in owner.picture
        await owner.press("p")
        assert "SC that moved" in owner.picture


async def test_redeeming_is_composed_and_a_row_of_the_wallet_leads_on(tmp_path: Path, org: Organisation) -> None:
    async with seat(tmp_path, org, size=(80, 24)) as owner:
        await owner.press("3", "u")
        assert "No request of yours to redeem waits in the queue." in owner.reply
        assert "(u take back)" not in owner.picture  # there is no room for it at this width
        await owner.press("d")
        assert owner.line.text == "redeem "
        assert owner.workspace.sent == []
        await owner.press("escape", "enter")
        assert isinstance(owner.app.screen, ReviewScreen)
        assert owner.app.screen.entity_in_hand == "g_4"


@pytest.mark.parametrize("text", ["".join(text[:300] for text in HOSTILE), HOSTILE[5]], ids=["all", "long"])
async def test_hostile_text_stays_text(tmp_path: Path, org: Organisation, text: str) -> None:
    async with seat(tmp_path, org, size=(80, 24)) as owner:
        with Index(owner.workspace.places.index, writable=True) as index:
            for statement in (
                'UPDATE "task-budgets" SET title = :text',
                "UPDATE objectives SET title = :text, mission_leader = 'x'",
                "UPDATE roles SET role_name = :text, description = :text, skills_required = :text",
                "UPDATE teams SET name = :text, description = :text",
                'UPDATE "role-applications" SET status = :text',
                'UPDATE "book-of-owners" SET license = :text',
                "UPDATE page_text SET body = :text",
            ):
                index.connection.execute(statement, {"text": text})
        for keys in (("4",), ("j", "space"), ("b",), ("l",), ("o",), ("i",), ("T", "tab"), ("5",), ("plus", "j", "j")):
            await owner.press(*keys)
            harmless(owner)
        for keys in (("b",), ("p",), ("3", "p")):
            await owner.press(*keys)
            harmless(owner)
