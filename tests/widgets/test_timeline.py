"""A conversation's lines: what is cut, what goes on below, and that no line is ever wider than its room."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from smartup_tui.text import clean, width
from smartup_tui.widgets.conversation import Part, folded, lines_of


def test_a_paragraph_breaks_at_blanks_and_keeps_what_begins_it() -> None:
    assert folded("one two three", 8) == ["one two", "three"]
    assert folded("    indented code", 30) == ["    indented code"]
    assert folded("", 8) == [""]
    assert folded("W" * 20, 8) == ["W" * 8, "W" * 8, "W" * 4]
    assert folded("漢字漢字漢", 4) == ["漢字", "漢字", "漢"]


@given(st.text(alphabet="ab 漢é🎉", max_size=60), st.integers(4, 30))
@settings(max_examples=60, deadline=None)
def test_no_line_is_wider_than_its_room_and_no_letter_is_lost(text: str, cells: int) -> None:
    lines = folded(text, cells)
    assert all(width(line) <= cells for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


@given(st.text(max_size=80), st.sampled_from(["line", "text", "rule", "quote"]))
@settings(max_examples=60, deadline=None)
def test_parts_of_any_text_fit(text: str, kind: str) -> None:
    part = Part(((text, ""), (" more", "muted")), kind, 4)  # type: ignore[arg-type]
    for line in lines_of(part, 30, rule="─", quote="│", ellipsis="…"):
        assert sum(width(piece) for piece, _ in line) <= 30
        assert all(clean(piece) == piece for piece, _ in line)
