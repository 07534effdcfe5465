"""Who may give which command: the rules of the tiers (commands.md, Tiers; ledger.md §4, Owners).

Engelbot's pre-check and the Toolbox ask the same function. What depends on more than the actor's standing (took part,
own award, seat taken) is the operation's to say.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Final

from smartup_tui.catalogue.model import Command, Kind, Tier
from smartup_tui.ledger import tables
from smartup_tui.ledger.actor import ACTIVE, LEFT, SUSPENDED, TEAM_CAPTAIN, Actor, by_roles
from smartup_tui.ledger.arguments import Arguments
from smartup_tui.ledger.change import Reason, Refusal
from smartup_tui.ledger.policies import PolicyError
from smartup_tui.ledger.resolve import kind_of
from smartup_tui.ledger.rows import TaskBudget
from smartup_tui.ledger.snapshot import Snapshot

WORK_LICENSES: Final = ("work", "organizational")

_WHEN_SUSPENDED: Final = frozenset({"stop_work", "withdraw", "redeem"})
_WHEN_LEFT: Final = frozenset({"help", "wallet", "redeem", "withdraw"})
_FINISHING: Final = frozenset({"stop_work", "release_task", "correct_session"})
"""Commands that end or mend one's own work: a role that was taken away does not lock anybody into a session."""
_ANY_CAPTAIN: Final = frozenset({"validate_sc", "resolve"})
"""Captains of every team validate (ledger.md §4, Award flow), so a small team is not its own judge."""


def permitted(command: Command, actor: Actor, snapshot: Snapshot, args: Arguments) -> Refusal | None:
    """None when the actor's standing allows the command; else a refusal that names who may do it."""
    if actor.is_engelbot:
        return None if command.name == "settle" or command.is_query else _no("Engelbot only routes commands.", "")
    if actor.is_bootstrap:
        return None if command.name == "register_smartup" else _no(
            "The organisation is not registered yet.", "The founder registers it from the command line."
        )  # fmt: skip
    standing = _standing(command, actor)
    if standing is not None:
        return standing
    if command.tier is Tier.WORKERS:
        return _worker(command, actor, snapshot)
    if command.tier is Tier.TEAMCAPTAIN:
        return _captain(command, actor, snapshot, args)
    if command.name == "register_smartup" and not snapshot.rows(tables.ROLES):
        return None  # begun and broken off before anybody had a role
    if command.tier is Tier.BOOTSTRAP and not actor.is_founder:
        return _no(f"You can't use !{command.name}.", "The founder can, from the command line.")
    return None


def _standing(command: Command, actor: Actor) -> Refusal | None:
    """What a suspended owner, or one who left, may still do."""
    if actor.status == ACTIVE:
        return None
    if actor.status == SUSPENDED:
        if command.tier is Tier.QUERIES or command.name in _WHEN_SUSPENDED:
            return None
        hint = "Questions, !stop_work, !withdraw and !redeem still work. The leadership can lift the suspension."
        return _no(f"You can't use !{command.name} while you are suspended.", hint)
    if actor.status == LEFT and command.name in _WHEN_LEFT:
        return None
    hint = "!wallet, !redeem and !withdraw still work. A team captain can enter you again."
    return _no(f"You can't use !{command.name}: you have left the organisation.", hint)


def _worker(command: Command, actor: Actor, snapshot: Snapshot) -> Refusal | None:
    if command.name in _FINISHING:
        return None
    if not works(snapshot, actor.license):
        hint = "A captain can change your license once it is paid."
        return _no(f"You can't use !{command.name}: it needs a work license and you have {actor.license}.", hint)
    if not actor.roles:
        hint = "!open_roles lists the roles that look for somebody; !apply is how you ask for one."
        return _no(f"You can't use !{command.name}: you hold no role yet.", hint)
    return None


def works(snapshot: Snapshot, license_name: str) -> bool:
    """Whether a license allows workers' commands; by the policy, or by the record while that can not be read."""
    try:
        known = snapshot.policies.licenses.licenses.get(license_name)
    except PolicyError:
        return license_name in WORK_LICENSES
    return known is not None and known.work


def _captain(command: Command, actor: Actor, snapshot: Snapshot, args: Arguments) -> Refusal | None:
    if actor.is_founder or actor.is_leadership:
        return None
    if command.leadership:
        return _no(f"You can't use !{command.name}.", "The leadership or the founder can.")
    subject = args.optional(command.subject) if command.subject is not None else None
    if command.name in _ANY_CAPTAIN or command.subject is None:
        if actor.is_captain:
            return None
        return _no(f"You can't use !{command.name}.", "A team captain, the leadership or the founder can.")
    team, objective = place_of(snapshot, subject) if subject is not None else (None, None)
    if team is not None and team in actor.captain_of:
        return None
    if command.mission_leader and objective is not None and objective in actor.leads:
        return None
    if command.name == "assess_work" and _fallback_assessor(snapshot, actor, subject):
        return None
    what = f"You can't use !{command.name}" + (f" on {subject}" if subject else "")
    return _no(f"{what}.", _who(command, snapshot, team, objective))


