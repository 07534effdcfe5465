"""`resign`: giving back a role (ledger.md §4, Roles)."""

from __future__ import annotations

from datetime import datetime

from smartup_tui.ledger.actor import FOUNDER, TEAM_CAPTAIN, Actor
from smartup_tui.ledger.arguments import Arguments
from smartup_tui.ledger.change import Audit, Change, Entity, Outcome
from smartup_tui.ledger.governance.holders import holder_pages, holder_writes
from smartup_tui.ledger.rows import Role
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.toolbox.wording import conflict, listed, not_found


def resign(snapshot: Snapshot, actor: Actor, args: Arguments, _now: datetime) -> Outcome:
    """Free a role that the actor holds; what they earned and their seats stay theirs."""
    role = snapshot.role(args.text("role_id"))
    if role is None:
        return not_found("not_found", "There is no such role.", "!who shows the roles you hold.", "role_id")
    if role.holder != actor.alias:
        held = sorted(held.role_id for held in actor.roles)
        hint = f"You hold {listed(held)}." if held else "You hold no role."
        return conflict("not_yours", f"You don't hold {role.role_id} {role.role_name}.", hint, "role_id")
    message = f"{actor.alias} gave back {role.role_id} {role.role_name}."
    return Change(
        markdown=holder_pages(snapshot, {role.role_id: None}),
        index=holder_writes(snapshot, {role.role_id: None}),
        audit=(Audit("resign", Entity("role", role.role_id), message),),
        message=message,
        figures=_what_follows(role),
        data={"role_id": role.role_id, "team": role.team_id},
    )


def _what_follows(role: Role) -> tuple[str, ...]:
    if role.type == FOUNDER:
        return ("The founder's role is not given to others; proposals decide what the founder decided.",)
    if role.type == TEAM_CAPTAIN:
        return (f"The powers of the captain of {role.team_id} fall to the leadership, the founder, then to proposals.",)
    return ()
