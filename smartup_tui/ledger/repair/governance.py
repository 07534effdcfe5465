"""Objections, proposals and applications of which one file knows more than another (ledger.md §4)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from smartup_tui.ledger import pages, tables
from smartup_tui.ledger.actor import ACTIVE
from smartup_tui.ledger.change import Append, Audit, Change, Entity, RowWrite, Update
from smartup_tui.ledger.economy import sc
from smartup_tui.ledger.governance import execution, voting
from smartup_tui.ledger.governance.clauses import CORRECTION
from smartup_tui.ledger.governance.effects import CLOSE, CONSENT, proposal_text
from smartup_tui.ledger.governance.holders import holder_pages, holder_writes
from smartup_tui.ledger.governance.objections import CONTESTED, OBJECT, RESOLVE, WITHDRAW, standing, with_status
from smartup_tui.ledger.repair.evidence import Said, Trail, said_on
from smartup_tui.ledger.repair.wording import REPAIRED, repaired
from smartup_tui.ledger.rows import Objection, PendingSC, Proposal, RoleApplication
from smartup_tui.ledger.snapshot import Snapshot

_WITHDRAWN = "Objection withdrawn."
_OBJECTIONS = "Objections"
_OPENING = ("propose", "vest", "contest")
"""Actions of the audit trail by which a proposal is opened."""


def contested_awards(snapshot: Snapshot, now: datetime) -> Iterator[Change]:
    """Awards whose status and objections say different things."""
    trail = Trail(snapshot, now)
    for pending_id in dict.fromkeys(row.pending_id for row in snapshot.rows(tables.PENDING) if row.task_id):
        rows = snapshot.award(pending_id)
        if rows[0].status == CONTESTED and not standing(snapshot, pending_id):
            yield _unobjected(snapshot, rows)
        elif rows[0].status == "consensus":
            yield from _objected(snapshot, rows, trail)


def _unobjected(snapshot: Snapshot, rows: tuple[PendingSC, ...]) -> Change:
    """A contested award without an objection: the page has the one that is missing, or it was withdrawn."""
    pending_id = rows[0].pending_id
    known = snapshot.rows(tables.OBJECTIONS).where(entity_id=pending_id)
    opening = f"Objects to {pending_id}: "
    task = snapshot.task(rows[0].task_id or "")
    said = [one for one in said_on(snapshot, task.wiki_path if task else None) if one.text.startswith(opening)]
    if said and (not known or said[-1].at > known[-1].timestamp):
        last = said[-1]
        row = Objection(last.at, pending_id, last.alias, OBJECT, last.text.removeprefix(opening))
        message = f"{pending_id} is contested, and its objection was missing; it is entered from the page."
        return repaired("award", pending_id, message, [Append(tables.OBJECTIONS, row)])
    at = known[-1].timestamp if known else rows[0].timestamp
    message = f"{pending_id} was contested without an objection; it goes on."
    return repaired("award", pending_id, message, with_status(snapshot, rows, "consensus", at))


def _objected(snapshot: Snapshot, rows: tuple[PendingSC, ...], trail: Trail) -> Iterator[Change]:
    """An award that goes on with an objection to it: just begun, decided, or withdrawn."""
    pending_id = rows[0].pending_id
    left = standing(snapshot, pending_id)
    if not left or trail.has(left[-1].timestamp, pending_id, actions=("dismiss", RESOLVE)):
        return
    task = snapshot.task(rows[0].task_id or "")
    dismissed = f"The objection to {pending_id} is dismissed"
    said = [one for one in said_on(snapshot, task.wiki_path if task else None) if one.text.startswith(dismissed)]
    if said and said[-1].at >= left[-1].timestamp:
        message = f"The objection to {pending_id} was decided without an audit row."
        yield Change((), (), (Audit(RESOLVE, Entity("award", pending_id), message, REPAIRED),), message)
    elif not trail.has(left[-1].timestamp, pending_id):
        message = f"{left[-1].alias} objected to {pending_id}, which went on; it is contested."
        yield repaired("award", pending_id, message, with_status(snapshot, rows, CONTESTED, left[-1].timestamp))
    elif voting.vote_on(snapshot, pending_id) is None:
        yield _withdrawn("award", pending_id, left, trail.now)


def _withdrawn(kind: str, entity_id: str, left: tuple[Objection, ...], now: datetime) -> Change:
    rows = [Append(tables.OBJECTIONS, Objection(now, entity_id, one.alias, WITHDRAW, "")) for one in left]
    message = f"{entity_id} goes on, and the log lacked that the objection to it was withdrawn."
    return repaired(kind, entity_id, message, rows)


def contested_proposals(snapshot: Snapshot, now: datetime) -> Iterator[Change]:
    """Proposals whose status and objections say different things."""
    trail = Trail(snapshot, now)
    for proposal in snapshot.rows(tables.PROPOSALS):
        if proposal.kind in voting.VOTED or proposal.status not in voting.UNDECIDED:
            continue
        left = standing(snapshot, proposal.proposal_id)
        if proposal.status == voting.OPEN and left:
            yield _contested(snapshot, proposal, left, trail)
        elif proposal.status == voting.VOTING and not left:
            yield from _uncontested(snapshot, proposal)


def _contested(snapshot: Snapshot, proposal: Proposal, left: tuple[Objection, ...], trail: Trail) -> Change:
    proposal_id, begun = proposal.proposal_id, left[-1].timestamp
    if trail.has(begun, proposal_id):
        return _withdrawn("proposal", proposal_id, left, trail.now)
    ends = begun + timedelta(days=snapshot.policies.validation.vote_days)
    values = {"status": voting.VOTING, "vote_ends_at": ends}
    message = f"{left[-1].alias} objected to {proposal_id}, and its vote had not begun; it is open."
    return repaired("proposal", proposal_id, message, [Update(tables.PROPOSALS, (proposal_id,), values)])


def _uncontested(snapshot: Snapshot, proposal: Proposal) -> Iterator[Change]:
    """A vote without an objection: the page has the one that is missing, or says that it was withdrawn."""
    proposal_id = proposal.proposal_id
    said: list[Said] = list(said_on(snapshot, proposal.wiki_path, _OBJECTIONS))
    if not said:
        return
    last = said[-1]
    if last.text != _WITHDRAWN:
        row = Objection(last.at, proposal_id, last.alias, OBJECT, last.text)
        message = f"{proposal_id} is voted on, and its objection was missing; it is entered from the page."
        yield repaired("proposal", proposal_id, message, [Append(tables.OBJECTIONS, row)])
    elif proposal.consensus_ends_at is not None and not voting.votes(snapshot, proposal_id):
        ends = max(proposal.consensus_ends_at, last.at)
        values = {"status": voting.OPEN, "vote_ends_at": None, "consensus_ends_at": ends}
        message = f"The objection to {proposal_id} was withdrawn; its window of silence goes on."
        yield repaired("proposal", proposal_id, message, [Update(tables.PROPOSALS, (proposal_id,), values)])


def carried_out(snapshot: Snapshot, now: datetime) -> Iterator[Change]:
    """Accepted proposals that were not carried out to the end, and corrections made before their proposal closed."""
    trail = Trail(snapshot, now)
    for proposal in snapshot.rows(tables.PROPOSALS):
        begun, proposal_id = proposal.timestamp, proposal.proposal_id
        if proposal.status in voting.UNDECIDED and proposal.kind == CORRECTION and _destroyed(snapshot, proposal_id):
            values = {"status": voting.ACCEPTED, "result": "carried out"}
            message = f"{proposal_id} was carried out and still open; it is accepted."
            yield repaired("proposal", proposal_id, message, [Update(tables.PROPOSALS, (proposal_id,), values)])
        # Only what began in this trail: an imported decision was carried out elsewhere.
        if not trail.has(begun, proposal_id, actions=_OPENING) or trail.has(
            begun, proposal_id, actions=(CONSENT, CLOSE)
        ):
            continue
        if proposal.status in (voting.ACCEPTED, voting.REJECTED) and not _destroyed(snapshot, proposal_id):
            yield from _decided(snapshot, proposal, now)


def _decided(snapshot: Snapshot, proposal: Proposal, now: datetime) -> Iterator[Change]:
    """What a proposal decided, as far as it is not done."""
    proposal_id, due = proposal.proposal_id, proposal.vote_ends_at or proposal.consensus_ends_at or now
    planned: execution.Execution | execution.Obstacle = execution.Execution()
    if proposal.status == voting.ACCEPTED:
        planned = execution.plan(snapshot, proposal, proposal_text(snapshot, proposal), due)
    elif proposal.kind == voting.AWARD:
        planned = execution.refuse_award(snapshot, proposal, due)
    if isinstance(planned, execution.Execution) and planned.index:
        message = f"{proposal_id} was {proposal.status} and not carried out; now it is."
        change = repaired("proposal", proposal_id, message, planned.index, planned.markdown)
        yield Change(change.markdown, change.index, (*change.audit, *planned.audit), message)


def _destroyed(snapshot: Snapshot, proposal_id: str) -> bool:
    rows = snapshot.rows(tables.CREDITS).where(type=sc.DESTROY)
    return any(row.description.endswith(f" by {proposal_id}") for row in rows)


def applications(snapshot: Snapshot, now: datetime) -> Iterator[Change]:
    """Applications whose role was given and that are open still, or that were accepted and gave no role."""
    trail = Trail(snapshot, now)
    for row in snapshot.rows(tables.APPLICATIONS):
        role = snapshot.role(row.role_id)
        if role is None:
            continue
        if row.status == "open" and role.holder == row.alias:
            yield from _accepted(snapshot, row)
        elif row.status == "accepted" and role.holder is None and row.decided_at is not None:
            owner = snapshot.owner(row.alias)
            if owner is None or owner.status != ACTIVE or trail.has(row.decided_at, row.application_id, row.role_id):
                continue
            holders = {row.role_id: row.alias}
            message = f"{row.application_id} was accepted and the role not given; {row.alias} holds {row.role_id} now."
            index: tuple[RowWrite, ...] = holder_writes(snapshot, holders)
            yield repaired("application", row.application_id, message, index, holder_pages(snapshot, holders))


def _accepted(snapshot: Snapshot, row: RoleApplication) -> Iterator[Change]:
    said = [one for one in said_on(snapshot, row.wiki_path, pages.COMMENTS) if one.text.startswith("Accepted")]
    if said:
        values = {"status": "accepted", "decided_by": said[-1].alias, "decided_at": said[-1].at}
        message = f"{row.application_id} was open, and {row.alias} has the role; it is accepted, as its page says."
        update = Update(tables.APPLICATIONS, (row.application_id,), values)
        yield repaired("application", row.application_id, message, [update])
