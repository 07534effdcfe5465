"""How amounts, times and states are said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from smartup_tui.workspace import words
from smartup_tui.workspace.describe import with_local_times
from smartup_tui.workspace.notices import _REWRITTEN, _SENTENCES, failure, notice
from smartup_tui.workspace.state import WorkspaceState
from smartup_tui.workspace.sync_messages import Failed

NOW = datetime(2026, 3, 2, 14, 5, tzinfo=UTC)
FITS = 66
"""Cells of a sentence in 80 columns, beside the key that shows the rest."""


@pytest.mark.parametrize(
    ("count", "said"),
    [(0, "0 min"), (59, "59 min"), (60, "1 h 00 min"), (84, "1 h 24 min"), (2879, "47 h 59 min"), (380_000, "263 d")],
)
def test_minutes(count: int, said: str) -> None:
    assert words.minutes(count) == said


def test_since_is_short_today_and_names_the_day_before() -> None:
    assert words.since(NOW, NOW) == "14:05"
    assert words.since(NOW - timedelta(days=1), NOW) == "1 Mar 14:05"


def test_a_day_has_its_year_where_it_is_not_this_one() -> None:
    old = NOW.replace(year=2024)
    assert (words.day(NOW), words.day(old)) == ("2 Mar", "2 Mar 2024")
    assert (words.day_and_time(NOW), words.day_and_time(old)) == ("2 Mar 14:05", "2 Mar 2024 14:05")
    assert words.day(NOW.date()) == "2 Mar"
    assert words.iso_day(NOW) == "2026-03-02"


def test_a_narrow_column_has_the_time_or_the_year() -> None:
    late, old = NOW.replace(day=23), NOW.replace(year=2024)
    assert [words.column_moment(at) for at in (NOW, late, old)] == ["2 Mar 14:05", "23 Mar 14:05", "2 Mar 2024"]


def test_a_page_tells_when_something_was_written_as_screens_do() -> None:
    page = "## Comments\n\n### lea, 2026-03-02T14:05:00Z\n\nSince 2026-03-02T14:05:00Z it rains.\n"
    stamped = f"- Time: 2026-03-02T14:05:00Z to 2026-03-02T15:05:00Z\n- Ends: 2026-99-02T14:05:00Z\n{page}"
    assert with_local_times(stamped) == (
        "- Time: 2 Mar 14:05 to 2 Mar 15:05\n- Ends: 2026-99-02T14:05:00Z\n"
        "## Comments\n\n### lea, 2 Mar 14:05\n\nSince 2026-03-02T14:05:00Z it rains.\n"
    )


def test_amounts() -> None:
    assert words.sc(Decimal("1234.5")) == "1234.50"
    assert words.sc_short(Decimal("100.00")) == "100"
    assert words.sc_short(Decimal("12.50")) == "12.50"


@pytest.mark.parametrize(
    ("status", "hours", "said"),
    [
        ("pending", None, "waits for validation"),
        ("consensus", 10, "settles on 3 Mar 00:05 unless somebody objects"),
        ("consensus", -1, "its window is over; it is next in the queue"),
        ("contested", 10, "contested; a captain resolves it"),
        ("held", -1, "held until the treasury covers it (3x rule)"),
    ],
)
def test_standing_of_pending_sc(status: str, hours: int | None, said: str) -> None:
    ends = NOW + timedelta(hours=hours) if hours is not None else None
    assert words.standing(status, ends, NOW) == said


@pytest.mark.parametrize("kind", sorted(_SENTENCES))
def test_every_failure_is_one_sentence_that_fits(kind: str) -> None:
    for as_of in (NOW, NOW - timedelta(days=30), None):
        said = failure(Failed(1, kind, "A message.", "A way out."), as_of, NOW).split("\n")
        assert len(said[0]) <= FITS
        assert said[0].endswith(".")
        assert "{" not in said[0]
        assert said[1:] == ["A message.", "A way out."]
    assert len(_REWRITTEN) <= FITS


def test_an_unknown_failure_says_its_own_words() -> None:
    assert (
        failure(Failed(1, "storage", "The disk is full.", "Make room."), None, NOW) == "The disk is full.\nMake room."
    )


def test_the_gravest_comes_first() -> None:
    state = WorkspaceState(failure=Failed(1, "Unreachable", "x", ""), rewritten=True, link="No login.")
    assert notice(state, NOW, NOW).split("\n")[::2] == [
        "The forge can not be reached; you see what was read at 14:05.",
        _REWRITTEN,
    ]
    assert notice(WorkspaceState(), NOW, NOW) == ""
