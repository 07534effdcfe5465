"""What fifty owners do: sensible steps of the work, and whatever else the catalogue lets one type."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any, Final

from smartup_tui.catalogue.commands import CATALOGUE
from smartup_tui.catalogue.model import Argument, Command, Kind, Surface
from smartup_tui.ledger import tables
from smartup_tui.ledger.schema import Table
from smartup_tui.ledger.snapshot import Snapshot
from tests.support.organisation import FOUNDER, Organisation, company

NASTY: Final = (
    "=cmd|' /C calc'!A0",
    "---\ntitle: owned\npublic: true\n---",
    "../../policies/credit-rates.yml",
    "Command: 01J0 maria $x api:validate_sc",
    "# 6_7_0_0 heading",
    "### s_1\n\n- Minutes: 9999",
    'a "quoted", cell',
    "\u202egnp.exe",
    "\x1b[31mred",
    "x" * 5000,
)
WORDS: Final = ("Written and checked.", "It helps everybody.", "See the page.", "Für Zoë 🙂", "two\nlines")
LICENSES: Final = ("work", "work", "work", "watch", "campaign", "organizational")


@dataclass(frozen=True)
class Given:
    """One command of one owner."""

    actor: str
    command: str
    arguments: Mapping[str, str | int]


def community(owners: int = 50) -> Organisation:
    """An organisation of fifty owners of every kind, with roles, tasks, money and enough karma to propose."""
    org = company()
    roles = [f"4_{rank}_{team}" for team in range(1, 8) for rank in (2, 3) if (rank, team) not in ((2, 1),)]
    roles = [role for role in roles if role not in ("4_2_7", "4_3_7")]
    for number in range(owners - 5):
        license_ = "work" if number < len(roles) else LICENSES[number % len(LICENSES)]
        org.owner(f"owner_{number}", roles[number] if number < len(roles) else None, license_)
    task = org.task()
    for number in range(8):
        org.task(("small", "medium", "large", "complex")[number % 4], f"Task {number}")
    for alias in ("maria", "jonas", "captain", "owner_0", "owner_1"):
        giver = "designer" if alias == "captain" else "captain"
        for category in ("conflict_resolution", "governance_participation", "proposal_accepted"):
            org.do("award_sk", giver, alias=alias, category=category, entity_id=task, reason="For a beginning.")
    org.do("record_treasury", event_type="DEPOSIT", amount_eur="2000", note="Licenses")
    return org


def steps(snapshot: Snapshot, random: Random, count: int) -> list[Given]:
    """Some commands that owners who see this ledger give at the same time."""
    return [_step(snapshot, random) for _ in range(count)]


def _step(snapshot: Snapshot, random: Random) -> Given:
    if random.random() < 0.35:
        return _anything(snapshot, random)
    sensible = [give(snapshot, random) for give in random.sample(_SENSIBLE, len(_SENSIBLE))]
    return next((given for given in sensible if given is not None), None) or _anything(snapshot, random)


def _work(snapshot: Snapshot, random: Random) -> Given | None:
    """The next step on some task: seats, clock, assessment."""
    tasks = [t for t in snapshot.rows(tables.TASKS) if t.status not in ("completed", "cancelled", "assessed")]
    if not tasks:
        return None
    # Mostly where the work is furthest, so that pairs form and sessions end.
    far = [t for t in tasks if t.status == "in_progress"] or [t for t in tasks if t.attacker and t.defender]
    task = random.choice(far) if far and random.random() < 0.7 else random.choice(tasks[:6])
    running = [c for c in snapshot.rows(tables.CLOCK).where(task_id=task.task_id) if c.status == "running"]
    if running and running[0].confirmed_at is not None:
        return Given(running[0].started_by, "stop_work", {"notes": random.choice(WORDS)})
    if running:
        partner = task.defender if running[0].started_by == task.attacker else task.attacker
        return Given(partner or running[0].started_by, "start_work", {"task_id": task.task_id})
    if task.attacker and task.defender:
        return Given(task.attacker, "start_work", {"task_id": task.task_id})
    return Given(_worker(snapshot, random), "claim_task", {"task_id": task.task_id})


def _assess(snapshot: Snapshot, random: Random) -> Given | None:
    known = {row.session_id for row in snapshot.rows(tables.PENDING) if row.status != "rejected"}
    waiting = [c for c in snapshot.rows(tables.CLOCK).where(status="stopped") if c.session_id not in known]
    if not waiting:
        return None
    scores = {name: random.randint(1, 10) for name in ("effort", "learning", "collaboration")}
    share = {"share": random.choice((30, 60, 100))} if random.random() < 0.5 else {}
    judge = random.choice(("captain", "designer", FOUNDER))
    return Given(judge, "assess_work", {"session_id": random.choice(waiting).session_id, **scores, **share})


def _validate(snapshot: Snapshot, random: Random) -> Given | None:
    waiting = [row.pending_id for row in snapshot.rows(tables.PENDING).where(status="pending") if row.session_id]
    if not waiting:
        return None
    decision = "reject" if random.random() < 0.1 else "approve"
    judge = random.choice(("captain", "designer", FOUNDER))
    return Given(judge, "validate_sc", {"pending_id": waiting[0], "decision": decision, "reason": "Looked at it."})


def _create(snapshot: Snapshot, random: Random) -> Given | None:
    size = random.choice(("small", "medium", "large", "complex"))
    title = random.choice((*WORDS[:4], *NASTY[:4]))
    return Given("captain", "create_task", {"objective_id": "5_7_0", "size": size, "title": title, "why": "Needed."})


def _money(_snapshot: Snapshot, random: Random) -> Given | None:
    amount = str(random.choice((50, 120, 500)))
    return Given(FOUNDER, "record_treasury", {"event_type": "DEPOSIT", "amount_eur": amount, "note": "Licenses"})


def _redeem(snapshot: Snapshot, random: Random) -> Given | None:
    queued = [row.redemption_id for row in snapshot.rows(tables.REDEMPTIONS).where(status="queued")]
    if queued and random.random() < 0.7:
        return Given(FOUNDER, "pay_redemption", {"redemption_id": queued[0], "reference": "bank 7"})
    owners = sorted({row.to for row in snapshot.rows(tables.CREDITS) if row.to})
    return Given(random.choice(owners), "redeem", {"amount": random.choice(("1", "7.25", "20"))}) if owners else None


def _contest(snapshot: Snapshot, random: Random) -> Given | None:
    """An objection to an award whose window runs, or the decision on one."""
    contested = snapshot.rows(tables.PENDING).where(status="contested")
    if contested and random.random() < 0.8:
        decision = random.choice(("uphold", "dismiss", "dismiss"))
        values = {"pending_id": contested[0].pending_id, "decision": decision, "reason": "Looked at it."}
        return Given(random.choice(("captain", "designer", FOUNDER)), "resolve", values)
    waiting = snapshot.rows(tables.PENDING).where(status="consensus")
    if not waiting or random.random() < 0.7:
        return None
    return Given(_worker(snapshot, random), "object", {"entity_id": waiting[-1].pending_id, "reason": "Too much."})


_SENSIBLE: Final[Sequence[Callable[[Snapshot, Random], Given | None]]] = (
    _work, _work, _work, _work, _work, _work, _work, _work, _assess, _assess, _validate, _validate, _create, _money,
    _redeem, _contest,
)  # fmt: skip


def _worker(snapshot: Snapshot, random: Random) -> str:
    holders = sorted({role.holder for role in snapshot.rows(tables.ROLES) if role.holder})
    return random.choice(holders)


def _anything(snapshot: Snapshot, random: Random) -> Given:
    """Any command of the rooms by anybody, with arguments that fit, nearly fit, or do not fit at all."""
    command = random.choice([c for c in CATALOGUE.values() if Surface.ROOM in c.surfaces])
    owners = [row.alias for row in snapshot.rows(tables.OWNERS)]
    actor = random.choice([*owners, "captain", "captain", FOUNDER, "nobody"])
    return Given(actor, command.name, _arguments(snapshot, command, random))


def _arguments(snapshot: Snapshot, command: Command, random: Random) -> dict[str, str | int]:
    return {
        argument.name: _value(snapshot, argument, random)
        for argument in command.arguments
        if argument.required or random.random() < 0.5
    }


def _value(snapshot: Snapshot, argument: Argument, random: Random) -> str | int:
    if random.random() < 0.08:
        return random.choice(NASTY)
    if argument.kind is Kind.CHOICE:
        return random.choice(argument.choices)
    if argument.kind is Kind.INTEGER:
        return random.randint((argument.minimum or 0) - 1, (argument.maximum or 100) + 1)
    if argument.kind is Kind.AMOUNT:
        return random.choice(("1", "12.50", "-3", "40", "100000"))
    if argument.kind is Kind.DATE:
        return f"{snapshot_day(snapshot, random):%Y-%m-%d}"
    if argument.kind is Kind.TIME:
        return random.choice(("09:30", "23:59", "2026-02-01T10:00Z"))
    if argument.kind is Kind.MATRIX_ID:
        return f"@somebody_{random.randint(0, 999)}:smartup0.org"
    if argument.kind is Kind.URL:
        return random.choice(("https://example.org/page", "javascript:alert(1)"))
    if argument.kind is Kind.COMMAND:
        return random.choice(list(CATALOGUE))
    if argument.kind in (Kind.WORD, Kind.TEXT):
        return random.choice((*WORDS, f"name_{random.randint(0, 99)}", "documentation", "title", "status"))
    return _id(snapshot, argument, random)


def snapshot_day(snapshot: Snapshot, random: Random) -> object:
    """A day around the last one of the ledger."""
    last = snapshot.rows(tables.EVENTS)[-1].timestamp
    return (last + timedelta(days=random.randint(-3, 40))).date()


_KEYS: Final[Mapping[Kind, tuple[Table[Any], str]]] = {
    Kind.TASK: (tables.TASKS, "task_id"),
    Kind.OBJECTIVE: (tables.OBJECTIVES, "objective_id"),
    Kind.TEAM: (tables.TEAMS, "team_id"),
    Kind.ROLE: (tables.ROLES, "role_id"),
    Kind.OWNER: (tables.OWNERS, "alias"),
    Kind.SESSION: (tables.CLOCK, "session_id"),
    Kind.PENDING: (tables.PENDING, "pending_id"),
    Kind.PROPOSAL: (tables.PROPOSALS, "proposal_id"),
    Kind.APPLICATION: (tables.APPLICATIONS, "application_id"),
    Kind.REDEMPTION: (tables.REDEMPTIONS, "redemption_id"),
}


def _id(snapshot: Snapshot, argument: Argument, random: Random) -> str:
    """An id of the right kind, mostly a recent one."""
    kinds = [kind for kind in argument.kinds if kind in _KEYS] or list(_KEYS)
    table, field = _KEYS[random.choice(kinds)]
    ids = [getattr(row, field) for row in snapshot.rows(table)]
    return str(random.choice(ids[-12:])) if ids else "x_1"
