"""Review: a session or an award with all that whoever judges it wants to know, and what this owner may do with it.

The rules are the ledger's own, asked of the read model; the reasons given here save a round trip, the Toolbox decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from smartup_tui.ledger import pages, tables
from smartup_tui.ledger.economy import sc
from smartup_tui.ledger.economy.amounts import ZERO
from smartup_tui.ledger.economy.minting import FOUNDER
from smartup_tui.ledger.economy.work import pair
from smartup_tui.ledger.governance.objections import CONTESTED, objected_before, resolvers, standing
from smartup_tui.ledger.governance.voting import vote_on
from smartup_tui.ledger.index import queries
from smartup_tui.ledger.index import review as lists
from smartup_tui.ledger.index.snapshot import snapshot_of
from smartup_tui.ledger.permission import entitled_assessors, entitled_validators
from smartup_tui.ledger.policies import PolicyError
from smartup_tui.ledger.rows import Objection, PendingSC, Proposal, SessionLog, TaskBudget, WorkClock
from smartup_tui.ledger.status import REQUIRED
from smartup_tui.workspace import words
from smartup_tui.workspace.permission import refusal
from smartup_tui.workspace.reader import Reader

_STATES = {"consensus": "validated already"}


class Act(StrEnum):
    """What is done in review, each by one command."""

    ASSESS = "assess"
    VALIDATE = "validate"
    REJECT = "reject"
    OBJECT = "object"
    RESOLVE = "resolve"
    WITHDRAW = "withdraw"


@dataclass(frozen=True, slots=True)
class SessionReview:
    """A session as it is assessed. `left` is the share of the budget, in percent, that no assessment has taken."""

    clock: WorkClock
    log: SessionLog | None
    task: TaskBudget | None
    objective: str | None
    page: str | None
    notes: str
    others: tuple[SessionLog, ...]
    awards: tuple[PendingSC, ...]
    left: Decimal
    assessors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AwardReview:
    """An award as it is validated or decided: its rows, what it is for, and what stands against it.

    `able` are those who may validate it or, when it is contested, decide the objection; `vote` is the vote on it.
    """

    rows: tuple[PendingSC, ...]
    session: SessionReview | None
    objections: tuple[Objection, ...]
    vote: Proposal | None
    able: tuple[str, ...]

    @property
    def first(self) -> PendingSC:
        """What the rows have in common."""
        return self.rows[0]

    @property
    def total(self) -> Decimal:
        """All that is awarded, in SC."""
        return sum((row.amount for row in self.rows), ZERO)


@dataclass(frozen=True, slots=True)
class Line:
    """A session or an award as a list shows it: minutes of the session, SC of the whole award, and where it stands."""

    title: str
    pair: tuple[str, ...]
    minutes: int | None = None
    amount: Decimal = ZERO
    standing: str = ""


def session_line(reader: Reader, clock: WorkClock) -> Line:
    """A session as a list shows it."""
    snapshot = snapshot_of(reader.index)
    task, log = snapshot.task(clock.task_id), snapshot.session_log(clock.session_id)
    minutes = log.duration_minutes if log is not None else None
    return Line(task.title if task is not None else "", pair(clock), minutes)


def award_line(reader: Reader, award: PendingSC) -> Line:
    """An award as a list shows it, by one of its rows."""
    rows = lists.award_rows(reader.index, award.pending_id)
    task = queries.task(reader.index, award.task_id) if award.task_id is not None else None
    total = sum((row.amount for row in rows), ZERO)
    return Line(
        task.title if task is not None else "",
        tuple(row.beneficiary for row in rows),
        amount=total,
        standing=_standing(award),
    )


def _standing(award: PendingSC) -> str:
    if award.status == "consensus" and award.consensus_ends_at is not None:
        return f"ends {words.day_and_time(award.consensus_ends_at)}"
    return "to validate" if award.status == "pending" else award.status


def pairing(reader: Reader) -> str:
    """Whether sessions count only when the partner has confirmed them, as the policy has it."""
    try:
        return snapshot_of(reader.index).policies.validation.pairing
    except PolicyError:
        return REQUIRED


def session_review(reader: Reader, session_id: str) -> SessionReview | None:
    """All there is to say of a session; None when there is no such session."""
    snapshot = snapshot_of(reader.index)
    clock = snapshot.session(session_id)
    if clock is None:
        return None
    task = snapshot.task(clock.task_id)
    page = queries.page(reader.index, task.wiki_path) if task is not None and task.wiki_path else None
    logs = queries.sessions_of_task(reader.index, clock.task_id)
    log = next((found for found in logs if found.session_id == session_id), None)
    awards = tuple(queries.awards_of_task(reader.index, clock.task_id))
    objective = snapshot.objective(task.objective_id) if task is not None else None
    able = entitled_assessors(snapshot, task, without=pair(clock)) if task is not None else frozenset()
    return SessionReview(
        clock=clock,
        log=log,
        task=task,
        objective=objective.title if objective is not None else None,
        page=page,
        notes=(pages.session_notes(page, session_id) if page else None) or (log.summary if log is not None else ""),
        others=tuple(found for found in logs if found.session_id != session_id),
        awards=awards,
        left=sc.share_left(awards),
        assessors=tuple(sorted(able)),
    )


def award_review(reader: Reader, pending_id: str) -> AwardReview | None:
    """All there is to say of an award; None when there is no such award."""
    snapshot = snapshot_of(reader.index)
    rows = tuple(lists.award_rows(reader.index, pending_id))
    if not rows:
        return None
    first = rows[0]
    if first.status == CONTESTED:
        able = resolvers(snapshot, rows)
    else:
        able = entitled_validators(snapshot, without={*(row.beneficiary for row in rows), first.assessed_by})
    return AwardReview(
        rows=rows,
        session=session_review(reader, first.session_id) if first.session_id is not None else None,
        objections=standing(snapshot, pending_id),
        vote=vote_on(snapshot, pending_id),
        able=tuple(sorted(able)),
    )


def session_of(reader: Reader, entity_id: str | None) -> str | None:
    """The session that a row of a list is about: itself, or what an award was given for."""
    if entity_id is None or not entity_id.startswith("g_"):
        return entity_id
    rows = lists.award_rows(reader.index, entity_id)
    return rows[0].session_id if rows else None


def hindrance(reader: Reader, act: Act, entity_id: str | None, now: datetime) -> str | None:
    """Why an act on a session or an award (by its id) is not possible now, in words; None when it is."""
    if entity_id is None:
        return "Nothing is chosen."
    try:
        if act is Act.ASSESS:
            return _not_assessable(reader, session_of(reader, entity_id))
        award = award_review(reader, entity_id) if entity_id.startswith("g_") else None
        if award is None:
            return f"{entity_id} is not assessed yet."
        return _HINDRANCES[act](reader, award, now)
    except PolicyError as error:
        return str(error)


def _not_assessable(reader: Reader, session_id: str | None) -> str | None:
    snapshot = snapshot_of(reader.index)
    clock = snapshot.session(session_id) if session_id is not None else None
    if clock is None or session_id is None:
        return "There is no session to assess."
    if reader.alias in pair(clock):
        return f"You took part in {session_id}; somebody else assesses it."
    refused = refusal(reader, "assess_work", {"session_id": session_id})
    if refused is not None:
        return refused
    if clock.status == "running":
        return f"{session_id} is still running."
    known = [row for row in snapshot.rows(tables.PENDING).where(session_id=session_id) if row.status != "rejected"]
    if known:
        return f"{session_id} is assessed already; {known[0].pending_id} is its award."
    if clock.confirmed_at is None and pairing(reader) == REQUIRED:
        return f"{session_id} was not confirmed by a partner, so it can not be assessed."
    if clock.status == "limit" and _left(reader, clock):
        who = " or ".join(pair(clock))
        return f"{session_id} was closed at its limit; {who} states first when it ended (!stop_work at=…)."
    return None


def _left(reader: Reader, clock: WorkClock) -> Decimal:
    return sc.share_left(queries.awards_of_task(reader.index, clock.task_id))


def _not_validatable(reader: Reader, award: AwardReview, _now: datetime) -> str | None:
    first = award.first
    if first.adm_role == FOUNDER:
        return f"{first.pending_id} is a tranche of the founding work; a vote decides on it."
    if reader.alias in {row.beneficiary for row in award.rows}:
        return f"{first.pending_id} is yours; {_able(award.able)}"
    if reader.alias == first.assessed_by:
        return f"You assessed {first.pending_id}; {_able(award.able)}"
    if first.status != "pending":
        return f"{first.pending_id} is {_STATES.get(first.status, first.status)}."
    return refusal(reader, "validate_sc", {"pending_id": first.pending_id})


def _not_contestable(reader: Reader, award: AwardReview, now: datetime) -> str | None:
    first, ends = award.first, award.first.consensus_ends_at
    if first.adm_role == FOUNDER:
        return f"A vote alone decides on {first.pending_id}."
    if first.status == "pending":
        return f"{first.pending_id} is not validated yet; who validates it can reject it."
    if first.status in ("paid", "rejected"):
        more = "; a proposal of kind correction puts a wrong award right" if first.status == "paid" else ""
        return f"{first.pending_id} is {first.status}{more}."
    if first.status != CONTESTED and ends is not None and ends <= now:
        return f"The window of {first.pending_id} is over."
    if objected_before(snapshot_of(reader.index), first.pending_id, reader.alias):
        return f"You objected to {first.pending_id} already."
    return refusal(reader, "object", {"entity_id": first.pending_id})


def _not_resolvable(reader: Reader, award: AwardReview, _now: datetime) -> str | None:
    first = award.first
    if first.status != CONTESTED:
        return f"{first.pending_id} is not contested."
    if award.vote is not None:
        return f"{award.vote.proposal_id} is the vote on {first.pending_id}; it decides."
    for mine, why in (
        ({row.beneficiary for row in award.rows}, "it is yours"),
        ({row.alias for row in award.objections}, "the objection is yours"),
        ({first.assessed_by}, "you assessed it"),
        ({first.validated_by}, "you validated it"),
    ):
        if reader.alias in mine:
            return f"You do not decide on {first.pending_id}: {why}; {_able(award.able)}"
    return refusal(reader, "resolve", {"pending_id": first.pending_id})


def _not_withdrawable(reader: Reader, award: AwardReview, _now: datetime) -> str | None:
    first = award.first
    if first.status != CONTESTED or reader.alias not in {row.alias for row in award.objections}:
        return f"You have no open objection to {first.pending_id}."
    if award.vote is not None:
        return f"{award.vote.proposal_id} is the vote on {first.pending_id}; vote there as you see it now."
    return refusal(reader, "withdraw", {"entity_id": first.pending_id})


def _able(names: tuple[str, ...]) -> str:
    return f"{' or '.join(names[:3])} can." if names else "nobody else can at present."


_HINDRANCES = {
    Act.VALIDATE: _not_validatable,
    Act.REJECT: _not_validatable,
    Act.OBJECT: _not_contestable,
    Act.RESOLVE: _not_resolvable,
    Act.WITHDRAW: _not_withdrawable,
}
