"""What texts name: the ids and aliases in them that have a place of their own, to be gone to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from smartup_tui.ledger import tables
from smartup_tui.ledger.index.schema import quoted
from smartup_tui.workspace import jump, links
from smartup_tui.workspace.reader import Reader
from smartup_tui.workspace.target import Target

_MOST: Final = 40
_LONGEST: Final = 20_000
"""Letters of one text that are looked through."""
_WORD: Final = re.compile(r"(?<![\w@/.:#-])[a-z][a-z0-9_-]{1,39}(?![\w/-]|\.[0-9A-Za-z])")


def named(reader: Reader, texts: Iterable[str]) -> tuple[Target, ...]:
    """What is named in texts, in the order in which it is met."""
    met: set[str] = set()
    found: dict[str, Target] = {}
    for name in _names(reader, texts):
        if name not in met and len(found) < _MOST:
            met.add(name)
            target = jump.entity(reader, name)
            if target is not None:
                found.setdefault(target.entity, target)
    return tuple(found.values())


def _names(reader: Reader, texts: Iterable[str]) -> Iterator[str]:
    """Ids as links have them, and the words that are somebody's alias."""
    for text in (text[:_LONGEST] for text in texts):
        ids = {start: name.removeprefix("@") for start, _, name in links.in_text(text) if not name.startswith("[[")}
        words = {match.start(): match[0] for match in _WORD.finditer(text)}
        aliases = _aliases(reader, set(words.values()))
        ids |= {start: word for start, word in words.items() if word in aliases}
        yield from (ids[start] for start in sorted(ids))


def _aliases(reader: Reader, words: set[str]) -> set[str]:
    """Those of these words that are the alias of an owner."""
    marks = ", ".join("?" * len(words))
    statement = f"SELECT alias FROM {quoted(tables.OWNERS.name)} WHERE alias IN ({marks})"  # noqa: S608 - marks only
    return {row[0] for row in reader.index.connection.execute(statement, sorted(words))}
