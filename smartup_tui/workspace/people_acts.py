"""What owners and captains do about roles and people by one key: which command it is, and why it is not possible."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from smartup_tui.ledger.index import people, queries
from smartup_tui.ledger.index.snapshot import snapshot_of
from smartup_tui.ledger.permission import works
from smartup_tui.workspace.actions import Composed
from smartup_tui.workspace.people import is_open
from smartup_tui.workspace.permission import refusal
from smartup_tui.workspace.reader import Reader
from smartup_tui.workspace.standing import standing


class Act(StrEnum):
    """The acting keys of people."""

    APPLY = "apply"
    ACCEPT = "accept_application"
    DECLINE = "decline_application"
    ASSIGN = "assign_role"
    CHANGE = "set"
    THANK = "kudos"
    LEAVE = "take_back"


_BY_PROPOSAL: Final = ("team_captain", "leadership")
"""Roles that are given and taken by accepted proposals (ledger.md §4, Roles)."""


@dataclass(frozen=True, slots=True)
class InHand:
    """What a key means: an owner's alias, a role, a team or an application, by id; all are None where nothing is."""

    owner: str | None = None
    role: str | None = None
    team: str | None = None
    application: str | None = None


def in_hand(entity: str | None) -> InHand:
    """What an id is."""
    if entity is None:
        return InHand()
    if entity.startswith("3_"):
        return InHand(team=entity)
    if entity.startswith("4_"):
        return InHand(role=entity)
    number = entity.removeprefix("a_")
    return InHand(application=entity) if entity.startswith("a_") and number.isdecimal() else InHand(owner=entity)


def meant(reader: Reader, act: Act, hand: InHand) -> InHand:
    """What a key means: to decide on a role for which one owner applies is to decide on that application."""
    if act not in (Act.ACCEPT, Act.DECLINE) or hand.role is None:
        return hand
    waiting = [row for row in people.applications_for(reader.index, hand.role) if row.status == "open"]
    return InHand(application=waiting[0].application_id) if len(waiting) == 1 else hand


def hindrance(reader: Reader, act: Act, hand: InHand) -> str | None:
    """Why an action is not possible on what is in hand, in words; None when it is."""
    return _REASONS[act](reader, hand)


def compose(act: Act, hand: InHand) -> tuple[Composed, int | None]:
    """The command of an action that is possible, and where the cursor stands if not at its end."""
    if act is Act.APPLY:
        return Composed(f"!apply {hand.role} ", complete=False), None
    if act is Act.ACCEPT:
        return Composed(f"!accept_application {hand.application}"), None
    if act is Act.DECLINE:
        return Composed(f"!decline_application {hand.application} ", complete=False), None
    if act is Act.ASSIGN and hand.role is not None:
        return Composed(f"!assign_role  {hand.role}", complete=False), len("assign_role ")
    if act is Act.ASSIGN:
        return Composed(f"!assign_role {hand.owner} ", complete=False), None
    if act is Act.THANK:
        return Composed(f"!kudos {hand.owner} ", complete=False), None
    if act is Act.LEAVE:
        text = f"!withdraw {hand.application}" if hand.application is not None else f"!resign {hand.role}"
        return Composed(text), None
    what = f"set_role {hand.role}" if hand.role is not None else f"set_owner {hand.owner}"
    return Composed(f"!{what} ", complete=False), None


def _apply(reader: Reader, hand: InHand) -> str | None:
    role = queries.role(reader.index, hand.role) if hand.role else None
    if role is None:
        return "Choose a role first; o lists the open ones."
    if not is_open(role):
        if role.holder is not None:
            return f"{'You hold' if role.holder == reader.alias else f'{role.holder} holds'} {role.role_id}."
        return f"{role.role_id} does not look for anybody now; o lists the open roles."
    own = queries.owner(reader.index, reader.alias)
    if own is not None and not works(snapshot_of(reader.index), own.license):
        return f"Roles need a work license; yours is {own.license}."
    mine = [row for row in people.applications_for(reader.index, role.role_id) if row.alias == reader.alias]
    waiting = next((row for row in mine if row.status == "open"), None)
    if waiting is not None:
        return f"Your application {waiting.application_id} for {role.role_id} is open."
    return refusal(reader, "apply", {"role_id": role.role_id})


def _decide(reader: Reader, hand: InHand) -> str | None:
    row = people.application(reader.index, hand.application) if hand.application else None
    if row is None:
        return "Choose an application first; i lists them."
    if row.status != "open":
        return f"{row.application_id} is {row.status}" + (f" by {row.decided_by}." if row.decided_by else ".")
    return refusal(reader, "accept_application", {"application_id": row.application_id})


def _assign(reader: Reader, hand: InHand) -> str | None:
    if hand.owner is not None:
        owner = queries.owner(reader.index, hand.owner)
        if owner is not None and owner.status != "active":
            return f"{owner.alias} is {owner.status}."
        return None if standing(reader).is_captain else refusal(reader, "assign_role", {"alias": hand.owner})
    role = queries.role(reader.index, hand.role) if hand.role else None
    if role is None:
        return "Choose a role or an owner first."
    if role.holder is not None:
        return f"{role.holder} holds {role.role_id}; u takes it back with holder none."
    if role.type in _BY_PROPOSAL and not standing(reader).is_founder:
        return f"{role.role_id} is a {role.type.replace('_', ' ')} role: an accepted proposal of kind role gives it."
    return refusal(reader, "assign_role", {"role_id": role.role_id})


def _change(reader: Reader, hand: InHand) -> str | None:
    if hand.role is not None:
        return refusal(reader, "set_role", {"role_id": hand.role})
    if hand.owner is not None:
        return refusal(reader, "set_owner", {"alias": hand.owner})
    return "Choose a role or an owner first."


def _thank(reader: Reader, hand: InHand) -> str | None:
    if hand.owner is None:
        return "Choose an owner first."
    if hand.owner == reader.alias:
        return "Thanks go to others."
    return refusal(reader, "kudos", {"alias": hand.owner})


def _leave(reader: Reader, hand: InHand) -> str | None:
    if hand.application is not None:
        row = people.application(reader.index, hand.application)
        if row is None or row.alias != reader.alias:
            return "It is not your application."
        return None if row.status == "open" else f"{row.application_id} is {row.status}."
    role = queries.role(reader.index, hand.role) if hand.role else None
    if role is None:
        return "Choose a role that you hold, or your application."
    return None if role.holder == reader.alias else f"You do not hold {role.role_id}."


_REASONS: Final = {
    Act.APPLY: _apply,
    Act.ACCEPT: _decide,
    Act.DECLINE: _decide,
    Act.ASSIGN: _assign,
    Act.CHANGE: _change,
    Act.THANK: _thank,
    Act.LEAVE: _leave,
}
