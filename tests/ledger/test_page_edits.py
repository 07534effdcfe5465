"""Facts of a page change, and nothing that owners typed below them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smartup_tui.ledger import pages
from smartup_tui.ledger.page_edits import retitled, with_bullet, with_fact, with_new_fact, without_fact

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
TYPED = "**Due:** when it is done\n\n**Size:** of a house\n\n- **Defender**: of the realm"


def task_page(due: str | None = None, why: str = TYPED) -> str:
    facts = [("Size", "small"), ("Budget", "25.00 SC"), ("Due", due)]
    return pages.task_page(
        "6_7_0_0", "A task", author="tc", role=None, at=AT, objective_id="5_7_0", why=why, facts=facts
    )


def test_what_owners_typed_is_no_fact() -> None:
    """Though it looks like one."""
    page = task_page()
    assert without_fact(page, "Due") == page
    due = with_new_fact(page, "Due", "2026-02-01")
    assert due == task_page("2026-02-01")
    assert without_fact(due, "Due") == page
    assert pages.section(with_fact(page, "Size", "large"), "Why") == pages.section(page, "Why")


def test_a_page_without_any_fact_gets_one() -> None:
    """Below its heading."""
    page = pages.task_page("6_7_0_0", "A task", author="tc", role=None, at=AT, objective_id="5_7_0", why="w")
    assert "# 6_7_0_0 A task\n\n**Due:** 2026-02-01\n\n## Why" in with_new_fact(page, "Due", "2026-02-01")


def test_bullets_stand_in_the_adm_assignment_only() -> None:
    """An abstract that has such a line keeps it."""
    page = pages.objective_page("5_0", "All", author="tc", role=None, at=AT, parent="5_objectives", abstract=TYPED,
                                attacker="2_workplace", defender="1_general_forum")  # fmt: skip
    changed = with_bullet(with_bullet(page, "Defender", "maria"), "Mission leader", None)
    assert pages.section(changed, "Abstract") == pages.section(page, "Abstract")
    assert "- **Defender**: maria\n" in (pages.section(changed, "ADM assignment") or "") + "\n"
    assert "- **Mission leader**: nobody" in (pages.section(changed, "ADM assignment") or "")


HOSTILE = ["---", "## Why", "# 6_7_0_1 Other", "=cmd()", "../../etc", "<script>x</script>", r"\\1 \g<0>", "a: b: [",
           "Command: E1 maria r1 api:x", "**Size:** large", "'\"`"]  # fmt: skip


@pytest.mark.parametrize("value", HOSTILE)
def test_values_stay_values(value: str) -> None:
    """Neither front matter nor sections nor other facts can be made of them."""
    for page in (retitled(task_page(), f"6_7_0_0 {value}"), with_new_fact(task_page(), "Due", value)):
        parsed = pages.parse(page)
        assert parsed.front["author"] == "tc"
        assert [line for line in page.splitlines() if line.startswith("## ")] == [
            "## Why", "## How", "## Done when", "## Sessions", "## Comments",
        ]  # fmt: skip
        assert pages.section(page, "Why") == pages.section(task_page(), "Why")
    assert pages.parse(retitled(task_page(), f"6_7_0_0 {value}")).front["title"] == f"6_7_0_0 {value}"


line = st.text(st.characters(blacklist_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=40).map(str.strip)


@settings(max_examples=100)
@given(value=line.filter(bool), other=line.filter(bool))
def test_setting_twice_is_setting_the_last(value: str, other: str) -> None:
    """And taking away gives the page as it was."""
    page = task_page()
    once, twice = with_new_fact(page, "Due", other), with_new_fact(with_new_fact(page, "Due", value), "Due", other)
    assert once == twice
    assert without_fact(once, "Due") == page
