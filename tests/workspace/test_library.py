"""Passages, links, jumps and shelves: what a reader of the wiki is told and where they are led."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from smartup_tui.ledger.index.ingest import ingest
from smartup_tui.ledger.index.store import Index
from smartup_tui.ledger.tree import MappingTree
from smartup_tui.workspace import jump, library, links
from smartup_tui.workspace.named import named
from smartup_tui.workspace.reader import Reader
from smartup_tui.workspace.shelves import Numbers, Shelves, is_folder
from smartup_tui.workspace.target import Target, Unclear
from tests.support.owner_home import PROFILE, organisation

GUIDE = "wiki/6_1/6_1_0/6_1_0_0_draft_the_owners_guide.md"
EXTRA = {
    "wiki/notes/how_to.md": b"# How to begin\n\nSee [the guide](../6_1/6_1_0/6_1_0_0_draft_the_owners_guide.md#why).\n",
    "wiki/notes/twin.md": b"# Index the wiki\n",
}


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    tree = organisation().tree
    files = {path: tree.read(path) or b"" for path in tree.paths()}
    with Index(tmp_path_factory.mktemp("library") / "index.db", writable=True) as index:
        ingest(index, MappingTree(files | EXTRA, "c"))
        yield Reader(index, PROFILE)


def test_search_tells_the_passage_and_its_places(reader: Reader) -> None:
    found, count = library.search(reader, "ask quest")
    assert count == 1
    assert found[0].path == GUIDE
    passage = found[0].passage
    assert [passage.text[a:b] for a, b in passage.hits] == ["ask", "quest"]
    assert "Newcomers ask the same five questions" in passage.text


def test_a_passage_begins_before_what_was_found_and_is_of_one_line() -> None:
    text = "# Title\n\n" + "word " * 200 + "\n\n- [ ] the **needle** `lies` here\n\n" + "after " * 200
    passage = library.passage(text, "needle lies")
    assert passage.text.startswith("…")
    assert passage.text.endswith("…")
    assert [passage.text[a:b] for a, b in passage.hits] == ["needle", "lies"]
    assert "\n" not in passage.text
    assert "*" not in passage.text


def test_of_several_places_the_one_with_most_words_is_shown() -> None:
    text = "alpha " + "x " * 200 + "alpha beta"
    assert "beta" in library.passage(text, "alpha beta").text
    assert len(library.passages(text, "alpha")) == 2


@pytest.mark.parametrize(
    ("target", "path", "wanted"),
    [
        ("../6_1/6_1_0/6_1_0_0_draft_the_owners_guide.md", "wiki/notes/how_to.md", links.ToPage(GUIDE)),
        ("6_1/6_1_0/6_1_0_0_draft_the_owners_guide.md#why", "wiki/home.md", links.ToPage(GUIDE, "why")),
        ("somewhere/6_1_0_0_draft_the_owners_guide.md", "wiki/home.md", links.ToPage(GUIDE)),
        ("#why", GUIDE, links.ToPage(GUIDE, "why")),
        ("[[How to begin]]", GUIDE, links.ToPage("wiki/notes/how_to.md")),
        ("[[how_to]]", GUIDE, links.ToPage("wiki/notes/how_to.md")),
        ("[[6_1_0_0|the guide]]", "", links.ToPage(GUIDE)),
        ("6_1_0_0", "", links.ToPage(GUIDE)),
        ("@maria", "", links.ToPage("wiki/owners/maria.md")),
        ("4_3_1", "", links.ToPage("wiki/4_3/4_3_1_leadership_assistant.md")),
        ("g_1", "", links.ToEntity(Target("Review", "g_1", "robbert_founder"))),
        ("https://example.org/a", GUIDE, links.Outside("https://example.org/a")),
        ("6_9_9_9", "", None),
        ("@nobody", "", None),
        ("[[No such page]]", "", None),
        ("../../../../etc/passwd", GUIDE, None),
        ("javascript:alert(1)", GUIDE, None),
        ("http://[bad", GUIDE, None),
        ("", GUIDE, None),
    ],
)
def test_links_lead_where_they_say(reader: Reader, target: str, path: str, wanted: links.Destination | None) -> None:
    assert links.destination(reader, target, path) == wanted


def test_ids_and_aliases_are_links_where_they_stand() -> None:
    text = "See 6_1_0_0, (4_3_1) and @maria; [[How to begin]]. Not x6_1_0_0, 1.6_1, a@b, https://x/6_1_0_0 or 3_1.csv."
    assert [target for _, _, target in links.in_text(text)] == ["6_1_0_0", "4_3_1", "@maria", "[[How to begin]]"]


def test_what_a_text_names_is_found_in_its_order(reader: Reader) -> None:
    text = "jonas asked @maria, whose alias is maria, of 6_1_0_0 (5_1_0): not of 6_9_9_9, s_4x, large or x/maria."
    assert [target.entity for target in named(reader, ["", text])] == ["jonas", "maria", "6_1_0_0", "5_1_0"]
    assert named(reader, ["nobody is named; '); DROP TABLE", "[[How to begin]]"]) == ()


@pytest.mark.parametrize(
    ("typed", "screen", "entity"),
    [
        ("6_1_0_0", "Tasks", "6_1_0_0"),
        ("`6-1-0-0`", "Tasks", "6_1_0_0"),
        ("5_1_0", "Objectives", "5_1_0"),
        ("3_7", "People", "3_7"),
        ("4_3_1", "People", "4_3_1"),
        ("@Maria", "People", "maria"),
        ("g_1", "Review", "g_1"),
        ("s_1", "Learn", "s_1"),
        ("s_4", "Tasks", "6_1_0_0"),  # it still runs: there are no notes yet
        ("draft the", "Tasks", "6_1_0_0"),
        ("How to begin", "Learn", "wiki/notes/how_to.md"),
        ("how_to", "Learn", "wiki/notes/how_to.md"),
        ("wiki/home.md", "Learn", "wiki/home.md"),
    ],
)
def test_jumping_finds_by_id_alias_and_title(reader: Reader, typed: str, screen: str, entity: str) -> None:
    found = jump.find(reader, typed)
    assert isinstance(found, Target), found
    assert (found.screen, found.entity) == (screen, entity)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Type an id"),
        ("6_9_9_9", "There is no task 6_9_9_9."),
        ("zzz", "nothing that “zzz” names"),
        ("the", "fits several"),
        ('"; DROP TABLE pages', "nothing"),
    ],
)
def test_jumping_says_why_it_does_not(reader: Reader, typed: str, said: str) -> None:
    found = jump.find(reader, typed)
    assert isinstance(found, Unclear)
    assert said in found.message


def test_completion_offers_things_and_pages_once(reader: Reader) -> None:
    offers = jump.complete(reader, "how")
    assert [offer.entity for offer in offers] == ["wiki/notes/how_to.md"]
    guide = [offer for offer in jump.complete(reader, "draft") if "raft" in offer.title]
    assert [offer.entity for offer in guide] == ["6_1_0_0"]  # not its page as well


def test_a_page_knows_what_it_is_about(reader: Reader) -> None:
    found = jump.about(reader, GUIDE)
    assert found is not None
    assert (found.screen, found.entity) == ("Tasks", "6_1_0_0")
    owner = jump.about(reader, "wiki/owners/maria.md")
    assert owner is not None
    assert owner.entity == "maria"
    assert jump.about(reader, "wiki/notes/how_to.md") is None


def test_shelves_are_folded_and_home_comes_first(reader: Reader) -> None:
    shelves = Shelves(reader, Numbers())
    folded = shelves.lines(set())
    titles = {node: row.title for node, row in shelves.pages(folded.nodes).items()}
    assert titles[folded.nodes[0]] == "Smartup Zero"
    folders = [shelves.title(node) for node in folded.nodes if is_folder(node)]
    assert ("6_1 Tasks, Leadership Team", "2") in folders
    assert ("Owners", "5") in folders
    everything = shelves.lines(set(shelves.folders))
    assert sum(not is_folder(node) for node in everything.nodes) == shelves.count