def place_of(snapshot: Snapshot, entity_id: str) -> tuple[str | None, str | None]:
    """The team and the objective that a thing belongs to, each None where it belongs to none or is unknown."""
    kind = kind_of(entity_id)
    finder = _PLACES.get(kind) if kind is not None else None
    return finder(snapshot, entity_id) if finder is not None else (None, None)


def _of_task(snapshot: Snapshot, task_id: str | None) -> tuple[str | None, str | None]:
    task = snapshot.task(task_id) if task_id else None
    if task is None:
        return None, None
    return task.team_id or _of_objective(snapshot, task.objective_id)[0], task.objective_id


def _of_objective(snapshot: Snapshot, objective_id: str) -> tuple[str | None, str | None]:
    objective = snapshot.objective(objective_id)
    return (objective.team_id, objective_id) if objective is not None else (None, None)


def _of_team(_: Snapshot, team_id: str) -> tuple[str | None, str | None]:
    return team_id, None


def _of_role(snapshot: Snapshot, role_id: str) -> tuple[str | None, str | None]:
    role = snapshot.role(role_id)
    return (role.team_id if role is not None else None), None


def _of_session(snapshot: Snapshot, session_id: str) -> tuple[str | None, str | None]:
    clock = snapshot.session(session_id)
    return _of_task(snapshot, clock.task_id if clock is not None else None)


def _of_award(snapshot: Snapshot, pending_id: str) -> tuple[str | None, str | None]:
    award = snapshot.award(pending_id)
    return _of_task(snapshot, award[0].task_id if award else None)


def _of_application(snapshot: Snapshot, application_id: str) -> tuple[str | None, str | None]:
    application = snapshot.rows(tables.APPLICATIONS).get(application_id)
    return _of_role(snapshot, application.role_id) if application is not None else (None, None)


_PLACES: Final[dict[Kind, Callable[[Snapshot, str], tuple[str | None, str | None]]]] = {
    Kind.TASK: _of_task,
    Kind.OBJECTIVE: _of_objective,
    Kind.TEAM: _of_team,
    Kind.ROLE: _of_role,
    Kind.SESSION: _of_session,
    Kind.PENDING: _of_award,
    Kind.APPLICATION: _of_application,
}


def _fallback_assessor(snapshot: Snapshot, actor: Actor, session_id: str | None) -> bool:
    """Whether nobody entitled is left to assess, and this working owner took no part (ledger.md §4, Award flow)."""
    clock = snapshot.session(session_id) if session_id is not None else None
    task = snapshot.task(clock.task_id) if clock is not None else None
    if clock is None or task is None:
        return False
    pair = {clock.attacker, clock.defender} - {None}
    return (
        works(snapshot, actor.license)
        and actor.alias not in pair
        and not entitled_assessors(snapshot, task, without=pair)
    )


def entitled_assessors(snapshot: Snapshot, task: TaskBudget, *, without: Collection[str | None] = ()) -> frozenset[str]:
    """The aliases that may assess a task's sessions by their standing, without those who took part.

    These are the captain of the task's team, the mission leader of its objective, the leadership and the founder. An
    empty answer means the fallback of small organisations.
    """
    team, objective = _of_task(snapshot, task.task_id)
    found = {a.alias for a in _holders(snapshot) if a.is_founder or a.is_leadership or team in a.captain_of}
    return frozenset((found | _leaders(snapshot, objective)) - set(without))


def entitled_validators(snapshot: Snapshot, *, without: Collection[str | None] = ()) -> frozenset[str]:
    """The aliases that may validate an award: captains of every team, leadership, founder; without those named."""
    found = {a.alias for a in _holders(snapshot) if a.is_founder or a.is_leadership or a.is_captain}
    return frozenset(found - set(without))


def _holders(snapshot: Snapshot) -> list[Actor]:
    """Every active owner who holds a role, as an actor by their roles alone."""
    aliases = {role.holder for role in snapshot.rows(tables.ROLES) if role.holder}
    owners = [snapshot.owner(alias) for alias in sorted(aliases)]
    return [by_roles(snapshot, owner) for owner in owners if owner is not None and owner.status == ACTIVE]


def _leaders(snapshot: Snapshot, objective_id: str | None) -> set[str]:
    """The mission leader of an active objective, if they are active too."""
    objective = snapshot.objective(objective_id) if objective_id is not None else None
    if objective is None or objective.status != ACTIVE or objective.mission_leader is None:
        return set()
    owner = snapshot.owner(objective.mission_leader)
    return {owner.alias} if owner is not None and owner.status == ACTIVE else set()


def _who(command: Command, snapshot: Snapshot, team: str | None, objective_id: str | None) -> str:
    """Who may do it, by name where there is one."""
    names = []
    if team is not None:
        captains = [
            r.holder for r in snapshot.rows(tables.ROLES).where(team_id=team) if r.type == TEAM_CAPTAIN and r.holder
        ]
        names.append(f"The captain of {team}" + (f" ({captains[0]})" if captains else ""))
    if command.mission_leader and objective_id is not None:
        objective = snapshot.objective(objective_id)
        if objective is not None and objective.mission_leader:
            names.append(f"the mission leader ({objective.mission_leader})")
    text = ", ".join([*names, "the leadership or the founder can."])
    return text[:1].upper() + text[1:]


def _no(message: str, hint: str) -> Refusal:
    return Refusal(Reason.FORBIDDEN, "not_permitted", message, hint)
