"""An organisation of fifty owners who hold a role, and a task for each command of a burst."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from smartup_tui.ledger import tables
from smartup_tui.ledger.change import Append, Audit, Change, Entity, PageWrite
from smartup_tui.ledger.compose import compose
from smartup_tui.ledger.rows import TaskClaim
from smartup_tui.ledger.seal import Stamp, seal
from smartup_tui.ledger.tree import Overlay
from smartup_tui.toolbox.ids import event_id, new_request_id
from tests.support.organisation import Organisation, company

OWNERS: Final = 50


def member(number: int) -> str:
    """The alias of one of the fifty; they begin again after the last."""
    return f"owner_{number % OWNERS}"


def ready(number: int) -> str:
    """The id of a task with free seats, from 0."""
    return f"6_7_0_{number + 1}"


def crowd(tasks_ready: int) -> tuple[Organisation, dict[str, bytes]]:
    """The organisation before the fifty joined, whose clock is theirs too; and the files of the ledger with them.

    All join in one change, which takes milliseconds where a hundred commands would take seconds.
    """
    org = company()
    org.task(title="Task")
    maria, role = org.snapshot.owner("maria"), org.snapshot.role("4_3_7")
    task = org.snapshot.task("6_7_0_0")
    assert maria is not None
    assert role is not None
    assert task is not None
    writes = []
    for number in range(OWNERS):
        alias, own = member(number), f"4_3_{100 + number}"
        row = replace(maria, owner_id=f"{500 + number}", alias=alias, matrix_id=f"@{alias}:example.org", roles=(own,))
        writes += [Append(tables.OWNERS, row), Append(tables.ROLES, replace(role, role_id=own, holder=alias))]
    pages = []
    for number in range(tasks_ready):
        path = f"wiki/6_7/6_7_0/{ready(number)}_task.md"
        writes.append(Append(tables.TASKS, replace(task, task_id=ready(number), title="Task", wiki_path=path)))
        pages.append(PageWrite(path, f"# {ready(number)} Task\n\n## Comments\n"))
    writes.append(Append(tables.CLAIMS, TaskClaim(org.now, task.task_id, "maria", "attacker", "claim", "")))
    audit = Audit("prepare", Entity("task", task.task_id), "For a burst.")
    change = Change(tuple(pages), tuple(writes), (audit,), "Done.")
    sealed = seal(change, Stamp("maria", org.now, new_request_id(), "cli:prepare", event_id))
    tree = Overlay(org.tree, {f.path: f.content for f in compose(org.tree, [sealed]).files})
    return org, {path: tree.read(path) or b"" for path in tree.paths()}
