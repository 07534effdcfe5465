"""A task's status is what happened to it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from smartup_tui.ledger import tables
from smartup_tui.ledger.rows import PendingSC, WorkClock
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.ledger.status import status_in, task_status, unassessed
from tests.ledger.files import award, clock, ledger, task

STOPPED, RUNNING, LIMIT = clock("s_1"), clock("s_2", "running"), clock("s_3", "limit")
ALONE = clock("s_4", confirmed=False)


@pytest.mark.parametrize(
    ("seats", "clocks", "awards", "expected"),
    [
        ((None, None), [], [], "open"),
        (("maria", None), [], [], "open"),
        ((None, "jonas"), [], [], "open"),
        (("maria", "jonas"), [], [], "claimed"),
        (("maria", "jonas"), [RUNNING], [], "in_progress"),
        ((None, None), [STOPPED], [], "in_review"),
        (("maria", "jonas"), [LIMIT], [], "in_review"),
        (("maria", "jonas"), [STOPPED, RUNNING], [], "in_progress"),
        (("maria", "jonas"), [ALONE], [], "claimed"),
        (("maria", "jonas"), [STOPPED], [award("g_1", "s_1", "50")], "claimed"),
        (("maria", "jonas"), [STOPPED], [award("g_1", "s_1", "0")], "claimed"),
        (("maria", "jonas"), [STOPPED], [award("g_1", "s_1", "100")], "assessed"),
        (("maria", "jonas"), [STOPPED], [award("g_1", "s_1", "100", "consensus")], "assessed"),
        (("maria", "jonas"), [STOPPED], [award("g_1", "s_1", "100", "paid")], "completed"),
        (("maria", "jonas"), [STOPPED], [award("g_1", "s_1", "100", "rejected")], "in_review"),
        (
            ("maria", "jonas"),
            [STOPPED],
            [award("g_1", "s_1", "100", "paid"), replace(award("g_1", "s_1", "100", "held"), adm_role="defender")],
            "assessed",
        ),
        (
            ("maria", "jonas"),
            [STOPPED, LIMIT],
            [award("g_1", "s_1", "60", "paid"), award("g_2", "s_3", "40", "paid")],
            "completed",
        ),
        (
            ("maria", "jonas"),
            [STOPPED],
            [award("g_1", "s_1", "100", "rejected"), award("g_2", "s_1", "100", "paid")],
            "completed",
        ),
    ],
)
def test_the_status_of_a_task(
    seats: tuple[str | None, str | None], clocks: list[WorkClock], awards: list[PendingSC], expected: str
) -> None:
    assert task_status(task("6_1_2_0", "T", *seats), clocks, awards, "required") == expected


def test_a_cancelled_task_stays_cancelled() -> None:
    cancelled = replace(task("6_1_2_0"), status="cancelled")
    assert task_status(cancelled, [STOPPED], [award("g_1", "s_1", "100", "paid")], "required") == "cancelled"


def test_where_pairing_is_only_encouraged_one_seat_claims_and_nobody_must_confirm() -> None:
    assert task_status(task("6_1_2_0", "T", "maria"), [], [], "encouraged") == "claimed"
    assert task_status(task("6_1_2_0", "T", None, "jonas"), [], [], "encouraged") == "open"
    assert unassessed([ALONE], [], "encouraged") == (ALONE,)
    assert unassessed([ALONE], [], "required") == ()


def test_the_status_in_a_snapshot() -> None:
    snapshot = Snapshot(ledger({tables.TASKS: [task("6_1_2_0")], tables.CLOCK: [clock("s_1")]}))
    found = snapshot.task("6_1_2_0")
    assert found is not None
    assert status_in(snapshot, found) == "in_review"
