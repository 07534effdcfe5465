"""What is written in the wiki is found by its words, in any script, and never by what is no longer there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smartup_tui.ledger import tables
from smartup_tui.ledger.index import library
from smartup_tui.ledger.index.folding import match_of, places
from smartup_tui.ledger.index.ingest import ingest
from smartup_tui.ledger.index.store import Index
from smartup_tui.ledger.tree import MappingTree

TASK = "wiki/6_1/6_1_2/6_1_2_0_backup_drill.md"
SESSIONS = ",".join(tables.SESSIONS.header)


def page(title: str, text: str, front: str = "") -> bytes:
    return f"---\ntitle: {title}\nauthor: maria\n{front}---\n\n# {title}\n\n{text}\n".encode()


def block(session: str, notes: str, day: str = "01") -> str:
    return (
        f"### {session}\n\n- Time: 2026-01-{day}T09:00:00Z to 2026-01-{day}T10:00:00Z\n- Attacker: maria\n"
        f"- Defender: jonas\n- Minutes: 60\n\n{notes}\n"
    )


def told(*blocks: str, why: str = "We must know.") -> bytes:
    return page("6_1_2_0 Backup drill", f"## Why\n\n{why}\n\n## Sessions\n\n{chr(10).join(blocks)}\n## Comments\n")


def log(*lines: str) -> bytes:
    return "".join(f"{line}\n" for line in (SESSIONS, *lines)).encode()


def session_line(session: str, summary: str) -> str:
    times = "2026-02-01T09:00:00Z,2026-02-01T10:00:00Z"
    return f"{session},6_1_2_0,maria,jonas,{times},60,stopped,{summary},"


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    with Index(tmp_path / "index.db", writable=True) as opened:
        yield opened


def show(index: Index, files: dict[str, bytes]) -> None:
    ingest(index, MappingTree(files, "c"))


def titles(index: Index, typed: str, *, notes_only: bool = False) -> list[str]:
    """What is found: titles of pages, and ids of sessions."""
    keys = library.found(index, typed, notes_only=notes_only)
    pages = library.pages(index, [key // 2 for key in keys if key % 2 == 0])
    notes = library.notes(index, [key // 2 for key in keys if key % 2])
    return [notes[key // 2].session_id if key % 2 else pages[key // 2].title for key in keys]


PAGES = {
    "wiki/a.md": page("Straße nach Köln", "Über den Fluss, and a café."),
    "wiki/b.md": page("日本語のテスト", "仕事の記録をここに書く。"),
    "wiki/c.md": page("ภาษาไทย", "งานสำรองข้อมูล"),
    "wiki/d.md": page("6_1_2_0 Draft", "hand-over of the owners' guide; e\u0301tude"),
    "wiki/e.md": page("Łódź and Ærø", "हिन्दी भाषा"),
}


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("strasse", "Straße nach Köln"),
        ("Straße", "Straße nach Köln"),
        ("koln CAFE", "Straße nach Köln"),
        ("uber flu", "Straße nach Köln"),
        ("本語", "日本語のテスト"),
        ("テスト 記録", "日本語のテスト"),
        ("สำรอง", "ภาษาไทย"),
        ("6_1_2_0", "6_1_2_0 Draft"),
        ("6_1_2", "6_1_2_0 Draft"),
        ("owner guide", "6_1_2_0 Draft"),
        ("hand-over", "6_1_2_0 Draft"),
        ("étude", "6_1_2_0 Draft"),
        ("lodz aero", "Łódź and Ærø"),
        ("हिन्दी", "Łódź and Ærø"),
    ],
)
def test_words_are_found_in_any_script(index: Index, typed: str, title: str) -> None:
    show(index, PAGES)
    assert titles(index, typed) == [title]


@pytest.mark.parametrize("typed", ["", "  ", "***", "(((", "author: maria", "nothing such", "日本人", "'"])
def test_what_is_not_there_is_not_found(index: Index, typed: str) -> None:
    show(index, PAGES)
    assert titles(index, typed) == []


@pytest.mark.parametrize(
    "typed", ['"', 'a" OR "b', "title:x", "NEAR(a b)", "a*b^", "{x}", "a\0b", "\ud800", "- -", "x" * 9_000]
)
def test_anything_may_be_typed(index: Index, typed: str) -> None:
    show(index, PAGES)
    library.found(index, typed)
    library.titled_so(index, typed, 5)
    library.page_titled(index, typed)
    places("any text", typed)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=40))
def test_a_query_never_fails(typed: str) -> None:
    with_table = Index.__new__(Index)  # no file is needed for this
    import sqlite3

    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE found USING fts5(title, body, content='')")
    with_table._connection = connection
    match = match_of(typed)
    if match is not None:
        connection.execute("SELECT rowid FROM found WHERE found MATCH ?", (match,)).fetchall()
    connection.close()


def test_the_title_says_more_than_the_text(index: Index) -> None:
    show(index, {"wiki/a.md": page("Other", "backup " * 3), "wiki/b.md": page("Backup", "Other things.")})
    assert titles(index, "backup") == ["Backup", "Other"]


def test_notes_are_rows_of_their_own(index: Index) -> None:
    show(
        index, {TASK: told(block("s_1", "The key was in one place only."), block("s_2", "Step seven is wrong.", "02"))}
    )
    assert titles(index, "step seven") == ["s_2"]
    assert titles(index, "backup step") == ["s_2"]  # the words of its task count as well
    assert titles(index, "maria key") == ["s_1"]
    assert titles(index, "drill", notes_only=True) == ["s_1", "s_2"] or set(
        titles(index, "drill", notes_only=True)
    ) == {
        "s_1",
        "s_2",
    }
    note = library.note_of_session(index, "s_1")
    assert note is not None
    assert (note.task_id, note.path, note.attacker, note.defender, note.minutes) == (
        "6_1_2_0",
        TASK,
        "maria",
        "jonas",
        60,
    )
    assert [library.notes(index, [n])[n].session_id for n in library.note_numbers(index)] == ["s_2", "s_1"]


def test_a_session_that_no_page_tells_of_is_known_by_its_summary(index: Index) -> None:
    files = {"work/session_logs.csv": log(session_line("s_1", "Measured the pump"), session_line("s_2", ""))}
    show(index, files)
    assert titles(index, "pump") == ["s_1"]
    show(index, files | {TASK: told(block("s_1", "The pump runs at nine bar."))})
    assert titles(index, "pump") == ["s_1"]  # once: the page has the whole of it
    assert titles(index, "measured") == []
    show(index, files)
    assert titles(index, "measured") == ["s_1"]
    show(
        index,
        {"work/session_logs.csv": log(session_line("s_1", "Measured the pump"), session_line("s_1", "The valve"))},
    )
    assert titles(index, "valve") == ["s_1"]
    assert titles(index, "pump") == []


def test_what_was_changed_or_taken_away_is_not_found_any_more(index: Index) -> None:
    show(index, {TASK: told(block("s_1", "crankshaft"), why="gearbox"), **PAGES})
    show(index, {TASK: told(block("s_1", "flywheel"), why="clutch")})
    for gone in ("crankshaft", "gearbox", "café", "本語"):
        assert titles(index, gone) == [], gone
    assert titles(index, "flywheel") == ["s_1"]
    assert titles(index, "clutch") == ["6_1_2_0 Backup drill"]
    show(index, {})
    assert titles(index, "flywheel") == []
    assert library.folders(index) == {}


def test_pages_stand_in_the_order_of_their_numbers(index: Index) -> None:
    show(index, {f"wiki/6_1/6_1_2/6_1_2_{n}_x.md": page(f"6_1_2_{n}", "") for n in (10, 9, 2)})
    rows = library.pages(index, library.pages_in(index, "6_1/6_1_2"))
    assert [rows[n].title for n in library.pages_in(index, "6_1/6_1_2")] == ["6_1_2_2", "6_1_2_9", "6_1_2_10"]
    assert library.folders(index) == {"6_1/6_1_2": 3}
