"""`set_role`: what a role is, whether it looks for somebody, and taking it back (ledger.md §4, Roles)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any, Final

from smartup_tui.ledger import pages, tables
from smartup_tui.ledger.actor import ACTIVE, FOUNDER, LEADERSHIP, TEAM_CAPTAIN, Actor
from smartup_tui.ledger.arguments import Arguments
from smartup_tui.ledger.change import Audit, Change, Entity, Outcome, PageWrite, Refusal, RowWrite, Update
from smartup_tui.ledger.governance.holders import holder_writes
from smartup_tui.ledger.page_edits import retitled, with_new_fact, without_fact
from smartup_tui.ledger.rows import Role
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.toolbox.wording import conflict, forbidden, malformed, not_found, rule, sc

CLOSED: Final = "closed"
NOTHING: Final = ("none", "nobody", "-")
_BY_PROPOSAL: Final = (TEAM_CAPTAIN, LEADERSHIP)
_WEEKLY: Final = re.compile(r"[0-9]{1,6}(\.[0-9]{1,2})?", re.ASCII)
_LENGTHS: Final = {"name": 80, "commitment": 80, "skills": 200, "description": 2000}
_FIELDS: Final = {"name": "role_name", "skills": "skills_required", "weekly": "sc_potential_weekly"}
_FACTS: Final = {
    "recruitment": "Recruitment",
    "skills": "Skills required",
    "commitment": "Commitment",
    "weekly": "SC potential (weekly)",
    "status": "Status",
}


@dataclass(frozen=True, slots=True)
class Edit:
    """What changes: rows, the page's text, one line for people."""

    index: tuple[RowWrite, ...]
    page: Callable[[str], str]
    message: str


def set_role(snapshot: Snapshot, actor: Actor, args: Arguments, _now: datetime) -> Outcome:
    """Change one field of a role, on its page and in the index alike."""
    role = snapshot.role(args.text("role_id"))
    if role is None:
        return not_found("not_found", "There is no such role.", "!team <team_id> lists the roles.", "role_id")
    field, value = args.text("field"), args.text("value")
    edit = _refused(snapshot, actor, role, field) or _edit(snapshot, role, field, value)
    if isinstance(edit, Refusal):
        return edit
    data = snapshot.tree.read(role.wiki_path) if role.wiki_path else None
    text = data.decode("utf-8", "replace") if data is not None else None
    written = edit.page(text) if text is not None else None
    return Change(
        markdown=(PageWrite(role.wiki_path or "", written),) if written is not None and written != text else (),
        index=edit.index,
        audit=(Audit("set_role", Entity("role", role.role_id), edit.message),),
        message=edit.message,
        data={"role_id": role.role_id, "field": field, "value": value, "team": role.team_id},
    )


def _refused(snapshot: Snapshot, actor: Actor, role: Role, field: str) -> Refusal | None:
    """Why this field of this role is not this owner's to change."""
    takes = field in ("holder", "status")
    if role.type == FOUNDER and takes:
        return rule("founder_role", "The founder's role is neither given to others nor taken.", field="role_id")
    if role.type not in (*_BY_PROPOSAL, FOUNDER):
        return None
    kind = role.type.replace("_", " ")
    if not takes:
        if actor.is_founder or actor.is_leadership:
            return None
        message = f"You can't change {role.role_id}: it is a {kind} role."
        return forbidden("not_permitted", message, "The leadership or the founder can.")
    count = len(snapshot.rows(tables.OWNERS).where(status=ACTIVE))
    needed = snapshot.policies.karma.bootstrap_owners
    if actor.is_founder and count < needed:
        return None
    hint = "Open a proposal of kind role."
    if count < needed:
        hint = f"While there are fewer than {needed} owners, the founder takes it back."
    return rule("needs_proposal", f"{role.role_id} is a {kind} role: an accepted proposal takes it.", hint, "role_id")


def _edit(snapshot: Snapshot, role: Role, field: str, value: str) -> Edit | Refusal:
    if "\n" in value and field != "description":
        return malformed("one_line", f"The {field} of a role is one line.", field="value")
    if field == "holder":
        return _vacated(snapshot, role, value)
    if field == "status":
        return _status(role, value.lower())
    if field == "recruitment":
        return _recruitment(role, value.upper())
    if field == "weekly":
        return _weekly(role, value)
    return _text(role, field, value)


