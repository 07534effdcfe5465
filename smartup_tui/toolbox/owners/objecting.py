"""`object`: contesting a proposal or an award (ledger.md §4, Objection and Votes)."""

from __future__ import annotations

from datetime import datetime, timedelta

from smartup_tui.ledger import pages, tables
from smartup_tui.ledger.actor import Actor
from smartup_tui.ledger.arguments import Arguments
from smartup_tui.ledger.change import Append, Audit, Change, Entity, Outcome, PageWrite, Refusal, Update
from smartup_tui.ledger.economy.minting import FOUNDER
from smartup_tui.ledger.economy.sessions import with_block
from smartup_tui.ledger.governance import voting
from smartup_tui.ledger.governance.effects import noted
from smartup_tui.ledger.governance.objections import CONTESTED, OBJECT, objected_before, resolvers, with_status
from smartup_tui.ledger.rows import Objection, PendingSC, Proposal
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.toolbox.wording import conflict, date_time, listed, not_found, rule, stamp


def object_(snapshot: Snapshot, actor: Actor, args: Arguments, now: datetime) -> Outcome:
    """Contest a proposal, which starts a vote, or an award, which another validator or a vote decides."""
    entity_id, reason = args.text("entity_id"), args.text("reason")
    proposal = snapshot.rows(tables.PROPOSALS).get(entity_id)
    if proposal is not None:
        return _to_proposal(snapshot, actor, proposal, reason, now)
    rows = snapshot.award(entity_id)
    if not rows:
        return not_found("not_found", f"There is no proposal and no award {entity_id}.", field="entity_id")
    return _to_award(snapshot, actor, rows, reason, now)


def _to_proposal(snapshot: Snapshot, actor: Actor, proposal: Proposal, reason: str, now: datetime) -> Outcome:
    proposal_id = proposal.proposal_id
    if proposal.alias == actor.alias:
        hint = f"!withdraw {proposal_id} takes it back."
        return conflict("own_proposal", f"{proposal_id} is your own proposal.", hint, "entity_id")
    if proposal.status == voting.VOTING:
        until = f" until {date_time(proposal.vote_ends_at)}" if proposal.vote_ends_at is not None else ""
        hint = f"!vote {proposal_id} no, with your reason{until}."
        return conflict("voting", f"{proposal_id} is being voted on already.", hint, "entity_id")
    if proposal.status != voting.OPEN:
        hint = "A new proposal can change what it decided."
        return conflict("closed", f"{proposal_id} is {proposal.status}.", hint, "entity_id")
    days = snapshot.policies.validation.vote_days
    ends = now + timedelta(days=days)
    values = {"status": voting.VOTING, "vote_ends_at": ends}
    message = f"{actor.alias} objects to {proposal_id}: its vote is open until {date_time(ends)}."
    return Change(
        markdown=noted(snapshot, proposal, pages.comment_block(actor.alias, now, reason), "Objections"),
        index=(Update(tables.PROPOSALS, (proposal_id,), values), _row(proposal_id, actor, reason, now)),
        audit=(Audit("object", Entity("proposal", proposal_id), message),),
        message=message,
        next_step=f"!vote {proposal_id} yes, no or abstain.",
        data={"id": proposal_id, "status": voting.VOTING, "ends": stamp(ends)},
    )


def _to_award(snapshot: Snapshot, actor: Actor, rows: tuple[PendingSC, ...], reason: str, now: datetime) -> Outcome:
    pending_id = rows[0].pending_id
    refusal = _not_contestable(snapshot, rows[0], now)
    if refusal is None and objected_before(snapshot, pending_id, actor.alias):
        hint = "Others can object, if they see it the same way."
        refusal = conflict("objected", f"You objected to {pending_id} already.", hint, "entity_id")
    if refusal is not None:
        return refusal
    days = snapshot.policies.validation.objection_days
    task = snapshot.task(rows[0].task_id) if rows[0].task_id is not None else None
    markdown: tuple[PageWrite, ...] = ()
    if task is not None:
        block = pages.comment_block(actor.alias, now, f"Objects to {pending_id}: {reason}")
        markdown = (with_block(snapshot, task, pages.COMMENTS, block),)
    able = sorted(resolvers(snapshot, rows) - {actor.alias})
    decide = f"{listed(able[:3], 'or')} can decide it" if able else "Nobody is free to decide it"
    message = f"{actor.alias} objects to {pending_id}: it is contested."
    return Change(
        markdown=markdown,
        index=(*with_status(snapshot, rows, CONTESTED, now), _row(pending_id, actor, reason, now)),
        audit=(Audit("object", Entity("award", pending_id), message),),
        message=message,
        figures=(f"{decide}; what is undecided after {days} days goes to a vote.",),
        next_step=f"!resolve {pending_id} uphold or dismiss, with a reason." if able else None,
        data={"id": pending_id, "status": CONTESTED, "resolvers": able},
    )


def _not_contestable(snapshot: Snapshot, row: PendingSC, now: datetime) -> Refusal | None:
    pending_id, ends = row.pending_id, row.consensus_ends_at
    if row.adm_role == FOUNDER:
        hint = "!proposals lists the vote on it, if there is one."
        return rule("founding_tranche", f"A vote alone decides on {pending_id}.", hint, "entity_id")
    if row.status == "pending":
        hours = snapshot.policies.validation.consensus_hours
        hint = f"Who validates it can reject it; the {hours} hours for objections begin then."
        return conflict("not_validated", f"{pending_id} is not validated yet.", hint, "entity_id")
    if row.status in ("paid", "rejected"):
        hint = "A proposal of kind correction puts a wrong award right." if row.status == "paid" else ""
        return conflict("decided", f"{pending_id} is {row.status}.", hint, "entity_id")
    if row.status != CONTESTED and ends is not None and ends <= now:
        hint = "A proposal of kind correction puts a wrong award right, once it is paid."
        return rule("window_over", f"The window of {pending_id} ended on {date_time(ends)}.", hint, "entity_id")
    return None


def _row(entity_id: str, actor: Actor, reason: str, now: datetime) -> Append:
    return Append(tables.OBJECTIONS, Objection(now, entity_id, actor.alias, OBJECT, reason))
