"""The wiki in the read model: pages with their text and titles, hand-over notes, and the full-text index over both.

A note is the text of a session's block on its task's page; of a session that no page tells of, the summary in the
session log. The index keeps no text: what is taken out of it is made from the row once more.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final

from smartup_tui.ledger.index.folding import indexed
from smartup_tui.ledger.markdown import Block, blocks, replace_section
from smartup_tui.ledger.tree import Tree

WIKI: Final = "wiki/"
SESSIONS: Final = "Sessions"
_STEP: Final = 200

_TITLE = re.compile(r"^title:[ \t]*(.+?)[ \t]*$", re.MULTILINE)
_HEADING = re.compile(r"^# (.+)$", re.MULTILINE)
_NUMBER = re.compile(r"[0-9]+")
_SESSION = re.compile(r"s_[0-9]+\Z")
_TASK = re.compile(r"(6_[0-9]+_[0-9]+_[0-9]+)(?:_|\Z)")
_TIMES = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ) to (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)\Z")

_NOTE_COLUMNS = "page, session_id, task_id, started_at, stopped_at, attacker, defender, minutes, evidence, title, text"
_INSERT_NOTE = f"INSERT INTO notes({_NOTE_COLUMNS}) VALUES({', '.join('?' * 11)})"
# Of the sessions without a block, the newest row of each: a later row supersedes (ledger.md §2).
_UNTOLD = f"""
INSERT INTO notes({_NOTE_COLUMNS})
SELECT NULL, session_id, task_id, started_at, stopped_at, attacker, defender, duration_minutes, NULL,
  task_id, summary
FROM session_logs s
WHERE summary != '' AND NOT EXISTS (SELECT 1 FROM notes n WHERE n.session_id = s.session_id)
  AND row = (SELECT max(row) FROM session_logs later WHERE later.session_id = s.session_id)
"""  # noqa: S608
_AMONG = " AND session_id IN (SELECT value FROM json_each(?))"
_INDEXED_OF_NOTES = "SELECT number, title, session_id, attacker, defender, text FROM notes n"
_TOLD_SINCE = f"""
{_INDEXED_OF_NOTES} WHERE page IS NULL AND (
  EXISTS (SELECT 1 FROM notes o WHERE o.session_id = n.session_id AND o.page IS NOT NULL)
  OR n.text IS NOT (SELECT summary FROM session_logs s WHERE s.session_id = n.session_id ORDER BY row DESC LIMIT 1))
"""  # noqa: S608


def ingest_pages(
    connection: sqlite3.Connection,
    tree: Tree,
    tell: Callable[[str, int, int], None],
    paths: Iterable[str] | None = None,
) -> set[str] | None:
    """Bring the pages up to the tree: all of them, or those among `paths` where what changed is known.

    Answers the sessions whose notes may be others now, None when no page changed. Runs in the caller's transaction.
    """
    known = _known(connection, paths)
    wanted = tree.paths(WIKI) if paths is None else [path for path in paths if tree.blob_id(path) is not None]
    changed = [path for path in wanted if _is_page(path) and known.get(path, (0, ""))[1] != tree.blob_id(path)]
    sessions: set[str] = set()
    for done, path in enumerate(changed):
        if done % _STEP == 0:
            tell("pages", done, len(changed))
        if path in known:
            sessions |= _forget(connection, known[path][0])
        sessions |= _write(connection, path, tree, known.get(path, (None, ""))[0])
    if changed:
        tell("pages", len(changed), len(changed))
    gone = [number for path, (number, _) in known.items() if tree.blob_id(path) is None]
    for number in gone:
        sessions |= _forget(connection, number)
    connection.executemany("DELETE FROM pages WHERE number = ?", ((n,) for n in gone))
    return sessions if changed or gone else None


def _is_page(path: str) -> bool:
    return path.startswith(WIKI) and path.endswith(".md")


def _known(connection: sqlite3.Connection, paths: Iterable[str] | None) -> dict[str, tuple[int, str]]:
    """Number and blob of the pages that are known already."""
    if paths is None:
        found = connection.execute("SELECT number, path, blob FROM pages")
    else:
        asked = json.dumps([path for path in paths if _is_page(path)])
        found = connection.execute(
            "SELECT number, path, blob FROM pages WHERE path IN (SELECT value FROM json_each(?))", (asked,)
        )
    return {path: (number, blob) for number, path, blob in found}


def ingest_untold(connection: sqlite3.Connection, sessions: Iterable[str] | None = None) -> None:
    """Bring the notes of sessions that no page tells of up to the session log: of all, or of `sessions` alone.

    After pages and tables.
    """
    narrowed, parameters = "", tuple[str, ...]()
    if sessions is not None:
        narrowed, parameters = _AMONG, (json.dumps(sorted(sessions)),)
    stale = connection.execute(_TOLD_SINCE + narrowed, parameters).fetchall()
    _unindex(connection, (_note_words(row) for row in stale))
    connection.executemany("DELETE FROM notes WHERE number = ?", ((row[0],) for row in stale))
    last = connection.execute("SELECT ifnull(max(number), 0) FROM notes").fetchone()
    connection.execute(_UNTOLD + narrowed, parameters)
    new = connection.execute(f"{_INDEXED_OF_NOTES} WHERE number > ?", last)
    _index(connection, [_note_words(row) for row in new])


def _write(connection: sqlite3.Connection, path: str, tree: Tree, number: int | None) -> set[str]:
    """Read a page in; answers the sessions it tells of."""
    body = (tree.read(path) or b"").decode("utf-8", "replace")
    title = title_of(body, path)
    folder, _, file = path.removeprefix(WIKI).rpartition("/")
    name = file.removesuffix(".md")
    place = _NUMBER.sub(lambda found: found[0].zfill(8), name)
    cursor = connection.execute(
        "INSERT OR REPLACE INTO pages(number, path, blob, title, folder, name, place) VALUES(?, ?, ?, ?, ?, ?, ?)",
        (number, path, tree.blob_id(path), title, folder, name, place),
    )
    number = cursor.lastrowid
    assert number is not None
    connection.execute("INSERT INTO page_text(page, body) VALUES(?, ?)", (number, body))
    words, sessions = [_page_words(number, title, body)], set[str]()
    for note in _notes_of(number, title, name, body):
        key = connection.execute(_INSERT_NOTE, note).lastrowid
        assert key is not None
        words.append(_note_words((key, title, note[1], note[5], note[6], note[10])))
        sessions.add(note[1])
    _index(connection, words)
    return sessions


def _forget(connection: sqlite3.Connection, number: int) -> set[str]:
    """Take a page's text and notes out; its row stays. Answers the sessions it told of."""
    row = connection.execute(
        "SELECT title, body FROM pages JOIN page_text ON page = number WHERE number = ?", (number,)
    ).fetchone()
    gone = connection.execute(f"{_INDEXED_OF_NOTES} WHERE page = ?", (number,)).fetchall()
    _unindex(connection, [*([_page_words(number, *row)] if row else ()), *map(_note_words, gone)])
    connection.execute("DELETE FROM page_text WHERE page = ?", (number,))
    connection.execute("DELETE FROM notes WHERE page = ?", (number,))
    return {note[2] for note in gone}


