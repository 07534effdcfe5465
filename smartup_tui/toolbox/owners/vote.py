"""`vote`: one owner, one vote (ledger.md §4, Votes)."""

from __future__ import annotations

from datetime import datetime

from smartup_tui.ledger import tables
from smartup_tui.ledger.actor import Actor
from smartup_tui.ledger.arguments import Arguments
from smartup_tui.ledger.change import Append, Audit, Change, Entity, Outcome, Refusal
from smartup_tui.ledger.governance import voting
from smartup_tui.ledger.rows import Proposal, Vote
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.toolbox.wording import conflict, date_time, forbidden, not_found, stamp


def vote(snapshot: Snapshot, actor: Actor, args: Arguments, now: datetime) -> Outcome:
    """Cast a vote; an earlier one of the same owner counts no more."""
    proposal = snapshot.rows(tables.PROPOSALS).get(args.text("proposal_id"))
    if proposal is None:
        return not_found("not_found", "There is no such proposal.", "!proposals lists them.", "proposal_id")
    refusal = _refused(snapshot, actor, proposal)
    if refusal is not None:
        return refusal
    choice, proposal_id = args.text("choice"), proposal.proposal_id
    before = voting.votes(snapshot, proposal_id).get(actor.alias)
    row = Vote(
        timestamp=now,
        proposal_id=proposal_id,
        alias=actor.alias,
        choice=choice,
        weight=voting.weight(snapshot, actor.alias, snapshot.policies.validation),
        reason=args.optional("reason") or "",
    )
    instead = f" instead of {before.choice}" if before is not None and before.choice != choice else ""
    message = f"{actor.alias} votes {choice}{instead} on {proposal_id}."
    ends = proposal.vote_ends_at
    return Change(
        markdown=(),
        index=(Append(tables.VOTES, row),),
        audit=(Audit("vote", Entity("proposal", proposal_id), message),),
        message=message,
        figures=(f"{proposal.title}. The vote ends on {date_time(ends)}.",) if ends is not None else (),
        data={"proposal_id": proposal_id, "choice": choice, "ends": stamp(ends) if ends is not None else None},
    )


def _refused(snapshot: Snapshot, actor: Actor, proposal: Proposal) -> Refusal | None:
    proposal_id = proposal.proposal_id
    if proposal.status == voting.OPEN:
        hint = f"!object {proposal_id} <reason> starts a vote."
        return conflict("not_voting", f"{proposal_id} is not voted on: silence is consent.", hint, "proposal_id")
    if proposal.status != voting.VOTING:
        return conflict("closed", f"{proposal_id} is {proposal.status}.", "Its vote is over.", "proposal_id")
    if actor.owner is None or not voting.electorate(snapshot, proposal, [actor.owner]):
        if actor.alias in voting.without_vote(snapshot, proposal):
            return forbidden("own_award", f"You don't vote on {proposal_id}: it is about your own award.")
        hint = "Owners who were active when it opened vote on it."
        return forbidden("not_of_electorate", f"You have no vote on {proposal_id}.", hint)
    return None
