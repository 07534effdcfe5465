"""The read model's SQLite schema, made from the table catalogue so that a new column needs no second declaration.

Each ledger table becomes one SQL table of the same columns, with where each row stands: `row` (see `row_id`), and
`proof`, a digest of the row's bytes by which a register finds what changed. Money is in whole
cents, so that sums are exact; times are ISO text, which sorts as time does; lists keep their `;` form.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from smartup_tui.ledger import tables
from smartup_tui.ledger.schema import Cell, Column, Table

# Raised when the shape or the meaning of the read model changes: an older file is thrown away and built again.
VERSION: Final = 1

_SQL_TYPE: Final = {Cell.INTEGER: "INTEGER", Cell.MONEY: "INTEGER"}

# What the workspace looks up; the name is the table's, the value the columns of one index.
_INDEXES: Final = (
    (tables.OWNERS, "matrix_id"),
    (tables.CLAIMS, "task_id"),
    (tables.CLOCK, "task_id"),
    (tables.CLOCK, "status"),
    (tables.SESSIONS, "session_id"),
    (tables.SESSIONS, "task_id"),
    (tables.PENDING, "beneficiary"),
    (tables.PENDING, "task_id"),
    (tables.CREDITS, "to"),
    (tables.CREDITS, "from"),
    (tables.KARMA, "to"),
    (tables.KARMA, "from"),
    (tables.TASKS, "attacker"),
    (tables.TASKS, "defender"),
    (tables.TASKS, "status"),
    (tables.EVENTS, "entity_id"),
    (tables.EVENTS, "actor"),
    (tables.EVENTS, "request_id"),
)

_BASE: Final = """
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE files(number INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, blob TEXT NOT NULL, size INTEGER NOT NULL,
  lines INTEGER NOT NULL);
CREATE TABLE problems(path TEXT NOT NULL, line INTEGER, field TEXT, message TEXT NOT NULL);
CREATE INDEX problems_path ON problems(path);
CREATE TABLE texts(path TEXT PRIMARY KEY, blob TEXT NOT NULL, text BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE pages(number INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, blob TEXT NOT NULL, title TEXT NOT NULL);
CREATE VIRTUAL TABLE page_text USING fts5(title, body, tokenize='unicode61 remove_diacritics 2');
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


def typed_value(column: Column, value: Any) -> Any:
    """The inverse of `sql_value`."""
    if column.cell is Cell.LIST:
        return tuple(value.split(";")) if value else ()
    if column.cell is Cell.SUMMARY:
        return value or ""
    if value is None:
        return None
    if column.cell is Cell.MONEY:
        return Decimal(value).scaleb(-2)
    if column.cell is Cell.TIMESTAMP:
        return datetime.fromisoformat(value)
    if column.cell is Cell.DATE:
        return date.fromisoformat(value)
    if column.cell is Cell.DECIMAL:
        return Decimal(value)
    return value


def statements() -> str:
    """All the statements that make an empty read model."""
    parts = [_BASE]
    for table in tables.TABLES:
        columns = ", ".join(f"{quoted(c.name)} {_SQL_TYPE.get(c.cell, 'TEXT')}" for c in table.columns)
        parts.append(f"CREATE TABLE {quoted(table.name)}(row INTEGER PRIMARY KEY, proof BLOB NOT NULL, {columns});")
        if table.key:
            keys = ", ".join(quoted(k) for k in table.key)
            parts.append(f"CREATE INDEX {quoted(table.name + ' key')} ON {quoted(table.name)}({keys});")
    parts += [f"CREATE INDEX {quoted(f'{t.name} by {c}')} ON {quoted(t.name)}({quoted(c)});" for t, c in _INDEXES]
    return "\n".join(parts)


def insert_statement(table: Table[Any]) -> str:
    """The statement that writes one row: row id, proof, then the columns in file order."""
    names = ", ".join(quoted(c.name) for c in table.columns)
    marks = ", ".join("?" * (2 + len(table.columns)))
    return f"INSERT OR REPLACE INTO {quoted(table.name)}(row, proof, {names}) VALUES({marks})"


def row_id(file: int, line: int) -> int:
    """A row's id: its file's number, then its line in that file. Ids of one table sort as its ledger does."""
    return file << 32 | line
