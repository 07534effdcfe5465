"""What an accepted proposal carries out: policies, roles, corrections, tranches, contested awards (ledger.md §4).

`plan` is asked twice: when a proposal is opened, so that nobody votes on what can not be done, and when it is accepted,
on the ledger as it is then. Pure: it answers writes, or the reason why there are none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from smartup_tui.ledger import tables
from smartup_tui.ledger.actor import ACTIVE, FOUNDER
from smartup_tui.ledger.aliases import names_of, present_name
from smartup_tui.ledger.change import Append, Audit, Entity, PageWrite, RowWrite
from smartup_tui.ledger.economy import minting, sc, totals
from smartup_tui.ledger.economy.amounts import money
from smartup_tui.ledger.governance import policy_keys, voting
from smartup_tui.ledger.governance.clauses import (
    CORRECTION,
    FORMS,
    POLICY,
    ROLE,
    CorrectionClause,
    correction_clauses,
    policy_clauses,
    role_clauses,
)
from smartup_tui.ledger.governance.holders import holder_pages, holder_writes
from smartup_tui.ledger.governance.objections import CONTESTED, with_status
from smartup_tui.ledger.governance.policy_edit import PolicyEditError, with_value
from smartup_tui.ledger.policies import PolicyError
from smartup_tui.ledger.policy_reader import read_policy
from smartup_tui.ledger.rows import CreditTransaction, PendingSC, Proposal
from smartup_tui.ledger.snapshot import Snapshot

SET_POLICY: Final = "set_policy"
"""The action of the audit row by which a policy's file is changed; its entity is the file's path."""

MOST_CLAUSES: Final = 20
"""Lines of one proposal that can be carried out; more are two proposals."""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a proposal can not be carried out: one sentence for people."""

    message: str


@dataclass(frozen=True, slots=True)
class Execution:
    """What carrying out a proposal writes; each line of `done` says one thing that it does."""

    markdown: tuple[PageWrite, ...] = ()
    index: tuple[RowWrite, ...] = ()
    audit: tuple[Audit, ...] = ()
    done: tuple[str, ...] = ()


def plan(snapshot: Snapshot, proposal: Proposal, text: str, at: datetime) -> Execution | Obstacle:
    """What accepting the proposal does at `at`; kinds that only decide (general, amendment) write nothing more."""
    planner = _PLANNERS.get(proposal.kind)
    return planner(snapshot, proposal, text, at) if planner is not None else Execution()


def refuse_award(snapshot: Snapshot, proposal: Proposal, at: datetime) -> Execution:
    """What a vote that did not accept a contested award does: it is rejected, and its share is free again."""
    rows = _contested(snapshot, proposal)
    if not rows:
        return Execution()
    message = f"{rows[0].pending_id} is rejected by the vote {proposal.proposal_id}; its share is free again."
    audit = Audit("reject", Entity("award", rows[0].pending_id), message)
    return Execution(index=with_status(snapshot, rows, "rejected", at), audit=(audit,), done=(message,))


