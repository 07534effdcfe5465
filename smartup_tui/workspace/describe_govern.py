"""A proposal as one page of Markdown: where it stands, who is against it, how it was voted, and its own text."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from smartup_tui.ledger.governance import voting
from smartup_tui.ledger.markdown import blocks, replace_section
from smartup_tui.ledger.rows import Vote
from smartup_tui.workspace import words
from smartup_tui.workspace.describe import page_sections
from smartup_tui.workspace.govern import ProposalDetail, state

_OBJECTIONS: Final = "Objections"


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
        parts.append(f"## Votes\n\n{_tally(detail.count)} {_mine(detail)}")
        if detail.votes:
            parts.append("\n".join(map(_vote, detail.votes)))
    if detail.page:
        parts.append(_own_text(detail.page, detail))
    return "\n\n".join(parts)


def _own_text(page: str, detail: ProposalDetail) -> str:
    """The page's sections; without its objections where each of them stands above."""
    if len(blocks(page, _OBJECTIONS)) == len(detail.objections):
        page = replace_section(page, _OBJECTIONS, "")
    return page_sections(page)


def _tally(count: voting.Count) -> str:
    """Heads, and weights where they differ from them; what is missing to a quorum."""
    text = f"Yes {count.yes}, no {count.no}, abstain {count.abstain}"
    if count.weight_yes != count.yes or count.weight_no != count.no:
        text += f", which weighs {count.weight_yes} to {count.weight_no}"
    few = "" if count.has_quorum else f", the quorum is {count.quorum}"
    return f"{text}; {count.electorate} may vote{few}."


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
