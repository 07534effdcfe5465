"""An objective as one page of Markdown: how far it is, what it costs, who works there, and its own page."""

from __future__ import annotations

from smartup_tui.ledger import markdown
from smartup_tui.ledger.rows import Objective
from smartup_tui.workspace import words
from smartup_tui.workspace.describe import page_body
from smartup_tui.workspace.describe_people import by_status
from smartup_tui.workspace.objectives import Money, ObjectiveDetail, Progress

_SUCCESS = "Definition of success"
_ABOVE = ("**Phase:**", "**Status:**", "**Created:**", "**Creator:**")
_SAID_ABOVE = ("- **Attacker**", "- **Defender**", "- **Midfielder**", "- **Mission leader**")


def describe_objective(detail: ObjectiveDetail) -> str:
    """All there is to say of an objective, in the order in which it is asked for."""
    row = detail.objective
    parts = [f"# {row.objective_id} {row.title}", f"**{_state(row)}**, {said(detail.progress)}", _facts(detail)]
    if detail.success:
        lines = [f"- {'reached' if c.reached else 'open'}: {c.entity} {c.title}".rstrip() for c in detail.success]
        more = [f"- and {detail.more_success:,} more"] if detail.more_success else []
        parts.append(f"## {_SUCCESS}\n\n" + "\n".join([*lines, *more]))
    if detail.tasks:
        lines = [
            f"- {t.task_id} {t.title}: {words.status(t.status)}{_pair(t.attacker, t.defender)}" for t in detail.tasks
        ]
        more = [f"- and {detail.more_tasks:,} more"] if detail.more_tasks else []
        parts.append("## Tasks\n\n" + "\n".join([*lines, *more]))
    body = _own_text(detail.page) if detail.page else ""
    if body:
        parts.append(body)
    if detail.events:
        lines = [
            f"- {words.day_and_time(event.timestamp)} {event.actor}: {event.action.replace('_', ' ')}. {event.details}"
            for event in detail.events
        ]
        parts.append("## Audit trail\n\n" + "\n".join(lines))
    return "\n\n".join(parts)


def said(progress: Progress) -> str:
    """How far an objective is, in a few words with both counts."""
    parts = [f"{progress.ticked} of {progress.boxes} reached"] if progress.boxes else []
    if progress.tasks:
        unit = "task" if progress.tasks == 1 else "tasks"
        parts.append(f"{progress.completed:,} of {progress.tasks:,} {unit} completed")
    return ", ".join(parts) or "nothing below it yet"


def spent(money: Money) -> str:
    """The budget and what became of it, in SC."""
    if not money.budget and not money.paid and not money.pending:
        return "none yet"
    pending = f", {words.sc(money.pending)} SC on the way" if money.pending else ""
    return (
        f"{words.sc_short(money.budget)} SC, of it {words.sc(money.paid)} SC paid{pending},"
        f" {words.sc(money.left)} SC left at most"
    )


def _state(row: Objective) -> str:
    phase = f", phase {row.phase}" if row.phase else ""
    return f"{row.status.capitalize()}{phase}"


def _facts(detail: ObjectiveDetail) -> str:
    row = detail.objective
    people = ", ".join(f"{alias} ({seats})" if seats > 1 else alias for alias, seats in detail.people)
    facts = [
        f"- budget: {spent(detail.money)}",
        f"- tasks below it: {by_status(detail.counts.by_status)}",
        f"- at work: {people or 'nobody now'}",
        f"- team: {row.team_id or 'the organisation'}; mission leader: {row.mission_leader or 'nobody'}",
    ]
    seats = [f"{name}: {value}" for name, value in (("attacker", row.attacker), ("defender", row.defender)) if value]
    if seats:
        facts.append(f"- {'; '.join(seats)}")
    if detail.parent is not None:
        facts.append(f"- below {detail.parent.objective_id} {detail.parent.title}")
    facts.append(f"- opened on {words.day(row.created_at)} by {row.created_by}")
    if detail.due is not None and detail.due.due is not None:
        facts.append(f"- next due: {detail.due.task_id} {detail.due.title}, {words.day(detail.due.due)}")
    return "\n".join(facts)


def _pair(attacker: str | None, defender: str | None) -> str:
    pair = " and ".join(alias for alias in (attacker, defender) if alias)
    return f", {pair}" if pair else ""


def _own_text(page: str) -> str:
    """The page without what stands above already: its facts, its definition of success and its ADM assignment."""
    text = markdown.replace_section(page, _SUCCESS, "") if markdown.section(page, _SUCCESS) else page
    kept = [line for line in text.split("\n") if not line.startswith((*_ABOVE, *_SAID_ABOVE))]
    return page_body("\n".join(kept))
