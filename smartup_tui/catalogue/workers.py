"""The commands of `workers/`: holders of a role with a work or organizational license."""

from __future__ import annotations

from typing import Final

from smartup_tui.catalogue.model import Argument, Command, Kind, Tier

SEATS: Final = ("attacker", "defender")
NOTES_LENGTH: Final = 10_000
"""Characters of hand-over notes: they fit a Matrix event whatever the script they are written in."""

_CLAIM = ("task-budgets", "task_claimed", "master-events")
_SESSION = ("work_clock", "task-budgets", "master-events")

WORKERS: Final[tuple[Command, ...]] = (
    Command(
        name="claim_task",
        tier=Tier.WORKERS,
        summary="take a free seat of a task",
        notes=(
            "Nobody holds both seats of a task, and by default at most five seats in all. A seat that is not used, "
            "for 14 days by default, is free again."
        ),
        example="!claim_task 6_1_2_0 defender",
        arguments=(
            Argument("task_id", Kind.TASK, "the task"),
            Argument("seat", Kind.CHOICE, "the seat; the first free one if left out", required=False, choices=SEATS),
        ),
        reads=("task-budgets", "work_clock"),
        writes=_CLAIM,
        key="c",
        documented=True,
        subject="task_id",
        aliases=("start_task",),
    ),
    Command(
        name="release_task",
        tier=Tier.WORKERS,
        summary="leave your seat, with a reason",
        example="!release_task 6_1_2_0 I am away until May",
        arguments=(
            Argument("task_id", Kind.TASK, "the task"),
            Argument("reason", Kind.TEXT, "why you leave it", max_length=1000),
        ),
        reads=("task-budgets", "work_clock"),
        writes=_CLAIM,
        key="u",
        subject="task_id",
    ),
    Command(
        name="start_work",
        tier=Tier.WORKERS,
        summary="clock in, or confirm the session your partner began",
        notes=(
            "The session counts when the holders of both seats have given it: who begins starts the clock, the other "
            "one confirms while it runs."
        ),
        example="!start_work 6_1_2_0",
        arguments=(Argument("task_id", Kind.TASK, "the task"),),
        reads=("task-budgets", "work_clock", "session_logs"),
        writes=_SESSION,
        key="s",
        documented=True,
        subject="task_id",
    ),
    Command(
        name="stop_work",
        tier=Tier.WORKERS,
        summary="clock out and hand over; the session goes to review",
        notes=(
            "Either of the two may stop. A session that passes the limit, 12 hours by default, is closed there; until"
            " it is assessed, `at=` says when it really ended."
        ),
        example="!stop_work Outline agreed; two examples are missing, see the page",
        arguments=(
            Argument("at", Kind.TIME, "an earlier end in UTC, after the start", required=False, option=True),
            Argument("evidence", Kind.URL, "where the work can be seen", required=False, option=True, max_length=500),
            Argument(
                "notes",
                Kind.TEXT,
                "what is done, what is not, and how to go on",
                max_length=NOTES_LENGTH,
                label="hand-over notes",
            ),
        ),
        reads=("work_clock", "task-budgets"),
        writes=("work_clock", "session_logs", "task-budgets", "master-events"),
        key="x",
        documented=True,
    ),
    Command(
        name="correct_session",
        tier=Tier.WORKERS,
        summary="mend the notes or the end of your session, until it is assessed",
        example="!correct_session s_42 stopped=14:30 We left at half past two; the outline is agreed",
        arguments=(
            Argument("session_id", Kind.SESSION, "the session"),
            Argument("stopped", Kind.TIME, "an earlier end in UTC, after the start", required=False, option=True),
            Argument(
                "notes",
                Kind.TEXT,
                "what is done, what is not, and how to go on",
                max_length=NOTES_LENGTH,
                label="hand-over notes",
            ),
        ),
        reads=("work_clock", "session_logs", "pending-sc"),
        writes=("work_clock", "session_logs", "task-budgets", "master-events"),
        subject="session_id",
    ),
)
