"""Decisions explained: objections to an award or a proposal, the votes that count, and what they came to."""

from __future__ import annotations

import re
from typing import Final

from smartup_tui.ledger import tables
from smartup_tui.ledger.governance import voting
from smartup_tui.ledger.governance.objections import standing
from smartup_tui.ledger.index.placed import Placed
from smartup_tui.ledger.policies import PolicyError
from smartup_tui.ledger.rows import Proposal, Vote
from smartup_tui.workspace import words
from smartup_tui.workspace.explain_rows import Evidence, compared, count, silence, where
from smartup_tui.workspace.explanation import Explanation

_VOTES: Final = "ledger.md §4, Votes"
_OBJECTION: Final = "ledger.md §4, Objection"
_HEADS: Final = re.compile(r"yes ([0-9]+), no ([0-9]+), abstain ([0-9]+)")


def objections(evidence: Evidence, entity_id: str) -> list[Explanation]:
    """The objections to a thing and their withdrawals, if there were any."""
    rows = evidence.rows(tables.OBJECTIONS, "entity_id = ?", (entity_id,))
    if not rows:
        return []
    stand = len(standing(evidence.snapshot, entity_id))
    parts = [
        evidence.written_by(
            Explanation(row.value.action, f"by {row.value.alias}", note=row.value.reason,
                        where=where(tables.OBJECTIONS, row), at=row.value.timestamp),
            evidence.deed(entity_id, (row.value.action,), at=row.value.timestamp, says=row.value.alias),
        )
        for row in rows
    ]  # fmt: skip
    how = "What was withdrawn, or decided, stands no more."
    return [Explanation("Objections", f"{stand} of {len(rows)} stand", how, _OBJECTION, parts=tuple(parts))]


def vote_on(evidence: Evidence, pending_id: str) -> list[Explanation]:
    """The proposals that decide on an award or a tranche."""
    found = evidence.rows(tables.PROPOSALS, "title LIKE ? AND kind IN ('award', 'vesting')", (f"{pending_id}: %",))
    return [
        Explanation(
            f"Vote {row.value.proposal_id}", row.value.result or words.status(row.value.status),
            where=where(tables.PROPOSALS, row), at=row.value.timestamp, entity=row.value.proposal_id,
        )
        for row in found
    ]  # fmt: skip


def proposal(evidence: Evidence, row: Placed[Proposal]) -> Explanation:
    """A proposal: its windows, the objections, every vote, and the count reckoned again."""
    found = row.value
    parts = [_opened(evidence, row), *_windows(found)]
    subject = voting.subject_award(found)
    if subject is not None:
        parts.append(Explanation(f"It decides on {subject}", entity=subject))
    parts += objections(evidence, found.proposal_id)
    votes = evidence.rows(tables.VOTES, "proposal_id = ?", (found.proposal_id,))
    if votes or found.vote_ends_at is not None:
        parts.append(_count(evidence, found, votes))
    parts.append(evidence.deeds(found.proposal_id))
    value = f"{found.status}: {found.result}" if found.result else found.status
    how = f"Consent takes {silence(evidence)}; an objection starts a vote. One owner, one vote; a tie is no."
    return Explanation(f"Proposal {found.proposal_id}", value, how, _VOTES, found.title,
                       about=found.proposal_id, entity=found.alias, parts=tuple(parts))  # fmt: skip


def _opened(evidence: Evidence, row: Placed[Proposal]) -> Explanation:
    found = row.value
    part = Explanation("Opened", words.day_and_time(found.timestamp), note=f"{found.kind}, by {found.alias}",
                       where=where(tables.PROPOSALS, row), at=found.timestamp)  # fmt: skip
    return evidence.written_by(part, evidence.deed(found.proposal_id, ("propose", "vest", "contest")))


def _windows(found: Proposal) -> list[Explanation]:
    ends = (("Silence until", found.consensus_ends_at), ("Vote until", found.vote_ends_at))
    return [Explanation(name, words.day_and_time(moment), source=_VOTES) for name, moment in ends if moment is not None]


def _count(evidence: Evidence, found: Proposal, votes: list[Placed[Vote]]) -> Explanation:
    """The votes, those that count and those that a later one replaced; and the heads, counted again."""
    last = {row.value.alias: row.row_id for row in votes}
    parts = []
    for row in votes:
        vote = row.value
        counts = last[vote.alias] == row.row_id
        note = vote.reason if counts else "replaced by a later vote"
        weight = "" if vote.weight == 1 else f", weight {vote.weight}"
        part = Explanation(f"{vote.alias}", f"{vote.choice}{weight}", note=note, where=where(tables.VOTES, row),
                           at=vote.timestamp, entity=vote.alias)  # fmt: skip
        deed = evidence.deed(found.proposal_id, ("vote",), at=vote.timestamp, says=f"{vote.alias} votes")
        parts.append(evidence.written_by(part, deed))
    try:
        counted = voting.count(evidence.snapshot, found)
    except PolicyError as error:
        return Explanation("Votes", count(len(last), "vote"), str(error), _VOTES, parts=tuple(parts))
    how = (
        f"{counted.electorate} may vote, the quorum is {counted.quorum}; the last vote of each counts."
        " Who may vote is counted as of today."
    )
    part = Explanation("Votes", counted.words, how, _VOTES, parts=tuple(parts))
    said = _HEADS.search(found.result or "")
    if said is None:
        return part
    heads = f"yes {counted.yes}, no {counted.no}, abstain {counted.abstain}"
    return compared(part, "" if said[0] == heads else f"the result says {said[0]}, the votes are {heads}")
