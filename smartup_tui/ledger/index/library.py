"""The wiki as a library: its shelves, its pages by name, hand-over notes, and what is found by words.

Lists are pinned numbers (`array`), read a window at a time, as those of `windows` are.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from smartup_tui.ledger.index import names
from smartup_tui.ledger.index.folding import match_of
from smartup_tui.ledger.index.store import Index

MOST_FOUND: Final = 1_000
"""So many of the best are put in order; nobody reads further, and ordering 60,000 would be felt (46 ms, measured)."""

# A word of the title says more of what a page is about than one of its text.
_BEST_FIRST: Final = f"ORDER BY bm25(found, 8.0, 1.0) LIMIT {MOST_FOUND}"
_NOTE: Final = (
    "notes.number, session_id, task_id, pages.path, started_at, stopped_at, attacker, defender, minutes, evidence,"
    " notes.title, text"
)


@dataclass(frozen=True, slots=True)
class PageRow:
    """A page without its text. `folder` and `name` are its path below `wiki/`, without `.md`."""

    number: int
    path: str
    title: str
    folder: str
    name: str


@dataclass(frozen=True, slots=True)
class NoteRow:
    """The hand-over notes of a session, as typed. `path` is its task's page; None where no page tells of it.

    The moments are None where the block on the page does not say them.
    """

    number: int
    session_id: str
    task_id: str
    path: str | None
    started_at: datetime | None
    stopped_at: datetime | None
    attacker: str | None
    defender: str | None
    minutes: int
    evidence: str | None
    title: str
    text: str


def folders(index: Index) -> dict[str, int]:
    """How many pages lie right in each folder that has any; the wiki's own is the empty name."""
    return dict(index.connection.execute("SELECT folder, count(*) FROM pages GROUP BY folder"))


def pages_in(index: Index, folder: str) -> array[int]:
    """The numbers of the pages right in a folder, in the order of their ids."""
    found = index.connection.execute("SELECT number FROM pages WHERE folder = ? ORDER BY place", (folder,))
    return array("q", (row[0] for row in found))


def pages(index: Index, numbers: Sequence[int]) -> dict[int, PageRow]:
    """These pages, by number; one that has gone meanwhile is left out."""
    found = index.connection.execute(
        f"SELECT number, path, title, folder, name FROM pages WHERE number IN ({_marks(numbers)})",  # noqa: S608
        list(numbers),
    )
    return {row[0]: PageRow(*row) for row in found}


def page_at(index: Index, path: str) -> PageRow | None:
    """The page with this path."""
    return _page(index, "path = ?", path)


def page_named(index: Index, name: str) -> PageRow | None:
    """The page with this name, which is unique in the wiki: its file's, without `.md`."""
    return _page(index, "name = ?", name)


def page_titled(index: Index, title: str) -> PageRow | None:
    """A page with exactly this title, but for its case; the first one where several have it."""
    numbers = names.called(index, "page", title)
    found = index.connection.execute(
        f"SELECT number, path, title, folder, name FROM pages WHERE number IN ({_marks(numbers)})"  # noqa: S608
        " ORDER BY place LIMIT 1",
        numbers,
    ).fetchone()
    return PageRow(*found) if found else None


def body(index: Index, number: int) -> str:
    """The Markdown of a page; empty when it has gone meanwhile."""
    found = index.connection.execute("SELECT body FROM page_text WHERE page = ?", (number,)).fetchone()
    return found[0] if found else ""


def note_numbers(index: Index, *, by_task: bool = False) -> array[int]:
    """The numbers of all notes, the newest first; by task, the task with the newest note first."""
    if not by_task:
        found = index.connection.execute("SELECT number FROM notes ORDER BY stopped_at DESC, number DESC")
    else:
        found = index.connection.execute(
            "SELECT number FROM notes JOIN (SELECT task_id AS task, max(stopped_at) AS newest FROM notes"
            " GROUP BY task_id) ON task = task_id ORDER BY newest DESC, task_id, stopped_at DESC, number DESC"
        )
    return array("q", (row[0] for row in found))


def notes(index: Index, numbers: Sequence[int]) -> dict[int, NoteRow]:
    """These notes, by number."""
    found = index.connection.execute(
        f"SELECT {_NOTE} FROM notes LEFT JOIN pages ON pages.number = page WHERE notes.number IN ({_marks(numbers)})",  # noqa: S608
        list(numbers),
    )
    return {row[0]: _note(row) for row in found}


def note_of_session(index: Index, session_id: str) -> NoteRow | None:
    """The newest note of a session."""
    found = index.connection.execute(
        f"SELECT {_NOTE} FROM notes LEFT JOIN pages ON pages.number = page WHERE session_id = ?"  # noqa: S608
        " ORDER BY notes.number DESC LIMIT 1",
        (session_id,),
    ).fetchone()
    return _note(found) if found else None


def found(index: Index, typed: str, *, notes_only: bool = False) -> array[int]:
    """What holds all the words typed, each as the beginning of one: the best first, at most `MOST_FOUND`.

    An even number is twice a page's, an odd one twice a note's and one more. Any text may be typed.
    """
    match = match_of(typed)
    if match is None:
        return array("q")
    which = "AND rowid % 2 = 1 " if notes_only else ""
    rows = index.connection.execute(f"SELECT rowid FROM found WHERE found MATCH ? {which}{_BEST_FIRST}", (match,))  # noqa: S608
    return array("q", (row[0] for row in rows))


def titled_so(index: Index, typed: str, limit: int) -> list[PageRow]:
    """Pages whose title holds all the words typed, the best first: for completion."""
    match = match_of(typed, "title")
    if match is None:
        return []
    rows = index.connection.execute(
        f"SELECT rowid / 2 FROM found WHERE found MATCH ? AND rowid % 2 = 0 {_BEST_FIRST}",  # noqa: S608
        (match,),
    )
    numbers = [row[0] for _, row in zip(range(limit), rows, strict=False)]
    known = pages(index, numbers)
    return [known[number] for number in numbers if number in known]


def _page(index: Index, condition: str, value: str) -> PageRow | None:
    found_ = index.connection.execute(
        f"SELECT number, path, title, folder, name FROM pages WHERE {condition} ORDER BY path LIMIT 1",  # noqa: S608
        (value,),
    ).fetchone()
    return PageRow(*found_) if found_ else None


def _note(row: Sequence[Any]) -> NoteRow:
    number, session_id, task_id, path, started, stopped, *rest = row
    return NoteRow(number, session_id, task_id, path, _moment(started), _moment(stopped), *rest)


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _marks(numbers: Sequence[int]) -> str:
    return ", ".join("?" * len(numbers))
