"""`assess_work`: a finished session becomes a pending award (ledger.md §4, Assessment and Award flow)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from smartup_tui.ledger import pages, tables
from smartup_tui.ledger.actor import Actor
from smartup_tui.ledger.arguments import Arguments
from smartup_tui.ledger.change import Append, Audit, Change, Entity, Outcome, Refusal, RowWrite
from smartup_tui.ledger.economy import consensus, earning, sc
from smartup_tui.ledger.economy.amounts import percent
from smartup_tui.ledger.economy.sessions import with_block
from smartup_tui.ledger.economy.work import SEATS, Seat, Work, holder, next_id, pair, task_update
from smartup_tui.ledger.permission import entitled_assessors, entitled_validators
from smartup_tui.ledger.rows import PendingSC, WorkClock
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.toolbox.found import task_work
from smartup_tui.toolbox.teamcaptain.validate import award_data
from smartup_tui.toolbox.wording import conflict, date_time, forbidden, listed, not_found, rule
from smartup_tui.toolbox.wording import sc as amount


@dataclass(frozen=True, slots=True)
class Assessment:
    """One assessment to be made. `entitled` are those whose standing lets them assess this session, `unpaid` the seats
    whose license earned nothing in it, with that license.
    """

    work: Work
    clock: WorkClock
    assessor: str
    entitled: frozenset[str]
    unpaid: Mapping[Seat, str]
    share: Decimal
    scores: sc.Scores
    note: str
    at: datetime


def assess_work(snapshot: Snapshot, actor: Actor, args: Arguments, now: datetime) -> Outcome:
    """Score a session: a pending award of one row for each of the pair."""
    session_id = args.text("session_id")
    clock = snapshot.session(session_id)
    if clock is None:
        return not_found("not_found", f"There is no session {session_id}.", field="session_id")
    work = task_work(snapshot, clock.task_id)
    if isinstance(work, Refusal):
        return work
    assessment = Assessment(
        work=work,
        clock=clock,
        assessor=actor.alias,
        entitled=entitled_assessors(snapshot, work.task, without=pair(clock)),
        unpaid=earning.unpaid_seats(snapshot, clock),
        share=Decimal(args.integer("share")) if "share" in args else work.share_left,
        scores=sc.Scores(args.integer("effort"), args.integer("learning"), args.integer("collaboration")),
        note=args.optional("note") or "",
        at=now,
    )
    refusal = _who(assessment) or _state(assessment)
    if refusal is not None:
        return refusal
    return _assessed(snapshot, assessment, _rows(snapshot, assessment))


def _who(given: Assessment) -> Refusal | None:
    """Why this owner can not assess the session."""
    session_id, entitled = given.clock.session_id, given.entitled
    names = f"{listed(sorted(entitled)[:3], 'or')} can." if entitled else ""
    if given.assessor in pair(given.clock):
        hint = names or "An owner with a work license who took no part can."
        return forbidden("took_part", f"You can't assess {session_id}: you took part in it.", hint)
    if entitled and given.assessor not in entitled:
        return forbidden("not_permitted", f"You can't assess {session_id}.", names)
    return None


def _state(given: Assessment) -> Refusal | None:
    """Why nobody can assess the session now, or not with this share."""
    work, clock = given.work, given.clock
    session_id = clock.session_id
    if clock.status == "running":
        hint = "It can be assessed when it has been stopped."
        return conflict("session_running", f"{session_id} is still running.", hint, "session_id")
    known = [row for row in work.awards if row.session_id == session_id and row.status != "rejected"]
    if known:
        hint = f"{known[0].pending_id} is its award."
        return conflict("assessed", f"{session_id} is assessed already.", hint, "session_id")
    if clock.confirmed_at is None and work.pairing == "required":
        hint = "A session counts when the holder of the other seat confirms it while it runs."
        return rule("unconfirmed", f"{session_id} was not confirmed by a partner.", hint, "session_id")
    if clock.status == "limit" and given.share:
        hint = f"{listed(pair(clock), 'or')} can state when it ended: !stop_work at=<time> and notes."
        return rule("closed_at_limit", f"{session_id} was closed at its limit.", hint, "session_id")
    left = work.share_left
    if given.share > left:
        hint = f"Give share={left} or less; share=0 closes {session_id} unpaid."
        return rule("share_used", f"Only {left} % of the budget of {work.task.task_id} is left.", hint, "share")
    return None


def _rows(snapshot: Snapshot, given: Assessment) -> list[PendingSC]:
    """The award: one row for each of the pair. Without anybody to validate it, its longer window begins at once."""
    rates, rules = snapshot.policies.credits, snapshot.policies.validation
    split = sc.split(given.work.task.budget_sc, given.share, given.scores, rates.payout, rates.split)
    validators = entitled_validators(snapshot, without={*pair(given.clock), given.assessor})
    note = consensus.fallback_note(given.note, assessed=given.assessor in given.entitled, validated=bool(validators))
    row = PendingSC(
        pending_id=next_id("g", snapshot.rows(tables.PENDING)),
        timestamp=given.at,
        session_id=given.clock.session_id,
        task_id=given.work.task.task_id,
        beneficiary="",
        adm_role="",
        amount=Decimal(0),
        effort=given.scores.effort,
        learning=given.scores.learning,
        collaboration=given.scores.collaboration,
        percentage=percent(split.percentage),
        share=given.share,
        assessed_by=given.assessor,
        status="pending" if validators else "consensus",
        consensus_ends_at=None if validators else consensus.window_end(given.at, days=rules.fallback_days),
        validated_by=None,
        validated_at=None,
        note=note,
    )
    parts = earning.parts(split, given.unpaid)
    return [
        replace(row, beneficiary=alias, adm_role=seat, amount=parts[seat])
        for seat in SEATS
        if (alias := holder(given.clock, seat)) is not None
    ]


def _assessed(snapshot: Snapshot, given: Assessment, rows: list[PendingSC]) -> Change:
    work, session_id, first = given.work, given.clock.session_id, rows[0]
    after = work.with_awards(rows)
    total = amount(sum((row.amount for row in rows), Decimal(0)))
    scores = f"effort {first.effort}, learning {first.learning}, collaboration {first.collaboration}"
    message = f"{session_id} on {work.task.task_id} assessed: {first.pending_id} of {total} is pending."
    heading = f"Assessed {session_id} with {scores}, {first.share} % of the budget: {first.pending_id}."
    comment = pages.comment_block(given.assessor, given.at, f"{heading}\n\n{given.note}".strip())
    index: list[RowWrite] = [*task_update(work.task, after), *(Append(tables.PENDING, row) for row in rows)]
    step = f"Another captain, the leadership or the founder: !validate_sc {first.pending_id} approve."
    if first.consensus_ends_at is not None:
        step = f"Nobody else may validate it, so its window ends on {date_time(first.consensus_ends_at)}."
    return Change(
        markdown=(with_block(snapshot, work.task, pages.COMMENTS, comment),),
        index=tuple(index),
        audit=(
            Audit("assess_work", Entity("award", first.pending_id), message),
            Audit("assess_work", Entity("session", session_id), f"Assessed as {first.pending_id}: {scores}."),
        ),
        message=message,
        figures=(
            f"{first.percentage} % of {first.share} % of {amount(work.task.budget_sc)}.",
            *(f"{row.beneficiary} ({row.adm_role}): {amount(row.amount)}." for row in rows),
            *_unpaid(snapshot, given),
        ),
        next_step=step,
        data=award_data(rows, after.status),
    )


def _unpaid(snapshot: Snapshot, given: Assessment) -> list[str]:
    """What is not minted by the policy, and by which value of it."""
    kept = snapshot.policies.credits.split.midfielder
    lines = [f"{percent(kept)} % are the midfielder's (split.midfielder) and are not minted."] if kept else []
    for seat, license_name in given.unpaid.items():
        lines.append(f"{holder(given.clock, seat)} is not paid: {earning.unpaid_words(license_name)}.")
    return lines
