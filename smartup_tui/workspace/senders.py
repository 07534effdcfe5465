"""Who speaks in a room: a Matrix id as the book of owners knows it. Names that people give themselves are not used."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from smartup_tui.ledger.index import queries
from smartup_tui.workspace.reader import Reader

ENGELBOT = "Engelbot"


@dataclass(frozen=True, slots=True)
class Person:
    """A sender. `name` is the alias where the book of owners has this Matrix id, else the whole id."""

    user_id: str
    name: str
    license: str | None = None
    """Of an owner; empty if unknown to the book, None for Engelbot and strangers."""
    is_engelbot: bool = False

    @property
    def is_owner(self) -> bool:
        """Whether the book of owners has this Matrix id."""
        return self.license is not None

    @property
    def in_the_book(self) -> str:
        """What is known of this Matrix id, without naming it again."""
        if self.is_engelbot:
            return "the bot this profile trusts"
        return f"{self.name} in the book of owners" if self.is_owner else "not in the book of owners"

    @property
    def in_full(self) -> str:
        """Who this is, with the full Matrix id."""
        if self.is_engelbot:
            return f"{self.name} is {self.user_id}, the bot this profile trusts."
        if self.license is None:
            return f"{self.user_id} is not in the book of owners."
        return f"{self.name} is {self.user_id}, in the book of owners with a {self.license or 'missing'} license."


class People:
    """Senders by Matrix id, each looked up once. Belongs to the thread of its reader."""

    def __init__(self, reader: Reader | None, engelbot: Collection[str]) -> None:
        self._reader = reader
        self._engelbot = frozenset(engelbot)
        self._known: dict[str, Person] = {}

    def of(self, user_id: str) -> Person:
        """Who has this Matrix id."""
        if user_id not in self._known:
            self._known[user_id] = self._find(user_id)
        return self._known[user_id]

    def _find(self, user_id: str) -> Person:
        if user_id in self._engelbot:
            return Person(user_id, ENGELBOT, is_engelbot=True)
        owner = queries.owner_by_matrix_id(self._reader.index, user_id) if self._reader is not None else None
        return Person(user_id, owner.alias, owner.license) if owner is not None else Person(user_id, user_id)
