"""`resolve`: deciding an objection to an award (ledger.md §4, Objection)."""

from __future__ import annotations

from datetime import datetime

from smartup_tui.ledger import pages
from smartup_tui.ledger.actor import Actor
from smartup_tui.ledger.arguments import Arguments
from smartup_tui.ledger.change import Audit, Change, Entity, Outcome, PageWrite, Refusal
from smartup_tui.ledger.economy.sessions import with_block
from smartup_tui.ledger.governance.objections import CONTESTED, RESOLVE, resolvers, standing, with_status
from smartup_tui.ledger.governance.voting import vote_on
from smartup_tui.ledger.rows import PendingSC
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.toolbox.wording import conflict, forbidden, listed, not_found


def resolve(snapshot: Snapshot, actor: Actor, args: Arguments, now: datetime) -> Outcome:
    """Uphold an objection, which rejects the award, or dismiss it, which lets the award go on."""
    pending_id, reason = args.text("pending_id"), args.text("reason")
    rows = snapshot.award(pending_id)
    if not rows:
        return not_found("not_found", f"There is no award {pending_id}.", field="pending_id")
    refusal = _refused(snapshot, actor, rows)
    if refusal is not None:
        return refusal
    upheld = args.text("decision") == "uphold"
    status = "rejected" if upheld else "consensus"
    what = "upheld: the award is rejected, its share is free again" if upheld else "dismissed: the award goes on"
    message = f"The objection to {pending_id} is {what}, by {actor.alias}."
    task = snapshot.task(rows[0].task_id) if rows[0].task_id is not None else None
    markdown: tuple[PageWrite, ...] = ()
    if task is not None:
        block = pages.comment_block(actor.alias, now, f"{message}\n\n{reason}")
        markdown = (with_block(snapshot, task, pages.COMMENTS, block),)
    return Change(
        markdown=markdown,
        index=with_status(snapshot, rows, status, now),
        audit=(Audit(RESOLVE, Entity("award", pending_id), message),),
        message=message,
        data={"pending_id": pending_id, "status": status, "task_id": rows[0].task_id},
    )


def _refused(snapshot: Snapshot, actor: Actor, rows: tuple[PendingSC, ...]) -> Refusal | None:
    """Why the award has no objection to decide, or not by this owner."""
    pending_id = rows[0].pending_id
    if rows[0].status != CONTESTED:
        return conflict("not_contested", f"{pending_id} is not contested; it is {rows[0].status}.", field="pending_id")
    running = vote_on(snapshot, pending_id)
    if running is not None:
        hint = f"!vote {running.proposal_id} yes, no or abstain."
        return conflict("voting", f"{running.proposal_id} is the vote on {pending_id}.", hint, "pending_id")
    beneficiaries = {row.beneficiary for row in rows}
    objectors = {row.alias for row in standing(snapshot, pending_id)}
    able = resolvers(snapshot, rows)
    hint = f"{listed(sorted(able)[:3], 'or')} can." if able else "Nobody else can; after some days a vote decides."
    for mine, code, why in (
        (beneficiaries, "own_award", "it is yours"),
        (objectors, "own_objection", "the objection is yours"),
        ({rows[0].assessed_by}, "own_assessment", "you assessed it"),
        ({rows[0].validated_by}, "own_validation", "you validated it"),
    ):
        if actor.alias in mine:
            return forbidden(code, f"You can't decide on {pending_id}: {why}.", hint)
    return None
