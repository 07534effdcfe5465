"""Values that are written from others must agree with them; and nothing may stand twice."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from smartup_tui.ledger import tables
from smartup_tui.ledger.actor import TEAM_CAPTAIN
from smartup_tui.ledger.policies import PolicyError
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.ledger.status import status_in
from smartup_tui.ledger.verify.findings import Finding, error, warning


def check_copies(snapshot: Snapshot) -> Iterator[Finding]:
    """Captains and owners' roles against the roles register, task statuses against the function, doubled ids."""
    yield from _roles(snapshot)
    yield from _statuses(snapshot)
    yield from _clocks(snapshot)
    yield from _doubles(snapshot)


def _roles(snapshot: Snapshot) -> Iterator[Finding]:
    held: defaultdict[str, set[str]] = defaultdict(set)
    captains: dict[str, str] = {}
    for role in snapshot.rows(tables.ROLES):
        if role.holder and role.status == "active":
            held[role.holder].add(role.role_id)
            if role.type == TEAM_CAPTAIN and role.team_id:
                captains[role.team_id] = role.holder
    for owner, where in snapshot.rows(tables.OWNERS).placed():
        if set(owner.roles) != held[owner.alias]:
            roles = ", ".join(sorted(held[owner.alias])) or "none"
            yield warning("copy", where, f"the roles of {owner.alias} are {roles} by the roles register")
    for team, where in snapshot.rows(tables.TEAMS).placed():
        if team.captain != captains.get(team.team_id):
            captain = captains.get(team.team_id, "nobody")
            yield warning("copy", where, f"the captain of {team.team_id} is {captain} by the roles register")


def _statuses(snapshot: Snapshot) -> Iterator[Finding]:
    for task, where in snapshot.rows(tables.TASKS).placed():
        try:
            status = status_in(snapshot, task)
        except PolicyError:
            return  # named by the check of what can be read
        if task.status != status:
            yield warning("copy", where, f"{task.task_id} says {task.status}; its sessions and awards say {status}")


def _clocks(snapshot: Snapshot) -> Iterator[Finding]:
    """One running clock per owner, and a stopped clock has a row in the session log."""
    running: set[str] = set()
    logged = {row.session_id for row in snapshot.rows(tables.SESSIONS)}
    for clock, where in snapshot.rows(tables.CLOCK).placed():
        if clock.status != "running":
            if clock.session_id not in logged:
                yield error("missing_row", where, f"{clock.session_id} has ended, and the session log lacks it")
            continue
        confirmed = {clock.attacker, clock.defender} if clock.confirmed_at is not None else set()
        for alias in sorted({clock.started_by, *(alias for alias in confirmed if alias)}):
            if alias in running:
                yield error("double", where, f"a second clock runs for {alias}")
            running.add(alias)


def _doubles(snapshot: Snapshot) -> Iterator[Finding]:
    seen = Counter(row.event_id for row in snapshot.rows(tables.EVENTS))
    for event_id, count in seen.items():
        if count > 1:
            yield error("double", event_id, f"the audit trail has this event {count} times")
    aliases = Counter(row.alias for row in snapshot.rows(tables.OWNERS))
    accounts = Counter(row.matrix_id for row in snapshot.rows(tables.OWNERS) if row.matrix_id)
    for value, count in [*aliases.items(), *accounts.items()]:
        if count > 1:
            yield error("double", value, f"{count} owners have it")
