"""Work explained: what an award pays and why, how long a session was, what is left of a task's budget."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Final

from smartup_tui.ledger import pages, tables
from smartup_tui.ledger.economy import earning
from smartup_tui.ledger.economy import sc as credits_
from smartup_tui.ledger.economy.amounts import ZERO, cents
from smartup_tui.ledger.economy.amounts import percent as stored_percent
from smartup_tui.ledger.economy.minting import FOUNDER
from smartup_tui.ledger.economy.work import pair
from smartup_tui.ledger.governance.execution import SET_POLICY
from smartup_tui.ledger.index import queries
from smartup_tui.ledger.index.placed import Placed
from smartup_tui.ledger.policies import CREDIT_RATES, LICENSE_POLICIES, CreditRates, PolicyError
from smartup_tui.ledger.rows import PendingSC, SessionLog, TaskBudget, WorkClock
from smartup_tui.ledger.status import assessed_share, status_in
from smartup_tui.workspace import words
from smartup_tui.workspace.explain_rows import Evidence, added, compared, count, percent, sc, where
from smartup_tui.workspace.explain_votes import objections, vote_on
from smartup_tui.workspace.explain_wallet import movement, pending_part
from smartup_tui.workspace.explanation import Explanation

ASSESSMENT: Final = "ledger.md §4, Assessment"
_BUDGETS: Final = "ledger.md §4, Budgets"
_FLOW: Final = "ledger.md §4, Award flow"
_CLOCK: Final = "ledger.md §4, Clock"
_STATUS: Final = "ledger.md §4, Task status"
_TRANCHES: Final = "ledger.md §4, Founder's tranches"


def award(evidence: Evidence, rows: Sequence[Placed[PendingSC]]) -> Explanation:
    """An award: the assessment and its arithmetic, who gets what, who decided, and the mint."""
    first = rows[0].value
    total = sum((row.value.amount for row in rows), ZERO)
    parts: list[Explanation] = []
    if first.adm_role == FOUNDER:
        how, source = "A tranche of the founding work; a vote alone decides on it.", _TRANCHES
        parts += [_paid(evidence, _tranche(evidence, row), row) for row in rows]
    else:
        how, source = "The budget times the share times the payout, split between the seats.", ASSESSMENT
        parts += _reckoning(evidence, rows)
    if first.session_id is not None:
        parts.append(session_line(evidence, first.session_id))
    if first.validated_by is not None:
        parts.append(_validated(evidence, first))
    parts += objections(evidence, first.pending_id)
    parts += vote_on(evidence, first.pending_id)
    parts.append(evidence.deeds(first.pending_id))
    status = words.status(first.status) if len({row.value.status for row in rows}) == 1 else "in part paid"
    return Explanation(f"Award {first.pending_id}", f"{sc(total)}, {status}", how, source, about=first.pending_id,
                       entity=first.task_id or first.beneficiary, parts=tuple(parts))  # fmt: skip


def _tranche(evidence: Evidence, row: Placed[PendingSC]) -> Explanation:
    """A tranche of the founding work, compared with its part of all of them."""
    part, rates = pending_part(evidence, row), _rates(evidence)
    all_ = evidence.rows(tables.PENDING, "adm_role = 'founder'", order="length(pending_id), pending_id")
    place = next((number for number, one in enumerate(all_) if one.row_id == row.row_id), None)
    if rates is None or place is None or place >= len(rates.founding.tranches):
        return part
    if _changed(evidence, CREDIT_RATES, row.value.timestamp) is not None:
        return part
    share, total = rates.founding.tranches[place], sum((one.value.amount for one in all_), ZERO)
    part = replace(part, how=f"{percent(share)} of {sc(total)} for the founding work.", source=_TRANCHES)
    return added(part, cents(total * share / 100), row.value.amount, write=sc)


def _reckoning(evidence: Evidence, rows: Sequence[Placed[PendingSC]]) -> list[Explanation]:
    """The budget, the share, the payout of the scores, and each one's part; all of it reckoned again."""
    first = rows[0].value
    found = evidence.rows(tables.TASKS, "task_id = ?", (first.task_id or "",))
    parts = [budget_line(row) for row in found]
    if first.share is not None:
        parts.append(Explanation("Share", percent(first.share), "How much of the budget this session takes.", _BUDGETS))
    changed = _changed(evidence, CREDIT_RATES, first.timestamp)
    rates = _rates(evidence) if changed is None else None
    scores = _scores(first)
    split = None
    if scores is not None:
        parts.append(_payout(evidence, first, scores, rates, changed))
        if rates is not None and found and first.share is not None:
            budget = found[0].value.budget_sc
            split = credits_.split(budget, first.share, scores, rates.payout, rates.split)
    for row in rows:
        part = _seat(evidence, row, rates, split)
        part = evidence.written_by(part, evidence.deed(first.pending_id, ("assess_work",)))
        parts.append(_paid(evidence, part, row))
    return parts


