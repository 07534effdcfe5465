"""What time alone decides about proposals: consent, the close of votes, and objections that nobody decided."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from smartup_tui.ledger import pages, paths, tables
from smartup_tui.ledger.actor import ENGELBOT
from smartup_tui.ledger.change import Append, Audit, Change, Entity, PageWrite, Update
from smartup_tui.ledger.economy.effect import Effect
from smartup_tui.ledger.economy.work import next_id
from smartup_tui.ledger.governance import execution, voting
from smartup_tui.ledger.governance.objections import CONTESTED, standing
from smartup_tui.ledger.rows import PendingSC, Proposal
from smartup_tui.ledger.snapshot import Snapshot

CONSENT, CLOSE, CONTEST = "consent", "close_vote", "contest"
_MEANING: Final = "Yes pays the award; no, a tie or too few votes reject it, and its share of the budget is free again."


def proposals(snapshot: Snapshot, now: datetime) -> Iterator[Effect]:
    """Proposals whose window of silence or whose vote is over."""
    rows = snapshot.rows(tables.PROPOSALS)
    for proposal in rows.unrolled(status=voting.OPEN):
        due = proposal.consensus_ends_at
        if due is not None and due <= now:
            yield Effect(CONSENT, due, _entity(proposal), partial(_consent, snapshot, proposal, due))
    for proposal in rows.unrolled(status=voting.VOTING):
        due = proposal.vote_ends_at
        if due is not None and due <= now:
            yield Effect(CLOSE, due, _entity(proposal), partial(_close, snapshot, proposal, due))


def contested_awards(snapshot: Snapshot, now: datetime) -> Iterator[Effect]:
    """Awards whose objection nobody decided in time: a vote does."""
    seen: set[str] = set()
    for row in snapshot.rows(tables.PENDING).unrolled(status=CONTESTED):
        if row.pending_id in seen:
            continue
        seen.add(row.pending_id)
        objections = standing(snapshot, row.pending_id)
        begun = objections[0].timestamp if objections else row.timestamp
        due = begun + timedelta(days=snapshot.policies.validation.objection_days)
        if due <= now and voting.vote_on(snapshot, row.pending_id) is None:
            entity = Entity("award", row.pending_id)
            yield Effect(CONTEST, due, entity, partial(_contest, snapshot, row.pending_id, due))


def _entity(proposal: Proposal) -> Entity:
    return Entity("proposal", proposal.proposal_id)


def _consent(snapshot: Snapshot, proposal: Proposal, due: datetime) -> Change:
    return _accepted(snapshot, proposal, due, "consent", CONSENT)


def _close(snapshot: Snapshot, proposal: Proposal, due: datetime) -> Change:
    count = voting.count(snapshot, proposal)
    rules = snapshot.policies.validation
    majority = rules.amendment_majority if proposal.kind == voting.AMENDMENT else None
    if count.accepts(majority):
        return _accepted(snapshot, proposal, due, count.words, CLOSE)
    carried = execution.Execution()
    if proposal.kind == voting.AWARD:
        carried = execution.refuse_award(snapshot, proposal, due)
    return _closed(snapshot, proposal, due, _Verdict(voting.REJECTED, count.words, CLOSE, carried))


def _accepted(snapshot: Snapshot, proposal: Proposal, due: datetime, result: str, action: str) -> Change:
    """Accept a proposal and carry it out. What can not be carried out any more stays accepted, and says so."""
    planned = execution.plan(snapshot, proposal, proposal_text(snapshot, proposal), due)
    if isinstance(planned, execution.Obstacle):
        result = f"{result}; not carried out: {planned.message}"
        planned = execution.Execution()
    return _closed(snapshot, proposal, due, _Verdict(voting.ACCEPTED, result, action, planned))


def proposal_text(snapshot: Snapshot, proposal: Proposal) -> str:
    """The text of a proposal as it was typed; empty when its page is missing."""
    page = snapshot.page(proposal.wiki_path or "")
    return pages.as_typed(pages.section(page.body, "Proposal") or "") if page is not None else ""


@dataclass(frozen=True, slots=True)
class _Verdict:
    """How a proposal closes: status, result in words, the action of the audit trail, and what is carried out."""

    status: str
    result: str
    action: str
    carried: execution.Execution


def _closed(snapshot: Snapshot, proposal: Proposal, due: datetime, verdict: _Verdict) -> Change:
    carried, status, result = verdict.carried, verdict.status, verdict.result
    message = f"{proposal.proposal_id} {proposal.title} is {status}: {result.rstrip('.')}."
    said = "\n".join([message, *(f"- {line}" for line in carried.done)])
    values = {"status": status, "result": result[:200]}
    return Change(
        markdown=(*noted(snapshot, proposal, pages.comment_block(ENGELBOT, due, said)), *carried.markdown),
        index=(*carried.index, Update(tables.PROPOSALS, (proposal.proposal_id,), values)),
        audit=(Audit(verdict.action, _entity(proposal), message), *carried.audit),
        message=message,
        data={"proposal_id": proposal.proposal_id, "status": status, "result": result, "done": list(carried.done)},
    )


def noted(snapshot: Snapshot, proposal: Proposal, block: str, section: str = pages.COMMENTS) -> tuple[PageWrite, ...]:
    """The proposal's page with a block more; nothing where the page is missing, which `verify` reports."""
    data = snapshot.tree.read(proposal.wiki_path) if proposal.wiki_path else None
    if proposal.wiki_path is None or data is None:
        return ()
    return (PageWrite(proposal.wiki_path, pages.append_block(data.decode("utf-8", "replace"), section, block)),)


