"""The read model's SQLite schema, made from the table catalogue so that a new column needs no second declaration.

Each ledger table becomes one SQL table of the same columns, with where each row stands: `row` (see `row_id`), and
`proof`, a digest of the row's bytes by which a register finds what changed. Money is in whole
cents, so that sums are exact; times are ISO text, which sorts as time does; lists keep their `;` form.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, Final

from smartup_tui.ledger import tables
from smartup_tui.ledger.index import name_lines, sums
from smartup_tui.ledger.index.folding import TOKENIZER
from smartup_tui.ledger.schema import Cell, Column, R, Table

# Raised when the shape or the meaning of the read model changes: an older file is thrown away and built again.
VERSION: Final = 6

_SQL_TYPE: Final = {Cell.INTEGER: "INTEGER", Cell.MONEY: "INTEGER"}

# What the workspace looks up: a table, a column, and what is added up or narrowed by it: the index alone answers that.
_INDEXES: Final = (
    (tables.OWNERS, "alias"),
    (tables.OWNERS, "matrix_id"),
    (tables.ROLES, "holder"),
    (tables.OBJECTIVES, "mission_leader"),
    (tables.CLAIMS, "task_id"),
    (tables.CLOCK, "task_id"),
    (tables.CLOCK, "status"),
    (tables.SESSIONS, "session_id"),
    (tables.SESSIONS, "task_id"),
    (tables.SESSIONS, "attacker", "stopped_at"),
    (tables.SESSIONS, "defender", "stopped_at"),
    (tables.PENDING, "beneficiary", "status"),
    (tables.PENDING, "task_id", "status", "amount"),
    (tables.PENDING, "session_id"),
    (tables.PENDING, "status"),
    (tables.CREDITS, "to"),
    (tables.CREDITS, "from"),
    (tables.KARMA, "to"),
    (tables.KARMA, "from"),
    (tables.TASKS, "attacker"),
    (tables.TASKS, "defender"),
    (tables.TASKS, "status"),
    (tables.TASKS, "objective_id"),
    (tables.TASKS, "objective_id", "status", "task_id"),
    (tables.TASKS, "team_id"),
    (tables.PROPOSALS, "status"),
    (tables.OBJECTIONS, "entity_id"),
    (tables.VOTES, "proposal_id"),
    (tables.EVENTS, "entity_id"),
    (tables.EVENTS, "actor"),
    (tables.EVENTS, "request_id"),
)

_BASE: Final = """
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE files(number INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, blob TEXT NOT NULL, size INTEGER NOT NULL,
  lines INTEGER NOT NULL, rows INTEGER NOT NULL);
CREATE TABLE problems(path TEXT NOT NULL, line INTEGER, field TEXT, message TEXT NOT NULL);
CREATE INDEX problems_path ON problems(path);
CREATE TABLE texts(path TEXT PRIMARY KEY, blob TEXT NOT NULL, text BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE pages(number INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, blob TEXT NOT NULL, title TEXT NOT NULL,
  folder TEXT NOT NULL, name TEXT NOT NULL, place TEXT NOT NULL);
CREATE INDEX pages_by_folder ON pages(folder, place);
CREATE INDEX pages_by_name ON pages(name);
CREATE TABLE page_text(page INTEGER PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE notes(number INTEGER PRIMARY KEY, page INTEGER, session_id TEXT NOT NULL, task_id TEXT NOT NULL,
  started_at TEXT NOT NULL, stopped_at TEXT NOT NULL, attacker TEXT, defender TEXT, minutes INTEGER NOT NULL,
  evidence TEXT, title TEXT NOT NULL, text TEXT NOT NULL);
CREATE INDEX notes_by_page ON notes(page);
CREATE INDEX notes_by_session ON notes(session_id);
CREATE INDEX notes_by_task ON notes(task_id, stopped_at);
CREATE INDEX notes_by_time ON notes(stopped_at);
"""

# What is searched: pages under twice their number, notes under twice theirs and one. It keeps no text of its own.
_FOUND: Final = f"""
CREATE VIRTUAL TABLE found USING fts5(title, body, content='', prefix='2 3', tokenize='{TOKENIZER}');
"""


def quoted(name: str) -> str:
    """A table or column name as SQL takes it; the catalogue's names have hyphens and keywords among them."""
    return '"' + name.replace('"', '""') + '"'


def sql_value(column: Column, value: Any) -> Any:
    """A typed cell as the read model stores it."""
    if value is None:
        return None
    if column.cell is Cell.MONEY:
        return int(value.scaleb(2))
    if column.cell is Cell.TIMESTAMP:
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    if column.cell is Cell.DATE:
        return value.isoformat()
    if column.cell is Cell.LIST:
        return ";".join(value)
    if column.cell is Cell.DECIMAL:
        return str(value)
    return value


_READ: Final[dict[Cell, Callable[[Any], Any]]] = {
    Cell.MONEY: lambda cents: None if cents is None else Decimal(cents).scaleb(-2),
    Cell.DECIMAL: lambda text: None if text is None else Decimal(text),
    Cell.TIMESTAMP: lambda text: None if text is None else datetime.fromisoformat(text),
    Cell.DATE: lambda text: None if text is None else date.fromisoformat(text),
    Cell.LIST: lambda text: tuple(text.split(";")) if text else (),
    Cell.SUMMARY: lambda text: text or "",
}
"""The inverse of `sql_value`; what is not here is stored as it is."""


@cache
def row_builder(table: Table[R]) -> Callable[[Sequence[Any]], R]:
    """The function that makes a typed row of the SQL values of a table's columns, in file order."""
    plan = [(at, _READ[column.cell]) for at, column in enumerate(table.columns) if column.cell in _READ]
    row: Callable[..., R] = table.row

    def build(values: Sequence[Any]) -> R:
        cells = [*values]
        for at, read in plan:
            cells[at] = read(cells[at])
        return row(*cells)

    return build


def statements() -> str:
    """All the statements that make an empty read model."""
    parts = [_BASE, _FOUND, sums.TABLES]
    for table in tables.TABLES:
        columns = ", ".join(f"{quoted(c.name)} {_SQL_TYPE.get(c.cell, 'TEXT')}" for c in table.columns)
        parts.append(f"CREATE TABLE {quoted(table.name)}(row INTEGER PRIMARY KEY, proof BLOB NOT NULL, {columns});")
    others = (*index_statements().values(), *name_lines.statements(), *sums.triggers().values())
    return "\n".join([*parts, *(f"{statement};" for statement in others)])


def index_statements() -> dict[str, str]:
    """The statements that make the indexes of the ledger's tables, by the index's name."""
    found: dict[str, str] = {}
    for table in tables.TABLES:
        if table.key:
            keys = ", ".join(quoted(k) for k in table.key)
            found[f"{table.name} key"] = f"{quoted(table.name)}({keys})"
    for table, *columns in _INDEXES:
        found[f"{table.name} by {' and '.join(columns)}"] = f"{quoted(table.name)}({', '.join(map(quoted, columns))})"
    return {name: f"CREATE INDEX {quoted(name)} ON {of}" for name, of in found.items()}


def insert_statement(table: Table[Any]) -> str:
    """The statement that writes one row: row id, proof, then the columns in file order."""
    names = ", ".join(quoted(c.name) for c in table.columns)
    marks = ", ".join("?" * (2 + len(table.columns)))
    return f"INSERT INTO {quoted(table.name)}(row, proof, {names}) VALUES({marks})"


def row_id(file: int, line: int) -> int:
    """A row's id: its file's number, then its line in that file. Ids of one table sort as its ledger does."""
    return file << 32 | line
