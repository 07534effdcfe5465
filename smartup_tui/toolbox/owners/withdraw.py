"""`withdraw`: taking back one's own proposal, application, objection or redemption."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from smartup_tui.catalogue.model import Kind
from smartup_tui.ledger import pages, tables
from smartup_tui.ledger.actor import Actor
from smartup_tui.ledger.arguments import Arguments
from smartup_tui.ledger.change import Append, Audit, Change, Entity, Outcome, RowWrite, Update
from smartup_tui.ledger.economy.redemption import QUEUED
from smartup_tui.ledger.governance import voting
from smartup_tui.ledger.governance.effects import noted
from smartup_tui.ledger.governance.objections import CONTESTED, WITHDRAW, standing, with_status
from smartup_tui.ledger.resolve import kind_of
from smartup_tui.ledger.rows import Objection, Proposal
from smartup_tui.ledger.schema import Table
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.toolbox.wording import conflict, forbidden, not_found

WITHDRAWN = voting.WITHDRAWN


def withdraw(snapshot: Snapshot, actor: Actor, args: Arguments, now: datetime) -> Outcome:
    """Take back what is the actor's own and not decided yet."""
    entity_id = args.text("entity_id")
    kind = kind_of(entity_id)
    return _OF[kind](snapshot, actor, entity_id, now) if kind in _OF else _none(entity_id)


def _proposal(snapshot: Snapshot, actor: Actor, proposal_id: str, now: datetime) -> Outcome:
    """The actor's own proposal, or else their objection to it."""
    proposal = snapshot.rows(tables.PROPOSALS).get(proposal_id)
    if proposal is None:
        return _none(proposal_id)
    if proposal.status not in voting.UNDECIDED:
        return conflict("closed", f"{proposal_id} is {proposal.status} already.", field="entity_id")
    if proposal.alias != actor.alias:
        return _objection_to_proposal(snapshot, actor, proposal, now)
    message = f"{actor.alias} withdrew {proposal_id} {proposal.title}."
    return Change(
        markdown=noted(snapshot, proposal, pages.comment_block(actor.alias, now, "Withdrawn.")),
        index=(Update(tables.PROPOSALS, (proposal_id,), {"status": WITHDRAWN, "result": WITHDRAWN}),),
        audit=(Audit("withdraw", Entity("proposal", proposal_id), message),),
        message=message,
        data={"id": proposal_id, "status": WITHDRAWN},
    )


def _objection_to_proposal(snapshot: Snapshot, actor: Actor, proposal: Proposal, now: datetime) -> Outcome:
    """An objection taken back before anybody voted ends the vote; the window of silence goes on."""
    proposal_id = proposal.proposal_id
    others = [row for row in standing(snapshot, proposal_id) if row.alias != actor.alias]
    if len(others) == len(standing(snapshot, proposal_id)):
        message = f"{proposal_id} is {proposal.alias}'s proposal, and you have no objection to it."
        return forbidden("not_yours", message, f"{proposal.alias} can withdraw it.")
    message = f"{actor.alias} withdrew the objection to {proposal_id}."
    index: list[RowWrite] = [Append(tables.OBJECTIONS, Objection(now, proposal_id, actor.alias, WITHDRAW, ""))]
    status = proposal.status
    if not others and not voting.votes(snapshot, proposal_id) and proposal.consensus_ends_at is not None:
        status = voting.OPEN
        ends = max(proposal.consensus_ends_at, now)
        values = {"status": status, "vote_ends_at": None, "consensus_ends_at": ends}
        index.insert(0, Update(tables.PROPOSALS, (proposal_id,), values))
    return Change(
        markdown=noted(snapshot, proposal, pages.comment_block(actor.alias, now, "Objection withdrawn."), "Objections"),
        index=tuple(index),
        audit=(Audit("withdraw", Entity("proposal", proposal_id), message),),
        message=message,
        figures=() if status == voting.OPEN else ("The vote goes on.",),
        data={"id": proposal_id, "status": status},
    )


def _objection_to_award(snapshot: Snapshot, actor: Actor, pending_id: str, now: datetime) -> Outcome:
    rows = snapshot.award(pending_id)
    if not rows:
        return _none(pending_id)
    mine = [row for row in standing(snapshot, pending_id) if row.alias == actor.alias]
    if rows[0].status != CONTESTED or not mine:
        hint = "Objections that were decided stand."
        return conflict("no_objection", f"You have no open objection to {pending_id}.", hint, "entity_id")
    running = voting.vote_on(snapshot, pending_id)
    if running is not None:
        hint = f"!vote {running.proposal_id} says how you see it now."
        return conflict("voting", f"{running.proposal_id} is the vote on {pending_id}.", hint, "entity_id")
    last = len(standing(snapshot, pending_id)) == 1
    message = f"{actor.alias} withdrew the objection to {pending_id}."
    index = with_status(snapshot, rows, "consensus", now) if last else ()
    return Change(
        markdown=(),
        index=(*index, Append(tables.OBJECTIONS, Objection(now, pending_id, actor.alias, WITHDRAW, ""))),
        audit=(Audit("withdraw", Entity("award", pending_id), message),),
        message=message,
        figures=("It goes on." if last else "Other objections stand.",),
        data={"id": pending_id, "status": "consensus" if last else CONTESTED},
    )


def _application(snapshot: Snapshot, actor: Actor, application_id: str, now: datetime) -> Outcome:
    row = snapshot.rows(tables.APPLICATIONS).get(application_id)
    if row is None:
        return _none(application_id)
    request = _Request(tables.APPLICATIONS, "application", application_id, row.alias, row.status, "open")
    return _request(request, actor, f"{actor.alias} withdrew {application_id} for {row.role_id}.", now)


def _redemption(snapshot: Snapshot, actor: Actor, redemption_id: str, now: datetime) -> Outcome:
    row = snapshot.rows(tables.REDEMPTIONS).get(redemption_id)
    if row is None:
        return _none(redemption_id)
    request = _Request(tables.REDEMPTIONS, "redemption", redemption_id, row.alias, row.status, QUEUED)
    return _request(request, actor, f"{actor.alias} withdrew {redemption_id}; its SC are free again.", now)


@dataclass(frozen=True, slots=True)
class _Request:
    """Something that an owner asked for and others decide: its row, and the status in which it may be withdrawn."""

    table: Table[Any]
    kind: str
    id: str
    alias: str
    status: str
    undecided: str


def _request(request: _Request, actor: Actor, message: str, now: datetime) -> Outcome:
    if request.alias != actor.alias:
        hint = f"{request.alias} can withdraw it."
        return forbidden("not_yours", f"{request.id} is {request.alias}'s.", hint)
    if request.status != request.undecided:
        return conflict("closed", f"{request.id} is {request.status} already.", field="entity_id")
    values = {"status": WITHDRAWN, "decided_by": actor.alias, "decided_at": now}
    return Change(
        markdown=(),
        index=(Update(request.table, (request.id,), values),),
        audit=(Audit("withdraw", Entity(request.kind, request.id), message),),
        message=message,
        data={"id": request.id, "status": WITHDRAWN},
    )


def _none(entity_id: str) -> Outcome:
    return not_found("not_found", f"There is no {entity_id} that could be withdrawn.", field="entity_id")


_OF: Final[Mapping[Kind | None, Callable[[Snapshot, Actor, str, datetime], Outcome]]] = MappingProxyType(
    {
        Kind.PROPOSAL: _proposal,
        Kind.PENDING: _objection_to_award,
        Kind.APPLICATION: _application,
        Kind.REDEMPTION: _redemption,
    }
)
