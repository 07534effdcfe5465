"""From what an owner typed to an id: the id itself, the beginning of a title, or a slug, if only one thing fits.

Source: commands.md, Grammar. The caller echoes the full id.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from smartup_tui.catalogue.model import Kind
from smartup_tui.ledger import tables
from smartup_tui.ledger.aliases import ALIAS, present_names
from smartup_tui.ledger.change import Reason, Refusal
from smartup_tui.ledger.paths import OBJECTIVE_ID, ROLE_ID, TASK_ID, TEAM_ID, slug
from smartup_tui.ledger.rowset import RowReader
from smartup_tui.ledger.schema import Table


@dataclass(frozen=True, slots=True)
class _Kind:
    """How things of one kind are found: their id's shape and field, the field with a title, and words for people."""

    shape: re.Pattern[str]
    table: Table[Any]
    id: str
    title: str | None
    example: str
    hint: str


def _numbered(letter: str) -> re.Pattern[str]:
    return re.compile(rf"{letter}_[0-9]+\Z")


_KINDS: Final[dict[Kind, _Kind]] = {
    Kind.TASK: _Kind(TASK_ID, tables.TASKS, "task_id", "title", "6_1_2_0", "!open_tasks lists the open ones."),
    Kind.OBJECTIVE: _Kind(
        OBJECTIVE_ID, tables.OBJECTIVES, "objective_id", "title", "5_1_2", "The ids of objectives begin with 5_."
    ),
    Kind.ROLE: _Kind(ROLE_ID, tables.ROLES, "role_id", "role_name", "4_2_7", "!open_roles lists the open ones."),
    Kind.TEAM: _Kind(TEAM_ID, tables.TEAMS, "team_id", "name", "3_7", "The ids of teams begin with 3_."),
    Kind.OWNER: _Kind(
        re.compile(r"[a-z][a-z0-9_-]*\Z"),
        tables.OWNERS,
        "alias",
        None,
        "maria",
        "Check the alias in the book of owners.",
    ),
    Kind.SESSION: _Kind(
        _numbered("s"), tables.CLOCK, "session_id", None, "s_42", "!task <task_id> lists the sessions of a task."
    ),
    Kind.PENDING: _Kind(
        _numbered("g"), tables.PENDING, "pending_id", None, "g_3", "!wallet lists pending awards with their ids."
    ),
    Kind.PROPOSAL: _Kind(
        _numbered("p"), tables.PROPOSALS, "proposal_id", "title", "p_7", "The ids of proposals begin with p_."
    ),
    Kind.APPLICATION: _Kind(
        _numbered("a"), tables.APPLICATIONS, "application_id", None, "a_5", "The ids of applications begin with a_."
    ),
    Kind.REDEMPTION: _Kind(
        _numbered("r"), tables.REDEMPTIONS, "redemption_id", None, "r_2", "The ids of redemptions begin with r_."
    ),
}
IDS: Final = frozenset(_KINDS)
"""The kinds of argument that denote a thing of the ledger."""

_BEGINS: Final = {"6": Kind.TASK, "5": Kind.OBJECTIVE, "4": Kind.ROLE, "3": Kind.TEAM, "s": Kind.SESSION,
                  "g": Kind.PENDING, "p": Kind.PROPOSAL, "a": Kind.APPLICATION, "r": Kind.REDEMPTION}  # fmt: skip


def kind_of(entity_id: str) -> Kind | None:
    """The kind that an id has by its shape alone; None for what is no id (an alias has no shape of its own)."""
    kind = _BEGINS.get(entity_id.partition("_")[0])
    return kind if kind is not None and _KINDS[kind].shape.match(entity_id) else None


def exists(reader: RowReader, kind: Kind, entity_id: str) -> bool:
    """Whether the ledger has a thing of that kind with exactly that id."""
    known = _KINDS[kind]
    return bool(reader.rows(known.table).where(**{known.id: entity_id}))