def _seat(
    evidence: Evidence, row: Placed[PendingSC], rates: CreditRates | None, split: credits_.Split | None
) -> Explanation:
    """What one seat is paid, reckoned again where the rates are as they were."""
    found = row.value
    part = Explanation(
        f"{found.beneficiary}, {found.adm_role}", sc(found.amount), "", ASSESSMENT,
        where=where(tables.PENDING, row), at=found.timestamp, entity=found.beneficiary,
    )  # fmt: skip
    if rates is None or split is None:
        return part
    attacker, midfielder = found.adm_role == "attacker", rates.split.midfielder
    how = (f"{percent(rates.split.attacker)} of {sc(split.whole)}." if attacker
           else f"What the attacker's part leaves of {sc(split.total)}.")  # fmt: skip
    if midfielder and not attacker:
        how += f" The midfielder's {percent(midfielder)} of {sc(split.whole)} are not minted."
    expected = split.attacker if attacker else split.defender
    unpaid = _unpaid(evidence, found)
    if unpaid is not None:
        how, expected = f"Not paid: {earning.unpaid_words(unpaid)}.", ZERO
    part = replace(part, how=how)
    if expected != found.amount and _changed(evidence, LICENSE_POLICIES, found.timestamp) is not None:
        return replace(part, how="")  # a license that is paid today may not have been then, or the other way round
    differs = f"by today's budget and rates it would be {sc(expected)}" if expected != found.amount else ""
    return compared(part, differs)


def _unpaid(evidence: Evidence, award: PendingSC) -> str | None:
    """The license of an award's beneficiary in the session, if it earns no SC."""
    clock = evidence.snapshot.session(award.session_id) if award.session_id is not None else None
    try:
        unpaid = earning.unpaid_seats(evidence.snapshot, clock) if clock is not None else {}
    except PolicyError:
        return None
    return next((license_name for seat, license_name in unpaid.items() if seat == award.adm_role), None)


def _payout(
    evidence: Evidence, first: PendingSC, scores: credits_.Scores, rates: CreditRates | None, changed: datetime | None
) -> Explanation:
    """What the scores pay, by the policy's line; it is not reckoned again where the line has `changed` since."""
    how = (
        f"Effort {scores.effort}, learning {scores.learning} and collaboration {scores.collaboration} are"
        f" {scores.total} of 30 points"
    )
    part = Explanation("Payout", percent(first.percentage or ZERO), f"{how}.", ASSESSMENT, note=first.note or "")
    if rates is not None:
        line = " ".join(f"({points}, {paid} %)" for points, paid in rates.payout)
        reckoned = stored_percent(credits_.payout(scores.total, rates.payout))
        differs = f"by today's line of {CREDIT_RATES} it would be {percent(reckoned)}"
        part = replace(part, how=f"{how}, on the line {line}.")
        part = compared(part, differs if reckoned != first.percentage else "")
    elif changed is not None:
        part = replace(part, how=f"{how}, by {CREDIT_RATES} as it was before {words.day(changed)}.")
    deed = evidence.deed(first.session_id, ("assess_work",), says=f"as {first.pending_id}:")
    return evidence.written_by(part, deed)


def _paid(evidence: Evidence, part: Explanation, row: Placed[PendingSC]) -> Explanation:
    """The part with its mint below it, compared: a paid part has one mint of its amount, another has none."""
    found = row.value
    names = evidence.names(found.beneficiary)
    mints = [
        one
        for one in evidence.rows(tables.CREDITS, "reference = ?", (found.pending_id,))
        if one.value.to in names or one.value.from_ in names
    ]
    minted = sum((one.value.amount for one in mints if one.value.type == credits_.MINT), ZERO)
    wanted = found.amount if found.status == "paid" else ZERO
    differs = f"{sc(minted)} minted, where it is {found.status}" if minted != wanted else ""
    note = part.note or words.status(found.status)
    return compared(replace(part, note=note, parts=tuple(movement(evidence, one) for one in mints)), differs)


