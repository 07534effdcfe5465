from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartup_tui.text import clean_line, fit, width


@pytest.mark.parametrize(
    ("text", "cells"),
    [("", 0), ("maria", 5), ("日本", 4), ("e\u0301", 1), ("│ ▸ ✓ …", 7), ("한국", 4), ("\u0300", 0)],
)
def test_width_counts_terminal_cells(text: str, cells: int) -> None:
    assert width(text) == cells


@pytest.mark.parametrize(
    ("text", "cells", "fitted"),
    [
        ("maria", 8, "maria   "),
        ("maria", 5, "maria"),
        ("robbert_founder", 8, "robbert…"),
        ("日本語", 4, "日… "),
        ("日本語", 5, "日本…"),
        ("x", 0, ""),
        ("xy", 1, "…"),
        ("", 3, "   "),
    ],
)
def test_fit_gives_exactly_the_cells_asked_for(text: str, cells: int, fitted: str) -> None:
    assert fit(text, cells) == fitted


def test_amounts_are_aligned_right_and_the_ellipsis_may_be_ascii() -> None:
    assert fit("12.50", 8, align="right") == "   12.50"
    assert fit("outstanding", 8, ellipsis="...") == "outst..."
    assert fit("outstanding", 2, ellipsis="...") == ".."


@given(st.text(max_size=60), st.integers(0, 70), st.sampled_from(["left", "right"]))
def test_fit_is_exact_for_every_clean_text(text: str, cells: int, align: str) -> None:
    line = clean_line(text)
    assert width(fit(line, cells, "right" if align == "right" else "left")) == cells
