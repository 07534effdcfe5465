"""What must add up: balances, mints against awards, shares of budgets, the treasury, and the 3x rule."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator
from decimal import Decimal
from itertools import accumulate

from smartup_tui.ledger import tables
from smartup_tui.ledger.aliases import changes, present_names, with_names
from smartup_tui.ledger.economy import sc, sk
from smartup_tui.ledger.economy.three_x import treasury
from smartup_tui.ledger.policies import PolicyError
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.ledger.verify.findings import Finding, error, note, warning


def check_sums(snapshot: Snapshot) -> Iterator[Finding]:
    """Sums that do not match, and the 3x rule."""
    yield from _credits(snapshot)
    yield from _mints(snapshot)
    yield from _shares(snapshot)
    yield from _karma(snapshot)
    yield from _minutes(snapshot)
    yield from _treasury(snapshot)
    yield from _three_x(snapshot)


def _credits(snapshot: Snapshot) -> Iterator[Finding]:
    """No owner ever has less than nothing, and every movement has the side that its type asks for."""
    live: defaultdict[str, Decimal] = defaultdict(Decimal)
    names = present_names(changes(snapshot))
    for written, where in snapshot.rows(tables.CREDITS).placed():
        row = with_names(written, names) if names else written
        if row.amount <= 0:
            yield error("sum", where, f"a movement of {row.amount} SC")
        if row.type == sc.MINT and row.to:
            live[row.to] += row.amount
        elif row.type in (sc.REDEEM, sc.DESTROY) and row.from_:
            live[row.from_] -= row.amount
            if live[row.from_] < 0:
                yield error("sum", where, f"{row.from_} has {live[row.from_]} SC after this")
        else:
            yield error("sum", where, f"a {row.type} without its owner, or of a type that is not known")


def _mints(snapshot: Snapshot) -> Iterator[Finding]:
    """Every award that was paid has its mint, once, of its amount; and no mint for a task lacks its award."""
    paid: Counter[tuple[str, str, Decimal]] = Counter()
    for row in snapshot.rows(tables.PENDING):
        if row.status == "paid" and row.amount:
            paid[row.pending_id, row.beneficiary, row.amount] += 1
    minted: Counter[tuple[str, str, Decimal]] = Counter()
    awards = {row.pending_id for row in snapshot.rows(tables.PENDING)}
    for mint, where in snapshot.rows(tables.CREDITS).placed():
        if mint.type != sc.MINT or not (mint.reference in awards or mint.category == sc.TASK_AWARD):
            continue
        key = (mint.reference or "", mint.to or "", mint.amount)
        minted[key] += 1
        if minted[key] > paid[key]:
            yield error(
                "sum", where, f"{mint.amount} SC for {mint.to}, without a paid award {mint.reference} that says so"
            )
    for (pending_id, alias, amount), count in (paid - minted).items():
        yield error("sum", pending_id, f"paid, but {count} mint of {amount} SC for {alias} is missing")


def _shares(snapshot: Snapshot) -> Iterator[Finding]:
    """The assessments of a task never use more than its budget."""
    by_task: defaultdict[str, dict[str, Decimal]] = defaultdict(dict)
    amounts: defaultdict[str, Decimal] = defaultdict(Decimal)
    for row in snapshot.rows(tables.PENDING):
        if row.task_id is not None and row.status != "rejected":
            shares = by_task[row.task_id]
            shares[row.pending_id] = max(shares.get(row.pending_id, Decimal(0)), row.share or Decimal(0))
            amounts[row.task_id] += row.amount
    for task_id, shares in by_task.items():
        total = sum(shares.values(), Decimal(0))
        if total > 100:
            yield error("sum", task_id, f"assessments use {total} % of the budget")
        task = snapshot.task(task_id)
        if task is not None and amounts[task_id] > task.budget_sc:
            yield error("sum", task_id, f"awards of {amounts[task_id]} SC on a budget of {task.budget_sc}")


def _karma(snapshot: Snapshot) -> Iterator[Finding]:
    balance: defaultdict[str, int] = defaultdict(int)
    names = present_names(changes(snapshot))
    for written, where in snapshot.rows(tables.KARMA).placed():
        row = with_names(written, names) if names else written
        if row.amount <= 0:
            yield error("sum", where, f"a movement of {row.amount} SK")
        if row.type == sk.KARMA and row.to and not row.from_:
            balance[row.to] += row.amount
        elif row.type == sk.DECAY and row.from_:
            balance[row.from_] -= row.amount
            if balance[row.from_] < 0:
                yield error("sum", where, f"{row.from_} has {balance[row.from_]} SK after this")
        else:
            yield error("sum", where, f"a {row.type} that is neither earned nor decayed: SK are never transferred")


def _minutes(snapshot: Snapshot) -> Iterator[Finding]:
    for row, where in snapshot.rows(tables.SESSIONS).placed():
        minutes = (row.stopped_at - row.started_at).total_seconds() / 60
        if minutes < 0 or abs(row.duration_minutes - minutes) > 1:
            yield error("sum", where, f"{row.duration_minutes} minutes between times that are {minutes:.0f} apart")


def _treasury(snapshot: Snapshot) -> Iterator[Finding]:
    """Each total is the one before with the change; the outstanding SC are those of the credit log at that time."""
    total = Decimal(0)
    movements = sorted(snapshot.rows(tables.CREDITS), key=lambda row: row.timestamp)
    times = [row.timestamp for row in movements]
    signed = (row.amount if row.type == sc.MINT else -row.amount for row in movements)
    outstanding = list(accumulate(signed, initial=Decimal(0)))
    for row, where in snapshot.rows(tables.TREASURY).placed():
        total += row.amount_eur_delta
        if row.total_eur_balance != total:
            yield error("sum", where, f"the total is {row.total_eur_balance} EUR, the changes add up to {total}")
            total = row.total_eur_balance
        # Movements of the same second may stand before or after it.
        possible = outstanding[bisect_left(times, row.timestamp) : bisect_right(times, row.timestamp) + 1]
        if row.sc_outstanding not in possible:
            yield warning("sum", where, f"{row.sc_outstanding} SC outstanding; the credit log says {possible[-1]}")


def _three_x(snapshot: Snapshot) -> Iterator[Finding]:
    try:
        rules = snapshot.policies.validation
    except PolicyError:
        return  # named by the check of what can be read
    now = treasury(snapshot.rows(tables.TREASURY))
    outstanding = sc.tally(snapshot.rows(tables.CREDITS)).outstanding
    ratio = rules.max_outstanding_ratio
    if outstanding <= ratio * now.eur:
        return
    message = f"{outstanding} SC outstanding on {now.eur} EUR; at most {ratio} times that are allowed"
    if now.ever_held or rules.enforce_when_empty:
        # Lawful after an expense, or after a first deposit that is small: no mint may pass until it is mended.
        yield warning("three_x", tables.TREASURY.path, f"{message}; no award is minted until money comes in")
    else:
        yield note("three_x", tables.TREASURY.path, f"{message}; PENDING, since the treasury has never held money")
