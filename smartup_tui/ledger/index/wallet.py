"""What moved in and out of an owner's wallet and what is on its way to it: as lists, and added up.

Rows that name an owner by an earlier alias are theirs as well (`ledger.aliases`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final, TypeVar

from smartup_tui.ledger import rows, tables
from smartup_tui.ledger.aliases import ALIAS, names_in, under_present_names
from smartup_tui.ledger.index.folding import containing
from smartup_tui.ledger.index.schema import quoted
from smartup_tui.ledger.index.store import Index
from smartup_tui.ledger.index.windows import Window
from smartup_tui.ledger.schema import Table

M = TypeVar("M", rows.CreditTransaction, rows.KarmaTransaction)
Condition = tuple[str, tuple[Any, ...]]
"""SQL of this module's own, with its values."""


def _day(moment: str) -> str:
    """SQL: a moment's local day as it is written (`3 Mar 2026`) and as it is typed (`2026-03-03`)."""
    number, month = (f"strftime('{part}', {moment}, 'localtime')" for part in ("%d", "%m"))
    name = f"substr('  JanFebMarAprMayJunJulAugSepOctNovDec', 3 * {month}, 3)"
    return f"({number} + 0) || ' ' || {name} || strftime(' %Y %Y-%m-%d', {moment}, 'localtime')"


# What is shown of a row is what words are looked for in.
_CENTS: Final = "printf('%d.%02d', amount / 100, amount % 100)"
_CREDIT: Final = (
    "description",
    "lower(type)",
    "reference",
    "awarded_by",
    f"CASE type WHEN 'MINT' THEN '+' ELSE '-' END || {_CENTS}",
    _day("timestamp"),
)
_POINTS: Final = (
    "description",
    "replace(ifnull(category, lower(type)), '_', ' ')",
    "reference",
    "awarded_by",
    "CASE type WHEN 'DECAY' THEN '-' ELSE '+' END || amount",
    _day("timestamp"),
)
_AWARD: Final = ("pending_id", "status", "task_id", "session_id", "note", _CENTS, _day("consensus_ends_at"))


def credit_window(index: Index, alias: str, text: str = "") -> Window[rows.CreditTransaction]:
    """An owner's movements of SC that hold all words of a text, the newest first."""
    condition = _narrowed(_moved(_names(index, alias)), _CREDIT, text)
    return Window(index, tables.CREDITS, *condition, order="row DESC")


def karma_window(index: Index, alias: str, text: str = "") -> Window[rows.KarmaTransaction]:
    """An owner's movements of SK that hold all words of a text, the newest first."""
    condition = _narrowed(_moved(_names(index, alias)), _POINTS, text)
    return Window(index, tables.KARMA, *condition, order="row DESC")


def award_window(index: Index, alias: str, statuses: Collection[str], text: str = "") -> Window[rows.PendingSC]:
    """An owner's awards of these statuses that hold all words of a text: whose window ends first comes first, those
    without one last.
    """
    order = "consensus_ends_at IS NULL, consensus_ends_at, pending_id, row"
    return Window(index, tables.PENDING, *_narrowed(_awarded(alias, statuses), _AWARD, text), order=order)


def credits_of(index: Index, alias: str, text: str = "") -> list[rows.CreditTransaction]:
    """An owner's movements of SC that hold all words of a text, the oldest first, under the alias of today."""
    names = _names(index, alias)
    return _under(names, index.select(tables.CREDITS, *_narrowed(_moved(names), _CREDIT, text)))


def karma_of(index: Index, alias: str, text: str = "") -> list[rows.KarmaTransaction]:
    """An owner's movements of SK that hold all words of a text, the oldest first, under the alias of today."""
    names = _names(index, alias)
    return _under(names, index.select(tables.KARMA, *_narrowed(_moved(names), _POINTS, text)))


def awards_of(index: Index, alias: str, statuses: Collection[str]) -> list[rows.PendingSC]:
    """The award rows of certain statuses whose beneficiary is this owner."""
    return index.select(tables.PENDING, *_awarded(alias, statuses))


def credit_sums(index: Index, alias: str) -> list[rows.CreditTransaction]:
    """The SC movements of an owner added up: one row in place of all that differ in time, reference and text only.
    Their times say nothing.
    """
    return _added_up(index, tables.CREDITS, "credit_sums", _names(index, alias))


def karma_sums(index: Index, alias: str) -> list[rows.KarmaTransaction]:
    """The SK movements of an owner added up, as `credit_sums` does."""
    return _added_up(index, tables.KARMA, "karma_sums", _names(index, alias))


def row_for(index: Index, table: Table[Any], alias: str, entity: str) -> int | None:
    """The newest row of a wallet's list that is for a thing; None where none is."""
    if table is tables.PENDING:
        where, parameters = "beneficiary = ? AND pending_id = ?", (alias, entity)
    else:
        moved, names = _moved(_names(index, alias))
        where, parameters = f"({moved}) AND reference = ?", (*names, entity)
    statement = f"SELECT max(row) FROM {quoted(table.name)} WHERE {where}"  # noqa: S608 - this module's own SQL
    found = index.connection.execute(statement, parameters).fetchone()[0]
    return None if found is None else int(found)


def _added_up(index: Index, table: Table[M], sums: str, names: Sequence[str]) -> list[M]:
    """What `sums` keeps of a table for the owner of these names."""
    found = {name: f"nullif({quoted(name)}, '')" for name in ("to", "from", "type", "category")}
    kept = {"timestamp": "'1970-01-01T00:00:00Z'", "amount": "amount", **found}
    what = ", ".join(kept.get(column.name, "NULL") for column in table.columns)
    where, parameters = _moved(names)
    statement = f"SELECT {what} FROM {sums} WHERE {where}"  # noqa: S608 - names of the read model's own
    return _under(names, [index.typed(table, values) for values in index.connection.execute(statement, parameters)])


def _narrowed(condition: Condition, said: Sequence[str], text: str) -> Condition:
    """The condition, and that every word of a text stands somewhere in what is said of a row."""
    where, parameters = condition
    words = [containing(word) for word in text.split()]
    one = " OR ".join(f"({part}) LIKE ? ESCAPE '\\'" for part in said)
    values = (word for word in words for _ in said)
    return " AND ".join([f"({where})", *[f"({one})"] * len(words)]), (*parameters, *values)


def _names(index: Index, alias: str) -> Sequence[str]:
    """Every alias that was the owner's, the one of today first."""
    return names_in(index.select(tables.LICENSES, "type = ?", (ALIAS,)), alias)


def _moved(names: Sequence[str]) -> Condition:
    """What the owner of these names gave and got."""
    marks = ", ".join("?" for _ in names)
    return f'"to" IN ({marks}) OR "from" IN ({marks})', (*names, *names)


def _awarded(alias: str, statuses: Collection[str]) -> Condition:
    return f"beneficiary = ? AND status IN ({', '.join('?' * len(statuses))})", (alias, *statuses)


def _under(names: Sequence[str], moved: Iterable[M]) -> list[M]:
    """Movements as if their owner had always had the first of these names."""
    return list(under_present_names(moved, dict.fromkeys(names[1:], names[0])))
