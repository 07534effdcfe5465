"""`create_objective`: an objective of the organisation, of a team, or below another one (ledger.md §2, Ids)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from smartup_tui.ledger import pages, paths, tables
from smartup_tui.ledger.actor import Actor
from smartup_tui.ledger.arguments import Arguments
from smartup_tui.ledger.change import Append, Audit, Change, Entity, Outcome, PageWrite, Refusal
from smartup_tui.ledger.rows import Objective
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.toolbox.bootstrap.home import with_links
from smartup_tui.toolbox.found import author_role
from smartup_tui.toolbox.wording import conflict, forbidden, malformed, not_found

ORGANISATION = "organisation"
FIRST_PHASE = "pre-validation"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a new objective goes: its id, the objective above it, and the team that owns it."""

    objective_id: str
    parent: Objective | None
    team_id: str | None


def create_objective(snapshot: Snapshot, actor: Actor, args: Arguments, now: datetime) -> Outcome:
    """Open an objective: page, row, and a box to tick on the page of the one above it."""
    place = _place(snapshot, actor, args.text("parent"), args.optional("team"))
    if isinstance(place, Refusal):
        return place
    title, parent = args.text("title"), place.parent
    of_team = place.objective_id.count("_") > 1
    # Who attacks and defends at which level: domain.md §9, ADM per level.
    attacker, defender = ("3_1_leadership_team", "2_workplace") if of_team else ("2_workplace", "1_general_forum")
    row = Objective(
        objective_id=place.objective_id,
        parent_id=parent.objective_id if parent is not None else None,
        team_id=place.team_id,
        title=title,
        phase=parent.phase if parent is not None else FIRST_PHASE,
        status="active",
        attacker=attacker,
        defender=defender,
        mission_leader=None,
        created_by=actor.alias,
        created_at=now,
        wiki_path=paths.objective_page_path(place.objective_id, title),
    )
    text = pages.objective_page(
        row.objective_id,
        title,
        author=actor.alias,
        role=author_role(actor),
        at=now,
        parent=row.parent_id or place.team_id or "5_objectives",
        abstract=args.text("abstract"),
        phase=row.phase,
        attacker=attacker,
        defender=defender,
    )
    markdown = (PageWrite(row.wiki_path or "", text), *_listed(snapshot, row, parent))
    message = f"{row.objective_id} {title} is open."
    below = f" below {row.parent_id}" if row.parent_id else ""
    owner = f" of {row.team_id}" if row.team_id else " of the organisation"
    return Change(
        markdown=markdown,
        index=(Append(tables.OBJECTIVES, row),),
        audit=(Audit("create_objective", Entity("objective", row.objective_id), message),),
        message=message,
        figures=(f"An objective{owner}{below}.",),
        next_step=f"!create_task {row.objective_id} opens a task under it." if of_team else None,
        data={"objective_id": row.objective_id, "parent": row.parent_id, "team": row.team_id},
    )


def _place(snapshot: Snapshot, actor: Actor, above: str, team: str | None) -> Place | Refusal:
    """Find the place of a new objective, or say why there is none."""
    if above == ORGANISATION:
        if team is not None:
            hint = f"Give the team itself: !create_objective {team} …"
            return malformed("team_and_organisation", "An objective of the organisation has no team.", hint, "team")
        return _of_organisation(snapshot, actor)
    if above.startswith("3_"):
        if team not in (None, above):
            return malformed("two_teams", f"It can not belong to {above} and {team}.", "Name one of them.", "team")
        return Place(_next_of_team(snapshot, above), None, above)
    parent = snapshot.objective(above)
    if parent is None:
        return not_found("not_found", f"There is no objective {above}.", field="parent")
    if parent.status != "active":
        message = f"{above} is {parent.status}; nothing new opens below it."
        return conflict("objective_over", message, field="parent")
    owner = team or parent.team_id
    return Place(_next_of_team(snapshot, owner), parent, owner)


def _of_organisation(snapshot: Snapshot, actor: Actor) -> Place | Refusal:
    if not (actor.is_founder or actor.is_leadership):
        hint = "The leadership or the founder can."
        return forbidden("not_permitted", "You can't open an objective of the organisation.", hint)
    used = [o.objective_id for o in snapshot.rows(tables.OBJECTIVES) if o.objective_id.count("_") == 1]
    number = max((int(objective_id.split("_")[1]) for objective_id in used), default=-1) + 1
    return Place(f"5_{number}", None, None)


def _next_of_team(snapshot: Snapshot, team_id: str | None) -> str:
    """The next free 5_X_Y; X is the team's number, 0 for the organisation."""
    group = f"5_{team_id.split('_')[1] if team_id else 0}_"
    used = [o.objective_id for o in snapshot.rows(tables.OBJECTIVES) if o.objective_id.startswith(group)]
    return f"{group}{max((int(objective_id.split('_')[2]) for objective_id in used), default=-1) + 1}"


def _listed(snapshot: Snapshot, row: Objective, parent: Objective | None) -> tuple[PageWrite, ...]:
    """Where the new objective is listed: on its parent's page, or on the home page."""
    if parent is None:
        link = (f"{row.objective_id} {row.title}", row.wiki_path or "")
        return (with_links(snapshot, "5_objectives", [link]),)
    if parent.wiki_path is None or snapshot.tree.blob_id(parent.wiki_path) is None:
        return ()
    data = snapshot.tree.read(parent.wiki_path) or b""
    text = data.decode("utf-8", "replace")
    return (PageWrite(parent.wiki_path, pages.with_tick(text, row.objective_id, row.title, done=False)),)
