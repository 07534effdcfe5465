"""A short run of the simulation; `python -m tests.chaos.simulation 3000 --seed 7` makes a long one."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.chaos.simulation import REFUSED, simulation


@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", [1, 2])
def test_nothing_is_half_done_and_nothing_twice(tmp_path: Path, seed: int) -> None:
    with simulation(tmp_path, seed) as run:
        outcome = run.run(80)
    assert outcome.findings == ()
    status = Counter(one.status for one in outcome.asked)
    assert status[200] > 20  # it did work
    assert sum(status[code] for code in REFUSED) > 10  # and said no
    assert sum(outcome.faults.values()) > 5
