"""`validate_sc`: a pending award is approved, which opens its window of silence, or rejected (ledger.md §4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from smartup_tui.ledger import pages, tables
from smartup_tui.ledger.actor import Actor
from smartup_tui.ledger.arguments import Arguments
from smartup_tui.ledger.change import Audit, Change, Entity, Outcome, PageWrite, Refusal, RowWrite, Update
from smartup_tui.ledger.economy import consensus
from smartup_tui.ledger.economy.amounts import money
from smartup_tui.ledger.economy.minting import FOUNDER
from smartup_tui.ledger.economy.sessions import with_block
from smartup_tui.ledger.economy.work import task_update
from smartup_tui.ledger.permission import entitled_validators
from smartup_tui.ledger.rows import PendingSC
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.toolbox.found import task_work
from smartup_tui.toolbox.wording import conflict, date_time, forbidden, listed, malformed, not_found, rule, sc, stamp


def validate_sc(snapshot: Snapshot, actor: Actor, args: Arguments, now: datetime) -> Outcome:
    """Approve an award, which opens its window of silence, or reject it, which frees its share."""
    pending_id = args.text("pending_id")
    rows = snapshot.award(pending_id)
    if not rows:
        return not_found("not_found", f"There is no pending award {pending_id}.", field="pending_id")
    reason = args.optional("reason") or ""
    refusal = _not_validatable(snapshot, rows, actor.alias)
    if refusal is not None:
        return refusal
    if args.text("decision") == "approve":
        hours = snapshot.policies.validation.consensus_hours
        ends = consensus.window_end(now, hours=hours)
        decided = [
            replace(r, status="consensus", consensus_ends_at=ends, validated_by=actor.alias, validated_at=now)
            for r in rows
        ]
        message = f"{pending_id} is validated by {actor.alias}; {hours} hours of silence are consent."
        return _decided(snapshot, decided, reason, message, now)
    if not reason:
        return malformed(
            "missing_argument", "A rejection needs a reason.", f"!validate_sc {pending_id} reject …", "reason"
        )
    decided = [replace(r, status="rejected", validated_by=actor.alias, validated_at=now) for r in rows]
    message = f"{pending_id} is rejected by {actor.alias}; its share of the budget is free again."
    return _decided(snapshot, decided, reason, message, now)


def _not_validatable(snapshot: Snapshot, rows: Iterable[PendingSC], alias: str) -> Refusal | None:
    """Why the award can not be validated, or not by this owner."""
    rows = tuple(rows)
    first = rows[0]
    pending_id, beneficiaries = first.pending_id, {row.beneficiary for row in rows}
    if first.adm_role == FOUNDER:
        hint = "A proposal of kind vesting decides on it, by a vote."
        return rule("founding_tranche", f"{pending_id} is a tranche of the founding work.", hint, "pending_id")
    able = entitled_validators(snapshot, without={*beneficiaries, first.assessed_by})
    hint = f"{listed(sorted(able)[:3], 'or')} can." if able else "Another captain, the leadership or the founder can."
    if alias in beneficiaries:
        return forbidden("own_award", f"You can't validate {pending_id}: it is yours.", hint)
    if alias == first.assessed_by:
        return forbidden("own_assessment", f"You can't validate {pending_id}: you assessed it.", hint)
    if first.status != "pending":
        words = {"consensus": "validated already", "contested": "contested", "held": "held", "paid": "paid"}
        state = words.get(first.status, first.status)
        return conflict("decided", f"{pending_id} is {state}.", "Only a pending award is validated.", "pending_id")
    return None


def _decided(snapshot: Snapshot, rows: list[PendingSC], reason: str, message: str, now: datetime) -> Outcome:
    first = rows[0]
    alias = first.validated_by or ""
    fields = ("status", "consensus_ends_at", "validated_by", "validated_at")
    index: list[RowWrite] = [
        Update(tables.PENDING, (row.pending_id, row.adm_role), {name: getattr(row, name) for name in fields})
        for row in rows
    ]
    markdown: tuple[PageWrite, ...] = ()
    status = None
    if first.task_id is not None:
        work = task_work(snapshot, first.task_id)
        if isinstance(work, Refusal):
            return work
        after = work.with_awards(rows)
        status = after.status
        index = [*task_update(work.task, after), *index]
        comment = pages.comment_block(alias, now, f"{message}\n\n{reason}" if reason else message)
        markdown = (with_block(snapshot, work.task, pages.COMMENTS, comment),)
    ends = first.consensus_ends_at
    return Change(
        markdown=markdown,
        index=tuple(index),
        audit=(Audit("validate_sc", Entity("award", first.pending_id), message),),
        message=message,
        figures=tuple(f"{row.beneficiary} ({row.adm_role}): {sc(row.amount)}." for row in rows),
        next_step=f"It is minted on {date_time(ends)}, unless somebody objects." if ends is not None else None,
        data=award_data(rows, status),
    )


def award_data(rows: list[PendingSC], status: str | None) -> dict[str, object]:
    """An award as results carry it."""
    first = rows[0]
    return {
        "pending_id": first.pending_id,
        "session_id": first.session_id,
        "task_id": first.task_id,
        "status": first.status,
        "task_status": status,
        "percentage": money(first.percentage) if first.percentage is not None else None,
        "share": str(first.share) if first.share is not None else None,
        "ends": stamp(first.consensus_ends_at) if first.consensus_ends_at is not None else None,
        "parts": [{"alias": r.beneficiary, "seat": r.adm_role, "amount": money(r.amount)} for r in rows],
    }
