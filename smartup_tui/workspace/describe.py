"""A thing of the ledger as one page of Markdown: the facts first, then its own page, then what happened to it."""

from __future__ import annotations

import re
from datetime import datetime

from smartup_tui.workspace import words
from smartup_tui.workspace.view import TaskDetail

_STAMPED = re.compile(r"^(?:### |- [A-Z][A-Za-z -]*: ).*$", re.MULTILINE)
_STAMP = re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def describe_task(detail: TaskDetail) -> str:
    """All there is to say of a task, in the order in which it is asked for."""
    task = detail.task
    facts = [
        f"# {task.task_id} {task.title}",
        f"**{words.status(task.status)}**, {task.size}, {words.sc_short(task.budget_sc)} SC"
        + (f", due {words.day(task.due)}" if task.due else ""),
        "\n".join(
            (
                f"- attacker: {task.attacker or 'free'}",
                f"- defender: {task.defender or 'free'}",
                f"- objective: {task.objective_id} {detail.objective or ''}",
            )
        ),
    ]
    for clock in detail.running:
        who = " and ".join(clock.pair)
        state = "confirmed" if clock.confirmed else "not confirmed yet"
        facts.append(
            f"Work is going on: {clock.session_id}, {who}, since {words.day_and_time(clock.started_at)}, {state}."
        )
    parts = ["\n\n".join(facts)]
    if detail.page:
        parts.append(page_body(detail.page))
    if detail.awards:
        lines = [
            f"- {row.pending_id} {row.adm_role} {row.beneficiary}: {words.sc(row.amount)} SC, {row.status}"
            + (f", window ends {words.day_and_time(row.consensus_ends_at)}" if row.consensus_ends_at else "")
            for row in detail.awards
        ]
        parts.append("## Awards\n\n" + "\n".join(lines))
    if detail.events:
        lines = [
            f"- {words.day_and_time(event.timestamp)} {event.actor}: {event.action.replace('_', ' ')}. {event.details}"
            for event in detail.events
        ]
        parts.append("## Audit trail\n\n" + "\n".join(lines))
    return "\n\n".join(parts)


def page_body(page: str) -> str:
    """A page without its front matter, its title, and the sections in which nobody has written anything yet."""
    return with_local_times(_without_empty_sections(_without_title(page)))


def with_local_times(page: str) -> str:
    """A page whose blocks and facts tell when they were written as screens do; what people wrote stays as it is."""
    return _STAMPED.sub(lambda line: _STAMP.sub(_local_time, line[0]), page)


def _local_time(stamp: re.Match[str]) -> str:
    try:
        return words.day_and_time(datetime.fromisoformat(stamp[0]))
    except (ValueError, OverflowError):
        return stamp[0]


def page_sections(page: str) -> str:
    """The sections of a page alone, for where the facts above them have been told already."""
    body = page_body(page)
    place = body.find("\n## ")
    return body if body.startswith("## ") or place < 0 else body[place + 1 :]


def _without_title(page: str) -> str:
    """A page without its front matter and its title, which stand above already."""
    body = page
    if body.startswith("---\n"):
        _, found, rest = body[4:].partition("\n---\n")
        body = rest if found else body
    body = body.lstrip("\n")
    if body.startswith("# "):
        _, _, body = body.partition("\n")
    return body.strip("\n")


def _without_empty_sections(page: str) -> str:
    """A page without the headings of its template below which nobody has written anything yet."""
    lines = page.split("\n")
    kept: list[str] = []
    for line in reversed(lines):
        below = next((found for found in reversed(kept) if found.strip()), None)
        if line.startswith("## ") and (below is None or below.startswith("## ")):
            continue
        kept.append(line)
    return "\n".join(reversed(kept)).strip("\n")
