"""The treasury explained: the EUR row by row, the SC outstanding owner by owner, and the bound of the 3x rule; and the
budgets and payments below an objective.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from smartup_tui.ledger import tables
from smartup_tui.ledger.aliases import ALIAS, present_names
from smartup_tui.ledger.economy.amounts import ZERO
from smartup_tui.ledger.index import queries
from smartup_tui.ledger.index import treasury as numbers
from smartup_tui.ledger.index.placed import Placed
from smartup_tui.ledger.policies import VALIDATION_RULES, PolicyError
from smartup_tui.ledger.rows import Objective, TreasuryBalance
from smartup_tui.workspace import words
from smartup_tui.workspace.explain_rows import Evidence, added, compared, count, eur, sc, signed, where
from smartup_tui.workspace.explain_wallet import pending_part
from smartup_tui.workspace.explanation import Explanation
from smartup_tui.workspace.objectives import Forest
from smartup_tui.workspace.treasury import TreasuryLine, treasury_line
from smartup_tui.workspace.treasury import standing as treasury_standing

TREASURY: Final = "treasury"
"""What the treasury is called where an id is asked for."""

THREE_X: Final = "ledger.md §4, 3x rule"
_TABLES: Final = "ledger.md §2, balance"
_BUDGETS: Final = "ledger.md §4, Budgets"
_LIVE: Final = (
    'SELECT owner, sum(amount) FROM (SELECT "to" AS owner, amount FROM credits'
    " WHERE type = 'MINT' AND \"to\" IS NOT NULL"
    " UNION ALL SELECT \"from\", -amount FROM credits WHERE type IN ('REDEEM', 'DESTROY') AND \"from\" IS NOT NULL)"
    " GROUP BY owner"
)

# The plus keeps SQLite from the index of the status, which has nearly every row.
_PAID: Final = (
    "SELECT task_id, sum(amount) FROM \"pending-sc\" WHERE +status = 'paid'"
    ' AND task_id IN (SELECT task_id FROM "task-budgets" WHERE objective_id = ?) GROUP BY task_id'
)


def treasury(evidence: Evidence) -> Explanation:
    """The treasury's money, what is outstanding against it, and how far the 3x rule lets that grow."""
    shown = treasury_line(evidence.reader)
    held = evidence.rows(tables.PENDING, "status = 'held'")
    parts = [_money(evidence, shown), _outstanding(evidence, shown), _bound(evidence, shown)]
    if held:
        part = Explanation("Held", sc(shown.held), "Awards that wait until the treasury covers them.", THREE_X,
                           parts=tuple(pending_part(evidence, row) for row in held))  # fmt: skip
        parts.append(added(part, sum((row.value.amount for row in held), ZERO), shown.held, write=sc))
    return Explanation("Treasury", f"{eur(shown.eur)}; {treasury_standing(shown)}", about=TREASURY, parts=tuple(parts))


def _money(evidence: Evidence, shown: TreasuryLine) -> Explanation:
    rows = evidence.rows(tables.TREASURY, "1")
    total, parts = ZERO, list[Explanation]()
    for row in rows:
        total += row.value.amount_eur_delta
        parts.append(_booking(evidence, row, total))
        total = row.value.total_eur_balance  # what follows is judged by what stands there
    how = f"Everything that came in, less what went out: {count(len(rows), 'row')} of the treasury's log."
    part = Explanation("Money", eur(shown.eur), how, _TABLES, parts=tuple(reversed(parts)))
    return added(part, sum((row.value.amount_eur_delta for row in rows), ZERO), shown.eur, write=eur)


def _booking(evidence: Evidence, row: Placed[TreasuryBalance], reckoned: Decimal) -> Explanation:
    found = row.value
    part = Explanation(
        found.event_type, f"{signed(found.amount_eur_delta)} EUR", f"Then {eur(found.total_eur_balance)} are there.",
        note=found.notes, where=where(tables.TREASURY, row), at=found.timestamp,
    )  # fmt: skip
    actions = ("record_treasury", "register_smartup", "create_owner", "set_owner", "pay_redemption", "import")
    events = evidence.index.select(
        tables.EVENTS, f"timestamp = ? AND action IN ({', '.join('?' * len(actions))})",
        (f"{found.timestamp:%Y-%m-%dT%H:%M:%SZ}", *actions), limit=1,
    ) if found.amount_eur_delta else []  # fmt: skip
    part = evidence.written_by(part, events[0] if events else None)
    return added(part, reckoned, found.total_eur_balance, write=eur)


