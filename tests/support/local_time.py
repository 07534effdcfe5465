"""The local time of a test: zone UTC, year 2026, so that what is shown does not depend on where and when it runs."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from smartup_tui.workspace import words


@pytest.fixture(autouse=True)
def utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """For every test of the package that imports it in its `conftest.py`."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    monkeypatch.setattr(words, "this_year", lambda: 2026)
    yield
    monkeypatch.undo()
    time.tzset()
