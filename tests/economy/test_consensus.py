"""Windows, and how an award that the fallback decided is marked."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from smartup_tui.ledger.economy import consensus

AT = datetime(2026, 2, 27, 12, tzinfo=UTC)


def test_windows_are_counted_over_the_month() -> None:
    """48 hours, or 7 days."""
    assert consensus.window_end(AT, hours=48) == datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert consensus.window_end(AT, days=7) == datetime(2026, 3, 6, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("assessed", "validated", "note"),
    [
        (True, True, "good notes"),
        (False, True, "fallback assessment: good notes"),
        (True, False, "fallback validation: good notes"),
        (False, False, "fallback assessment and validation: good notes"),
    ],
)
def test_the_note_says_what_the_fallback_decided(assessed: bool, validated: bool, note: str) -> None:
    """And nothing where all went the usual way."""
    assert consensus.fallback_note("good notes", assessed=assessed, validated=validated) == note
