"""Pages without their row, and rows without their page: the first of the three writes was the last, or went astray."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from smartup_tui.ledger import pages, paths, tables
from smartup_tui.ledger.change import Append, Change, PageWrite
from smartup_tui.ledger.governance import voting
from smartup_tui.ledger.markdown import Page
from smartup_tui.ledger.policies import PolicyError
from smartup_tui.ledger.repair.wording import repaired
from smartup_tui.ledger.rows import Objective, Proposal, RoleApplication, TaskBudget
from smartup_tui.ledger.schema import Table
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.ledger.status import OPEN
from smartup_tui.ledger.verify.pages import WITH_PAGES

CENT: Final = Decimal("0.01")
_FACT: Final = re.compile(r"^\*\*([^*:]+):\*\* (.*?) *$", re.MULTILINE)
_NAME: Final = re.compile(r"(?:^|/)((?:[56](?:_[0-9]+)+)|(?:[ap]_[0-9]+))(?:_[a-z0-9_]*)?\.md\Z")
_TYPES: Final[Mapping[str, str]] = {
    tables.OWNERS.name: "owner",
    tables.TEAMS.name: "team",
    tables.ROLES.name: "role",
    tables.APPLICATIONS.name: "application",
    tables.OBJECTIVES.name: "objective",
    tables.TASKS.name: "task",
    tables.SESSIONS.name: "session",
    tables.PROPOSALS.name: "proposal",
}
"""What the audit trail calls the entities of a table."""


def rows_of_pages(snapshot: Snapshot, now: datetime) -> Iterator[Change]:
    """The rows of pages that no row points at, as far as the page says what the row must hold."""
    named = {row.wiki_path for table in WITH_PAGES for row in snapshot.rows(table)}
    for path in snapshot.tree.paths("wiki/"):
        found = _NAME.search(path)
        if path in named or found is None:
            continue
        page = snapshot.page(path)
        row = None if page is None else _row(snapshot, _told(found.group(1), path, page, now))
        if row is not None:
            table, made = row
            kind, entity_id = _TYPES[table.name], found.group(1)
            message = f"{entity_id} had a page and no row; the row is added from what the page says."
            yield repaired(kind, entity_id, message, [Append(table, made)])


@dataclass(frozen=True, slots=True)
class _Told:
    """What a page says of the entity that it is about."""

    entity_id: str
    path: str
    page: Page
    title: str
    author: str
    at: datetime
    facts: Mapping[str, str]


def _told(entity_id: str, path: str, page: Page, now: datetime) -> _Told:
    return _Told(
        entity_id=entity_id,
        path=path,
        page=page,
        title=str(page.front.get("title") or "").removeprefix(entity_id).strip(),
        author=str(page.front.get("author") or ""),
        at=_moment(page.front.get("date"), now),
        facts=dict(_FACT.findall(page.body.partition("\n## ")[0])),
    )


def _row(snapshot: Snapshot, told: _Told) -> tuple[Table[Any], Any] | None:
    """The row that a page stands for; None when the page does not say enough, or there is a row of that id."""
    entity_id = told.entity_id
    if not told.title or snapshot.owner(told.author) is None:
        return None
    made: tuple[Table[Any], Any] | None = None
    if paths.TASK_ID.match(entity_id) and snapshot.task(entity_id) is None:
        made = _task(snapshot, told)
    elif paths.OBJECTIVE_ID.match(entity_id) and snapshot.objective(entity_id) is None:
        made = _objective(snapshot, told)
    elif entity_id.startswith("a_") and snapshot.rows(tables.APPLICATIONS).get(entity_id) is None:
        made = _application(snapshot, told)
    elif entity_id.startswith("p_") and snapshot.rows(tables.PROPOSALS).get(entity_id) is None:
        made = _proposal(told)
    return made


def _task(snapshot: Snapshot, told: _Told) -> tuple[Table[Any], Any] | None:
    _, group, number, _ = told.entity_id.split("_")
    objective = snapshot.objective(f"5_{group}_{number}")
    size = told.facts.get("Size", "")
    stated = told.facts.get("Budget", "").split()
    try:
        budget = Decimal(stated[0]).quantize(CENT) if stated else snapshot.policies.credits.budgets.get(size)
    except (InvalidOperation, PolicyError):
        return None
    if objective is None or not size or budget is None:
        return None
    due = told.facts.get("Due", "")
    row = TaskBudget(
        task_id=told.entity_id,
        title=told.title,
        objective_id=objective.objective_id,
        team_id=objective.team_id,
        size=size,
        budget_sc=budget,
        status=OPEN,
        attacker=None,
        defender=None,
        due=date.fromisoformat(due) if re.fullmatch(r"[0-9]{4}-[01][0-9]-[0-3][0-9]", due) else None,
        created_by=told.author,
        created_at=told.at,
        wiki_path=told.path,
    )
    return tables.TASKS, row


def _objective(snapshot: Snapshot, told: _Told) -> tuple[Table[Any], Any]:
    above = str(told.page.front.get("parent") or "")
    team = f"3_{told.entity_id.split('_')[1]}" if told.entity_id.count("_") > 1 else ""
    sides = dict(re.findall(r"^- \*\*(Attacker|Defender)\*\*: (.*?) *$", told.page.body, re.MULTILINE))
    row = Objective(
        objective_id=told.entity_id,
        parent_id=above if snapshot.objective(above) is not None else None,
        team_id=team if snapshot.team(team) is not None else None,
        title=told.title,
        phase=told.facts.get("Phase"),
        status=told.facts.get("Status", "active"),
        attacker=sides.get("Attacker"),
        defender=sides.get("Defender"),
        mission_leader=None,
        created_by=told.author,
        created_at=told.at,
        wiki_path=told.path,
    )
    return tables.OBJECTIVES, row


def _application(snapshot: Snapshot, told: _Told) -> tuple[Table[Any], Any] | None:
    role, alias = told.facts.get("Role", ""), told.facts.get("Applicant", told.author)
    if snapshot.role(role) is None or snapshot.owner(alias) is None:
        return None
    return tables.APPLICATIONS, RoleApplication(told.entity_id, told.at, alias, role, "open", None, None, told.path)


def _proposal(told: _Told) -> tuple[Table[Any], Any] | None:
    kind, ends = told.facts.get("Kind"), _stated(told.facts.get("Consensus ends"))
    if kind is None or ends is None:
        return None
    voted = kind in voting.VOTED
    row = Proposal(
        proposal_id=told.entity_id,
        timestamp=told.at,
        alias=told.author,
        kind=kind,
        title=told.title,
        status=voting.VOTING if voted else voting.OPEN,
        consensus_ends_at=None if voted else ends,
        vote_ends_at=ends if voted else None,
        result=None,
        wiki_path=told.path,
    )
    return tables.PROPOSALS, row


def pages_of_rows(snapshot: Snapshot, now: datetime) -> Iterator[Change]:
    """A page for each path that a row names and that is not there, begun anew."""
    known, made = set(snapshot.tree.paths("wiki/")), set()
    for table in WITH_PAGES:
        for row in snapshot.rows(table):
            path = row.wiki_path
            if path is None or path in known or path in made:
                continue
            made.add(path)
            entity_id = str(getattr(row, "alias", None) or getattr(row, table.header[0]))
            message = f"{entity_id} had a row and no page; the page is begun anew."
            yield repaired(_TYPES[table.name], entity_id, message, pages=[_page(path, entity_id, row, now)])


def _page(path: str, entity_id: str, row: Any, now: datetime) -> PageWrite:
    name = getattr(row, "title", None) or getattr(row, "name", None) or getattr(row, "role_name", None) or ""
    author = getattr(row, "created_by", None) or getattr(row, "alias", None) or ""
    if isinstance(row, TaskBudget):
        facts = [("Size", row.size), ("Budget", f"{row.budget_sc} SC")]
        text = pages.task_page(
            entity_id, row.title, author=author, role=None, at=row.created_at, objective_id=row.objective_id, why="",
            facts=facts,
        )  # fmt: skip
        return PageWrite(path, text)
    title = f"{entity_id} {name}".strip()
    front = pages.front_matter(title, author, None, now, "", public=False)
    body = f"# {title}\n\nThis page was missing and is begun anew.\n\n## {pages.COMMENTS}\n"
    return PageWrite(path, pages.render(Page(front, body)))


def boxes(snapshot: Snapshot, _now: datetime) -> Iterator[Change]:
    """A box on the parent's page for each objective that is not in its list."""
    for child in snapshot.rows(tables.OBJECTIVES):
        parent = snapshot.objective(child.parent_id) if child.parent_id else None
        page = snapshot.page(parent.wiki_path) if parent is not None and parent.wiki_path else None
        if parent is None or page is None or child.objective_id in pages.ticks(page.body):
            continue
        body = pages.with_tick(page.body, child.objective_id, child.title, done=child.status == "done")
        message = f"{child.objective_id} was not on the list of {parent.objective_id}; it is added."
        text = pages.render(Page(page.front, body, page.head))
        yield repaired("objective", child.objective_id, message, pages=[PageWrite(parent.wiki_path or "", text)])


def _moment(value: Any, now: datetime) -> datetime:
    """The time of a page's date: its beginning, never later than now."""
    if isinstance(value, datetime):
        return min(value.astimezone(UTC), now)
    return min(datetime(value.year, value.month, value.day, tzinfo=UTC), now) if isinstance(value, date) else now


def _stated(text: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else None
