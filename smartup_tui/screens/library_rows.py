"""Rows of the library's lists: what was found, notes, and versions of a page, a window at a time."""

from __future__ import annotations

from abc import ABC, abstractmethod
from array import array
from collections.abc import Sequence
from itertools import islice
from typing import Any, ClassVar, Final

from smartup_tui.ledger.index import library as index_library
from smartup_tui.ledger.index.library import NoteRow
from smartup_tui.widgets.table import Column, Row
from smartup_tui.workspace import library, words
from smartup_tui.workspace.library import Found, Passage
from smartup_tui.workspace.page_history import Version, did
from smartup_tui.workspace.reader import Reader

_BEFORE: Final = 10

PAGE_COLUMNS: Final = (Column("Page", minimum=20), Column("Pages", width=6, align="right", drop=1, tone="muted"))
FOUND_COLUMNS: Final = (Column("Title", minimum=20, weight=2), Column("Found", minimum=22, weight=3, drop=1))
NOTE_COLUMNS: Final = (
    Column("Day", width=11),
    Column("Task", width=9, most=12),
    Column("Pair", width=14, drop=1),
    Column("Notes", minimum=14),
)
PAST_COLUMNS: Final = (Column("When", width=17), Column("Who", width=14, drop=1), Column("What", minimum=14))


class NumberSource(ABC):
    """A pinned list of numbers, which are the rows' ids; `columns` and `typed` are what a file has of them."""

    columns: ClassVar[tuple[str, ...]] = ()

    def __init__(self, reader: Reader, numbers: array[int]) -> None:
        self._reader = reader
        self.numbers = numbers

    @property
    def count(self) -> int:
        return len(self.numbers)

    def rows(self, start: int, n: int) -> Sequence[Row]:
        wanted = self.numbers[start : start + n]
        made = self._made(wanted)
        return [made.get(number) or Row(str(number), ("", "no longer here"), "muted") for number in wanted]

    def index_of(self, id: str) -> int | None:  # noqa: A002 - the word of the protocol
        try:
            return self.numbers.index(int(id))
        except ValueError:
            return None

    @abstractmethod
    def typed(self, start: int, n: int) -> Sequence[Sequence[Any]]:
        """The values of some rows under `columns`; one that has gone meanwhile is left out."""

    @abstractmethod
    def _made(self, numbers: Sequence[int]) -> dict[int, Row]:
        """The rows of these numbers; one that has gone meanwhile is left out."""


class FoundSource(NumberSource):
    """What holds the words, the best first."""

    columns = library.COLUMNS

    def __init__(self, reader: Reader, typed: str) -> None:
        super().__init__(reader, index_library.found(reader.index, typed))
        self._typed = typed

    def typed(self, start: int, n: int) -> Sequence[Sequence[Any]]:
        return [library.cells(one) for one in library.found(self._reader, self.numbers[start : start + n], self._typed)]

    def _made(self, numbers: Sequence[int]) -> dict[int, Row]:
        return {one.key: _found_row(one, self._typed) for one in library.found(self._reader, numbers, self._typed)}


class NoteSource(NumberSource):
    """Hand-over notes, by date or by task; of those that hold the words."""

    columns = (
        "session_id",
        "task_id",
        "started_at",
        "stopped_at",
        "attacker",
        "defender",
        "minutes",
        "evidence",
        "text",
    )

    def __init__(self, reader: Reader, typed: str, *, by_task: bool) -> None:
        numbers = index_library.note_numbers(reader.index, by_task=by_task)
        if typed.strip():
            passing = {key // 2 for key in index_library.found(reader.index, typed, notes_only=True)}
            numbers = array("q", (number for number in numbers if number in passing))
        super().__init__(reader, numbers)
        self._typed = typed

    def typed(self, start: int, n: int) -> Sequence[Sequence[Any]]:
        wanted = self.numbers[start : start + n]
        notes = index_library.notes(self._reader.index, wanted)
        found = (notes[number] for number in wanted if number in notes)
        return [[getattr(note, name) for name in self.columns] for note in found]

    def _made(self, numbers: Sequence[int]) -> dict[int, Row]:
        return {
            note.number: _note_row(note, self._typed)
            for note in index_library.notes(self._reader.index, numbers).values()
        }


class VersionSource:
    """The versions of a page, the newest first; a commit's id is its row's."""

    columns: ClassVar[tuple[str, ...]] = ("commit", "timestamp", "actor", "command")

    def __init__(self, reader: Reader, path: str, versions: Sequence[Version], typed: str, marked: str | None) -> None:
        wanted = typed.lower().split()
        self._reader, self._path, self._marked = reader, path, marked
        self.versions = [v for v in versions if all(w in f"{v.author} {v.message}".lower() for w in wanted)]
        self._places = {version.sha: place for place, version in enumerate(self.versions)}

    @property
    def count(self) -> int:
        return len(self.versions)

    def rows(self, start: int, n: int) -> Sequence[Row]:
        return [self._row(version) for version in islice(self.versions, start, start + n)]

    def index_of(self, id: str) -> int | None:  # noqa: A002
        return self._places.get(id)

    def typed(self, start: int, n: int) -> Sequence[Sequence[Any]]:
        """The versions from one on, for a file: values under `columns`."""
        return [(v.sha, v.at, *self._who_and_what(v)) for v in islice(self.versions, start, start + n)]

    def _row(self, version: Version) -> Row:
        who, what = self._who_and_what(version)
        mark = "marked: " if version.sha == self._marked else ""
        return Row(version.sha, (words.day_and_time(version.at), who, mark + what.replace("_", " ")))

    def _who_and_what(self, version: Version) -> tuple[str, str]:
        done = did(self._reader, version, self._path)
        what = ", ".join(dict.fromkeys(one.command for one in done)) or version.subject
        return ", ".join(dict.fromkeys(one.actor for one in done)) or version.author, what


def bracketed(passage: Passage, *, whole: bool = False) -> str:
    """A passage on one line, what was found in brackets; unless it is `whole`, it begins shortly before that."""
    text, begin = passage.text, 0
    if not whole and passage.hits and passage.hits[0][0] > _BEFORE:
        begin = text.find(" ", passage.hits[0][0] - _BEFORE, passage.hits[0][0]) + 1
    made, at = ["…"] if begin else [], begin
    for start, end in passage.hits:
        made += [text[at:start], "[", text[start:end], "]"]
        at = end
    return "".join((*made, text[at:]))


def _found_row(one: Found, typed: str) -> Row:
    title = f"{one.session_id} {one.title}" if one.session_id else one.title
    return Row(str(one.key), (bracketed(library.whole(title, typed), whole=True), bracketed(one.passage)))


def _note_row(note: NoteRow, typed: str) -> Row:
    day = words.day(note.stopped_at) if note.stopped_at else ""
    said = bracketed(library.passage(note.text, typed)) if typed.strip() else note.text
    pair = " ".join(alias for alias in (note.attacker, note.defender) if alias)
    return Row(str(note.number), (day, note.task_id, pair, said[:400]))
