"""Wrapped lines: nothing is lost, nothing is wider than the line, and what begins indented goes on so."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from smartup_tui.text import width
from smartup_tui.widgets.wrapped import wrap


@given(st.text(alphabet="ab 字é", max_size=60), st.integers(min_value=4, max_value=20))
def test_all_of_it_is_there_and_fits(text: str, cells: int) -> None:
    lines = wrap(text, cells)
    assert all(width(line) <= cells for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_it_goes_on_as_it_began() -> None:
    assert wrap("   one two three", 10) == ["   one two", "   three"]
    assert wrap("", 10) == [""]