def _vacated(snapshot: Snapshot, role: Role, value: str) -> Edit | Refusal:
    if value.lower() not in NOTHING:
        hint = f"!assign_role {value.removeprefix('@').lower()[:40]} {role.role_id} gives it to somebody."
        return malformed("bad_argument", "Here a role is only taken back: the value is none.", hint, "value")
    if role.holder is None:
        return _unchanged(role, "holder")
    message = f"{role.holder} does not hold {role.role_id} {role.role_name} any more."
    shown = partial(_with_fact, _FACTS["recruitment"], "OPEN")
    return Edit(holder_writes(snapshot, {role.role_id: None}), shown, message)


def _status(role: Role, value: str) -> Edit | Refusal:
    if value not in (ACTIVE, CLOSED):
        return malformed("bad_argument", f"“{value[:40]}” is no status; it can be active or closed.", field="value")
    if value == role.status:
        return _unchanged(role, "status")
    if value == CLOSED and role.holder is not None:
        hint = f"!set_role {role.role_id} holder none takes it back first."
        return conflict("role_taken", f"{role.holder} holds {role.role_id}.", hint, "role_id")
    values = {"status": value} | ({"recruitment": None} if value == CLOSED else {})

    def page(text: str) -> str:
        shown = without_fact(text, _FACTS["recruitment"]) if value == CLOSED else text
        return with_new_fact(shown, _FACTS["status"], value)

    return _values(role, values, page, f"{role.role_id} {role.role_name} is {value} now.")


def _recruitment(role: Role, value: str) -> Edit | Refusal:
    wanted = None if value.lower() in NOTHING else value
    if wanted not in (None, "OPEN", "FUTURE"):
        return malformed("bad_argument", f"“{value[:40]}” is none of OPEN, FUTURE and none.", field="value")
    if wanted == role.recruitment:
        return _unchanged(role, "recruitment")
    if wanted == "OPEN" and (role.holder is not None or role.status != ACTIVE):
        state = f"is held by {role.holder}" if role.holder is not None else f"is {role.status}"
        return conflict("role_taken", f"{role.role_id} {state}; it can't look for somebody.", field="value")
    words = {None: "looks for nobody", "OPEN": "looks for somebody", "FUTURE": "will look for somebody"}
    message = f"{role.role_id} {role.role_name} {words[wanted]} now."
    return _fact(role, "recruitment", wanted, wanted, message)


def _weekly(role: Role, value: str) -> Edit | Refusal:
    if value.lower() in NOTHING:
        return _fact(role, "weekly", None, None, f"{role.role_id} names no weekly SC now.")
    if not _WEEKLY.fullmatch(value):
        return malformed("bad_argument", f"“{value[:40]}” is no amount such as 120 or 62.50.", field="value")
    amount = Decimal(value).quantize(Decimal("0.01"))
    if amount == role.sc_potential_weekly:
        return _unchanged(role, "weekly SC")
    return _fact(role, "weekly", amount, sc(amount), f"{role.role_id} may earn {sc(amount)} weekly.")


def _text(role: Role, field: str, value: str) -> Edit | Refusal:
    """Name, skills, commitment, description."""
    if len(value) > _LENGTHS[field]:
        return malformed("too_long", f"A {field} has at most {_LENGTHS[field]} characters.", field="value")
    if getattr(role, _FIELDS.get(field, field)) == value:
        return _unchanged(role, field)
    message = f"{field.capitalize()} of {role.role_id} is set."
    if field == "name":
        heading = f"{value} ({role.team_id})" if role.team_id else value
        return _values(
            role,
            {"role_name": value},
            lambda page: retitled(page, f"{role.role_id} {value}", heading),
            f"{role.role_id} is {value} now.",
        )
    if field == "description":
        text = pages.literal(value)
        return _values(role, {"description": value}, partial(_with_section, "Description", text), message)
    return _fact(role, field, value, value, message)


def _fact(role: Role, field: str, value: Any, shown: str | None, message: str) -> Edit:
    """A field that stands on the page as a line below the heading; nothing takes the line away."""
    name = _FACTS[field]

    def page(text: str) -> str:
        return without_fact(text, name) if shown is None else with_new_fact(text, name, shown)

    return _values(role, {_FIELDS.get(field, field): value}, page, message)


def _values(role: Role, values: Mapping[str, Any], page: Callable[[str], str], message: str) -> Edit:
    return Edit((Update(tables.ROLES, (role.role_id,), values),), page, message)


def _with_section(name: str, text: str, page: str) -> str:
    return pages.replace_section(page, name, text)


def _with_fact(name: str, value: str, page: str) -> str:
    return with_new_fact(page, name, value)


def _unchanged(role: Role, what: str) -> Refusal:
    return conflict("no_change", f"The {what} of {role.role_id} is that already.", field="value")
