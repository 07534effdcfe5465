"""The dated commands that make the sample organisation: nothing is written into its ledger in any other way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from itertools import groupby
from typing import Final

from smartup_tui.lab.sample import data
from smartup_tui.lab.sample.data import Goal, Organisation, Task
from smartup_tui.lab.sample.schedule import Worked, plan

ASSESSED_AT: Final = time(17, 0)
VALIDATED_AT: Final = time(18, 30)
KARMA_AT: Final = time(19, 0)


@dataclass(frozen=True, slots=True)
class Step:
    """One command: who gave it, when, with which arguments. `gives` is the id that it must make, where one is known."""

    at: datetime
    actor: str
    command: str
    arguments: Mapping[str, str] = field(default_factory=dict)
    gives: str | None = None


@dataclass(frozen=True, slots=True)
class Later:
    """A command about a session, whose id is known only when the ones before it have run."""

    step: Step
    worked: Worked


def script(now: datetime, server_name: str) -> list[Step | Later]:
    """All commands in their order, the last of them shortly before `now` (UTC)."""
    known = data.organisation()
    steps: list[Step | Later] = [*_record(known, server_name), *_people(known, now, server_name), *_goals(known, now)]
    tasks = data.tasks()
    steps += _tasks(known, tasks, now)
    steps += _work(known, tasks, now)
    steps += _karma(now)
    steps += _community(now)
    return sorted(steps, key=lambda step: (step.step if isinstance(step, Later) else step).at)


def _record(known: Organisation, server_name: str) -> Iterator[Step]:
    """The public record, with its dates."""
    founder = known.founder
    arguments = {
        "name": known.name,
        "founder": founder,
        "matrix_id": f"@{founder}:{server_name}",
        "founding_sc": known.founding_sc,
    }
    yield Step(known.registered, founder, "register_smartup", arguments)
    yield Step(known.teams, founder, "bootstrap_teams")
    for entry in known.record:
        arguments = {"parent": entry.parent, "title": entry.title, "abstract": entry.abstract.strip()}
        if entry.team is not None:
            arguments["team"] = entry.team
        yield Step(entry.at, founder, "create_objective", arguments, entry.id)
        for name in ("attacker", "defender"):
            value = getattr(entry, name)
            # What is so by default is no change.
            if value is not None:
                change = {"objective_id": entry.id, "field": name, "value": value}
                yield Step(entry.at + timedelta(minutes=5), founder, "set_objective", change)
    for tick in known.tick:
        change = {"objective_id": tick.objective, "field": "tick", "value": tick.child}
        yield Step(tick.at, founder, "set_objective", change)


def _people(known: Organisation, now: datetime, server_name: str) -> Iterator[Step]:
    """The invented owners with their licenses and roles."""
    for number, person in enumerate(known.owner):
        at = _on(now, person.day, time(9, 0)) + timedelta(minutes=12 * number)
        paid = f"Open Collective {2600 + number}"
        yield Step(
            at,
            known.founder,
            "create_owner",
            {
                "alias": person.alias,
                "license": person.license,
                "matrix_id": f"@{person.alias}:{server_name}",
                "reference": paid,
            },
        )
        note = f"{person.license.capitalize()} license of {person.alias}, {paid}"
        deposit = {"event_type": "DEPOSIT", "amount_eur": person.paid, "note": note}
        yield Step(at + timedelta(minutes=2), known.founder, "record_treasury", deposit)
        for role in person.roles:
            given = {"alias": person.alias, "role_id": role}
            yield Step(at + timedelta(minutes=4), known.founder, "assign_role", given)


def _goals(known: Organisation, now: datetime) -> Iterator[Step]:
    for number, goal in enumerate(known.objective):
        at = _on(now, -34, time(13, 0)) + timedelta(minutes=15 * number)
        arguments = {"parent": goal.parent, "title": goal.title, "abstract": goal.abstract}
        if goal.team is not None:
            arguments["team"] = goal.team
        yield Step(at, goal.by, "create_objective", arguments, goal.id)
        if goal.leader is not None:
            change = {"objective_id": goal.id, "field": "mission_leader", "value": goal.leader}
            yield Step(at + timedelta(minutes=5), known.founder, "set_objective", change)


def _tasks(known: Organisation, tasks: list[Task], now: datetime) -> Iterator[Step]:
    """Tasks as they were opened, claimed where no session follows, and cancelled."""
    goals = {goal.id: goal for goal in known.objective}
    captains = data.captains(known.owner)
    # Tasks of one objective and one day are opened in the order of their ids.
    ordered = sorted(tasks, key=lambda task: (task.day, task.id))
    for _, group in groupby(ordered, key=lambda task: task.day):
        for number, task in enumerate(group):
            at = _on(now, task.day, time(7, 10)) + timedelta(minutes=3 * number)
            arguments = {
                "objective_id": task.objective,
                "size": task.size,
                "title": task.title,
                "why": task.why.strip(),
            }
            by = _opener(task, goals, captains, known.founder)
            yield Step(at, by, "create_task", arguments, task.id)
            if not task.session:
                yield from _claims(task, _on(now, min(task.day + 2, -1), time(12, 0)))
            if task.cancelled is not None:
                day, reason = task.cancelled
                yield Step(_on(now, day, time(12, 30)), by, "cancel_task", {"task_id": task.id, "reason": reason})


def _opener(task: Task, goals: Mapping[str, Goal], captains: Mapping[str, str], founder: str) -> str:
    team = "3_" + task.id.split("_")[1]
    goal = goals.get(task.objective)
    return captains.get(team, goal.by if goal is not None else founder)


def _claims(task: Task, at: datetime) -> Iterator[Step]:
    for number, (alias, seat) in enumerate(zip(task.pair, ("attacker", "defender"), strict=True)):
        if alias:
            yield Step(at + timedelta(minutes=7 * number), alias, "claim_task", {"task_id": task.id, "seat": seat})


def _work(known: Organisation, tasks: list[Task], now: datetime) -> Iterator[Step | Later]:
    """Seats, sessions, assessments and validations."""
    captains = data.captains(known.owner)
    leaders = {goal.id: goal.leader for goal in known.objective if goal.leader is not None}
    begun: set[str] = set()
    for number, worked in enumerate(plan(tasks, now)):
        task, session = worked.task, worked.session
        if task.id not in begun:
            begun.add(task.id)
            yield from _claims(task, worked.start - timedelta(minutes=40))
        attacker, defender = task.pair
        arguments = {"task_id": task.id}
        yield Step(worked.start, attacker, "start_work", arguments)
        yield Step(worked.start + timedelta(minutes=2), defender, "start_work", arguments)
        if worked.end is None:
            continue
        notes = {"notes": session.notes.strip()} | ({"evidence": session.evidence} if session.evidence else {})
        yield Step(worked.end, attacker, "stop_work", notes)
        if session.scores is None:
            continue
        assessor = _assessor(task, captains, leaders, known)
        day = now.date() - timedelta(days=1) if session.late else worked.end.date() + timedelta(days=1)
        at = datetime.combine(day, ASSESSED_AT, now.tzinfo) + timedelta(minutes=number % 50)
        scores = dict(zip(("effort", "learning", "collaboration"), map(str, session.scores), strict=True))
        if session.share is not None:
            scores["share"] = str(session.share)
        yield Later(Step(at, assessor, "assess_work", scores), worked)
        if session.validated:
            validators = [known.founder, *captains.values()]
            eligible = [alias for alias in validators if alias not in {*task.pair, assessor}]
            at = datetime.combine(day, VALIDATED_AT, now.tzinfo) + timedelta(minutes=number % 25)
            validator = eligible[number % len(eligible)]
            yield Later(Step(at, validator, "validate_sc", {"decision": "approve"}), worked)


def _assessor(task: Task, captains: Mapping[str, str], leaders: Mapping[str, str], known: Organisation) -> str:
    """Who assesses: the team's captain, the mission leader, the founder; else an owner who took no part."""
    team = "3_" + task.id.split("_")[1]
    entitled = [captains.get(team), leaders.get(task.objective), known.founder]
    others = [*captains.values()]
    return next(alias for alias in (*entitled, *others) if alias is not None and alias not in task.pair)


def _karma(now: datetime) -> Iterator[Step]:
    for number, award in enumerate(data.karma()):
        at = _on(now, award.day, KARMA_AT) + timedelta(minutes=2 * number)
        yield Step(
            at,
            award.by,
            "award_sk",
            {"alias": award.to, "category": award.category, "entity_id": award.entity, "reason": award.reason},
        )


def _community(now: datetime) -> Iterator[Step]:
    for said in data.community():
        arguments = {name: value.strip() for name, value in said.arguments.items()}
        yield Step(_on(now, said.day, said.at), said.by, said.command, arguments, said.gives)


def _on(now: datetime, day: int, clock: time) -> datetime:
    """A time on a day that is so many days from that of `now`."""
    return datetime.combine(now.date() + timedelta(days=day), clock, now.tzinfo)
