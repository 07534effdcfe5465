"""What a room's name and people are in the ledger: present titles of what rooms are about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from smartup_tui.ledger.index.schema import quoted
from smartup_tui.ledger.index.store import Index

_TITLES: Final = {
    "task": ("task-budgets", "task_id", "title"),
    "objective": ("objectives", "objective_id", "title"),
    "role": ("roles", "role_id", "role_name"),
    "team": ("teams", "team_id", "name"),
}
_AT_ONCE: Final = 500


def titles(index: Index, kind: str, ids: Sequence[str]) -> dict[str, str]:
    """The titles of these tasks, objectives, roles or teams by id; what is not in the ledger is left out."""
    if kind not in _TITLES:
        return {}
    table, key, title = (quoted(name) for name in _TITLES[kind])
    found: dict[str, str] = {}
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        statement = f"SELECT {key}, {title} FROM {table} WHERE {key} IN ({','.join('?' * len(some))})"  # noqa: S608
        found.update(index.connection.execute(statement, tuple(some)).fetchall())
    return found