def _validated(evidence: Evidence, first: PendingSC) -> Explanation:
    ends = f"The window ends {words.day_and_time(first.consensus_ends_at)}." if first.consensus_ends_at else ""
    part = Explanation("Validated", f"by {first.validated_by}", ends, _FLOW, at=first.validated_at)
    return evidence.written_by(part, evidence.deed(first.pending_id, ("validate_sc",)))


def _scores(row: PendingSC) -> credits_.Scores | None:
    if row.effort is None or row.learning is None or row.collaboration is None:
        return None
    return credits_.Scores(row.effort, row.learning, row.collaboration)


def _rates(evidence: Evidence) -> CreditRates | None:
    """The policy's rates, None while they can not be read."""
    try:
        return evidence.snapshot.policies.credits
    except PolicyError:
        return None


def _changed(evidence: Evidence, policy: str, since: datetime) -> datetime | None:
    """When a proposal first changed a policy after `since`: what it was then is in the file's past only."""
    events = evidence.deeds_on(policy, SET_POLICY)
    return min((event.timestamp for event in events if event.timestamp > since), default=None)


def budget_line(row: Placed[TaskBudget]) -> Explanation:
    """A task's budget as a row."""
    task = row.value
    return Explanation(
        f"Budget of {task.task_id}", sc(task.budget_sc), f"The size {task.size}.", _BUDGETS, task.title,
        where(tables.TASKS, row), task.created_at, entity=task.task_id,
    )  # fmt: skip


# Sessions


def session_line(evidence: Evidence, session_id: str) -> Explanation:
    """A session as one line, which leads to all there is of it."""
    clock = evidence.rows(tables.CLOCK, "session_id = ?", (session_id,))
    if not clock:
        return compared(Explanation(f"Session {session_id}"), "there is no such session")
    found = clock[0].value
    part = Explanation(
        f"Session {session_id}", _length(evidence, found), note=f"by {words.listed(pair(found)) or found.started_by}",
        where=where(tables.CLOCK, clock[0]), at=found.started_at, entity=session_id,
    )  # fmt: skip
    return evidence.written_by(part, evidence.deed(session_id, ("start_work",)))


def _length(evidence: Evidence, clock: WorkClock) -> str:
    log = evidence.snapshot.session_log(clock.session_id)
    return words.minutes(log.duration_minutes) if log is not None else words.status(clock.status)


def session(evidence: Evidence, row: Placed[WorkClock]) -> Explanation:
    """A session: its times, what was logged, the hand-over notes, the award, and the audit rows."""
    clock = row.value
    logs = evidence.rows(tables.SESSIONS, "session_id = ?", (clock.session_id,))
    parts = [
        Explanation("Started", words.day_and_time(clock.started_at), note=f"by {clock.started_by}",
                    where=where(tables.CLOCK, row), at=clock.started_at),
        *(_log(log, superseded=log is not logs[-1]) for log in logs),
    ]  # fmt: skip
    notes = _notes(evidence, clock, logs)
    if notes:
        parts.append(Explanation("Hand-over notes", note=notes, entity=clock.task_id))
    awards = {one.value.pending_id: one for one in evidence.rows(tables.PENDING, "session_id = ?", (clock.session_id,))}
    parts += [award_line(evidence, pending_id) for pending_id in awards]
    parts.append(evidence.deeds(clock.session_id))
    length = _length(evidence, clock)
    how = "From the start to the stop, in whole minutes; a correction supersedes what was logged before."
    part = Explanation(
        f"Session {clock.session_id}", length, how, _CLOCK, f"{clock.task_id}, {words.listed(pair(clock))}",
        about=clock.session_id, entity=clock.task_id, parts=tuple(parts),
    )  # fmt: skip
    if not logs:
        return part
    stopped = clock.stopped_at == logs[-1].value.stopped_at
    return compared(part, "" if stopped else "the clock and the log name different ends")


