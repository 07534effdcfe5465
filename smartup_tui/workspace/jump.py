"""Going to anything by what an owner types: an id, an alias, the name or title of a page, the beginning of a title."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from smartup_tui.catalogue.model import Kind
from smartup_tui.ledger import tables
from smartup_tui.ledger.index import library
from smartup_tui.ledger.index.schema import quoted
from smartup_tui.ledger.resolve import kind_of
from smartup_tui.ledger.schema import Table
from smartup_tui.workspace.candidates import Candidates
from smartup_tui.workspace.reader import Reader
from smartup_tui.workspace.target import Target, Unclear

__all__ = ["Target", "Unclear", "about", "complete", "entity", "find", "page_of"]

MOST: Final = 12
Offered = Callable[[str], Sequence[Target]]


@dataclass(frozen=True, slots=True)
class _Home:
    """Where things of a kind are: their table, their id, what they are called, and the screen that shows them."""

    table: Table[Any]
    key: str
    title: str
    screen: str


_HOMES: Final = {
    Kind.TASK: _Home(tables.TASKS, "task_id", "title", "Tasks"),
    Kind.OBJECTIVE: _Home(tables.OBJECTIVES, "objective_id", "title", "Objectives"),
    Kind.ROLE: _Home(tables.ROLES, "role_id", "role_name", "People"),
    Kind.TEAM: _Home(tables.TEAMS, "team_id", "name", "People"),
    Kind.OWNER: _Home(tables.OWNERS, "alias", "license", "People"),
    Kind.SESSION: _Home(tables.CLOCK, "session_id", "task_id", "Learn"),
    Kind.PENDING: _Home(tables.PENDING, "pending_id", "beneficiary", "Review"),
    Kind.PROPOSAL: _Home(tables.PROPOSALS, "proposal_id", "title", "Govern"),
    Kind.APPLICATION: _Home(tables.APPLICATIONS, "application_id", "alias", "People"),
    Kind.REDEMPTION: _Home(tables.REDEMPTIONS, "redemption_id", "alias", "Audit"),
}


def find(reader: Reader, text: str, offered: Offered | None = None) -> Target | Unclear:
    """Where to go for what is typed, or why nowhere; `offered` answers as `complete` does, where that is known."""
    typed = " ".join(text.strip().strip("`[]!").split())[:200]
    if not typed:
        return Unclear("Type an id, an alias, or words of a title.")
    lowered = typed.lower().replace("-", "_")
    kind = kind_of(lowered)
    if kind is not None:
        return entity(reader, lowered) or Unclear(f"There is no {kind} {lowered}.")
    named = entity(reader, lowered.removeprefix("@")) or _page(reader, typed)
    if named is not None:
        return named
    offers = complete(reader, typed) if offered is None else offered(typed)
    same = [offer for offer in offers if offer.title.lower() == typed.lower()]
    if len(same) == 1 or len(offers) == 1:
        return (same or offers)[0]
    if offers:
        shown = "; ".join(f"{offer.entity} {offer.title}" for offer in offers[:3])
        return Unclear(f"“{typed[:60]}” fits several: {shown}{' and more' if len(offers) > 3 else ''}.")
    return Unclear(f"There is nothing that “{typed[:60]}” names.")


def entity(reader: Reader, entity_id: str) -> Target | None:
    """The thing with exactly this id or alias; None when there is none."""
    kind = kind_of(entity_id) or Kind.OWNER
    home = _HOMES[kind]
    row = reader.index.connection.execute(
        f"SELECT {quoted(home.title)} FROM {quoted(home.table.name)} WHERE {quoted(home.key)} = ? LIMIT 1",  # noqa: S608
        (entity_id,),
    ).fetchone()
    if row is None:
        return None
    if kind is Kind.SESSION and library.note_of_session(reader.index, entity_id) is None:
        return Target("Tasks", row[0], row[0])  # without notes its task tells of it
    return Target(home.screen, entity_id, row[0] or "")


def page_of(reader: Reader, entity_id: str) -> str | None:
    """The path of the page about a thing, where it has one in the wiki."""
    home = _HOMES[kind_of(entity_id) or Kind.OWNER]
    if "wiki_path" not in home.table.header:
        return None
    row = reader.index.connection.execute(
        f"SELECT wiki_path FROM {quoted(home.table.name)} WHERE {quoted(home.key)} = ? LIMIT 1",  # noqa: S608
        (entity_id,),
    ).fetchone()
    return row[0] if row and row[0] and library.page_at(reader.index, row[0]) else None


def complete(reader: Reader, typed: str, candidates: Candidates | None = None, limit: int = MOST) -> Sequence[Target]:
    """What may be meant by the beginning of an id, or of words of a title: things first, then pages."""
    wanted = typed.strip().removeprefix("@")
    if not wanted:
        return ()
    offers: dict[str, Target] = {}
    for entity_id, title in (candidates or Candidates(reader.index)).candidates(Kind.ENTITY, wanted, limit):
        home = _HOMES[kind_of(entity_id) or Kind.OWNER]
        offers[entity_id] = Target(home.screen, entity_id, title)
    if len(offers) >= limit:
        return tuple(offers.values())[:limit]
    told = {page_of(reader, entity_id) for entity_id in offers}
    for row in library.titled_so(reader.index, wanted, limit):
        if row.path not in told:
            offers.setdefault(row.path, Target("Learn", row.path, row.title))
    return tuple(offers.values())[:limit]


def _page(reader: Reader, typed: str) -> Target | None:
    row = library.page_at(reader.index, typed) or library.page_named(reader.index, typed.removesuffix(".md"))
    row = row or library.page_titled(reader.index, typed)
    return Target("Learn", row.path, row.title) if row else None


def about(reader: Reader, path: str) -> Target | None:
    """What a page is about: the thing whose page it is; None for a page of its own."""
    name = path.rpartition("/")[2].removesuffix(".md")
    parts = name.split("_")
    for end in range(len(parts), 0, -1):
        entity_id = "_".join(parts[:end])
        if (kind_of(entity_id) is not None or end == len(parts)) and page_of(reader, entity_id) == path:
            return entity(reader, entity_id)
    return None
