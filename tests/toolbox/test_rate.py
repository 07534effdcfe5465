"""How fast one owner's commands are taken."""

from __future__ import annotations

from smartup_tui.toolbox.rate import Buckets


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_is_taken_then_a_steady_flow() -> None:
    clock = Clock()
    buckets = Buckets(burst=3, per_second=0.5, clock=clock)
    assert [buckets.take("maria") for _ in range(4)] == [0, 0, 0, 2]
    clock.now = 2.0
    assert [buckets.take("maria") for _ in range(2)] == [0, 2]


def test_owners_do_not_wait_for_each_other() -> None:
    buckets = Buckets(burst=1, per_second=1, clock=Clock())
    assert buckets.take("maria") == 0
    assert buckets.take("maria") > 0
    assert buckets.take("jonas") == 0
