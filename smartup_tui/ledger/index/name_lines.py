"""Of which things the index of names has a line, and the triggers that keep the lines as the tables are, whoever writes
them.

A line is `id<tab>name`, with blanks around both, so that a word's beginning can be looked for too.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from smartup_tui.ledger import tables


class Named(NamedTuple):
    """Of a kind of things: their table, its row id, their id, and SQL for their name (`{0}` is the row)."""

    kind: str
    table: str
    row: str
    key: str
    name: str


NAMED: Final = (
    Named("objective", tables.OBJECTIVES.name, "row", "objective_id", "{0}.title"),
    Named("owner", tables.OWNERS.name, "row", "alias", "{0}.license || ' license, ' || {0}.status"),
    Named("role", tables.ROLES.name, "row", "role_id", "{0}.role_name || ifnull(' · ' || {0}.holder, '')"),
    Named("team", tables.TEAMS.name, "row", "team_id", "{0}.name"),
    Named("proposal", tables.PROPOSALS.name, "row", "proposal_id", "{0}.title"),
    Named("page", "pages", "number", "path", "{0}.title"),
    Named("task", tables.TASKS.name, "row", "task_id", "{0}.title"),
)
KINDS: Final = tuple(named.kind for named in NAMED)
KIND_BITS: Final = 56
"""Above the bits of a row id, a line's number says of which kind it is."""


def statements() -> Iterator[str]:
    """The statements that make the index of names and keep it."""
    yield "CREATE VIRTUAL TABLE names USING fts5(line, tokenize='trigram')"
    for number, named in enumerate(NAMED):
        kind, table = number << KIND_BITS, f'"{named.table}"'
        name = f"replace(replace(ifnull({named.name.format('new')}, ''), char(9), ' '), char(10), ' ')"
        line = f"char(10) || ' ' || new.{named.key} || ' ' || char(9) || ' ' || {name} || ' ' || char(10)"
        write = f"INSERT OR REPLACE INTO names(rowid, line) VALUES({kind} | new.{named.row}, {line});"
        yield f'CREATE TRIGGER "{named.kind} is new" AFTER INSERT ON {table} BEGIN {write} END'
        yield f'CREATE TRIGGER "{named.kind} is other" AFTER UPDATE ON {table} BEGIN {write} END'
        remove = f"DELETE FROM names WHERE rowid = {kind} | old.{named.row};"  # noqa: S608 - names of our own
        yield f'CREATE TRIGGER "{named.kind} is gone" AFTER DELETE ON {table} BEGIN {remove} END'
