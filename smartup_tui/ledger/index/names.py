"""Things by their names: any part of an id, an alias or a title, in a full-text index of every three letters.

SQLite's `trigram` tokenizer answers in a millisecond what would take a look at every row. Each thing is one line
(`name_lines`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final

from smartup_tui.ledger.index.folding import containing
from smartup_tui.ledger.index.name_lines import KIND_BITS, KINDS, NAMED
from smartup_tui.ledger.index.store import Index

_INDEXED: Final = 3
_LOOKED_AT: Final = 400
"""Lines that are looked at where one condition alone is asked of the index."""
_MOST_LETTERS: Final = 200


@dataclass(frozen=True, slots=True)
class Name:
    """A thing that was found: its kind, its row id in the table, its id and its name."""

    kind: str
    row: int
    key: str
    name: str

    @property
    def line(self) -> str:
        """Both in small letters, as they are compared."""
        return f"{self.key}\t{self.name}".lower()


def found(index: Index, wanted: str, each: int, *, at_once: bool = False) -> Iterator[Name]:
    """What holds every word of a text, in any case: of each kind at most `each`, those that begin so first, then those
    where a word begins so, then those that hold it anywhere.

    `at_once` leaves out what the index does not know, and every line would have to be looked at for: where one or two
    letters stand within a word.
    """
    words = _plain(wanted).split()
    if not words:
        return
    longest = max(words, key=len)
    others = [word for word in words if word != longest]
    marks = [f"\n {' '.join(words)}", f"\t {' '.join(words)}", f" {longest}", longest]
    if at_once:
        marks = [mark for mark in marks if len(mark) >= _INDEXED]
    for number in range(len(NAMED)):
        seen: set[int] = set()
        for mark in marks:
            if len(seen) >= each:
                break
            for name in _lines(index, number, mark, others=others):
                if name.row not in seen and all(word in name.line for word in words):
                    seen.add(name.row)
                    yield name
                    if len(seen) >= each:
                        break


def beginning_so(index: Index, kind: str, wanted: str) -> Iterator[Name]:
    """Things of a kind a word of whose name begins so, the newest first; a hyphen parts words as a blank does."""
    words = _plain(wanted).replace("-", " ").split()
    if not words:
        return
    begins = tuple(f"{sign}{words[0]}" for sign in " -")
    number, whole = KINDS.index(kind), f" {' '.join(words)}"
    for name in _lines(index, number, *begins, others=[w for w in words[1:] if len(w) >= _INDEXED], newest=True):
        if whole in f" {name.name.lower().replace('-', ' ')}":
            yield name


def called(index: Index, kind: str, wanted: str) -> list[int]:
    """The row ids of things of a kind that are called exactly so, in any case."""
    return [name.row for name in _lines(index, KINDS.index(kind), f"\t {_plain(wanted)} \n")]


def alike(index: Index, wanted: str, most: int) -> list[Name]:
    """What shares most threes of letters with a text: among them is what was meant with a slip of the hand."""
    words = [f" {word} " for word in _plain(wanted).split()]
    threes = {word[at : at + _INDEXED] for word in words for at in range(len(word) - _INDEXED + 1)}
    if not threes:
        return []
    statement = "SELECT rowid, line FROM names WHERE names MATCH ? ORDER BY rank LIMIT ?"
    rows = index.connection.execute(statement, (" OR ".join(map(_phrase, sorted(threes))), most))
    return [_name(*row) for row in rows]


def count(index: Index) -> int:
    """How many things have names."""
    return int(index.connection.execute("SELECT count(*) FROM names_docsize").fetchone()[0])


def _lines(index: Index, number: int, *marks: str, others: Sequence[str] = (), newest: bool = False) -> Iterator[Name]:
    """The lines of a kind that hold one of the marks, and all of the others."""
    conditions, phrases = ["rowid BETWEEN ? AND ?"], list[str]()
    given: list[int | str] = [number << KIND_BITS, (number + 1 << KIND_BITS) - 1]
    for ways in (marks, *((word,) for word in others)):
        if all(len(way) >= _INDEXED for way in ways):
            phrases.append(f"({' OR '.join(map(_phrase, ways))})")
        else:  # too short for the index
            patterns = [containing(letters) for way in ways for letters in _cases(way)]
            conditions.append(" OR ".join(["line LIKE ? ESCAPE '\\'"] * len(patterns)).join("()"))
            given += patterns
    if phrases:
        conditions.append("names MATCH ?")
        given.append(" AND ".join(phrases))
    order = "DESC" if newest else "ASC"
    within = f"{' AND '.join(conditions)} ORDER BY rowid {order} LIMIT ?"
    statement = f"SELECT rowid, line FROM names WHERE {within}"  # noqa: S608 - conditions of this module's own
    for row in index.connection.execute(statement, (*given, _LOOKED_AT)):
        yield _name(*row)


def _cases(text: str) -> tuple[str, ...]:
    """The same letters as small ones and capitals, in every mixture: LIKE knows no capitals but those of ASCII."""
    if text.isascii():
        return (text,)
    return tuple("".join(letters) for letters in product(*({letter, letter.upper()} for letter in text)))


def _name(row: int, line: str) -> Name:
    key, _, name = line.strip("\n").partition("\t")
    return Name(KINDS[row >> KIND_BITS], row & (1 << KIND_BITS) - 1, key.strip(" "), name[1:-1])


def _plain(text: str) -> str:
    known = text[:_MOST_LETTERS].encode("utf-8", "ignore").decode("utf-8")
    return known.replace("\x00", " ").lower()


def _phrase(text: str) -> str:
    """A text as FTS5 takes it, so that none of its own words or signs means anything."""
    return '"' + text.replace('"', '""') + '"'
