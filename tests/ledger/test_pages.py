"""Pages: what owners type can not become structure and comes back as typed; what we do not know stays."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smartup_tui.ledger import pages, paths
from smartup_tui.ledger.problems import LedgerFileError
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.ledger.tree import MappingTree

AT = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)

HOSTILE = st.lists(
    st.sampled_from(
        ["## Sessions", "### s_1", "# x", "---", "***", "- - -", "===", "==", "-", "```", "~~~sh", "<!--", "<script>",
         "\\", "\\## x", "  ## Sessions", "    ## Comments", "- Attacker: mallory", "- item", "", "plain", "title: x",
         "\t# tab", "> quote"]
    ),
    max_size=12,
).map("\n".join)  # fmt: skip
TYPED = st.one_of(HOSTILE, st.text(alphabet=st.characters(exclude_categories=("Cc", "Cs")), max_size=80))


def task_body(why: str = "It matters") -> str:
    text = pages.task_page(
        "6_1_2_0", "Draft: the guide", author="maria", role="4_1_7", at=AT, objective_id="5_1_2", why=why
    )
    return pages.parse(text).body


def session(session_id: str, notes: str) -> str:
    return pages.session_block(
        session_id, started_at=AT, stopped_at=AT, attacker="maria", defender="jonas", minutes=60, notes=notes
    )


@given(TYPED)
@settings(deadline=None)
def test_typed_text_comes_back_as_it_was(text: str) -> None:
    assert pages.as_typed(pages.literal(text)) == text.strip("\n")


@given(TYPED, TYPED, TYPED)
@settings(deadline=None)
def test_typed_text_can_not_break_out_of_its_block(why: str, first: str, second: str) -> None:
    body = task_body(why)
    for session_id, notes in (("s_1", first), ("s_2", second)):
        body = pages.append_block(body, pages.SESSIONS, session(session_id, notes))
    body = pages.append_block(body, pages.COMMENTS, pages.comment_block("walter", AT, first))
    found = pages.blocks(body, "Sessions")
    assert [b.heading for b in found] == ["s_1", "s_2"]
    assert [b.fields["Attacker"] for b in found] == ["maria", "maria"]
    assert [b.text for b in found] == [first.strip("\n"), second.strip("\n")]
    assert pages.session_notes(body, "s_1") == first.strip("\n")
    (comment,) = pages.blocks(body, "Comments")
    assert (comment.heading, comment.text, comment.fields) == ("walter, 2026-01-05T09:30:00Z", first.strip("\n"), {})
    assert pages.as_typed(pages.section(body, "Why") or "") == why.strip("\n")


def test_five_thousand_characters_of_notes_stay_whole() -> None:
    notes = "a line of notes\n" * 320
    body = pages.append_block(task_body(), pages.SESSIONS, session("s_1", notes))
    assert pages.session_notes(body, "s_1") == notes.strip("\n")


def test_a_task_page_has_the_sections_of_the_record() -> None:
    text = pages.task_page(
        "6_1_2_0", "Draft: the guide", author="maria", role="4_1_7", at=AT, objective_id="5_1_2", why="x",
        facts=[("Size", "small"), ("Due", None)],
    )  # fmt: skip
    page = pages.parse(text)
    assert list(page.front) == ["title", "author", "role", "date", "parent", "wiki", "public"]
    assert page.front["title"] == "6_1_2_0 Draft: the guide"
    assert page.front["public"] is False
    assert page.front["date"] == AT.date()
    headings = [line for line in page.body.split("\n") if line.startswith("#")]
    assert headings == ["# 6_1_2_0 Draft: the guide", "## Why", "## How", "## Done when", "## Sessions", "## Comments"]
    assert "**Size:** small" in page.body
    assert "Due" not in page.body


def test_a_title_can_not_break_the_front_matter() -> None:
    title = 'x"\n---\npublic: true\n# y: {a'
    page = pages.parse(pages.task_page("6_1_2_0", title, author="m", role=None, at=AT, objective_id="5_1_2", why="why"))
    assert page.front["public"] is False
    assert pages.section(page.body, "Why") == "why"


def test_a_block_is_added_at_the_end_of_its_section_and_nothing_else_changes() -> None:
    body = "# Old page\n\nintro\n\n## 🕐 sessions\n\nold text\n\n## Own section\n\n\nkept   as it is\n"
    added = pages.append_block(body, "Sessions", "### s_1\n\nnotes")
    assert added == (
        "# Old page\n\nintro\n\n## 🕐 sessions\n\nold text\n\n### s_1\n\nnotes\n\n## Own section\n\n\nkept   as it is\n"
    )


def test_a_missing_section_is_added_at_the_end() -> None:
    assert pages.append_block("# Page", "Sessions", "### s_1") == "# Page\n\n## Sessions\n\n### s_1\n"
    assert pages.section("# Page", "Sessions") is None
    assert pages.replace_section("", "Why", "x") == "## Why\n\nx\n"


def test_front_matter_stays_byte_for_byte() -> None:
    text = "---\ntitle:   'Old'   # hand-written\nextra: [1, 2]\n---\nbody\n"
    page = pages.parse(text)
    assert page.front == {"title": "Old", "extra": [1, 2]}
    assert pages.render(page) == text
    changed = pages.with_front(page, title="New")
    assert pages.parse(pages.render(changed)).front == {"title": "New", "extra": [1, 2]}


@pytest.mark.parametrize("front", ["title: [", "- a\n- b", "a: b: c"])
def test_front_matter_that_can_not_be_read_is_a_problem(front: str) -> None:
    text = f"---\n{front}\n---\nbody\n"
    with pytest.raises(LedgerFileError):
        pages.parse(text, "wiki/x.md")
    snapshot = Snapshot(MappingTree({"wiki/x.md": text.encode()}))
    page = snapshot.page("wiki/x.md")
    assert page is not None
    assert page.body == text
    assert [p.path for p in snapshot.problems] == ["wiki/x.md"]
    assert snapshot.page("wiki/none.md") is None


def test_the_list_of_children_is_ticked_and_grows() -> None:
    text = pages.objective_page(
        "5_0", "SmartupOS MVP ready", author="robbert_founder", role=None, at=AT, parent="2_workplace", abstract="All",
        phase="Pre-validation", attacker="1_general_forum", defender="3_1_leadership_team", metrics=["One\ntask paid"],
    )  # fmt: skip
    body = pages.parse(text).body
    for child in ("5_1_0", "5_2_0", "5_1_0"):
        body = pages.with_tick(body, child, f"Title of {child}", done=False)
    body = pages.with_tick(body, "5_2_0", "ignored", done=True)
    assert pages.ticks(body) == {"5_1_0": False, "5_2_0": True}
    assert "- [x] `5_2_0`: Title of 5_2_0" in body
    assert "- **Midfielder**: Engelbot" in body
    assert "- One task paid" in body
    assert body.index("## Definition of success") < body.index("5_1_0") < body.index("## Metrics")


def test_other_pages_can_be_read_back() -> None:
    made = [
        pages.home_page("Smartup Zero", author="r", at=AT, sections={"Teams": [("3_1 [lead]", "3/3_1_lead.md")]}),
        pages.team_page("3_7", "operational_team", author="r", at=AT, description="# runs things", room="#3_7:x"),
        pages.role_page(
            "4_1_7", "tc_operational", author="r", at=AT, team_id="3_7", facts=[("Type", "captain")], text="x"
        ),
        pages.owner_page("maria", author="captain", at=AT, license_name="work"),
        pages.application_page("a_5", alias="maria", at=AT, role_id="4_2_7", role_name="senior", motivation="## me"),
        pages.proposal_page("p_7", "Title", alias="maria", at=AT, kind="general", ends=AT, text="---\nx"),
    ]
    for text in made:
        page = pages.parse(text)
        assert page.front["wiki"] == "2_workplace"
        assert page.body.count("\n# ") == 1
    assert "[3_1 (lead)](<3/3_1_lead.md>)" in made[0]


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Draft the guide!", "draft_the_guide"),
        ("Überblick über Räume & Straße", "uberblick_uber_raume_strasse"),
        ("Ærø Łódź", "aero_lodz"),
        ("日本語", "page"),
        ("../../etc/passwd", "etc_passwd"),
        ("x" * 100, "x" * 60),
        ("a" * 59 + " b", "a" * 59),
    ],
)
def test_slugs(title: str, expected: str) -> None:
    assert paths.slug(title) == expected


def test_where_pages_lie() -> None:
    assert paths.task_page_path("6_1_2_0", "Draft") == "wiki/6_1/6_1_2/6_1_2_0_draft.md"
    assert paths.objective_page_path("5_1_2", "T") == "wiki/5_1/5_1_2_t.md"
    assert paths.objective_page_path("5_0", "T") == "wiki/5_0/5_0_t.md"
    assert paths.role_page_path("4_1_7", "tc") == "wiki/4_1/4_1_7_tc.md"
    assert paths.team_page_path("3_1", "leadership team") == "wiki/3/3_1_leadership_team.md"
    assert paths.owner_page_path("maria") == "wiki/owners/maria.md"
    assert paths.application_page_path("a_5") == "wiki/applications/a_5.md"
    assert paths.proposal_page_path("p_7", "T") == "wiki/proposals/p_7_t.md"
    for call in (paths.owner_page_path, paths.application_page_path):
        with pytest.raises(ValueError, match="not a"):
            call("../x")
    with pytest.raises(ValueError, match="not an id"):
        paths.task_page_path("5_1_2", "x")


@pytest.mark.parametrize(
    ("alias", "fits"),
    [("maria", True), ("robbert_founder", True), ("m-2", True), ("m", False), ("Maria", False), ("9lives", False),
     ("engelbot", False), ("a b", False), ("maria\n", False), ("x" * 41, False)],
)  # fmt: skip
def test_aliases(alias: str, fits: bool) -> None:
    assert paths.is_alias(alias) is fits
