"""`who`: an owner as the others may know them: alias, license, roles, standing in SK."""

from __future__ import annotations

from datetime import datetime

from smartup_tui.ledger import tables
from smartup_tui.ledger.actor import Actor, of_owner
from smartup_tui.ledger.arguments import Arguments
from smartup_tui.ledger.change import Answer, Entity, Outcome
from smartup_tui.ledger.economy.wallet import karma_of
from smartup_tui.ledger.economy.work import OVER
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.toolbox.queries.tasks import by_id
from smartup_tui.toolbox.wording import counted, listed, not_found


def who(snapshot: Snapshot, actor: Actor, args: Arguments, _now: datetime) -> Outcome:
    """An owner's roles, license and standing; the actor's own where no alias is given."""
    alias = args.optional("alias") or actor.alias
    owner = snapshot.owner(alias)
    if owner is None:
        return not_found("not_found", f"There is no owner {alias}.", "Check the alias in the book of owners.", "alias")
    known = of_owner(snapshot, owner)
    roles = sorted(known.roles, key=lambda role: by_id(role.role_id))
    leads = sorted(known.leads, key=by_id)
    tasks = snapshot.rows(tables.TASKS)
    held = (*tasks.unrolled(attacker=alias), *tasks.unrolled(defender=alias))
    seats = [task.task_id for task in held if task.status not in OVER]
    karma = karma_of(snapshot, alias)
    reached = standing(snapshot, karma)
    state = "" if owner.status == "active" else f", {owner.status}"
    held_roles = listed(f"{role.role_id} {role.role_name}" for role in roles)
    lines = [
        f"Roles: {held_roles}." if held_roles else "No role.",
        f"{karma} SK" + (f": enough to {listed(reached)}." if reached else "."),
    ]
    if leads:
        lines.append(f"Mission leader of {listed(leads)}.")
    if seats:
        lines.append(f"{counted(len(seats), 'seat')}: {listed(sorted(seats, key=by_id))}.")
    data = {
        "alias": alias,
        "owner_id": owner.owner_id,
        "license": owner.license,
        "status": owner.status,
        "joined": owner.joined_at.date().isoformat(),
        "roles": [{"id": role.role_id, "name": role.role_name, "team": role.team_id} for role in roles],
        "leads": leads,
        "seats": sorted(seats, key=by_id),
        "sk": karma,
        "standing": reached,
    }
    message = f"{alias}: {owner.license} license, owner {owner.owner_id}{state}."
    return Answer(message, tuple(lines), data=data, entity=Entity("owner", alias))


def standing(snapshot: Snapshot, karma: int) -> list[str]:
    """What an amount of SK is enough for, in words, the least first."""
    needed = snapshot.policies.karma.thresholds
    steps = (
        ("propose", needed.propose),
        ("captain a team", needed.captain),
        ("lead a mission", needed.mission_leader),
        ("join the leadership", needed.leadership),
    )
    return [words for words, amount in steps if karma >= amount]
