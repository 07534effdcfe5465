"""A session or an award as one page of Markdown, in the order in which whoever judges it asks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import groupby

from smartup_tui.ledger.economy.amounts import ZERO
from smartup_tui.ledger.economy.work import pair
from smartup_tui.ledger.rows import PendingSC, SessionLog
from smartup_tui.workspace import words
from smartup_tui.workspace.describe import page_sections
from smartup_tui.workspace.review import AwardReview, SessionReview


def describe_session(review: SessionReview) -> str:
    """What a session was, before it is assessed."""
    clock = review.clock
    parts = [f"# {clock.session_id} on {clock.task_id} {_title(review)}", _facts(review)]
    if review.awards and review.left <= 0:
        parts.append("It is assessed.")
    elif review.assessors:
        parts.append(f"{words.listed(review.assessors, 'or')} can assess it.")
    else:
        parts.append("Nobody entitled is left; any owner who works and took no part can assess it.")
    parts += _work(review)
    return "\n\n".join(parts)


def describe_award(review: AwardReview) -> str:
    """What an award pays and for what, where it stands, and what is said against it."""
    first = review.first
    what = f" for {first.session_id} on {first.task_id}" if first.session_id else ""
    parts = [f"# {first.pending_id} {words.sc(review.total)} SC{what}", _standing(review)]
    parts += [
        f"**Objection** of {row.alias}, {words.day_and_time(row.timestamp)}: {row.reason}" for row in review.objections
    ]
    if review.vote is not None:
        ends = review.vote.vote_ends_at
        parts.append(
            f"{review.vote.proposal_id} is the vote on it" + (f", until {words.day_and_time(ends)}." if ends else ".")
        )
    parts.append("\n".join(f"- {row.adm_role} {row.beneficiary}: {words.sc(row.amount)} SC" for row in review.rows))
    if first.effort is not None:
        part = "" if first.share == _WHOLE else f"{_percent(first.share)} of "
        share = f" of {part}the budget" if first.share is not None else ""
        parts.append(
            f"Assessed by {first.assessed_by} on {words.day_and_time(first.timestamp)}:"
            f" effort {first.effort}, learning {first.learning}, collaboration {first.collaboration},"
            f" which pays {_percent(first.percentage)}{share}."
        )
    if first.note:
        parts.append(f"> {first.note}")
    session = review.session
    if session is not None:
        parts += [f"## {session.clock.session_id} {_title(session)}", _facts(session), *_work(session)]
    return "\n\n".join(parts)


def _standing(review: AwardReview) -> str:
    first, ends = review.first, review.first.consensus_ends_at
    can = f" {words.listed(review.able, 'or')} can." if review.able else " Nobody else can at present."
    if first.status == "pending":
        return "**Waits for validation.**" + can
    if first.status == "contested":
        return "**Contested**; somebody who had no part in it decides." + (can if review.vote is None else "")
    decided = f"by {first.validated_by} on {words.day_and_time(first.validated_at)}" if first.validated_at else ""
    if first.status == "rejected":
        return f"**Rejected** {decided}".strip() + "; its share of the budget is free again."
    validated = f" Validated {decided}." if decided else ""
    if first.status == "consensus" and ends is not None:
        return f"**Its window ends on {words.day_and_time(ends)}**; silence is consent.{validated}"
    statuses = " and ".join(dict.fromkeys(_STATES.get(row.status, row.status) for row in review.rows))
    return f"**{statuses[:1].upper()}{statuses[1:]}**.{validated}"


def _facts(review: SessionReview) -> str:
    clock, log = review.clock, review.log
    stopped = log.stopped_at if log is not None else clock.stopped_at
    lines = [
        f"- attacker: {clock.attacker or 'nobody'}",
        f"- defender: {clock.defender or 'nobody'}",
        f"- begun: {words.day_and_time(clock.started_at)}, {_confirmation(review)}",
    ]
    if stopped is not None:
        how = {"limit": ", closed at the limit", "corrected": ", corrected afterwards"}
        took = f", {words.minutes(log.duration_minutes)}" if log is not None else ""
        ended = how.get(log.status if log is not None else clock.status, "")
        lines.append(f"- ended: {words.day_and_time(stopped)}{took}{ended}")
    if review.task is not None:
        task = review.task
        left = f"{_percent(review.left)} of it not assessed yet" if review.left else "all of it assessed"
        lines.append(f"- budget: {words.sc_short(task.budget_sc)} SC ({task.size}), {left}")
        lines.append(f"- objective: {task.objective_id} {review.objective or ''}")
    return "\n".join(lines)


def _confirmation(review: SessionReview) -> str:
    clock = review.clock
    if clock.confirmed_at is not None:
        return f"confirmed {words.since(clock.confirmed_at, clock.started_at)}"
    return "never confirmed by a partner" if len(pair(clock)) < 2 else "not confirmed"


def _work(review: SessionReview) -> list[str]:
    """Hand-over notes, the task's other sessions and awards, and its page."""
    parts = ["## Hand-over notes", review.notes or "None were written."]
    if review.others:
        parts += ["## Other sessions of the task", "\n".join(map(_session_line, review.others))]
    awards = [row for row in review.awards if row.session_id != review.clock.session_id]
    if awards:
        parts += ["## Other awards of the task", "\n".join(award_lines(awards))]
    if review.page:
        parts.append(page_sections(review.page))
    return parts


def _session_line(log: SessionLog) -> str:
    who = words.listed([alias for alias in (log.attacker, log.defender) if alias])
    day, took = words.day_and_time(log.stopped_at), words.minutes(log.duration_minutes)
    return f"- {log.session_id} {day}, {who}, {took}: {log.summary or 'no notes'}"


def award_lines(rows: Sequence[PendingSC]) -> Iterable[str]:
    """One line of Markdown for each award."""
    for pending_id, found in groupby(rows, key=lambda row: row.pending_id):
        parts = list(found)
        total = sum((row.amount for row in parts), ZERO)
        first = parts[0]
        what = f" for {first.session_id}" if first.session_id else ""
        share = f", {_percent(first.share)} of the budget" if first.share is not None else ""
        yield f"- {pending_id}{what}: {words.sc(total)} SC{share}, {_STATES.get(first.status, first.status)}"


def _title(review: SessionReview) -> str:
    return review.task.title if review.task is not None else ""


def _percent(value: Decimal | None) -> str:
    return "" if value is None else f"{words.sc_short(value)} %"


_WHOLE = Decimal(100)
_STATES = {
    "pending": "waits for validation",
    "consensus": "its window runs",
    "held": "held until the treasury covers it (3x rule)",
}
