"""What a number is made of, as a tree of values: how it is reckoned, the rows it comes from, who wrote them, and
whether the sum was right when it was reckoned again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Where:
    """Where a row stands in the ledger: its table, the file (a segment is one) and the line."""

    table: str
    path: str
    line: int

    def __str__(self) -> str:
        """As people and `smartup explain` write it."""
        return f"{self.path}:{self.line}"


@dataclass(frozen=True, slots=True)
class Explanation:
    """One number, row or deed, with what it is made of.

    `how` is the reckoning in words and `source` where the rule is written. `where` is the row it was read from,
    `event` the audit row that wrote it, for which `request`, by whom (`actor`) and when (`at`); `commit` is known where
    this machine watched it come. `about` is the id of what is explained, `entity` what tells more: an id, or a file
    with a line. `doubt` says what does not agree; `checked` that something was reckoned again.
    """

    title: str
    value: str = ""
    how: str = ""
    source: str = ""
    note: str = ""
    where: Where | None = None
    at: datetime | None = None
    actor: str = ""
    event: str = ""
    request: str = ""
    commit: str = ""
    about: str = ""
    entity: str = ""
    checked: bool = False
    doubt: str = ""
    parts: tuple[Explanation, ...] = ()

    def walk(self) -> Iterator[Explanation]:
        """This and everything below it, in order."""
        yield self
        for part in self.parts:
            yield from part.walk()

    @property
    def doubts(self) -> tuple[str, ...]:
        """Everything here and below that does not agree."""
        return tuple(part.doubt for part in self.walk() if part.doubt)
