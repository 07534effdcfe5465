"""A short run of the simulation; `python -m tests.chaos.simulation 3000 --seed 7` makes a long one."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.chaos.record import DONE, REFUSED
from tests.chaos.simulation import Chances, simulation


@pytest.mark.timeout(400)
def test_nothing_is_half_done_and_nothing_twice(tmp_path: Path) -> None:
    rough = Chances(engelbot_killed=0.3, transaction_fails=0.3)
    with simulation(tmp_path, 3, chances=rough) as run:
        outcome = run.run(70)
    assert outcome.findings == ()
    status = Counter(one.status for one in outcome.asked)
    assert status[DONE] > 15  # it did work
    assert sum(status[code] for code in REFUSED) > 8  # and said no
    assert sum(one.room for one in outcome.asked) > 40
    assert sum(outcome.faults.values()) > 5
