"""`set_task`: a task's title, the day it is due, and its size before work began (ledger.md §4, Budgets)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from smartup_tui.ledger import tables
from smartup_tui.ledger.actor import Actor
from smartup_tui.ledger.arguments import Arguments
from smartup_tui.ledger.change import Audit, Change, Entity, Outcome, PageWrite, Refusal, Update
from smartup_tui.ledger.economy.work import OVER, Work
from smartup_tui.ledger.page_edits import retitled, with_fact, with_new_fact, without_fact
from smartup_tui.ledger.rows import TaskBudget
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.toolbox.found import task_work
from smartup_tui.toolbox.wording import conflict, malformed, rule, sc

NO_DAY: Final = ("none", "never", "-")
_TITLE_LENGTH: Final = 160


@dataclass(frozen=True, slots=True)
class Edit:
    """What changes: values of the row, the page's text, one line for people."""

    values: Mapping[str, Any]
    page: Callable[[str], str]
    message: str


def set_task(snapshot: Snapshot, _actor: Actor, args: Arguments, now: datetime) -> Outcome:
    """Change one field of a task, on its page and in the index alike."""
    work = task_work(snapshot, args.text("task_id"))
    if isinstance(work, Refusal):
        return work
    task, field, value = work.task, args.text("field"), args.text("value")
    if work.status in OVER:
        hint = "What is assessed or cancelled stays as it was; !create_task opens a new one."
        return conflict("task_over", f"{task.task_id} is {work.status}.", hint, "task_id")
    edit = _edit(snapshot, work, field, value, now)
    if isinstance(edit, Refusal):
        return edit
    data = snapshot.tree.read(task.wiki_path) if task.wiki_path else None
    text = data.decode("utf-8", "replace") if data is not None else None
    written = edit.page(text) if text is not None else None
    return Change(
        markdown=(PageWrite(task.wiki_path or "", written),) if written is not None and written != text else (),
        index=(Update(tables.TASKS, (task.task_id,), edit.values),),
        audit=(Audit("set_task", Entity("task", task.task_id), edit.message),),
        message=edit.message,
        data={"task_id": task.task_id, "field": field, "value": value},
    )


def _edit(snapshot: Snapshot, work: Work, field: str, value: str, now: datetime) -> Edit | Refusal:
    if "\n" in value:
        return malformed("one_line", f"A {field} is one line.", field="value")
    if field == "title":
        return _title(work.task, value)
    if field == "due":
        return _due(work.task, value, now)
    return _size(snapshot, work, value.lower())


def _title(task: TaskBudget, value: str) -> Edit | Refusal:
    if len(value) > _TITLE_LENGTH:
        return malformed("too_long", f"A title has at most {_TITLE_LENGTH} characters.", field="value")
    if value == task.title:
        return _unchanged(task, "title")
    message = f"Title of {task.task_id}: {value}."
    return Edit({"title": value}, lambda page: retitled(page, f"{task.task_id} {value}"), message)


def _due(task: TaskBudget, value: str, now: datetime) -> Edit | Refusal:
    if value.lower() in NO_DAY:
        if task.due is None:
            return _unchanged(task, "due day")
        return Edit({"due": None}, lambda page: without_fact(page, "Due"), f"{task.task_id} has no due day now.")
    try:
        day = date.fromisoformat(value) if len(value) == len("2026-12-01") else None
    except ValueError:
        day = None
    if day is None:
        message = f"“{value[:40]}” is no day; expected one such as 2026-12-01, or none."
        return malformed("bad_argument", message, field="value")
    if day < now.date():
        return malformed("due_past", f"{day.isoformat()} is over.", "Give a day that is still to come.", "value")
    if day == task.due:
        return _unchanged(task, "due day")
    message = f"{task.task_id} is due on {day.isoformat()}."
    return Edit({"due": day}, lambda page: with_new_fact(page, "Due", day.isoformat()), message)


def _size(snapshot: Snapshot, work: Work, size: str) -> Edit | Refusal:
    task, budgets = work.task, snapshot.policies.credits.budgets
    budget = budgets.get(size)
    if budget is None:
        return malformed("bad_argument", f"“{size[:40]}” is no size; it can be {', '.join(budgets)}.", field="value")
    if work.clocks:
        hint = "Its budget is what the work was begun for; a further task can hold what is more."
        return rule("work_began", f"Work on {task.task_id} has begun, so its size stays.", hint, "field")
    if size == task.size:
        return _unchanged(task, "size")
    message = f"{task.task_id} is {size} now, with a budget of {sc(budget)}."
    return Edit(
        {"size": size, "budget_sc": budget},
        lambda page: with_fact(with_fact(page, "Size", size), "Budget", sc(budget)),
        message,
    )


def _unchanged(task: TaskBudget, what: str) -> Refusal:
    return conflict("no_change", f"The {what} of {task.task_id} is that already.", field="value")
