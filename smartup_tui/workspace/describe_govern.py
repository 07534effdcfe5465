"""A proposal as one page of Markdown: where it stands, who is against it, how it was voted, and its own text."""

from __future__ import annotations

from datetime import datetime

from smartup_tui.ledger.governance import voting
from smartup_tui.ledger.rows import Vote
from smartup_tui.workspace import words
from smartup_tui.workspace.describe import page_sections
from smartup_tui.workspace.govern import ProposalDetail, state


def describe_proposal(detail: ProposalDetail, now: datetime) -> str:
    """All there is to say of a proposal, in the order in which it is asked for."""
    row = detail.proposal
    parts = [
        f"# {row.proposal_id} {row.title}",
        f"**{_capital(state(row, now))}**",
        "\n".join(
            (
                f"- kind: {row.kind}",
                f"- proposed by {row.alias} on {words.day_and_time(row.timestamp)}",
                *_result(detail),
            )
        ),
    ]
    parts += [
        f"**Objection** of {found.alias}, {words.day_and_time(found.timestamp)}: {found.reason}"
        for found in detail.objections
    ]
    if detail.count is not None:
        parts.append(f"## Votes\n\n{_capital(detail.count.words)}. {_mine(detail)}")
        if detail.votes:
            parts.append("\n".join(map(_vote, detail.votes)))
    if detail.page:
        parts.append(page_sections(detail.page))
    return "\n\n".join(parts)


def _result(detail: ProposalDetail) -> list[str]:
    row = detail.proposal
    if row.status in voting.UNDECIDED:
        return []
    lines = [f"- ended on {words.day_and_time(detail.ends)}"] if detail.ends is not None else []
    if row.result and row.result != row.status:
        lines.append(f"- result: {row.result}")
    return lines


def _mine(detail: ProposalDetail) -> str:
    if detail.mine is not None:
        return f"You voted {detail.mine.choice} on {words.day_and_time(detail.mine.timestamp)}."
    return "You have not voted." if detail.proposal.status == voting.VOTING else "You did not vote."


def _vote(vote: Vote) -> str:
    reason = f": {vote.reason}" if vote.reason else ""
    return f"- {vote.alias} {vote.choice}, {words.day_and_time(vote.timestamp)}{reason}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