def _policies(snapshot: Snapshot, proposal: Proposal, text: str, _at: datetime) -> Execution | Obstacle:
    clauses = policy_clauses(text)
    if not 0 < len(clauses) <= MOST_CLAUSES:
        return _no_clause(POLICY)
    texts: dict[str, str] = {}
    done, audit = [], []
    for clause in clauses:
        if clause.path not in policy_keys.KINDS:
            return Obstacle(f"There is no {clause.path}; there are {', '.join(policy_keys.KINDS)}.")
    for clause in clauses:
        if (reason := policy_keys.obstacle(clause.path, clause.key)) is not None:
            return Obstacle(f"{clause.path}: {reason}.")
        data = snapshot.tree.read(clause.path)
        before = texts.get(clause.path) or (data.decode("utf-8", "replace") if data is not None else "")
        try:
            texts[clause.path] = with_value(before, clause.key, clause.value)
        except PolicyEditError as error:
            return Obstacle(f"{clause.path}: {error}.")
        if texts[clause.path] == before:
            return Obstacle(f"{clause.path}: {clause.key} is {clause.value} already.")
        message = f"{clause.path}: {clause.key} is {clause.value} by {proposal.proposal_id}."
        done.append(message)
        audit.append(Audit(SET_POLICY, Entity("policy", clause.path), message))
    for path, changed in texts.items():  # after all lines: some values hold only together, as the two parts of an award
        try:
            value = read_policy(path, changed.encode("utf-8"), policy_keys.KINDS[path])
        except PolicyError as error:
            return Obstacle(f"{path} would not hold any more ({error.key}: {error.message}).")
        for clause in clauses:
            if clause.path == path and (reason := policy_keys.idle(path, clause.key, value)) is not None:
                return Obstacle(f"{path}: {reason}.")
    pages = tuple(PageWrite(path, changed) for path, changed in sorted(texts.items()))
    return Execution(markdown=pages, audit=tuple(audit), done=tuple(done))


def _roles(snapshot: Snapshot, proposal: Proposal, text: str, _at: datetime) -> Execution | Obstacle:
    clauses = role_clauses(text)
    if not 0 < len(clauses) <= MOST_CLAUSES:
        return _no_clause(ROLE)
    holders: dict[str, str | None] = {}
    done, audit = [], []
    for clause in clauses:
        obstacle = _role_obstacle(snapshot, clause.role_id, clause.alias)
        if obstacle is None and clause.role_id in holders:
            obstacle = f"{clause.role_id} is named twice"
        if obstacle is not None:
            return Obstacle(f"{obstacle}.")
        holders[clause.role_id] = clause.alias
        role = snapshot.role(clause.role_id)
        name = role.role_name if role is not None else ""
        gets = f"is held by {clause.alias}" if clause.alias else "is free"
        message = f"{clause.role_id} {name} {gets}, by {proposal.proposal_id}."
        done.append(message)
        audit.append(Audit("assign_role" if clause.alias else "vacate_role", Entity("role", clause.role_id), message))
    pages, index = holder_pages(snapshot, holders), holder_writes(snapshot, holders)
    return Execution(markdown=pages, index=index, audit=tuple(audit), done=tuple(done))


def _role_obstacle(snapshot: Snapshot, role_id: str, alias: str | None) -> str | None:
    """Why a role can not be given to an owner, or freed; None when it can."""
    role = snapshot.role(role_id)
    if role is None or role.status != ACTIVE:
        return f"There is no active role {role_id}"
    if role.type == FOUNDER:
        return "The founder's role is neither given to others nor taken"
    if alias is None:
        return None if role.holder is not None else f"Nobody holds {role_id}"
    owner = snapshot.owner(alias)
    if owner is None or owner.status != ACTIVE:
        return f"{alias} is no active owner"
    if role.holder == alias:
        return f"{alias} holds {role_id} already"
    known = snapshot.policies.licenses.licenses.get(owner.license)
    if known is None or not known.work:
        return f"{alias} has a {owner.license} license; roles need a work license"
    return None


def _corrections(snapshot: Snapshot, proposal: Proposal, text: str, at: datetime) -> Execution | Obstacle:
    clauses = correction_clauses(text)
    if not 0 < len(clauses) <= MOST_CLAUSES:
        return _no_clause(CORRECTION)
    taken: defaultdict[str, Decimal] = defaultdict(Decimal)
    index: list[RowWrite] = []
    done, audit = [], []
    for clause in clauses:
        if any((c.pending_id, c.alias) == (clause.pending_id, clause.alias) for c in clauses if c is not clause):
            return Obstacle(f"{clause.pending_id} of {clause.alias} is named twice.")
        left = _left_of_mint(snapshot, clause)
        live = totals.live(snapshot, clause.alias) - taken[clause.alias]
        if left is None:
            return Obstacle(f"{clause.pending_id} was not minted for {clause.alias}.")
        if not 0 < clause.amount <= left:
            return Obstacle(f"{money(left)} SC of {clause.pending_id} for {clause.alias} can be destroyed at most.")
        if clause.amount > live:
            return Obstacle(f"{clause.alias} has {money(live)} SC.")
        taken[clause.alias] += clause.amount
        message = f"{money(clause.amount)} SC of {clause.pending_id} for {clause.alias} are destroyed"
        alias = present_name(snapshot, clause.alias)
        index.append(Append(tables.CREDITS, _destroy(replace(clause, alias=alias), proposal, at)))
        done.append(f"{message}, by {proposal.proposal_id}.")
        audit.append(Audit("correct", Entity("award", clause.pending_id), done[-1]))
    return Execution(index=tuple(index), audit=tuple(audit), done=tuple(done))


