"""What is added up as it is written, so that no key has to: below objectives tasks and their budgets by status, and
what was awarded for them by the award's status; of SC and SK what moved, in one sum for all rows that differ in time,
reference and text only.

Triggers keep the sums as the tables are, whoever writes them. Amounts are cents.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from smartup_tui.ledger import tables

_TASKS, _AWARDS = f'"{tables.TASKS.name}"', f'"{tables.PENDING.name}"'
_MOVED: Final = {tables.CREDITS.name: "credit_sums", tables.KARMA.name: "karma_sums"}
"""By the table of movements that of their sums; an empty text stands for nobody there, and for no category."""

TABLES: Final = """
CREATE TABLE objective_tasks(objective_id TEXT, status TEXT, tasks INTEGER NOT NULL, budget INTEGER NOT NULL,
  PRIMARY KEY(objective_id, status)) WITHOUT ROWID;
CREATE TABLE objective_awards(objective_id TEXT, status TEXT, amount INTEGER NOT NULL,
  PRIMARY KEY(objective_id, status)) WITHOUT ROWID;
""" + "".join(
    f"""
CREATE TABLE {name}("to" TEXT, "from" TEXT, type TEXT, category TEXT, amount INTEGER NOT NULL,
  PRIMARY KEY("to", "from", type, category)) WITHOUT ROWID;
CREATE INDEX {name}_from ON {name}("from");
"""
    for name in _MOVED.values()
)

_ALL_TASKS: Final = f"""
INSERT INTO objective_tasks SELECT objective_id, status, count(*), sum(budget_sc) FROM {_TASKS} GROUP BY 1, 2
"""  # noqa: S608 - names of our own, here and below
_ALL_AWARDS: Final = f"""
INSERT INTO objective_awards SELECT task.objective_id, award.status, sum(award.amount)
  FROM {_TASKS} AS task JOIN {_AWARDS} AS award ON award.task_id = task.task_id GROUP BY 1, 2
"""  # noqa: S608
FILL: Final = (
    *(f"DELETE FROM {name}" for name in ("objective_tasks", "objective_awards", *_MOVED.values())),  # noqa: S608
    _ALL_TASKS,
    _ALL_AWARDS,
    *(
        f"""INSERT INTO {name} SELECT ifnull("to", ''), ifnull("from", ''), type, ifnull(category, ''), sum(amount)
  FROM {table} GROUP BY 1, 2, 3, 4"""  # noqa: S608
        for table, name in _MOVED.items()
    ),
)
"""The statements that add up whole tables anew."""


def triggers() -> dict[str, str]:
    """The statements that make the triggers, by the trigger's name."""
    found: dict[str, str] = {}
    changes: list[tuple[str, str, Callable[[str, str], Iterator[str]]]] = [
        (_TASKS, "task", _task),
        (_AWARDS, "award", _award),
        *((table, table, partial(_movement, name)) for table, name in _MOVED.items()),
    ]
    for table, name, change in changes:
        come, go = "".join(change("new", "+")), "".join(change("old", "-"))
        for event, action in (("INSERT", come), ("UPDATE", go + come), ("DELETE", go)):
            trigger = f"{name} {event.lower()} is counted"
            found[trigger] = f'CREATE TRIGGER "{trigger}" AFTER {event} ON {table} BEGIN {action} END'
    return found


def _task(row: str, sign: str) -> Iterator[str]:
    """What a row of the tasks adds or takes away: itself, and what is awarded for it."""
    yield (
        f"INSERT INTO objective_tasks VALUES({row}.objective_id, {row}.status, {sign}1, {sign}{row}.budget_sc)"
        " ON CONFLICT DO UPDATE SET tasks = tasks + excluded.tasks, budget = budget + excluded.budget;"
    )
    yield (
        f"INSERT INTO objective_awards SELECT {row}.objective_id, status, {sign}sum(amount) FROM {_AWARDS}"  # noqa: S608
        f" WHERE task_id = {row}.task_id GROUP BY status"
        " ON CONFLICT DO UPDATE SET amount = amount + excluded.amount;"
    )


def _award(row: str, sign: str) -> Iterator[str]:
    """What a row of the awards adds or takes away, where its task stands."""
    yield (
        f"INSERT INTO objective_awards SELECT objective_id, {row}.status, {sign}{row}.amount FROM {_TASKS}"  # noqa: S608
        f" WHERE task_id = {row}.task_id"
        " ON CONFLICT DO UPDATE SET amount = amount + excluded.amount;"
    )


def _movement(name: str, row: str, sign: str) -> Iterator[str]:
    """What a movement of SC or SK adds or takes away."""
    where = f"""ifnull({row}."to", ''), ifnull({row}."from", ''), {row}.type, ifnull({row}.category, '')"""
    yield (
        f"INSERT INTO {name} VALUES({where}, {sign}{row}.amount)"
        " ON CONFLICT DO UPDATE SET amount = amount + excluded.amount;"
    )
