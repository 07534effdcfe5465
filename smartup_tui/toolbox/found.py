"""What several operations look up first, with the refusal where it is not there."""

from __future__ import annotations

from smartup_tui.ledger import tables
from smartup_tui.ledger.actor import Actor
from smartup_tui.ledger.change import Refusal
from smartup_tui.ledger.economy.work import Work, work_on
from smartup_tui.ledger.rows import Owner
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.toolbox.wording import not_found, rule


def task_work(snapshot: Snapshot, task_id: str) -> Work | Refusal:
    """A task with its sessions and awards."""
    work = work_on(snapshot, task_id)
    return work or not_found("not_found", f"There is no task {task_id}.", "!open_tasks lists the open ones.", "task_id")


def active_owner(snapshot: Snapshot, alias: str) -> Owner | Refusal:
    """An owner who is active."""
    owner = snapshot.owner(alias)
    if owner is None:
        return not_found("not_found", f"There is no owner {alias}.", "Check the alias in the book of owners.", "alias")
    if owner.status != "active":
        state = "has left" if owner.status == "left" else f"is {owner.status}"
        return rule("owner_not_active", f"{alias} {state}.", "Only active owners can be chosen.", "alias")
    return owner


def next_owner_id(snapshot: Snapshot) -> str:
    """The number after the largest in the book of owners, such as `002`."""
    used = [int(o.owner_id) for o in snapshot.rows(tables.OWNERS) if o.owner_id.isascii() and o.owner_id.isdigit()]
    return f"{max(used, default=0) + 1:03}"


def author_role(actor: Actor) -> str | None:
    """The role under which an actor's pages are written: the first of those they hold."""
    return min((role.role_id for role in actor.roles), default=None)
