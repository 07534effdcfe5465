"""The commands of `owners/`: every licensed owner may use them."""

from __future__ import annotations

from typing import Final

from smartup_tui.catalogue.model import Argument, Command, Kind, Tier

PROPOSED_KINDS: Final = ("general", "amendment", "policy", "role", "correction")
"""What owners propose. `vesting` is opened by the script `vest`, `award` by settle for an objection nobody decided."""

CHOICES: Final = ("yes", "no", "abstain")
TEXT_LENGTH: Final = 8000
"""Characters of a proposal, a motivation or a comment: they fit a Matrix event whatever their script."""

_REASON_LENGTH: Final = 1000

OWNERS: Final[tuple[Command, ...]] = (
    Command(
        name="apply",
        tier=Tier.OWNERS,
        summary="apply for an open role",
        example="!apply 4_2_7 I have run servers for ten years and like to explain them",
        arguments=(
            Argument("role_id", Kind.ROLE, "the role"),
            Argument("motivation", Kind.TEXT, "why you, and why this role", max_length=TEXT_LENGTH),
        ),
        reads=("roles", "role-applications", "book-of-owners"),
        writes=("role-applications", "master-events"),
        documented=True,
        subject="role_id",
    ),
    Command(
        name="kudos",
        tier=Tier.OWNERS,
        summary="thank an owner with 1 to 5 SK",
        notes=(
            "By default you have 10 SK to give in a week, and 10 in a month for one person; a receiver has a cap for "
            "the day, by license."
        ),
        example="!kudos maria 3 You explained the forge with great patience",
        arguments=(
            Argument("alias", Kind.OWNER, "whom you thank"),
            Argument("amount", Kind.INTEGER, "how many SK, 1-5", minimum=1, label="1-5"),
            Argument("reason", Kind.TEXT, "what for", max_length=_REASON_LENGTH),
        ),
        reads=("karma", "book-of-owners"),
        writes=("karma", "master-events"),
    ),
    Command(
        name="propose",
        tier=Tier.OWNERS,
        summary="open a proposal: 48 hours of silence are consent, an objection starts a vote",
        notes=(
            "The kinds: `general` (if left out); `amendment` of the Constitution, which begins with its vote and by "
            "default needs two thirds; `policy`, `role` and `correction`, which are carried out as soon as they are "
            "accepted. What is to be carried out stands in lines of its own: `policies/<file>.yml: <key> = <value>` "
            "in a policy; `give <role_id> to <alias>` or `vacate <role_id>` in a role; `destroy <amount> of "
            "<pending_id> from <alias>` in a correction. Whoever proposes needs SK, 50 by default; while few "
            "have them the founder may do without, and everybody where there is no founder."
        ),
        example="!propose kind=policy A longer vote :: Ten days give everybody a weekend.\n"
        "policies/validation-rules.yml: vote_days = 10",
        arguments=(
            Argument("kind", Kind.CHOICE, "what it is", required=False, option=True, choices=PROPOSED_KINDS),
            Argument("title", Kind.TEXT, "the title", max_length=160, until="::"),
            Argument("text", Kind.TEXT, "what is proposed and why", max_length=TEXT_LENGTH),
        ),
        reads=("proposals", "karma", "book-of-owners", "roles", "credits"),
        writes=("proposals", "master-events"),
    ),
    Command(
        name="object",
        tier=Tier.OWNERS,
        summary="object to a proposal or to an award, with a reason",
        notes=(
            "An objection to a proposal starts a vote, of seven days by default. One to an award is decided by "
            "somebody who had no part in it, and by a vote where nobody does in time."
        ),
        example="!object p_7 It would close the office on market days",
        arguments=(
            Argument(
                "entity_id",
                Kind.ENTITY,
                "the proposal or the award",
                accepts=(Kind.PROPOSAL, Kind.PENDING),
                label="proposal_id|pending_id",
            ),
            Argument("reason", Kind.TEXT, "why you object", max_length=_REASON_LENGTH),
        ),
        reads=("proposals", "pending-sc", "objections"),
        writes=("objections", "proposals", "pending-sc", "task-budgets", "master-events"),
        subject="entity_id",
    ),
    Command(
        name="vote",
        tier=Tier.OWNERS,
        summary="vote on a proposal; your last vote before the close counts",
        notes=(
            "Everybody who was an active owner when the proposal opened has one vote. More yes than no accepts, a tie"
            " rejects, and by default a tenth of the owners must have voted, at least three of them where there are "
            "as many."
        ),
        example="!vote p_7 yes It frees our Fridays",
        arguments=(
            Argument("proposal_id", Kind.PROPOSAL, "the proposal"),
            Argument("choice", Kind.CHOICE, "your vote", choices=CHOICES),
            Argument("reason", Kind.TEXT, "why", required=False, max_length=_REASON_LENGTH),
        ),
        reads=("proposals", "votes", "book-of-owners", "pending-sc"),
        writes=("votes", "master-events"),
        subject="proposal_id",
    ),
    Command(
        name="withdraw",
        tier=Tier.OWNERS,
        summary="take back your proposal, application, objection or queued redemption",
        notes="Of an award it takes back your own objection.",
        example="!withdraw p_7",
        arguments=(
            Argument(
                "entity_id",
                Kind.ENTITY,
                "the proposal, application, award or redemption",
                accepts=(Kind.PROPOSAL, Kind.APPLICATION, Kind.PENDING, Kind.REDEMPTION),
                label="proposal_id|application_id|pending_id|redemption_id",
            ),
        ),
        reads=("proposals", "role-applications", "pending-sc", "redemptions", "objections", "votes"),
        writes=(
            "role-applications",
            "task-budgets",
            "pending-sc",
            "redemptions",
            "proposals",
            "objections",
            "master-events",
        ),
        subject="entity_id",
    ),
    Command(
        name="redeem",
        tier=Tier.OWNERS,
        summary="ask for SC to be redeemed for EUR; requests are paid first in, first out",
        notes=(
            "The SC are reserved until the request is paid or withdrawn. Owners who are suspended or have left may "
            "redeem too."
        ),
        example="!redeem 120.00",
        arguments=(Argument("amount", Kind.AMOUNT, "SC to redeem"),),
        reads=("credits", "redemptions", "treasury"),
        writes=("redemptions", "master-events"),
    ),
    Command(
        name="resign",
        tier=Tier.OWNERS,
        summary="give back a role that you hold",
        example="!resign 4_2_7",
        arguments=(Argument("role_id", Kind.ROLE, "the role"),),
        reads=("roles", "teams", "book-of-owners"),
        writes=("book-of-owners", "teams", "roles", "master-events"),
        subject="role_id",
    ),
    Command(
        name="comment",
        tier=Tier.OWNERS,
        summary="write a comment on the page of anything that has an id",
        example="!comment 6_1_2_0 The second example is out of date",
        arguments=(
            Argument("entity_id", Kind.ENTITY, "what it is about"),
            Argument("text", Kind.TEXT, "the comment", max_length=TEXT_LENGTH),
        ),
        reads=("task-budgets", "objectives", "roles", "teams", "book-of-owners", "proposals", "role-applications"),
        writes=("master-events",),
        subject="entity_id",
    ),
)
