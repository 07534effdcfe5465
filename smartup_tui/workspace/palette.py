"""Everything by its name: screens, commands, and every thing of the ledger, found by fuzzy search, best first.

The read model's index of names finds what holds all the words between two keys. A second look, which in a large ledger
is for another thread, finds one or two letters within words and, where little was found, allows for slips of the hand:
of what shares most letters with the text, rapidfuzz says what is most like it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Final

from rapidfuzz import fuzz, process

from smartup_tui.catalogue.commands import CATALOGUE
from smartup_tui.catalogue.model import Command, Surface, Tier
from smartup_tui.ledger.index import names, queries
from smartup_tui.ledger.index.names import Name
from smartup_tui.ledger.index.store import Index
from smartup_tui.matrix.rooms import Room
from smartup_tui.text import clean_line
from smartup_tui.workspace.permission import refusal
from smartup_tui.workspace.reader import Reader
from smartup_tui.workspace.standing import Standing, standing

Scored = list[tuple[float, "Entry"]]
Later = Callable[[Index], "list[Entry]"]
"""Finds everything, from another thread's connection."""

LIMIT: Final = 60
"""More than this nobody reads; another letter narrows it."""
_EACH: Final = 40
_ENOUGH: Final = 8
_CANDIDATES: Final = 400
_SHORTEST: Final = 3
_LIKE: Final = 75.0
"""How alike, of 100, a text must be to count as meant."""


@dataclass(frozen=True, slots=True)
class Go:
    """Show a screen, and a certain thing there."""

    screen: str
    entity: str = ""


@dataclass(frozen=True, slots=True)
class Write:
    """Put this in the command line."""

    text: str


@dataclass(frozen=True, slots=True)
class Do:
    """One of the application's own actions."""

    action: str


