"""`assign_role`: giving a role (ledger.md §4, Roles and Thresholds)."""

from __future__ import annotations

from datetime import datetime

from smartup_tui.ledger import tables
from smartup_tui.ledger.actor import LEADERSHIP, TEAM_CAPTAIN, Actor
from smartup_tui.ledger.arguments import Arguments
from smartup_tui.ledger.change import Audit, Change, Entity, Outcome, Refusal
from smartup_tui.ledger.economy.wallet import karma_of
from smartup_tui.ledger.governance.holders import holder_pages, holder_writes
from smartup_tui.ledger.rows import Owner, Role
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.toolbox.found import active_owner
from smartup_tui.toolbox.wording import conflict, not_found, rule

WAIVED = "waived"
"""The result in the audit trail of a change for which the founder waived a threshold."""

_GIVEN_BY_PROPOSAL = (TEAM_CAPTAIN, LEADERSHIP)


def assign_role(snapshot: Snapshot, actor: Actor, args: Arguments, _now: datetime) -> Outcome:
    """Give a role to an owner. Captain and leadership roles are the founder's to give while bootstrapping only."""
    owner = active_owner(snapshot, args.text("alias"))
    if isinstance(owner, Refusal):
        return owner
    role = snapshot.role(args.text("role_id"))
    if role is None or role.status != "active":
        return not_found("not_found", "There is no such active role.", "!open_roles lists the open ones.", "role_id")
    result = _assignable(snapshot, actor, owner, role)
    if isinstance(result, Refusal):
        return result
    message = f"{owner.alias} holds {role.role_id} {role.role_name} now."
    if result == WAIVED:
        message = f"{message[:-1]}; the founder waived the threshold."
    return Change(
        markdown=holder_pages(snapshot, {role.role_id: owner.alias}),
        index=holder_writes(snapshot, {role.role_id: owner.alias}),
        audit=(Audit("assign_role", Entity("role", role.role_id), message, result),),
        message=message,
        data={"role_id": role.role_id, "alias": owner.alias, "team": role.team_id, "waived": result == WAIVED},
    )


def threshold(snapshot: Snapshot, actor: Actor, alias: str, needed: int, what: str) -> str | Refusal:
    """`ok` when an owner has the SK that something asks for, `waived` when the founder may and does waive it.

    The founder may while fewer than `bootstrap_owners` owners reach the threshold.
    """
    has = karma_of(snapshot, alias)
    if has >= needed:
        return "ok"
    owners = snapshot.rows(tables.OWNERS).where(status="active")
    reached = sum(1 for owner in owners if karma_of(snapshot, owner.alias) >= needed)
    if actor.is_founder and reached < snapshot.policies.karma.bootstrap_owners:
        return WAIVED
    hint = "SK come from work, kudos and helping others." if not actor.is_founder else "Enough owners reach it by now."
    return rule("threshold", f"{what} asks for {needed} SK; {alias} has {has}.", hint, "alias")


def _assignable(snapshot: Snapshot, actor: Actor, owner: Owner, role: Role) -> str | Refusal:
    """The result for the audit trail, or why the role can not be given."""
    if role.type == "founder":
        return rule("founder_role", "The founder's role is not given to others.", field="role_id")
    if role.holder == owner.alias:
        return conflict("holds_role", f"{owner.alias} holds {role.role_id} already.", field="role_id")
    if role.holder is not None:
        hint = "It is free again when they resign or the role is taken back."
        return conflict("role_taken", f"{role.holder} holds {role.role_id}.", hint, "role_id")
    known = snapshot.policies.licenses.licenses.get(owner.license)
    if known is None or not known.work:
        hint = "A captain can change the license once it is paid."
        message = f"{owner.alias} has a {owner.license} license; roles need a work license."
        return rule("license", message, hint, "alias")
    if role.type not in _GIVEN_BY_PROPOSAL:
        return "ok"
    rules = snapshot.policies.karma
    count = len(snapshot.rows(tables.OWNERS).where(status="active"))
    if not actor.is_founder or count >= rules.bootstrap_owners:
        hint = "Open a proposal of kind role."
        if count < rules.bootstrap_owners:
            hint = f"While there are fewer than {rules.bootstrap_owners} owners, the founder gives them."
        message = f"{role.role_id} is a {role.type.replace('_', ' ')} role: an accepted proposal gives it."
        return rule("needs_proposal", message, hint, "role_id")
    needed = rules.thresholds.captain if role.type == TEAM_CAPTAIN else rules.thresholds.leadership
    return threshold(snapshot, actor, owner.alias, needed, f"{role.role_id} {role.role_name}")