def _outstanding(evidence: Evidence, shown: TreasuryLine) -> Explanation:
    """Live SC owner by owner, under the aliases that they have now."""
    names = present_names(evidence.index.select(tables.LICENSES, "type = ?", (ALIAS,)))
    live: dict[str, Decimal] = {}
    for owner, cents in evidence.index.connection.execute(_LIVE):
        now = names.get(owner, owner)
        live[now] = live.get(now, ZERO) + Decimal(cents).scaleb(-2)
    most = sorted(live.items(), key=lambda item: (-item[1], item[0]))
    parts = tuple(Explanation(owner, sc(amount), entity=owner) for owner, amount in most if amount)
    how = f"What was minted and neither redeemed nor destroyed: the live SC of {count(len(parts), 'owner')}."
    part = Explanation("Outstanding", sc(shown.outstanding), how, THREE_X, parts=parts)
    reckoned = sum(live.values(), ZERO)
    return added(part, reckoned, numbers.outstanding(evidence.index), write=sc)


def _bound(evidence: Evidence, shown: TreasuryLine) -> Explanation:
    try:
        rules = evidence.snapshot.policies.validation
    except PolicyError as error:
        return compared(Explanation("3x rule", "can not be read", source=THREE_X), str(error))
    ratio = words.sc_short(rules.max_outstanding_ratio)
    note = f"max_outstanding_ratio in {VALIDATION_RULES}"
    if shown.allowed is None:
        how = "It does not bind before the treasury has held money."
        return Explanation("3x rule", "PENDING", how, THREE_X, note)
    part = Explanation("3x rule", f"at most {sc(shown.allowed)}", f"{ratio} × {eur(shown.eur)}.", THREE_X, note)
    part = added(part, rules.max_outstanding_ratio * shown.eur, shown.allowed, write=sc)
    over = f"{sc(shown.outstanding)} are outstanding, which is more"
    return compared(part, over if shown.is_over else "")


def objective(evidence: Evidence, row: Placed[Objective]) -> Explanation:
    """What is paid below an objective, of which budget: its children, and its own tasks."""
    found, forest = row.value, Forest(evidence.reader)
    money = forest.money(found.objective_id)
    children = [
        Explanation(
            f"{child} {_title(evidence, child)}", f"{sc(forest.money(child).paid)} of "
            f"{sc(forest.money(child).budget)}", entity=child,
        )
        for child in forest.children.get(found.objective_id, ())
    ]  # fmt: skip
    awarded = _awarded(evidence, found.objective_id)
    tasks, budget, paid = list[Explanation](), ZERO, ZERO
    for task in evidence.rows(tables.TASKS, "objective_id = ?", (found.objective_id,)):
        given = awarded.get(task.value.task_id, ZERO)
        paid += given
        budget += task.value.budget_sc if task.value.status != "cancelled" else ZERO
        value = f"{sc(given)} of {sc(task.value.budget_sc)}, {words.status(task.value.status)}"
        tasks.append(Explanation(f"{task.value.task_id} {task.value.title}", value, where=where(tables.TASKS, task),
                                 at=task.value.created_at, entity=task.value.task_id))  # fmt: skip
    below = [forest.money(child) for child in forest.children.get(found.objective_id, ())]
    parts = [
        added(
            Explanation("Paid", sc(money.paid), "Awards of its tasks and its children's that are paid.", _BUDGETS),
            paid + sum((one.paid for one in below), ZERO), money.paid, write=sc,
        ),
        added(
            Explanation("Budget", sc(money.budget), "Of all tasks below it that are not cancelled.", _BUDGETS),
            budget + sum((one.budget for one in below), ZERO), money.budget, write=sc,
        ),
    ]  # fmt: skip
    if children:
        parts.append(Explanation("Children", count(len(children), "objective"), parts=tuple(children)))
    if tasks:
        parts.append(Explanation("Its own tasks", count(len(tasks), "task"), parts=tuple(tasks)))
    parts.append(evidence.deeds(found.objective_id))
    return Explanation(
        f"Objective {found.objective_id}", f"{sc(money.paid)} paid of {sc(money.budget)}", "", _BUDGETS, found.title,
        where(tables.OBJECTIVES, row), found.created_at, about=found.objective_id,
        entity=found.parent_id or "", parts=tuple(parts),
    )  # fmt: skip


def _title(evidence: Evidence, objective_id: str) -> str:
    found = queries.objective(evidence.index, objective_id)
    return found.title if found is not None else ""


def _awarded(evidence: Evidence, objective_id: str) -> dict[str, Decimal]:
    """What was paid for each task right under an objective."""
    return {
        task_id: Decimal(cents).scaleb(-2)
        for task_id, cents in evidence.index.connection.execute(_PAID, (objective_id,))
    }