Target = Go | Write | Do


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that can be chosen: its kind in a word, its name, what is said of it, and what choosing it does.

    `reason` says why it is not possible for this owner; empty where it is. `more` is said when it is marked.
    """

    kind: str
    name: str
    words: str
    target: Target
    reason: str = ""
    more: str = ""


_SCREENS: Final = {
    "objective": "Objectives",
    "owner": "People",
    "page": "Learn",
    "proposal": "Govern",
    "role": "People",
    "task": "Tasks",
    "team": "People",
}
"""The screen that shows a thing of a kind."""


class Palette:
    """Finds what an owner means. It belongs to the thread of its reader."""

    def __init__(self, reader: Reader | None, rooms: Sequence[Room], here: Sequence[Entry]) -> None:
        """`here` are the screens and actions of the application; without a reader only they and commands are found."""
        self._index = reader.index if reader is not None else None
        self._commands = commands(reader)
        self._here = tuple(here)
        self._rooms = tuple(
            Entry("room", clean_line(room.name, 80) or room.room_id, "", Go("Rooms", room.room_id))
            for room in rooms
            if room.replaced_by is None
        )

    def find(self, wanted: str, limit: int = LIMIT) -> list[Entry]:
        """What fits these words, best first; with no words what the application itself offers."""
        found = self._quickly(wanted)
        return _best([*found, *_slowly(self._index, wanted, found)] if self._index else found, limit)

    def find_at_once(self, wanted: str, limit: int = LIMIT) -> tuple[list[Entry], Later | None]:
        """What of that is found between two keys, and where there is more in a large ledger, how it is found."""
        if self._index is None or not self._is_large:
            return self.find(wanted, limit), None
        found = self._quickly(wanted)
        later = partial(_all, wanted=wanted, found=found, limit=limit) if _may_be_more(wanted, found) else None
        return _best(found, limit), later

    @cached_property
    def _is_large(self) -> bool:
        return self._index is not None and names.count(self._index) > queries.MANY

    def _quickly(self, wanted: str) -> Scored:
        words = wanted.casefold().split()
        if not words:
            return [(0.0, entry) for entry in self._here]
        if _is_command(wanted):
            named = [words[0].removeprefix("!").replace("-", "_"), *words[1:]]
            return [*self._scored(self._commands, named)] if named[0] else [(0.0, entry) for entry in self._commands]
        found = [*self._scored((*self._here, *self._commands, *self._rooms), words)]
        if self._index is not None:
            found += _entries(wanted, names.found(self._index, wanted, _EACH, at_once=True))
        return found

    # Screens, actions, commands and rooms: few, so all are looked at

    @staticmethod
    def _scored(entries: Iterable[Entry], words: Sequence[str]) -> Iterator[tuple[float, Entry]]:
        whole = " ".join(words)
        for entry in entries:
            name = entry.name.casefold().removeprefix("!").replace("_", " ")
            score = _score(whole.replace("_", " "), words, name, entry.words.casefold())
            if score:
                yield score + (1.0 if not entry.reason else 0.0), entry


# The ledger


def _all(index: Index, wanted: str, found: Scored, limit: int) -> list[Entry]:
    """What was found, and what takes longer."""
    return _best([*found, *_slowly(index, wanted, found)], limit)


def _slowly(index: Index, wanted: str, found: Scored) -> Scored:
    """What else holds every word, in a look at all names; where that is little, what is most like the words: a slip of
    the hand is allowed.
    """
    if not _may_be_more(wanted, found):
        return []
    whole, known = " ".join(wanted.lower().split()), {entry.target for _, entry in found}
    if _is_short(wanted):
        more = _entries(wanted, names.found(index, wanted, _EACH))
        return [pair for pair in more if pair[1].target not in known]
    others = [name for name in names.alike(index, wanted, _CANDIDATES) if _entry(name).target not in known]
    lines = {at: name.line for at, name in enumerate(others) if len(name.line) >= len(whole)}
    alike = process.extract(whole, lines, scorer=fuzz.partial_ratio, score_cutoff=_LIKE, limit=_ENOUGH)
    return [(score / 2, _entry(others[at])) for _, score, at in alike]


def _may_be_more(wanted: str, found: Scored) -> bool:
    """Whether a longer look may find more: where letters are too few for the index, or little was found."""
    if not wanted.strip() or _is_command(wanted):
        return False
    things = sum(isinstance(entry.target, Go) and bool(entry.target.entity) for _, entry in found)
    return _is_short(wanted) or things < _ENOUGH


def _is_command(wanted: str) -> bool:
    return wanted.lstrip().startswith("!")


def _is_short(wanted: str) -> bool:
    return max(map(len, wanted.split()), default=0) < _SHORTEST


def _best(found: Scored, limit: int) -> list[Entry]:
    return [entry for _, entry in sorted(found, key=lambda pair: -pair[0])][:limit]


def _entries(wanted: str, found: Iterable[Name]) -> Scored:
    words = wanted.lower().split()
    return [(_score(" ".join(words), words, name.key.lower(), name.name.lower()), _entry(name)) for name in found]


def _entry(name: Name) -> Entry:
    target = Go(_SCREENS[name.kind], name.key)
    if name.kind == "page":
        return Entry(name.kind, clean_line(name.name or name.key), clean_line(name.key), target)
    return Entry(name.kind, clean_line(name.key), clean_line(name.name), target)


def _score(whole: str, words: Sequence[str], name: str, about: str) -> float:
    """How well words fit a thing's name and what is said of it; 0 where they do not. At most 100 for a slip."""
    if whole in (name, about):
        return 400.0
    if name.startswith(whole):
        return 300.0 - len(name) / 10
    if about.startswith(whole):
        return 260.0 - min(len(about), 100) / 10
    both = f" {name} {about}"
    if all(f" {word}" in both for word in words):
        return 200.0 - min(len(both), 200) / 10
    if all(word in both for word in words):
        return 150.0 - min(len(both), 200) / 10
    if len(whole) < _SHORTEST:
        return 0.0
    alike = max(fuzz.ratio(whole, name), fuzz.partial_ratio(whole, name) * 0.9 if len(name) >= len(whole) else 0.0)
    return float(alike) if alike >= _LIKE else 0.0


def commands(reader: Reader | None) -> tuple[Entry, ...]:
    """Every command, with why this owner can not give it where that is so."""
    who = standing(reader) if reader is not None else None
    entries = [_command(command, reader, who) for command in CATALOGUE.values()]
    return tuple(sorted(entries, key=lambda entry: bool(entry.reason)))


def _command(command: Command, reader: Reader | None, who: Standing | None) -> Entry:
    entry = Entry("command", f"!{command.name}", command.summary, Write(f"!{command.name} "), more=command.usage)
    if Surface.ROOM not in command.surfaces:
        return replace(entry, reason="Not given in a room: whoever runs the host gives it from its command line.")
    if reader is None or who is None:
        return entry
    narrower = command.tier is Tier.TEAMCAPTAIN and command.subject is not None
    if narrower and (who.is_captain or (command.mission_leader and who.leads)):
        return entry  # of which team or objective is not known before its subject is
    reason = refusal(reader, command.name, {})
    return replace(entry, reason=reason) if reason else entry