def _log(row: Placed[SessionLog], *, superseded: bool) -> Explanation:
    log = row.value
    reckoned = int((log.stopped_at - log.started_at).total_seconds() // 60)
    note = "superseded by a later row" if superseded else log.summary
    part = Explanation(
        "Logged" if log.status != "corrected" else "Corrected", words.minutes(log.duration_minutes),
        f"{log.started_at:%H:%M} to {log.stopped_at:%H:%M} UTC, {log.status}.", _CLOCK, note,
        where(tables.SESSIONS, row), log.stopped_at,
    )  # fmt: skip
    # An older ledger may have rounded the other way.
    near = abs(reckoned - log.duration_minutes) <= 1
    return compared(part, "" if near else f"the times are {words.minutes(reckoned)} apart")


def _notes(evidence: Evidence, clock: WorkClock, logs: Sequence[Placed[SessionLog]]) -> str:
    task = queries.task(evidence.index, clock.task_id)
    page = queries.page(evidence.index, task.wiki_path) if task is not None and task.wiki_path else None
    return (pages.session_notes(page, clock.session_id) if page else "") or (logs[-1].value.summary if logs else "")


# Tasks


def award_line(evidence: Evidence, pending_id: str) -> Explanation:
    """An award as one line, which leads to all there is of it."""
    rows = evidence.rows(tables.PENDING, "pending_id = ?", (pending_id,))
    total = sum((row.value.amount for row in rows), ZERO)
    first = rows[0].value
    share = f"{percent(first.share)} of the budget, " if first.share is not None else ""
    part = Explanation(
        f"Award {pending_id}", sc(total), note=f"{share}{words.status(first.status)}",
        where=where(tables.PENDING, rows[0]), at=first.timestamp, entity=pending_id,
    )  # fmt: skip
    return evidence.written_by(part, evidence.deed(pending_id, ("assess_work", "register_smartup")))


def task(evidence: Evidence, row: Placed[TaskBudget]) -> Explanation:
    """A task: what is left of its budget, what was paid, its status reckoned again, its sessions and seats."""
    found = row.value
    rows = evidence.rows(tables.PENDING, "task_id = ?", (found.task_id,))
    awards = [one.value for one in rows]
    used = assessed_share(awards)
    left = max(ZERO, 100 - used) * found.budget_sc / 100
    ids = list(dict.fromkeys(one.pending_id for one in awards))
    assessed = compared(
        Explanation("Assessed", percent(used), "The shares that assessments have taken; a rejected one's is free.",
                    _BUDGETS, parts=tuple(award_line(evidence, one) for one in ids)),
        f"more than the whole budget: {percent(used)}" if used > 100 else "",
    )  # fmt: skip
    clocks = evidence.rows(tables.CLOCK, "task_id = ?", (found.task_id,))
    seats = evidence.rows(tables.CLAIMS, "task_id = ?", (found.task_id,))
    parts = [
        evidence.written_by(budget_line(row), evidence.deed(found.task_id, ("create_task",))),
        assessed,
        _task_paid(evidence, awards, ids),
        _status(evidence, found),
    ]
    if clocks:
        parts.append(Explanation("Sessions", count(len(clocks), "session"), parts=tuple(
            session_line(evidence, clock.value.session_id) for clock in clocks)))  # fmt: skip
    if seats:
        parts.append(Explanation("Seats", count(len(seats), "row"), parts=tuple(
            evidence.written_by(
                Explanation(one.value.action, f"{one.value.alias}, {one.value.adm_role}", note=one.value.note,
                            where=where(tables.CLAIMS, one), at=one.value.timestamp, entity=one.value.alias),
                evidence.deed(found.task_id, (f"{one.value.action}_task", one.value.action), at=one.value.timestamp),
            ) for one in seats)))  # fmt: skip
    parts.append(evidence.deeds(found.task_id))
    return Explanation(
        f"Task {found.task_id}",
        f"{sc(left.quantize(Decimal('0.01')))} left of {sc(found.budget_sc)}",
        "The budget less the shares that are assessed; what a share does not pay lapses.",
        _BUDGETS,
        found.title,
        about=found.task_id,
        entity=found.objective_id,
        parts=tuple(parts),
    )


def _task_paid(evidence: Evidence, awards: Sequence[PendingSC], ids: Sequence[str]) -> Explanation:
    """What was minted for a task, compared with what its awards say."""
    marks = ", ".join("?" * len(ids))
    mints = evidence.rows(tables.CREDITS, f"type = 'MINT' AND reference IN ({marks})", ids) if ids else []
    said = sum((one.amount for one in awards if one.status == "paid"), ZERO)
    part = Explanation("Paid", sc(said), "The awards of this task that are paid; each has its mint.", _FLOW,
                       parts=tuple(movement(evidence, one) for one in mints))  # fmt: skip
    return added(part, sum((one.value.amount for one in mints), ZERO), said, write=sc)


def _status(evidence: Evidence, found: TaskBudget) -> Explanation:
    part = Explanation("Status", words.status(found.status), "What happened decides it: cancelled, completed, assessed,"
                       " in progress, in review, claimed, open.", _STATUS)  # fmt: skip
    try:
        return added(part, status_in(evidence.snapshot, found), found.status, write=words.status)
    except PolicyError:
        return part