def resolve(reader: RowReader, kind: Kind, text: str, *, accepts: Sequence[Kind] = ()) -> str | Refusal:
    """The full id of what `text` names, or a refusal that says what was looked for and how to find it.

    `accepts` lists the kinds where several are allowed; `Kind.ENTITY` alone means every kind. An exact id comes first,
    then an id with its slug behind it, then titles that are equal, then titles that begin so.
    """
    kinds = tuple(accepts) or (tuple(_KINDS) if kind is Kind.ENTITY else (kind,))
    typed = text.strip().strip("`")
    lowered = typed.lower().replace("-", "_")
    for candidate in (lowered, *_heads(lowered)):
        found = kind_of(candidate)
        if found in kinds and exists(reader, found, candidate):
            return candidate
        if found in kinds:
            return _unknown(found, candidate)
    if Kind.OWNER in kinds and (alias := _alias(reader, typed)) is not None:
        return alias
    if kinds == (Kind.OWNER,):
        return _unknown(Kind.OWNER, typed)
    wanted = slug(typed) if re.search(r"[A-Za-z0-9]", typed) else ""
    for fits in (str.__eq__, str.startswith):
        ids = _titled(reader, kinds, wanted, fits) if wanted else []
        if len(ids) == 1:
            return ids[0][0]
        if ids:
            return _ambiguous(typed, ids)
    return _nothing(kinds, typed)


def _heads(text: str) -> Iterable[str]:
    """The id in front of a slug, as pages and rooms are named: `6_1_2_0_draft_guide`."""
    found = re.match(r"#?([0-9]+(?:_[0-9]+)+|[sgpar]_[0-9]+)_", text)
    return (found.group(1),) if found else ()


def _alias(reader: RowReader, typed: str) -> str | None:
    owners = reader.rows(tables.OWNERS)
    if typed.startswith("@") and ":" in typed:
        found = owners.where(matrix_id=typed)
        return found[0].alias if len(found) == 1 else None
    alias = typed.removeprefix("@").lower()
    if owners.where(alias=alias):
        return alias
    changed = reader.rows(tables.LICENSES).where(type=ALIAS)
    now = present_names(changed).get(alias) if changed else None
    return now if now is not None and owners.where(alias=now) else None


def _titled(
    reader: RowReader, kinds: Iterable[Kind], wanted: str, fits: Callable[[str, str], bool]
) -> list[tuple[str, str]]:
    """Ids and titles of the things whose title fits; of more than a few only some, since nobody reads them."""
    found: list[tuple[str, str]] = []
    for kind in kinds:
        known = _KINDS[kind]
        if known.title is None:
            continue
        for row in reader.rows(known.table):
            title = getattr(row, known.title)
            if fits(slug(title), wanted):
                found.append((getattr(row, known.id), title))
            if len(found) > 3:
                return found
    return found


def _unknown(kind: Kind, entity_id: str) -> Refusal:
    return Refusal(Reason.NOT_FOUND, "not_found", f"There is no {kind} {entity_id[:60]}.", _KINDS[kind].hint)


def _nothing(kinds: Sequence[Kind], typed: str) -> Refusal:
    what = " or ".join(str(kind) for kind in kinds) if len(kinds) <= 3 else "thing"
    known = _KINDS[kinds[0]]
    hint = f"Give an id such as {known.example}, or the beginning of a title. {known.hint}"
    return Refusal(Reason.NOT_FOUND, "not_found", f"There is no {what} that “{typed[:60]}” names.", hint)


def _ambiguous(typed: str, found: Sequence[tuple[str, str]]) -> Refusal:
    shown = "; ".join(f"{entity_id} {title[:40]}" for entity_id, title in found[:3])
    more = " and more" if len(found) > 3 else ""
    message = f"“{typed[:60]}” fits several: {shown}{more}."
    return Refusal(Reason.MALFORMED, "ambiguous", message, "Give the id.")
