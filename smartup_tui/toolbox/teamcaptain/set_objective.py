"""`set_objective`: its fields, its mission leader, and the ticks of what is reached."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from smartup_tui.ledger import pages, tables
from smartup_tui.ledger.actor import Actor
from smartup_tui.ledger.arguments import Arguments
from smartup_tui.ledger.change import Audit, Change, Entity, Outcome, PageWrite, Refusal, Update
from smartup_tui.ledger.page_edits import retitled, with_bullet, with_fact
from smartup_tui.ledger.rows import Objective
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.toolbox.found import active_owner
from smartup_tui.toolbox.teamcaptain.roles import threshold
from smartup_tui.toolbox.wording import conflict, forbidden, malformed, not_found, rule

STATUSES: Final = ("active", "done", "cancelled")
NOBODY: Final = ("none", "nobody", "-")
_WORD: Final = 80


@dataclass(frozen=True, slots=True)
class Edit:
    """What changes: values of the row, the page's text, one line for people, the result for the audit trail."""

    values: Mapping[str, Any]
    page: Callable[[str], str]
    message: str
    result: str = "ok"


def set_objective(snapshot: Snapshot, actor: Actor, args: Arguments, _now: datetime) -> Outcome:
    """Change one field of an objective, on its page and in the index alike."""
    objective_id = args.text("objective_id")
    row = snapshot.objective(objective_id)
    if row is None:
        return not_found("not_found", f"There is no objective {objective_id}.", field="objective_id")
    field, value = args.text("field"), args.text("value")
    if "\n" in value:
        return malformed("one_line", f"A {field.replace('_', ' ')} is one line.", field="value")
    data = snapshot.tree.read(row.wiki_path) if row.wiki_path else None
    text = data.decode("utf-8", "replace") if data is not None else None
    if field in ("tick", "untick"):
        edit = _ticked(snapshot, row, text, value, done=field == "tick")
    elif field == "mission_leader":
        edit = _led(snapshot, actor, row, value)
    elif field == "status":
        edit = _status(row, value)
    else:
        edit = _plain(row, field, value)
    if isinstance(edit, Refusal):
        return edit
    written = edit.page(text) if text is not None else None
    markdown = (PageWrite(row.wiki_path or "", written),) if written is not None and written != text else ()
    index = (Update(tables.OBJECTIVES, (objective_id,), edit.values),) if edit.values else ()
    return Change(
        markdown=markdown,
        index=index,
        audit=(Audit("set_objective", Entity("objective", objective_id), edit.message, edit.result),),
        message=edit.message,
        data={"objective_id": objective_id, "field": field, "value": value},
    )


def _ticked(snapshot: Snapshot, row: Objective, text: str | None, child: str, *, done: bool) -> Edit | Refusal:
    """Tick a child in the definition of success, or take the tick away."""
    child_id = child.strip().strip("`")
    boxes = dict(pages.ticks(text or ""))
    known = snapshot.objective(child_id)
    if text is None or (child_id not in boxes and (known is None or known.parent_id != row.objective_id)):
        listed = ", ".join(list(boxes)[:8]) or "nothing yet"
        hint = f"Its definition of success lists {listed}."
        return not_found("not_a_child", f"{child_id} does not belong to {row.objective_id}.", hint, "value")
    if boxes.get(child_id, False) is done:
        state = "is ticked already" if done else "is not ticked"
        return conflict("no_change", f"{child_id} {state} on {row.objective_id}.", field="value")
    boxes[child_id] = done
    title = known.title if known is not None else ""
    progress = f"{sum(boxes.values())} of {len(boxes)} reached"
    verb = "is reached" if done else "is not reached any more"
    return Edit(
        values={},
        page=lambda page: pages.with_tick(page, child_id, title, done=done),
        message=f"{child_id} {verb} on {row.objective_id}; {progress}.",
    )


def _led(snapshot: Snapshot, actor: Actor, row: Objective, value: str) -> Edit | Refusal:
    """Set the mission leader; the captain, the leadership and the founder may."""
    if not (actor.is_founder or actor.is_leadership or row.team_id in actor.captain_of):
        hint = "The captain of its team, the leadership or the founder can."
        return forbidden("not_permitted", f"You can't set the mission leader of {row.objective_id}.", hint)
    if value.lower() in NOBODY:
        if row.mission_leader is None:
            return conflict("no_change", f"{row.objective_id} has no mission leader.", field="value")
        return _bullet("mission_leader", None, f"{row.objective_id} has no mission leader now.")
    owner = active_owner(snapshot, value.removeprefix("@").lower())
    if isinstance(owner, Refusal):
        return owner
    if owner.alias == row.mission_leader:
        return conflict("no_change", f"{owner.alias} leads {row.objective_id} already.", field="value")
    known = snapshot.policies.licenses.licenses.get(owner.license)
    if known is None or not known.work:
        message = f"{owner.alias} has a {owner.license} license; mission leaders need a work license."
        return rule("license", message, field="value")
    needed = snapshot.policies.karma.thresholds.mission_leader
    result = threshold(snapshot, actor, owner.alias, needed, f"Leading {row.objective_id}")
    if isinstance(result, Refusal):
        return result
    message = f"{owner.alias} leads {row.objective_id} now."
    if result != "ok":
        message = f"{message[:-1]}; the founder waived the threshold."
    return _bullet("mission_leader", owner.alias, message, result)


def _status(row: Objective, value: str) -> Edit | Refusal:
    status = value.lower()
    if status not in STATUSES:
        return malformed("bad_status", f"“{value[:40]}” is no status; it can be {', '.join(STATUSES)}.", field="value")
    if status == row.status:
        return conflict("no_change", f"{row.objective_id} is {status} already.", field="value")
    return _line("status", status, f"{row.objective_id} is {status} now.")


def _plain(row: Objective, field: str, value: str) -> Edit | Refusal:
    """Title, phase, attacker, defender."""
    if field != "title" and len(value) > _WORD:
        return malformed("too_long", f"A {field} has at most {_WORD} characters.", field="value")
    if getattr(row, field) == value:
        return conflict("no_change", f"The {field} of {row.objective_id} is that already.", field="value")
    message = f"{field.capitalize()} of {row.objective_id}: {value}."
    if field == "title":
        return Edit({"title": value}, lambda page: retitled(page, f"{row.objective_id} {value}"), message)
    if field in ("attacker", "defender"):
        return _bullet(field, value, message)
    return _line(field, value, message)


def _line(field: str, value: str, message: str) -> Edit:
    """A field that stands below the page's heading, if it stands there at all."""
    return Edit({field: value}, lambda page: with_fact(page, field.capitalize(), value), message)


def _bullet(field: str, value: str | None, message: str, result: str = "ok") -> Edit:
    """A field that stands in the page's ADM assignment."""
    name = field.replace("_", " ").capitalize()
    return Edit({field: value}, lambda page: with_bullet(page, name, value), message, result)
