"""The wiki's pages in the read model: their text, their titles and the full-text index over both."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from typing import Final

from smartup_tui.ledger.tree import Tree

WIKI: Final = "wiki/"
_STEP: Final = 200

_TITLE = re.compile(r"^title:[ \t]*(.+?)[ \t]*$", re.MULTILINE)
_HEADING = re.compile(r"^# (.+)$", re.MULTILINE)


def ingest_pages(connection: sqlite3.Connection, tree: Tree, tell: Callable[[str, int, int], None]) -> bool:
    """Bring the pages up to the tree; True when any changed. Runs inside the caller's transaction."""
    known = {path: (number, blob) for number, path, blob in connection.execute("SELECT number, path, blob FROM pages")}
    wanted = [path for path in tree.paths(WIKI) if path.endswith(".md")]
    changed = [path for path in wanted if known.get(path, (0, ""))[1] != tree.blob_id(path)]
    for done, path in enumerate(changed):
        if done % _STEP == 0:
            tell("pages", done, len(changed))
        _write(connection, path, tree, known.get(path, (None, ""))[0])
    if changed:
        tell("pages", len(changed), len(changed))
    gone = [number for path, (number, _) in known.items() if tree.blob_id(path) is None]
    connection.executemany("DELETE FROM page_text WHERE rowid = ?", ((n,) for n in gone))
    connection.executemany("DELETE FROM pages WHERE number = ?", ((n,) for n in gone))
    return bool(changed or gone)


def _write(connection: sqlite3.Connection, path: str, tree: Tree, number: int | None) -> None:
    body = (tree.read(path) or b"").decode("utf-8", "replace")
    title = _title(body, path)
    if number is None:
        cursor = connection.execute(
            "INSERT INTO pages(path, blob, title) VALUES(?, ?, ?)", (path, tree.blob_id(path), title)
        )
        connection.execute("INSERT INTO page_text(rowid, title, body) VALUES(?, ?, ?)", (cursor.lastrowid, title, body))
        return
    connection.execute("UPDATE pages SET blob = ?, title = ? WHERE number = ?", (tree.blob_id(path), title, number))
    connection.execute("UPDATE page_text SET title = ?, body = ? WHERE rowid = ?", (title, body, number))


def _title(body: str, path: str) -> str:
    """The front matter's title, else the first heading, else the file's name."""
    if body.startswith("---\n"):
        front, _, _ = body[4:].partition("\n---")
        found = _TITLE.search(front)
        if found:
            return found[1].strip("\"'")
    found = _HEADING.search(body)
    return found[1] if found else path.rsplit("/", 1)[-1].removesuffix(".md")
