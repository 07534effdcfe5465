"""The running clock of Today."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
import textual._time

from tests.calm.test_bytes import minutes_in
from tests.screens.test_journeys import seat
from tests.support.owner_home import NOW, organisation
from tests.support.pty_app import PATIENCE


async def test_the_clock_goes_on_though_the_machine_stood_still(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Held up between two readings of the time, just when the wait for the next minute is made."""
    async with seat(tmp_path, organisation()) as owner:
        shown = minutes_in(owner.picture)
        readings = count()
        monkeypatch.setattr(textual._time, "get_time", lambda: time.monotonic() + 0.2 * min(next(readings), 100))
        owner.workspace.moment = NOW + timedelta(seconds=59.9)
        await owner.press("2", "1")
        assert minutes_in(owner.picture) == shown
        owner.workspace.moment = NOW + timedelta(minutes=1)
        end = time.monotonic() + PATIENCE
        while minutes_in(owner.picture) == shown:
            assert time.monotonic() < end, "the clock stands still"
            await asyncio.sleep(0.02)
        assert minutes_in(owner.picture) == shown + 1
