"""Counting votes: one owner, one vote; the last vote before the close counts (ledger.md §4, Votes)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from smartup_tui.ledger import tables
from smartup_tui.ledger.actor import ACTIVE
from smartup_tui.ledger.economy.wallet import karma_of
from smartup_tui.ledger.policies import ValidationRules
from smartup_tui.ledger.rows import Owner, Proposal, Vote
from smartup_tui.ledger.snapshot import Snapshot

OPEN, VOTING, ACCEPTED, REJECTED, WITHDRAWN = "open", "voting", "accepted", "rejected", "withdrawn"
UNDECIDED: Final = (OPEN, VOTING)
"""Statuses of a proposal that is not closed."""

GENERAL, AMENDMENT, VESTING, AWARD = "general", "amendment", "vesting", "award"
VOTED: Final = frozenset({AMENDMENT, VESTING, AWARD})
"""Kinds that begin with a vote, without a window of silence."""

_SUBJECT: Final = re.compile(r"(g_[0-9]+): ")


@dataclass(frozen=True, slots=True)
class Count:
    """A count of votes: heads and weights for yes and no, heads that abstained, the electorate and the quorum."""

    yes: int
    no: int
    abstain: int
    weight_yes: Decimal
    weight_no: Decimal
    electorate: int
    quorum: int

    @property
    def voters(self) -> int:
        """How many took part, abstentions among them."""
        return self.yes + self.no + self.abstain

    @property
    def has_quorum(self) -> bool:
        """Whether enough took part."""
        return self.voters >= self.quorum

    def accepts(self, majority: Fraction | None = None) -> bool:
        """Whether the proposal is accepted: more yes than no, or the majority of the votes cast; a tie is no."""
        cast = self.weight_yes + self.weight_no
        if not self.has_quorum or not cast:
            return False
        if majority is None:
            return self.weight_yes > self.weight_no
        return Fraction(self.weight_yes) >= majority * Fraction(cast)

    @property
    def words(self) -> str:
        """The count as it is shown; the heads always, the weights where they differ from them."""
        text = f"yes {self.yes}, no {self.no}, abstain {self.abstain} of {self.electorate}"
        if self.weight_yes != self.yes or self.weight_no != self.no:
            text += f" (weighted {self.weight_yes} to {self.weight_no})"
        return text if self.has_quorum else f"{text}; the quorum is {self.quorum}"


def subject_award(proposal: Proposal) -> str | None:
    """The award or tranche that a vote is about, which its title begins with; None for proposals about other things."""
    found = _SUBJECT.match(proposal.title) if proposal.kind in (VESTING, AWARD) else None
    return found.group(1) if found else None


def vote_on(snapshot: Snapshot, pending_id: str) -> Proposal | None:
    """The vote that runs on an award or a tranche, None when there is none."""
    for proposal in snapshot.rows(tables.PROPOSALS).unrolled(status=VOTING):
        if subject_award(proposal) == pending_id:
            return proposal
    return None


def without_vote(snapshot: Snapshot, proposal: Proposal) -> frozenset[str]:
    """Owners who do not vote, since it is their own award that is voted on."""
    pending_id = subject_award(proposal)
    return frozenset(row.beneficiary for row in snapshot.award(pending_id)) if pending_id else frozenset()


def votes(snapshot: Snapshot, proposal_id: str) -> dict[str, Vote]:
    """The vote of each owner that counts, by alias."""
    return {row.alias: row for row in snapshot.rows(tables.VOTES).where(proposal_id=proposal_id)}


def electorate(snapshot: Snapshot, proposal: Proposal, owners: Iterable[Owner]) -> frozenset[str]:
    """Which of these owners vote: active when the proposal opened, with a license that votes, not beneficiaries."""
    licenses = snapshot.policies.licenses.licenses
    voting = {name for name, known in licenses.items() if known.votes}
    excluded = without_vote(snapshot, proposal)
    return frozenset(
        owner.alias
        for owner in owners
        if owner.status == ACTIVE
        and owner.license in voting
        and owner.joined_at <= proposal.timestamp
        and owner.alias not in excluded
    )


def count(snapshot: Snapshot, proposal: Proposal) -> Count:
    """Count the votes of a proposal. Votes of owners who were suspended or left since stand, and so do their heads."""
    cast = votes(snapshot, proposal.proposal_id)
    able = electorate(snapshot, proposal, snapshot.rows(tables.OWNERS)) | set(cast)
    rules = snapshot.policies.validation
    return Count(
        yes=_heads(cast.values(), "yes"),
        no=_heads(cast.values(), "no"),
        abstain=_heads(cast.values(), "abstain"),
        weight_yes=_weight(cast.values(), "yes"),
        weight_no=_weight(cast.values(), "no"),
        electorate=len(able),
        quorum=quorum(len(able), rules),
    )


def quorum(electorate: int, rules: ValidationRules) -> int:
    """How many have to take part: a number or a percentage, whichever is more, and never more than there are."""
    percentage = -(-electorate * rules.quorum_percent // 100)
    return min(electorate, max(rules.quorum_minimum, percentage))


def weight(snapshot: Snapshot, alias: str, rules: ValidationRules) -> Decimal:
    """What a vote weighs: one, or by SK where the policy says `weighted`."""
    if not rules.weighted:
        return Decimal(1)
    return min(rules.weight_maximum, 1 + Decimal(max(0, karma_of(snapshot, alias))) / rules.weight_sk)


def _heads(cast: Iterable[Vote], choice: str) -> int:
    return sum(1 for vote in cast if vote.choice == choice)


def _weight(cast: Iterable[Vote], choice: str) -> Decimal:
    return sum((vote.weight for vote in cast if vote.choice == choice), Decimal(0))
