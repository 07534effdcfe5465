"""`propose`: opening a proposal (ledger.md §4, Votes and Thresholds)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from smartup_tui.ledger import pages, paths, tables
from smartup_tui.ledger.actor import ACTIVE, FOUNDER, LEADERSHIP, TEAM_CAPTAIN, Actor
from smartup_tui.ledger.arguments import Arguments
from smartup_tui.ledger.change import Append, Audit, Change, Entity, Outcome, PageWrite, Refusal
from smartup_tui.ledger.economy.consensus import window_end
from smartup_tui.ledger.economy.wallet import karma_of
from smartup_tui.ledger.economy.work import next_id
from smartup_tui.ledger.governance import execution, voting
from smartup_tui.ledger.governance.clauses import ROLE, role_clauses
from smartup_tui.ledger.rows import Proposal
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.toolbox.wording import conflict, date_time, rule, stamp

OK, WAIVED = "ok", "waived"


def propose(snapshot: Snapshot, actor: Actor, args: Arguments, now: datetime) -> Outcome:
    """Open a proposal: a window of silence, or a vote at once for an amendment."""
    kind = args.optional("kind") or voting.GENERAL
    result = _threshold(snapshot, actor)
    if isinstance(result, Refusal):
        return result
    text = args.text("text")
    if kind == ROLE:
        waived = _candidates(snapshot, text)
        if isinstance(waived, Refusal):
            return waived
        result = WAIVED if waived == WAIVED else result
    opened = new_proposal(snapshot, actor.alias, Draft(kind, args.text("title"), text), now)
    if isinstance(opened, Refusal):
        return opened
    return with_result(opened, "propose", result)


@dataclass(frozen=True, slots=True)
class Draft:
    """What is proposed: its kind, title and whole text."""

    kind: str
    title: str
    text: str


def new_proposal(snapshot: Snapshot, alias: str, draft: Draft, now: datetime) -> tuple[Proposal, PageWrite] | Refusal:
    """A proposal's row and page, if it could be carried out as the ledger is now."""
    kind, title, text = draft.kind, draft.title, draft.text
    rules = snapshot.policies.validation
    voted = kind in voting.VOTED
    ends = now + timedelta(days=rules.vote_days) if voted else window_end(now, hours=rules.consensus_hours)
    proposal_id = next_id("p", snapshot.rows(tables.PROPOSALS))
    path = paths.proposal_page_path(proposal_id, title)
    proposal = Proposal(
        proposal_id=proposal_id,
        timestamp=now,
        alias=alias,
        kind=kind,
        title=title,
        status=voting.VOTING if voted else voting.OPEN,
        consensus_ends_at=None if voted else ends,
        vote_ends_at=ends if voted else None,
        result=None,
        wiki_path=path,
    )
    planned = execution.plan(snapshot, proposal, text, now)
    if isinstance(planned, execution.Obstacle):
        hint = "Settle carries out an accepted proposal by these lines; everything else in the text is for people."
        return conflict("not_executable", planned.message, hint, "text")
    page = pages.proposal_page(proposal_id, title, alias=alias, at=now, kind=kind, ends=ends, text=text)
    return proposal, PageWrite(path, page)


def with_result(opened: tuple[Proposal, PageWrite], action: str, result: str = OK) -> Change:
    """The change that opens a proposal."""
    proposal, page = opened
    proposal_id, ends = proposal.proposal_id, proposal.consensus_ends_at or proposal.vote_ends_at
    when = date_time(ends) if ends is not None else ""
    message = f"{proposal_id} {proposal.title} is open, proposed by {proposal.alias}."
    if result == WAIVED:
        message = f"{message[:-1]}; the threshold is waived while the organisation is young."
    voted = proposal.status == voting.VOTING
    line = f"The vote ends on {when}." if voted else f"Silence until {when} is consent."
    step = f"!vote {proposal_id} yes, no or abstain." if voted else f"!object {proposal_id} <reason> starts a vote."
    return Change(
        markdown=(page,),
        index=(Append(tables.PROPOSALS, proposal),),
        audit=(Audit(action, Entity("proposal", proposal_id), message, result),),
        message=message,
        figures=(f"Kind {proposal.kind}. {line}",),
        next_step=step,
        data={
            "proposal_id": proposal_id,
            "kind": proposal.kind,
            "status": proposal.status,
            "ends": stamp(ends) if ends is not None else None,
            "waived": result == WAIVED,
        },
    )


def _threshold(snapshot: Snapshot, actor: Actor) -> str | Refusal:
    """Whether the actor has the SK that opening a proposal asks for.

    While few owners reach it, the founder may waive it; where there is no founder any more, it is waived for everybody,
    since otherwise nobody could propose how to go on.
    """
    rules = snapshot.policies.karma
    needed, has = rules.thresholds.propose, karma_of(snapshot, actor.alias)
    if has >= needed:
        return OK
    if young(snapshot, needed) and (actor.is_founder or not founder_active(snapshot)):
        return WAIVED
    hint = "SK come from work, kudos and helping others; somebody who has them can propose it with you."
    return rule("threshold", f"Opening a proposal asks for {needed} SK; you have {has}.", hint)


def _candidates(snapshot: Snapshot, text: str) -> str | Refusal:
    """Whether those who would get a captain's or leadership role have the SK for it, asked once, when it is proposed.

    While few owners reach the threshold, the proposal itself waives it: the founder's power to waive, used by all.
    """
    rules = snapshot.policies.karma
    needed_for = {TEAM_CAPTAIN: rules.thresholds.captain, LEADERSHIP: rules.thresholds.leadership}
    result = OK
    for clause in role_clauses(text):
        role = snapshot.role(clause.role_id)
        needed = needed_for.get(role.type, 0) if role is not None else 0
        if clause.alias is None or karma_of(snapshot, clause.alias) >= needed:
            continue
        if not young(snapshot, needed):
            message = f"{clause.role_id} asks for {needed} SK; {clause.alias} has {karma_of(snapshot, clause.alias)}."
            return rule("threshold", message, "Propose somebody who has them.", "text")
        result = WAIVED
    return result


def young(snapshot: Snapshot, needed: int) -> bool:
    """Whether fewer owners reach a threshold than the policy asks for before it binds without exception."""
    owners = snapshot.rows(tables.OWNERS).where(status=ACTIVE)
    reached = sum(1 for owner in owners if karma_of(snapshot, owner.alias) >= needed)
    return reached < snapshot.policies.karma.bootstrap_owners


def founder_active(snapshot: Snapshot) -> bool:
    """Whether an active owner holds the founder's role."""
    for role in snapshot.rows(tables.ROLES).where(type=FOUNDER):
        owner = snapshot.owner(role.holder) if role.holder is not None and role.status == ACTIVE else None
        if owner is not None and owner.status == ACTIVE:
            return True
    return False
