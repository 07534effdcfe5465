"""Commands that decide with others, beside those of every owner: queries, captains' decisions, and `vest`."""

from __future__ import annotations

from typing import Final

from smartup_tui.catalogue.model import Argument, Command, Kind, Surface, Tier

_REASON_LENGTH: Final = 1000
_APPLICATION = Argument("application_id", Kind.APPLICATION, "the application")

GOVERNANCE_QUERIES: Final[tuple[Command, ...]] = (
    Command(
        name="proposals",
        tier=Tier.QUERIES,
        summary="proposals with their state and when it ends",
        example="!proposals open",
        arguments=(
            Argument("state", Kind.CHOICE, "open ones, or closed ones", required=False, choices=("open", "closed")),
        ),
        reads=("proposals", "votes", "objections"),
    ),
    Command(
        name="proposal",
        tier=Tier.QUERIES,
        summary="one proposal: state, objections, end of its window, count",
        example="!proposal p_7",
        arguments=(Argument("proposal_id", Kind.PROPOSAL, "the proposal"),),
        reads=("proposals", "votes", "objections", "book-of-owners"),
        subject="proposal_id",
    ),
    Command(
        name="review_queue",
        tier=Tier.QUERIES,
        summary="sessions to assess, awards to validate, objections to resolve",
        example="!review_queue 3_7",
        arguments=(Argument("team", Kind.TEAM, "only the work of this team", required=False),),
        reads=("work_clock", "session_logs", "pending-sc", "task-budgets", "objections", "roles"),
    ),
)

GOVERNANCE_CAPTAINS: Final[tuple[Command, ...]] = (
    Command(
        name="resolve",
        tier=Tier.TEAMCAPTAIN,
        summary="decide an objection to an award: uphold rejects the award, dismiss lets it go on",
        notes="Any captain, the leadership or the founder who had no part in the award and did not object to it.",
        example="!resolve g_3 dismiss The page shows both examples",
        arguments=(
            Argument("pending_id", Kind.PENDING, "the contested award"),
            Argument("decision", Kind.CHOICE, "your decision", choices=("uphold", "dismiss")),
            Argument("reason", Kind.TEXT, "why you decide so", max_length=_REASON_LENGTH),
        ),
        reads=("pending-sc", "objections", "roles", "task-budgets", "proposals"),
        writes=("task-budgets", "pending-sc", "master-events"),
        subject="pending_id",
    ),
    Command(
        name="accept_application",
        tier=Tier.TEAMCAPTAIN,
        summary="accept an application, which gives the role",
        example="!accept_application a_5 Welcome",
        arguments=(
            _APPLICATION,
            Argument("reason", Kind.TEXT, "a word to the applicant", required=False, max_length=_REASON_LENGTH),
        ),
        reads=("role-applications", "roles", "teams", "book-of-owners", "karma"),
        writes=("book-of-owners", "teams", "roles", "role-applications", "master-events"),
        subject="application_id",
    ),
    Command(
        name="decline_application",
        tier=Tier.TEAMCAPTAIN,
        summary="decline an application",
        example="!decline_application a_5 The team is complete for now",
        arguments=(
            _APPLICATION,
            Argument("reason", Kind.TEXT, "a word to the applicant", required=False, max_length=_REASON_LENGTH),
        ),
        reads=("role-applications", "roles"),
        writes=("role-applications", "master-events"),
        subject="application_id",
    ),
)

VEST: Final = Command(
    name="vest",
    tier=Tier.BOOTSTRAP,
    summary="open the vote on a tranche of the founding work",
    notes="It is always voted on, and the founder has no vote in it.",
    example="!vest g_1 Two captains lead their teams since March",
    arguments=(
        Argument("pending_id", Kind.PENDING, "the tranche"),
        Argument("text", Kind.TEXT, "how its condition is met", max_length=8000),
    ),
    reads=("pending-sc", "proposals"),
    writes=("proposals", "master-events"),
    surfaces=frozenset({Surface.CLI}),
)
