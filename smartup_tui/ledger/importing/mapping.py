"""Which file of an older ledger is which table, and which of its columns and words are called what here.

A mapping file is TOML:

    [files]                                   # a path of the old tree, and the table that it is
    "ledger/owners.csv" = "book-of-owners"
    [columns.book-of-owners]                  # a column of the old file, and the column that it is
    nickname = "alias"
    [values.book-of-owners.status]            # a word of the old file, and the word that it is
    member = "active"
    [defaults.book-of-owners]                 # what a column that the old file lacks holds
    license = "work"
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from typing import Any, Final

from smartup_tui.ledger import tables

DOCUMENTED: Final = {
    "ledger/smartup-credits/transactions.csv": tables.CREDITS.name,
    "ledger/social-karma/transactions.csv": tables.KARMA.name,
    "ledger/treasury/balance.csv": tables.TREASURY.name,
    **{table.path: table.name for table in tables.TABLES},
}
"""The paths of August 2025 (domain.md §4), and today's own."""

_SECTIONS: Final = ("files", "columns", "values", "defaults")
_HINT: Final = "The sections are files, columns, values and defaults; tables and columns are named as in the ledger."


class MappingError(Exception):
    """A mapping file that can not be used; `message` says why."""

    def __init__(self, message: str, hint: str = _HINT) -> None:
        """Say what is wrong."""
        super().__init__(message)
        self.message, self.hint = message, hint


@dataclass(frozen=True, slots=True)
class Mapping:
    """Tables by old path; then by table: new columns by old, new words by column and old word, words for what lacks."""

    files: dict[str, str] = field(default_factory=dict)
    columns: dict[str, dict[str, str]] = field(default_factory=dict)
    values: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)
    defaults: dict[str, dict[str, str]] = field(default_factory=dict)

    def table(self, path: str) -> str | None:
        """The table that a file of the old tree is; None when nothing says so."""
        return self.files.get(path) or DOCUMENTED.get(path.removeprefix("currency-ledger/"))


def parse_mapping(text: str) -> Mapping:
    """Read a mapping file. Raises MappingError."""
    try:
        document: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise MappingError(f"The mapping file is not valid TOML: {error}.") from None
    for section in document:
        if section not in _SECTIONS:
            raise MappingError(f"The mapping file has a section {section!r}.")
    files = _words(document.get("files", {}), "files")
    for table in files.values():
        _table(table)
    columns = {t: _words(found, f"columns.{t}") for t, found in _tables(document, "columns")}
    defaults = {t: _words(found, f"defaults.{t}") for t, found in _tables(document, "defaults")}
    values = {
        t: {column: _words(words, f"values.{t}.{column}") for column, words in _section(found, f"values.{t}").items()}
        for t, found in _tables(document, "values")
    }
    for table, named in columns.items():
        _known(table, named.values())
    for by_column in (defaults, values):
        for table, of_table in by_column.items():
            _known(table, of_table)
    return Mapping(files, columns, values, defaults)


def _tables(document: dict[str, Any], section: str) -> list[tuple[str, Any]]:
    found = list(_section(document.get(section, {}), section).items())
    for table, _ in found:
        _table(table)
    return found


def _section(value: Any, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise MappingError(f"{name} is not a section of the mapping file.")
    return value


def _words(value: Any, name: str) -> dict[str, str]:
    for key, word in _section(value, name).items():
        if not isinstance(word, str):
            raise MappingError(f"{name}.{key} is not a text.")
    return dict(value)


def _table(name: str) -> None:
    if name not in tables.BY_NAME:
        raise MappingError(f"The ledger has no table {name!r}.", f"It has {', '.join(tables.BY_NAME)}.")


def _known(table: str, columns: Any) -> None:
    header = tables.BY_NAME[table].header
    for column in columns:
        if column not in header:
            raise MappingError(f"{table} has no column {column!r}.", f"It has {', '.join(header)}.")