def _left_of_mint(snapshot: Snapshot, clause: CorrectionClause) -> Decimal | None:
    """What a mint gave an owner and no correction has destroyed since; None when there is no such mint."""
    rows = snapshot.rows(tables.CREDITS).where(reference=clause.pending_id)
    names = names_of(snapshot, clause.alias)
    minted = [row.amount for row in rows if row.type == sc.MINT and row.to in names]
    destroyed = [row.amount for row in rows if row.type == sc.DESTROY and row.from_ in names]
    return sum(minted, Decimal(0)) - sum(destroyed, Decimal(0)) if minted else None


def _destroy(clause: CorrectionClause, proposal: Proposal, at: datetime) -> CreditTransaction:
    return CreditTransaction(
        timestamp=at,
        type=sc.DESTROY,
        amount=clause.amount,
        from_=clause.alias,
        to=None,
        reference=clause.pending_id,
        description=f"Correction of the mint of {clause.pending_id} by {proposal.proposal_id}",
        awarded_by=None,
        category=CORRECTION,
        evidence_link=None,
    )


def _tranche(snapshot: Snapshot, proposal: Proposal, _text: str, at: datetime) -> Execution | Obstacle:
    rows = _award(snapshot, proposal)
    if not rows or any(row.adm_role != minting.FOUNDER or row.status != "pending" for row in rows):
        return Obstacle("There is no such tranche that waits for a vote.")
    pending_id = rows[0].pending_id
    message = f"{pending_id} is released by {proposal.proposal_id} and minted when the 3x rule has room."
    audit = Audit("release", Entity("award", pending_id), message)
    return Execution(index=with_status(snapshot, rows, "consensus", at), audit=(audit,), done=(message,))


def _pay(snapshot: Snapshot, proposal: Proposal, _text: str, at: datetime) -> Execution | Obstacle:
    rows = _contested(snapshot, proposal)
    if not rows:
        return Obstacle("The award is not contested any more.")
    message = f"{rows[0].pending_id} goes on by the vote {proposal.proposal_id}."
    audit = Audit("dismiss", Entity("award", rows[0].pending_id), message)
    return Execution(index=with_status(snapshot, rows, "consensus", at), audit=(audit,), done=(message,))


def _contested(snapshot: Snapshot, proposal: Proposal) -> tuple[PendingSC, ...]:
    return tuple(row for row in _award(snapshot, proposal) if row.status == CONTESTED)


def _award(snapshot: Snapshot, proposal: Proposal) -> tuple[PendingSC, ...]:
    pending_id = voting.subject_award(proposal)
    return snapshot.award(pending_id) if pending_id is not None else ()


def _no_clause(kind: str) -> Obstacle:
    return Obstacle(f"A proposal of kind {kind} has 1 to {MOST_CLAUSES} lines such as `{FORMS[kind]}`.")


_PLANNERS: Final[Mapping[str, Callable[[Snapshot, Proposal, str, datetime], Execution | Obstacle]]] = MappingProxyType(
    {
        POLICY: _policies,
        ROLE: _roles,
        CORRECTION: _corrections,
        voting.VESTING: _tranche,
        voting.AWARD: _pay,
    }
)
