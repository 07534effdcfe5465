"""Everything by its name: screens, commands, and every thing of the ledger, found by fuzzy search, best first.

What holds all the words is looked for in one text per kind (as `candidates` does: SQL would have to look at every row);
only where little is found, a second look allows for slips of the hand, ranked by rapidfuzz.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from rapidfuzz import fuzz, process

from smartup_tui.catalogue.commands import CATALOGUE
from smartup_tui.catalogue.model import Command, Surface, Tier
from smartup_tui.ledger import tables
from smartup_tui.ledger.index.schema import quoted
from smartup_tui.ledger.index.store import Index
from smartup_tui.ledger.schema import Table
from smartup_tui.matrix.rooms import Room
from smartup_tui.text import clean_line
from smartup_tui.workspace.permission import refusal
from smartup_tui.workspace.reader import Reader
from smartup_tui.workspace.standing import Standing, standing

LIMIT: Final = 60
"""More than this nobody reads; another letter narrows it."""
_EACH: Final = 40
_ENOUGH: Final = 8
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


# The table, its id, what it is called, what it is, and the screen that shows it.
_KINDS: Final[tuple[tuple[Table[Any], str, str, str, str], ...]] = (
    (tables.TASKS, "task_id", "title", "task", "Tasks"),
    (tables.OBJECTIVES, "objective_id", "title", "objective", "Objectives"),
    (tables.OWNERS, "alias", "license || ' license, ' || status", "owner", "People"),
    (tables.ROLES, "role_id", "role_name || ifnull(' · ' || holder, '')", "role", "People"),
    (tables.TEAMS, "team_id", "name", "team", "People"),
    (tables.PROPOSALS, "proposal_id", "title", "proposal", "Govern"),
)


@dataclass(frozen=True, slots=True)
class _Text:
    """All things of one kind as lines of id, tab and name: as they are, and in small letters."""

    kind: str
    screen: str
    shown: str = ""
    folded: str = ""


class Palette:
    """Finds what an owner means. It belongs to the thread of its reader."""

    def __init__(self, reader: Reader | None, rooms: Sequence[Room], here: Sequence[Entry]) -> None:
        """`here` are the screens and actions of the application; without a reader only they and commands are found."""
        self._index = reader.index if reader is not None else None
        self._commands = commands(reader)
        self._here = tuple(here)
        self._rooms = "\n".join(f"{r.room_id}\t{clean_line(r.name, 80)}" for r in rooms if r.replaced_by is None)
        self._texts: list[_Text] = []
        self._commit: str | None = None

    def find(self, wanted: str, limit: int = LIMIT) -> list[Entry]:
        """What fits these words, best first; with no words what the application itself offers."""
        words = wanted.casefold().split()
        if not words:
            return list(self._here)[:limit]
        if wanted.lstrip().startswith("!"):
            return self._named(self._commands, [words[0].removeprefix("!").replace("-", "_"), *words[1:]])[:limit]
        scored = [*self._scored((*self._here, *self._commands), words), *self._entities(words)]
        scored.sort(key=lambda pair: -pair[0])
        return [entry for _, entry in scored[:limit]]

    def warm(self) -> bool:
        """Prepare one more text of the ledger, so that the first letter need not wait; False when all are there."""
        return next(self._prepare(), False)

    # Screens, actions and commands: few, so all are looked at

    @staticmethod
    def _scored(entries: Iterable[Entry], words: Sequence[str]) -> Iterator[tuple[float, Entry]]:
        whole = " ".join(words)
        for entry in entries:
            name = entry.name.casefold().removeprefix("!").replace("_", " ")
            score = _score(whole.replace("_", " "), words, name, entry.words.casefold())
            if score:
                yield score + (1.0 if not entry.reason else 0.0), entry

    def _named(self, entries: Iterable[Entry], words: Sequence[str]) -> list[Entry]:
        if not words[0]:
            return list(entries)
        found = sorted(self._scored(entries, words), key=lambda pair: -pair[0])
        return [entry for _, entry in found]

    # The ledger

    def _entities(self, words: Sequence[str]) -> list[tuple[float, Entry]]:
        for _ in self._prepare():
            pass
        whole = " ".join(words)
        found = [pair for text in self._texts for pair in _exact(text, whole, words)]
        if len(found) < _ENOUGH and len(whole) >= _SHORTEST:
            known = {(entry.kind, entry.name) for _, entry in found}
            alike = (pair for text in self._texts for pair in _alike(text, whole))
            found += [pair for pair in alike if (pair[1].kind, pair[1].name) not in known]
        return found

    def _prepare(self) -> Iterator[bool]:
        """Make the texts of the commit that the read model shows, one with each step."""
        if self._index is None:
            return
        if self._index.commit != self._commit:
            self._commit, self._texts = self._index.commit, [_text("room", "Rooms", self._rooms)]
        known = {text.kind for text in self._texts}
        for table, key, name, kind, screen in _KINDS:
            if kind not in known:
                self._texts.append(_text(kind, screen, _rows_of(self._index, table, key, name)))
                yield True
        if "page" not in known:
            self._texts.append(_text("page", "Learn", _pages_of(self._index)))
            yield True


def _text(kind: str, screen: str, lines: str) -> _Text:
    folded = lines.lower()
    if len(folded) != len(lines):  # a letter whose small form is longer: both must have the same places
        folded = "".join(c.lower() if len(c.lower()) == 1 else c for c in lines)
    return _Text(kind, screen, f"\n{lines}\n" if lines else "", f"\n{folded}\n" if folded else "")


def _rows_of(index: Index, table: Table[Any], key: str, name: str) -> str:
    line = f"{quoted(key)} || char(9) || replace(replace(ifnull({name}, ''), char(9), ' '), char(10), ' ')"
    statement = f"SELECT group_concat({line}, char(10)) FROM {quoted(table.name)}"  # noqa: S608 - names of our own
    return index.connection.execute(statement).fetchone()[0] or ""


def _pages_of(index: Index) -> str:
    line = "path || char(9) || replace(replace(title, char(9), ' '), char(10), ' ')"
    return index.connection.execute(f"SELECT group_concat({line}, char(10)) FROM pages").fetchone()[0] or ""  # noqa: S608


def _exact(text: _Text, whole: str, words: Sequence[str]) -> Iterator[tuple[float, Entry]]:
    """The lines that hold every word: those that begin so first, then where a word begins so, then anywhere."""
    seen: set[int] = set()
    longest = max(words, key=len)
    for mark in (f"\n{whole}", f"\t{whole}", f" {longest}", longest):
        place = text.folded.find(mark)
        while place >= 0 and len(seen) < _EACH:
            begin = text.folded.rfind("\n", 0, place + 1) + 1
            end = text.folded.index("\n", begin)
            line = text.folded[begin:end]
            if begin not in seen and all(word in line for word in words):
                seen.add(begin)
                key, _, name = line.partition("\t")
                yield _score(whole, words, key, name), _entry(text, text.shown[begin:end])
            place = text.folded.find(mark, end)


def _alike(text: _Text, whole: str) -> Iterator[tuple[float, Entry]]:
    """The lines that are most like what was typed, a slip of the hand allowed."""
    if not text.folded:
        return
    lines = text.folded[1:-1].split("\n")
    found = process.extract(whole, lines, scorer=fuzz.partial_ratio, score_cutoff=_LIKE, limit=_ENOUGH)
    shown = text.shown[1:-1].split("\n") if found else []
    for line, score, number in found:
        if len(line) >= len(whole):  # of a shorter line nearly everything is a part of what was typed
            yield score / 2, _entry(text, shown[number])


def _entry(text: _Text, line: str) -> Entry:
    key, _, name = line.partition("\t")
    if text.kind in ("page", "room"):
        words = clean_line(key) if text.kind == "page" else ""
        return Entry(text.kind, clean_line(name or key), words, Go(text.screen, key))
    return Entry(text.kind, clean_line(key), clean_line(name), Go(text.screen, key))


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
