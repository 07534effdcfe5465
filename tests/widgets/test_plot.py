"""A plot says in words what it shows, keeps to its room, and needs no sign outside ASCII where none is wanted."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smartup_tui.text import width
from smartup_tui.widgets.glyphs import ASCII, UNICODE
from smartup_tui.widgets.plot import Plot, bar, draw

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def plot(values: list[float]) -> Plot:
    numbers = range(len(values))
    return Plot(
        title="Live SC",
        summary="12.00 now; most 90.00 in Feb 2026",
        labels=tuple(MONTHS[n % 12] for n in numbers),
        groups=tuple(str(2025 + n // 12) for n in numbers),
        values=tuple(values),
        texts=tuple(f"{value:.2f}" for value in values),
    )


def lines(values: list[float], cells: int, height: int, *, ascii_only: bool = False) -> list[str]:
    drawn = draw(plot(values), ASCII if ascii_only else UNICODE, cells, height)
    return ["".join(text for text, _ in line) for line in drawn]


@settings(max_examples=80)
@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=30), st.integers(20, 200), st.integers(1, 40), st.booleans())
def test_a_plot_keeps_to_its_room(values: list[float], cells: int, height: int, ascii_only: bool) -> None:
    found = lines(values, cells, height, ascii_only=ascii_only)
    assert "Live SC" in found[0]
    assert all(width(line) <= cells for line in found)
    assert len(found) <= max(height, 4)
    assert not ascii_only or "".join(found).isascii()


def test_columns_have_numbers_months_and_years() -> None:
    found = lines([0.0, 90.0, 12.0], 60, 14)
    text = "\n".join(found)
    assert "most 90.00 in Feb 2026" in text
    assert text.count("90.00") == 3  # in words, at the scale, on its column
    assert "12.00" in text
    assert "Jan      Feb      Mar" in text
    assert "2025" in found[-1]
    assert "2026" in lines([1.0] * 24, 70, 14)[-1]


def test_a_year_that_begins_in_the_last_column_has_room() -> None:
    found = lines([0.0] * 12 + [1.0], 20, 11)
    assert found[-1].endswith("2026")
    assert max(map(width, found)) == 20


def test_nothing_to_draw_is_said_in_words() -> None:
    assert len(lines([0.0, 0.0], 60, 14)) == 2


@pytest.mark.parametrize(
    ("done", "total", "drawn"),
    [(0, 7, "....."), (1, 700, "#...."), (3, 7, "##..."), (699, 700, "####."), (7, 7, "#####"), (0, 0, ".....")],
)
def test_a_bar_shows_that_something_is_begun_and_that_something_is_missing(done: int, total: int, drawn: str) -> None:
    assert bar(ASCII, done, total, 5) == drawn