def _contest(snapshot: Snapshot, pending_id: str, due: datetime) -> Change:
    """Open the vote on a contested award."""
    rows = snapshot.award(pending_id)
    ends = due + timedelta(days=snapshot.policies.validation.vote_days)
    title = f"{pending_id}: shall the contested award be paid?"
    proposal = Proposal(
        proposal_id=next_id("p", snapshot.rows(tables.PROPOSALS)),
        timestamp=due,
        alias=ENGELBOT,
        kind=voting.AWARD,
        title=title,
        status=voting.VOTING,
        consensus_ends_at=None,
        vote_ends_at=ends,
        result=None,
        wiki_path=None,
    )
    path = paths.proposal_page_path(proposal.proposal_id, title)
    text = pages.proposal_page(
        proposal.proposal_id, title, alias=ENGELBOT, at=due, kind=voting.AWARD, ends=ends, text=_case(snapshot, rows)
    )
    days = snapshot.policies.validation.objection_days
    message = f"Nobody decided the objection to {pending_id} in {days} days: {proposal.proposal_id} is the vote on it."
    return Change(
        markdown=(PageWrite(path, text),),
        index=(Append(tables.PROPOSALS, replace(proposal, wiki_path=path)),),
        audit=(
            Audit(CONTEST, Entity("award", pending_id), message),
            Audit(CONTEST, _entity(proposal), f"The vote on {pending_id} is open."),
        ),
        message=message,
        data={"pending_id": pending_id, "proposal_id": proposal.proposal_id},
    )


def _case(snapshot: Snapshot, rows: tuple[PendingSC, ...]) -> str:
    """What a vote on an award is about: the parts, and the objections that stand."""
    pending_id = rows[0].pending_id
    parts = [f"- {row.beneficiary} ({row.adm_role}): {row.amount} SC" for row in rows]
    against = [f"- {row.alias}: {row.reason}" for row in standing(snapshot, pending_id)]
    work = f" for {rows[0].session_id} on {rows[0].task_id}" if rows[0].task_id else ""
    return "\n".join(
        [
            f"The award {pending_id}{work} is contested, and nobody decided the objection. {_MEANING}",
            "",
            *parts,
            "",
            "Objections:",
            "",
            *against,
        ]
    )
