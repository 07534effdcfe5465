"""Govern: a proposal with its objections and votes, and what this owner may do about it.

Windows are told by when they end. The count, the electorate and the objections that stand are the ledger's own rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from smartup_tui.ledger import tables
from smartup_tui.ledger.governance import voting
from smartup_tui.ledger.governance.objections import standing
from smartup_tui.ledger.governance.voting import Count
from smartup_tui.ledger.index import governance_queries as lists
from smartup_tui.ledger.index import queries
from smartup_tui.ledger.index.snapshot import snapshot_of
from smartup_tui.ledger.policies import PolicyError
from smartup_tui.ledger.rows import Objection, Proposal, Vote
from smartup_tui.workspace import words
from smartup_tui.workspace.permission import refusal
from smartup_tui.workspace.reader import Reader


class Act(StrEnum):
    """What is done about proposals, each by one command."""

    PROPOSE = "propose"
    OBJECT = "object"
    YES = "yes"
    NO = "no"
    ABSTAIN = "abstain"
    WITHDRAW = "withdraw"


VOTES = (Act.YES, Act.NO, Act.ABSTAIN)


@dataclass(frozen=True, slots=True)
class ProposalDetail:
    """A proposal as it stands. `votes` are those that count, in order; `count` is None where nothing is voted on, or
    the policy that says who votes can not be read; `mine` is the owner's own vote.
    """

    proposal: Proposal
    page: str | None
    objections: tuple[Objection, ...]
    votes: tuple[Vote, ...]
    count: Count | None
    mine: Vote | None

    @property
    def ends(self) -> datetime | None:
        """When its window of silence or its vote ends."""
        return ends(self.proposal)


def ends(proposal: Proposal) -> datetime | None:
    """When the window of silence or the vote of a proposal ends, or ended; None for one that was taken back."""
    if proposal.status == voting.WITHDRAWN:
        return None
    if proposal.status == voting.OPEN or proposal.vote_ends_at is None:
        return proposal.consensus_ends_at
    return proposal.vote_ends_at


def state(proposal: Proposal, now: datetime) -> str:
    """Where a proposal stands, in words; windows by their end."""
    moment = ends(proposal)
    if proposal.status not in voting.UNDECIDED or moment is None:
        return proposal.status
    when = words.day_and_time(moment)
    if moment <= now:
        what = "the vote" if proposal.status == voting.VOTING else "its window"
        return f"{what} ended on {when}; the next command closes it"
    return f"vote until {when}" if proposal.status == voting.VOTING else f"silence until {when} is consent"


def proposal_detail(reader: Reader, proposal_id: str) -> ProposalDetail | None:
    """All there is to say of a proposal; None when there is no such proposal."""
    proposal = lists.proposal(reader.index, proposal_id)
    if proposal is None:
        return None
    snapshot = snapshot_of(reader.index)
    votes = voting.votes(snapshot, proposal_id)
    try:
        count = voting.count(snapshot, proposal) if votes or proposal.vote_ends_at is not None else None
    except PolicyError:
        count = None
    return ProposalDetail(
        proposal=proposal,
        page=queries.page(reader.index, proposal.wiki_path) if proposal.wiki_path else None,
        objections=standing(snapshot, proposal_id),
        votes=tuple(sorted(votes.values(), key=lambda vote: vote.timestamp)),
        count=count,
        mine=votes.get(reader.alias),
    )


def my_vote(reader: Reader, proposal_id: str) -> str | None:
    """How the owner voted on a proposal, None when they did not."""
    row = snapshot_of(reader.index).rows(tables.VOTES).last(proposal_id=proposal_id, alias=reader.alias)
    return row.choice if row is not None else None


def hindrance(reader: Reader, act: Act, proposal_id: str | None) -> str | None:
    """Why an act is not possible now, in words; None when it is."""
    if act is Act.PROPOSE:
        return refusal(reader, "propose", {})
    proposal = lists.proposal(reader.index, proposal_id) if proposal_id is not None else None
    if proposal is None:
        return "Choose a proposal first."
    if act is Act.OBJECT:
        return _not_contestable(reader, proposal)
    if act is Act.WITHDRAW:
        return _not_withdrawable(reader, proposal)
    try:
        return _not_votable(reader, proposal)
    except PolicyError as error:
        return str(error)


def _not_contestable(reader: Reader, proposal: Proposal) -> str | None:
    proposal_id = proposal.proposal_id
    if proposal.status not in voting.UNDECIDED:
        return f"{proposal_id} is {proposal.status}."
    if proposal.alias == reader.alias:
        return f"{proposal_id} is your own proposal; u takes it back."
    if proposal.status == voting.VOTING:
        return f"{proposal_id} is voted on already; say no, with your reason."
    return refusal(reader, "object", {"entity_id": proposal_id})


def _not_votable(reader: Reader, proposal: Proposal) -> str | None:
    proposal_id = proposal.proposal_id
    if proposal.status == voting.OPEN:
        return f"{proposal_id} is not voted on: silence is consent, an objection starts a vote."
    if proposal.status != voting.VOTING:
        return f"{proposal_id} is {proposal.status}; no vote is open on it."
    refused = refusal(reader, "vote", {"proposal_id": proposal_id})
    if refused is not None:
        return refused
    snapshot = snapshot_of(reader.index)
    owner = snapshot.owner(reader.alias)
    if owner is not None and voting.electorate(snapshot, proposal, [owner]):
        return None
    if reader.alias in voting.without_vote(snapshot, proposal):
        return f"You do not vote on {proposal_id}: it is about your own award."
    return f"You have no vote on {proposal_id}: owners who were active when it opened vote on it."


def _not_withdrawable(reader: Reader, proposal: Proposal) -> str | None:
    proposal_id = proposal.proposal_id
    if proposal.status not in voting.UNDECIDED:
        return f"{proposal_id} is {proposal.status}."
    if proposal.alias != reader.alias:
        against = standing(snapshot_of(reader.index), proposal_id)
        if reader.alias not in {row.alias for row in against}:
            return f"{proposal_id} is {proposal.alias}'s, and you have no objection to it."
    return refusal(reader, "withdraw", {"entity_id": proposal_id})
