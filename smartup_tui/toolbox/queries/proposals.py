"""`proposals` and `proposal`: what is proposed, its state and its count."""

from __future__ import annotations

from datetime import datetime

from smartup_tui.ledger import tables
from smartup_tui.ledger.actor import Actor
from smartup_tui.ledger.arguments import Arguments
from smartup_tui.ledger.change import Answer, Entity, Outcome
from smartup_tui.ledger.economy.amounts import money
from smartup_tui.ledger.governance import voting
from smartup_tui.ledger.governance.objections import standing
from smartup_tui.ledger.rows import Proposal
from smartup_tui.ledger.rowset import number
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.toolbox.wording import date_time, not_found, stamp

_LISTED = 50


def proposals(snapshot: Snapshot, _actor: Actor, args: Arguments, now: datetime) -> Outcome:
    """Proposals that are open, or those that are closed, the newest first."""
    state = args.optional("state") or "open"
    rows = snapshot.rows(tables.PROPOSALS)
    if state == "open":
        found = [row for row in rows.live_rows if row.status in voting.UNDECIDED]
    else:
        found = [row for row in rows if row.status not in voting.UNDECIDED]
    found.sort(key=lambda row: number(row.proposal_id), reverse=True)
    if not found:
        return Answer(f"No proposal is {state} now.", data={"proposals": []})
    lines = [_line(row, now) for row in found]
    if len(lines) > 4:
        lines[3:] = [f"and {len(lines) - 3} more"]
    data: dict[str, object] = {"proposals": [summary(row, now) for row in found[:_LISTED]]}
    if len(found) > _LISTED:
        data["more"] = True
    count = "1 proposal is" if len(found) == 1 else f"{len(found)} proposals are"
    return Answer(f"{count} {state}.", tuple(lines), f"!proposal {found[0].proposal_id} shows one.", data)


def proposal(snapshot: Snapshot, actor: Actor, args: Arguments, now: datetime) -> Outcome:
    """One proposal: its state, the objections that stand, the end of its window, and the count of votes."""
    row = snapshot.rows(tables.PROPOSALS).get(args.text("proposal_id"))
    if row is None:
        return not_found("not_found", "There is no such proposal.", "!proposals lists them.", "proposal_id")
    against = standing(snapshot, row.proposal_id)
    lines = [f"Kind {row.kind}, by {row.alias}. {_state(row, now)}"]
    data = summary(row, now) | {"objections": [{"alias": o.alias, "reason": o.reason} for o in against]}
    if against:
        more = f" and {len(against) - 1} more" if len(against) > 1 else ""
        lines.append(f"Objection of {against[0].alias}{more}: {against[0].reason}")
    if row.status == voting.VOTING:
        count = voting.count(snapshot, row)
        mine = voting.votes(snapshot, row.proposal_id).get(actor.alias)
        lines.append(f"Votes: {count.words}.")
        data["count"] = {
            "yes": count.yes,
            "no": count.no,
            "abstain": count.abstain,
            "weight_yes": money(count.weight_yes),
            "weight_no": money(count.weight_no),
            "electorate": count.electorate,
            "quorum": count.quorum,
        }
        data["my_vote"] = mine.choice if mine is not None else None
        lines.append(f"Your vote: {mine.choice}." if mine is not None else "You have not voted.")
    message = f"{row.proposal_id} {row.title}: {row.status}."
    return Answer(message, tuple(lines[:4]), _step(row, now), data, Entity("proposal", row.proposal_id))


def _step(row: Proposal, now: datetime) -> str | None:
    """What an owner can do about it now."""
    if _over(row, now):
        return None
    if row.status == voting.VOTING:
        return f"!vote {row.proposal_id} yes, no or abstain; the last vote before the close counts."
    return f"!object {row.proposal_id} <reason> starts a vote." if row.status == voting.OPEN else None


def summary(row: Proposal, now: datetime) -> dict[str, object]:
    """What every list says of a proposal. `over`: its window has ended, and the next command that writes closes it."""
    ends = _ends(row)
    return {
        "id": row.proposal_id,
        "title": row.title,
        "kind": row.kind,
        "alias": row.alias,
        "status": row.status,
        "ends": stamp(ends) if ends is not None else None,
        "over": _over(row, now),
        "result": row.result,
    }


def _ends(row: Proposal) -> datetime | None:
    return row.vote_ends_at if row.status == voting.VOTING else row.consensus_ends_at


def _over(row: Proposal, now: datetime) -> bool:
    ends = _ends(row)
    return row.status in voting.UNDECIDED and ends is not None and ends <= now


def _line(row: Proposal, now: datetime) -> str:
    return f"{row.proposal_id} {row.title} ({row.kind}). {_state(row, now)}"


def _state(row: Proposal, now: datetime) -> str:
    ends = _ends(row)
    if row.status not in voting.UNDECIDED or ends is None:
        return f"{row.status.capitalize()}: {(row.result or row.status).rstrip('.')}."
    if _over(row, now):
        what = "The vote" if row.status == voting.VOTING else "Its window"
        return f"{what} ended on {date_time(ends)}; the next command that writes closes it."
    if row.status == voting.VOTING:
        return f"The vote ends on {date_time(ends)}."
    return f"Silence until {date_time(ends)} is consent."
