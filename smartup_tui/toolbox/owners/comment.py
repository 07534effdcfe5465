"""`comment`: a word on the page of anything that has one (ledger.md §5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from smartup_tui.catalogue.model import Kind
from smartup_tui.ledger import pages, tables
from smartup_tui.ledger.actor import Actor
from smartup_tui.ledger.arguments import Arguments
from smartup_tui.ledger.change import Audit, Change, Entity, Outcome, PageWrite
from smartup_tui.ledger.economy.sessions import with_block
from smartup_tui.ledger.resolve import kind_of
from smartup_tui.ledger.rows import Owner, TaskBudget
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.toolbox.wording import conflict


def comment(snapshot: Snapshot, actor: Actor, args: Arguments, now: datetime) -> Outcome:
    """Add a comment to the thing's own page, or to the page of the task that it belongs to."""
    entity_id = args.text("entity_id")
    kind = kind_of(entity_id) or Kind.OWNER
    page = _on_page(snapshot, kind, entity_id, pages.comment_block(actor.alias, now, args.text("text")))
    task = _task_of(snapshot, kind, entity_id)
    if task is not None:
        about = "" if kind is Kind.TASK else f"On {entity_id}: "
        block = pages.comment_block(actor.alias, now, about + args.text("text"))
        page = with_block(snapshot, task, pages.COMMENTS, block)
    if page is None:
        hint = "Comment on the task, proposal or owner it belongs to."
        return conflict("no_page", f"{entity_id} has no page.", hint, "entity_id")
    message = f"{actor.alias} commented on {entity_id}."
    entity = Entity("award" if kind is Kind.PENDING else kind.value, entity_id)
    return Change(
        markdown=(page,),
        index=(),
        audit=(Audit("comment", entity, message),),
        message=message,
        data={"entity_id": entity_id, "type": entity.type},
    )


def _task_of(snapshot: Snapshot, kind: Kind, entity_id: str) -> TaskBudget | None:
    """The task whose page a comment goes to: the task itself, or that of a session or an award."""
    if kind is Kind.TASK:
        return snapshot.task(entity_id)
    if kind is Kind.SESSION:
        clock = snapshot.session(entity_id)
        return snapshot.task(clock.task_id) if clock is not None else None
    if kind is Kind.PENDING:
        award = snapshot.award(entity_id)
        return snapshot.task(award[0].task_id) if award and award[0].task_id else None
    return None


def _on_page(snapshot: Snapshot, kind: Kind, entity_id: str, block: str) -> PageWrite | None:
    """The thing's own page with the comment; None where it has none."""
    find = _PATHS.get(kind)
    path = find(snapshot, entity_id) if find is not None else None
    data = snapshot.tree.read(path) if path is not None else None
    if path is None or data is None:
        return None
    section = pages.DISCUSSION if kind in (Kind.OBJECTIVE, Kind.TEAM) else pages.COMMENTS
    return PageWrite(path, pages.append_block(data.decode("utf-8", "replace"), section, block))


def _objective(snapshot: Snapshot, entity_id: str) -> str | None:
    row = snapshot.objective(entity_id)
    return row.wiki_path if row is not None else None


def _team(snapshot: Snapshot, entity_id: str) -> str | None:
    row = snapshot.team(entity_id)
    return row.wiki_path if row is not None else None


def _role(snapshot: Snapshot, entity_id: str) -> str | None:
    row = snapshot.role(entity_id)
    return row.wiki_path if row is not None else None


def _owner(snapshot: Snapshot, entity_id: str) -> str | None:
    row: Owner | None = snapshot.owner(entity_id)
    return row.wiki_path if row is not None else None


def _proposal(snapshot: Snapshot, entity_id: str) -> str | None:
    row = snapshot.rows(tables.PROPOSALS).get(entity_id)
    return row.wiki_path if row is not None else None


def _application(snapshot: Snapshot, entity_id: str) -> str | None:
    row = snapshot.rows(tables.APPLICATIONS).get(entity_id)
    return row.wiki_path if row is not None else None


_PATHS: Final[Mapping[Kind, Callable[[Snapshot, str], str | None]]] = MappingProxyType(
    {
        Kind.OBJECTIVE: _objective,
        Kind.TEAM: _team,
        Kind.ROLE: _role,
        Kind.OWNER: _owner,
        Kind.PROPOSAL: _proposal,
        Kind.APPLICATION: _application,
    }
)
