"""Where the links of a page lead: to another page, to a thing of the ledger, or out of the wiki.

Followed are relative links to `.md` files, `[[titles or names]]`, and ids, aliases with `@` and names of pages as they
stand in a text. What leads out is never opened: it is said in full, for the owner to copy.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, urlsplit

from smartup_tui.ledger.index import library
from smartup_tui.workspace import jump
from smartup_tui.workspace.reader import Reader

_IN_TEXT: Final = re.compile(
    r"\[\[([^\[\]\n]{1,200})\]\]"
    r"|(?<![\w@/.:#-])(@[a-z][a-z0-9_-]{1,39}|[3-6]_[0-9]+(?:_[0-9]+){0,2}|[sgpar]_[0-9]+)(?![\w/-]|\.[0-9A-Za-z])"
)
_OUTSIDE: Final = frozenset({"http", "https", "mailto", "matrix", "ftp"})
_ANCHOR: Final = re.compile(r"[^\w]+")


@dataclass(frozen=True, slots=True)
class ToPage:
    """A page, and the heading to go to there (as `anchor` makes it; empty: its top)."""

    path: str
    heading: str = ""


@dataclass(frozen=True, slots=True)
class ToEntity:
    """A thing of the ledger without a page of its own, or whose page is not here."""

    target: jump.Target


@dataclass(frozen=True, slots=True)
class Outside:
    """An address out of the wiki, in full."""

    address: str


Destination = ToPage | ToEntity | Outside


def in_text(text: str) -> Iterable[tuple[int, int, str]]:
    """Ids, aliases and `[[…]]` in a text: where they begin and end, and what they name."""
    for found in _IN_TEXT.finditer(text):
        yield found.start(), found.end(), f"[[{found[1]}]]" if found[1] else found[2]


def is_outside(target: str) -> bool:
    """Whether a link leads out of the wiki by its scheme."""
    return _scheme(target) in _OUTSIDE


def destination(reader: Reader, target: str, path: str) -> Destination | None:
    """Where a link on the page at `path` leads; None when there is nothing there."""
    if target.startswith("[[") and target.endswith("]]"):
        return _named(reader, target[2:-2])
    if is_outside(target):
        return Outside(target)
    if _IN_TEXT.fullmatch(target):
        return _thing(reader, target.removeprefix("@"))
    if _scheme(target):
        return None
    return _relative(reader, target, path)


def anchor(heading: str) -> str:
    """A heading as links name it: words in small letters, joined by `-`."""
    return _ANCHOR.sub("-", heading.lower()).strip("-")


def _scheme(target: str) -> str:
    try:
        return urlsplit(target).scheme.lower()
    except ValueError:
        return ""


def _relative(reader: Reader, target: str, path: str) -> ToPage | None:
    file, _, heading = target.partition("#")
    name = unquote(file)
    if not name:
        return ToPage(path, unquote(heading)) if heading else None
    tried = (posixpath.join(posixpath.dirname(path), name), name, f"wiki/{name}")
    for wanted in (posixpath.normpath(t).lstrip("/") for t in tried):
        if library.page_at(reader.index, wanted) is not None:
            return ToPage(wanted, unquote(heading))
    # Names are flat and unique: a link may leave out the folder, or name one where the page no longer lies.
    row = library.page_named(reader.index, posixpath.basename(name).removesuffix(".md"))
    return ToPage(row.path, unquote(heading)) if row else None


def _named(reader: Reader, text: str) -> Destination | None:
    name, _, _ = text.partition("|")
    wanted, _, heading = name.strip().partition("#")
    row = library.page_named(reader.index, wanted.removesuffix(".md")) or library.page_titled(reader.index, wanted)
    return ToPage(row.path, heading) if row else _thing(reader, wanted.lower().removeprefix("@"))


def _thing(reader: Reader, entity_id: str) -> Destination | None:
    target = jump.entity(reader, entity_id)
    if target is None:
        return None
    page = jump.page_of(reader, entity_id)
    return ToPage(page) if page else ToEntity(target)
