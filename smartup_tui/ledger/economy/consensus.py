"""Windows of silence, and the fallback of a small organisation (ledger.md §4, award flow).

Who may assess and validate is `permission.entitled_assessors` and `entitled_validators`. Where nobody is left, any
working owner who took no part assesses, and a longer window replaces validation; the award's note says so.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

FALLBACK: Final = "fallback"


def window_end(begun: datetime, *, hours: int = 0, days: int = 0) -> datetime:
    """When a window of silence that began then is over."""
    return begun + timedelta(hours=hours, days=days)


def fallback_note(note: str, *, assessed: bool, validated: bool) -> str:
    """The note of an award, led by how it was decided where that was not the usual way."""
    marks = [word for word, regular in (("assessment", assessed), ("validation", validated)) if not regular]
    if not marks:
        return note
    return f"{FALLBACK} {' and '.join(marks)}" + (f": {note}" if note else "")
