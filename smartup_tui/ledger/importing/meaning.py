"""What an old row says that this ledger has no meaning for: a row of a log can not be put right once it is in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from smartup_tui.ledger import tables
from smartup_tui.ledger.actor import ACTIVE, LEFT, SUSPENDED
from smartup_tui.ledger.arguments import is_matrix_id
from smartup_tui.ledger.economy import sc, sk
from smartup_tui.ledger.paths import is_alias
from smartup_tui.ledger.policies import Policies, PolicyError, default_policies
from smartup_tui.ledger.schema import Table
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.ledger.status import TASK_STATUSES
from smartup_tui.ledger.tree import MappingTree

_MAY_SAY: Final = "a mapping file can say which word it is ([values])"

_WORDS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    tables.OWNERS.name: {"status": (ACTIVE, SUSPENDED, LEFT)},
    tables.ROLES.name: {"type": ("founder", "leadership", "team_captain", "senior", "junior")},
    tables.APPLICATIONS.name: {"status": ("open", "accepted", "declined", "withdrawn")},
    tables.OBJECTIVES.name: {"status": ("active", "done", "cancelled")},
    tables.TASKS.name: {"status": TASK_STATUSES},
    tables.CLAIMS.name: {"adm_role": ("attacker", "defender"), "action": ("claim", "release", "assign", "expire")},
    tables.CLOCK.name: {"status": ("running", "stopped", "limit")},
    tables.SESSIONS.name: {"status": ("stopped", "limit", "corrected")},
    tables.PENDING.name: {
        "adm_role": ("attacker", "defender", "founder"),
        "status": ("pending", "consensus", "contested", "held", "paid", "rejected"),
    },
    tables.CREDITS.name: {"type": (sc.MINT, sc.REDEEM, sc.DESTROY)},
    tables.KARMA.name: {"type": (sk.KARMA, sk.DECAY)},
    tables.REDEMPTIONS.name: {"status": ("queued", "paid", "withdrawn")},
    tables.OBJECTIONS.name: {"action": ("object", "withdraw")},
    tables.VOTES.name: {"choice": ("yes", "no", "abstain")},
}
_PEOPLE: Final[Mapping[str, tuple[str, ...]]] = {
    tables.OWNERS.name: ("alias",),
    tables.LICENSES.name: ("alias",),
    tables.CREDITS.name: ("from_", "to"),
    tables.KARMA.name: ("from_", "to"),
}
_LICENSES: Final[Mapping[str, str]] = {tables.OWNERS.name: "license", tables.LICENSES.name: "license_to"}


def licenses(ledger: Snapshot) -> frozenset[str]:
    """The licenses of the ledger's policy, or of a new ledger's where it has none that can be read."""
    try:
        return frozenset(ledger.policies.licenses.licenses)
    except PolicyError:
        new = {path: text.encode() for path, text in default_policies()}
        return frozenset(Policies(MappingTree(new)).licenses.licenses)


def unfit(table: Table[Any], row: Any, known_licenses: frozenset[str]) -> str | None:
    """Why a row that can be read means nothing here, with the column in front; None when it does."""
    for field, words in _WORDS.get(table.name, {}).items():
        if getattr(row, field) not in words:
            return f"{field}: {getattr(row, field)!r} is none of {', '.join(words)}; {_MAY_SAY}"
    for field in _PEOPLE.get(table.name, ()):
        alias = getattr(row, field)
        if alias is not None and not is_alias(alias):
            expected = "2 to 40 of a-z, 0-9, _ and -, beginning with a letter"
            return f"{field.rstrip('_')}: {alias!r} can not be an alias ({expected}); {_MAY_SAY}"
    field = _LICENSES.get(table.name, "")
    if field and getattr(row, field) not in known_licenses:
        return f"{field}: {getattr(row, field)!r} is none of {', '.join(sorted(known_licenses))}; {_MAY_SAY}"
    if table is tables.OWNERS and row.matrix_id is not None and not is_matrix_id(row.matrix_id):
        return f"matrix_id: {row.matrix_id!r} is no Matrix id such as @maria:example.org"
    if table in (tables.CREDITS, tables.KARMA):
        return _movement(row)
    return None


def _movement(row: Any) -> str | None:
    """Why a row of SC or SK moves nothing: the type says which way, so the amount is above 0."""
    if row.amount <= 0:
        return (
            f"amount: {row.amount} is not above 0; what is taken has its type ({sc.DESTROY}, {sk.DECAY}), and no sign"
        )
    side = "to" if row.type in (sc.MINT, sk.KARMA) else "from_"
    if getattr(row, side) is None:
        return f"{side.rstrip('_')}: nobody is named, and a {row.type} needs somebody"
    return None
