"""Things by their names: any part of an id, an alias or a title, in a full-text index of every three letters.

SQLite's `trigram` tokenizer answers in a millisecond what would take a look at every row. Each thing is one line,
`id<tab>name`, with blanks around both, so that a word's beginning can be looked for too. Triggers keep the lines as the
tables are, whoever writes them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Final, NamedTuple

from smartup_tui.ledger import tables
from smartup_tui.ledger.index.folding import containing

if TYPE_CHECKING:
    from smartup_tui.ledger.index.store import Index


class _Named(NamedTuple):
    """Of a kind of things: their table, its row id, their id, and SQL for their name (`{0}` is the row)."""

    kind: str
    table: str
    row: str
    key: str
    name: str


_NAMED: Final = (
    _Named("objective", tables.OBJECTIVES.name, "row", "objective_id", "{0}.title"),
    _Named("owner", tables.OWNERS.name, "row", "alias", "{0}.license || ' license, ' || {0}.status"),
    _Named("role", tables.ROLES.name, "row", "role_id", "{0}.role_name || ifnull(' · ' || {0}.holder, '')"),
    _Named("team", tables.TEAMS.name, "row", "team_id", "{0}.name"),
    _Named("proposal", tables.PROPOSALS.name, "row", "proposal_id", "{0}.title"),
    _Named("page", "pages", "number", "path", "{0}.title"),
    _Named("task", tables.TASKS.name, "row", "task_id", "{0}.title"),
)
KINDS: Final = tuple(named.kind for named in _NAMED)
_KIND_BITS: Final = 56
"""Above the bits of a row id, a line's number says of which kind it is."""

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


def statements() -> Iterator[str]:
    """The statements that make the index of names and keep it."""
    yield "CREATE VIRTUAL TABLE names USING fts5(line, tokenize='trigram')"
    for number, named in enumerate(_NAMED):
        kind, table = number << _KIND_BITS, f'"{named.table}"'
        name = f"replace(replace(ifnull({named.name.format('new')}, ''), char(9), ' '), char(10), ' ')"
        line = f"char(10) || ' ' || new.{named.key} || ' ' || char(9) || ' ' || {name} || ' ' || char(10)"
        write = f"INSERT OR REPLACE INTO names(rowid, line) VALUES({kind} | new.{named.row}, {line});"
        yield f'CREATE TRIGGER "{named.kind} is new" AFTER INSERT ON {table} BEGIN {write} END'
        yield f'CREATE TRIGGER "{named.kind} is other" AFTER UPDATE ON {table} BEGIN {write} END'
        remove = f"DELETE FROM names WHERE rowid = {kind} | old.{named.row};"  # noqa: S608 - names of our own
        yield f'CREATE TRIGGER "{named.kind} is gone" AFTER DELETE ON {table} BEGIN {remove} END'


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
    for number in range(len(_NAMED)):
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
    given: list[int | str] = [number << _KIND_BITS, (number + 1 << _KIND_BITS) - 1]
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
    return Name(KINDS[row >> _KIND_BITS], row & (1 << _KIND_BITS) - 1, key.strip(" "), name[1:-1])


def _plain(text: str) -> str:
    known = text[:_MOST_LETTERS].encode("utf-8", "ignore").decode("utf-8")
    return known.replace("\x00", " ").lower()


def _phrase(text: str) -> str:
    """A text as FTS5 takes it, so that none of its own words or signs means anything."""
    return '"' + text.replace('"', '""') + '"'
