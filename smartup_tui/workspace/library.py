"""The wiki as it is read: pages, hand-over notes, and what is found by words, with the passage that was found.

Texts are as the ledger has them: whoever shows one passes it through `text`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from smartup_tui.ledger.index import library
from smartup_tui.ledger.index.folding import flat, places
from smartup_tui.ledger.index.library import NoteRow, PageRow
from smartup_tui.workspace.reader import Reader

WIKI: Final = "wiki/"
_PASSAGE: Final = 160
_BEFORE: Final = 40
_SIGNS: Final = re.compile(
    r"\\(?=[!-/:-@\[-`{-~])"  # a character that is meant as it is
    r"|[*`]+"
    r"|\[[ xX]\](?=[ \t])"
    r"|^[ \t]*(?:\#{1,6}|>|[-+*]|\|)(?=[ \t])"
    r"|\|(?=[ \t\n])"
    r"|\]\([^)\n]*\)|\[(?=[^\]\n]*\]\()",  # where a link leads
    re.MULTILINE,
)
_FRONT: Final = re.compile(r"^(author|date|parent):[ \t]*(.+?)[ \t]*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a text on one line, and where the words looked for begin and end in it; cut at its ends by `…`."""

    text: str
    hits: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """A page or (with `session_id`) a note that holds the words, with the passage that holds most of them.

    `path` is the page's; None for a note of which no page tells. `at` is when the note was written.
    """

    key: int
    title: str
    path: str | None
    passage: Passage
    session_id: str | None = None
    task_id: str | None = None
    at: datetime | None = None


COLUMNS: Final = ("kind", "id", "title", "passage", "path", "task_id", "at")
"""What is written of what was found, into a file or for a program."""


def cells(one: Found) -> tuple[object, ...]:
    """What was found, under `COLUMNS`."""
    kind = "page" if one.session_id is None else "note"
    return (kind, one.session_id or one.path, one.title, one.passage.text, one.path, one.task_id, one.at)


@dataclass(frozen=True, slots=True)
class WikiPage:
    """A page to read. `author`, `date` and `parent` are what its front matter says, empty where it does not."""

    row: PageRow
    body: str
    author: str = ""
    date: str = ""
    parent: str = ""


def page(reader: Reader, path: str) -> WikiPage | None:
    """A page by its path; None when there is none."""
    row = library.page_at(reader.index, path)
    if row is None:
        return None
    text = library.body(reader.index, row.number)
    front, body = split_front(text)
    facts = {name: value.strip("\"'") for name, value in _FRONT.findall(front)}
    return WikiPage(row, body, facts.get("author", ""), facts.get("date", ""), facts.get("parent", ""))


def note(reader: Reader, number: int) -> NoteRow | None:
    """A note by its number."""
    return library.notes(reader.index, [number]).get(number)


def search(reader: Reader, typed: str, limit: int = 20, *, notes_only: bool = False) -> tuple[tuple[Found, ...], int]:
    """The best of what holds all the words typed, and how many there are (at most `library.MOST_FOUND`)."""
    keys = library.found(reader.index, typed, notes_only=notes_only)
    return found(reader, keys[:limit], typed), len(keys)


def found(reader: Reader, keys: Sequence[int], typed: str) -> tuple[Found, ...]:
    """What these keys of `library.found` stand for, in their order; what has gone meanwhile is left out."""
    rows = library.pages(reader.index, [key // 2 for key in keys if key % 2 == 0])
    notes = library.notes(reader.index, [key // 2 for key in keys if key % 2])
    made = []
    for key in keys:
        if key % 2 == 0 and (row := rows.get(key // 2)):
            text = split_front(library.body(reader.index, row.number))[1]
            made.append(Found(key, row.title, row.path, passage(_without_title(text), typed)))
        elif key % 2 and (told := notes.get(key // 2)):
            piece = passage(told.text, typed)
            made.append(Found(key, told.title, told.path, piece, told.session_id, told.task_id, told.stopped_at))
    return tuple(made)


def passages(text: str, typed: str, most: int = 4) -> tuple[Passage, ...]:
    """The places of a Markdown text that hold the words, in its order, none overlapping another."""
    plain = _plain(_without_title(text))
    made: list[Passage] = []
    after = 0
    for start, _ in places(plain, typed):
        if start >= after and len(made) < most:
            made.append(_cut(plain, start, typed))
            after = start + _PASSAGE - _BEFORE
    return tuple(made)


def passage(text: str, typed: str) -> Passage:
    """The piece of a Markdown text that holds most of the words; its beginning where it holds none."""
    plain = _plain(text)
    hits = places(plain, typed)
    if not hits:
        return Passage(plain[:_PASSAGE] + ("…" if len(plain) > _PASSAGE else ""))
    words = flat(plain)
    best, most = hits[0][0], 0
    for number, (start, _) in enumerate(hits):
        near = {words[a:b] for a, b in hits[number : number + 12] if b <= start + _PASSAGE - _BEFORE}
        if len(near) > most:
            best, most = start, len(near)
    return _cut(plain, best, typed)


def whole(line: str, typed: str) -> Passage:
    """A short text, such as a title, with the places of the words in it."""
    plain = unicodedata.normalize("NFC", line)
    return Passage(plain, places(plain, typed))


def holds(line: str, typed: str) -> bool:
    """Whether a line as it is shown holds any of the words."""
    return bool(places(unicodedata.normalize("NFC", line), typed, 1))


def split_front(text: str) -> tuple[str, str]:
    """The front matter of a page, without its lines of dashes, and the Markdown below it."""
    if text.startswith("---\n"):
        front, ended, rest = text[4:].partition("\n---\n")
        if ended:
            return front, rest.lstrip("\n")
    return "", text


def _cut(plain: str, start: int, typed: str) -> Passage:
    begin = max(0, start - _BEFORE)
    if begin:
        space = plain.find(" ", begin, start)
        begin = space + 1 if space >= 0 else begin
    end = min(len(plain), begin + _PASSAGE)
    if end < len(plain):
        space = plain.rfind(" ", start + 20, end)
        end = space if space > 0 else end
    text = ("…" if begin else "") + plain[begin:end] + ("…" if end < len(plain) else "")
    return Passage(text, places(text, typed))


def _plain(text: str) -> str:
    """Markdown on one line, without the signs that only shape it."""
    return " ".join(_SIGNS.sub("", unicodedata.normalize("NFC", text)).split())


def _without_title(text: str) -> str:
    if text.startswith("# "):
        return text.partition("\n")[2]
    return text