def _index(connection: sqlite3.Connection, words: Sequence[tuple[int, str, str]]) -> None:
    connection.executemany("INSERT INTO found(rowid, title, body) VALUES(?, ?, ?)", words)


def _unindex(connection: sqlite3.Connection, words: Iterable[tuple[int, str, str]]) -> None:
    connection.executemany("INSERT INTO found(found, rowid, title, body) VALUES('delete', ?, ?, ?)", words)


def _page_words(number: int, title: str, body: str) -> tuple[int, str, str]:
    """What is searched of a page: its title, and what is below the front matter, without the notes."""
    text = without_front(body)
    if f"## {SESSIONS}" in text:
        text = replace_section(text, SESSIONS, "")
    return 2 * number, indexed(title), indexed(text)


def _note_words(row: Sequence[Any]) -> tuple[int, str, str]:
    """What is searched of a note: its task, session and pair, and what it says; `row` as `_INDEXED_OF_NOTES` has it."""
    number, title, session_id, attacker, defender, text = row
    return 2 * number + 1, indexed(f"{title} {session_id} {attacker or ''} {defender or ''}"), indexed(text)


def _notes_of(page: int, title: str, name: str, body: str) -> Iterator[tuple[Any, ...]]:
    """The rows of the notes on a page: its session blocks that have a text."""
    if f"## {SESSIONS}" not in body:
        return
    task = _TASK.match(name)
    for block in blocks(without_front(body), SESSIONS):
        session_id = block.heading.split()[0] if block.heading.split() else ""
        if _SESSION.match(session_id) and block.text:
            yield page, session_id, task[1] if task else "", *_facts(block), title, block.text


def _facts(block: Block) -> tuple[str, str, str | None, str | None, int, str | None]:
    """Started, stopped, attacker, defender, minutes and evidence, as far as a block's lines say so."""
    known = {name: value.strip() for name, value in block.fields.items()}
    times, minutes = _TIMES.match(known.get("Time", "")), known.get("Minutes", "")
    return (
        times[1] if times else "",
        times[2] if times else "",
        known.get("Attacker") or None,
        known.get("Defender") or None,
        int(minutes) if minutes.isascii() and minutes.isdecimal() and len(minutes) < 9 else 0,
        known.get("Evidence", "").strip("<>") or None,
    )


def without_front(body: str) -> str:
    """A page without its front matter."""
    if body.startswith("---\n"):
        _, found, rest = body[4:].partition("\n---\n")
        return rest.lstrip("\n") if found else body
    return body


def title_of(body: str, path: str) -> str:
    """The front matter's title, else the first heading, else the file's name."""
    if body.startswith("---\n"):
        front, _, _ = body[4:].partition("\n---")
        found = _TITLE.search(front)
        if found:
            return found[1].strip("\"'")
    found = _HEADING.search(body)
    return found[1] if found else path.rsplit("/", 1)[-1].removesuffix(".md")
