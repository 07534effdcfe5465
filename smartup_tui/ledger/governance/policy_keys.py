"""Which keys of the policy files a proposal can change, so that nobody votes on what would change nothing.

Every key of the default texts either rules something or stands in `FIXED` with the reason why it does not (ledger.md
§4; docs/policies.md). A key that no rule reads is refused too: it would be one line more in a file, and no promise.
"""

from __future__ import annotations

import re
import typing
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from types import MappingProxyType
from typing import Any, Final

from smartup_tui.catalogue.queries import SIZES
from smartup_tui.ledger.governance.policy_edit import PART
from smartup_tui.ledger.policies import (
    CREDIT_RATES,
    KARMA_RULES,
    LICENSE_POLICIES,
    VALIDATION_RULES,
    CreditRates,
    KarmaRules,
    LicensePolicies,
    ValidationRules,
)

KINDS: Final[Mapping[str, type[Any]]] = MappingProxyType(
    {
        CREDIT_RATES: CreditRates,
        KARMA_RULES: KarmaRules,
        LICENSE_POLICIES: LicensePolicies,
        VALIDATION_RULES: ValidationRules,
    }
)
"""The policy files, with the type that each one states a value of."""

_FOUNDING: Final = "the tranches were entered when the organisation was registered; a vote decides on each of them"

FIXED: Final[Mapping[tuple[str, str], str]] = MappingProxyType(
    {
        (CREDIT_RATES, "founding.total_sc"): _FOUNDING,
        (CREDIT_RATES, "founding.tranches"): _FOUNDING,
        (LICENSE_POLICIES, "licenses.*.sc_per_day"): (
            f"daily_cap in {CREDIT_RATES} is the cap of everybody, whatever the license; propose that one"
        ),
        (LICENSE_POLICIES, "upgrades.*.approval"): (
            "the leadership and the founder alone enter an upgrade, by !set_owner, and so approve every one"
        ),
        (LICENSE_POLICIES, "privacy_levels"): (
            "every owner is entered as alias_only, since the ledger holds no names, and no command sets another level"
        ),
    }
)
"""The keys that rule nothing any more, or never did, by file and key (`*` is any one name), with the reason.

`sc_per_day` is in ledgers that were begun before it was left out of the default texts.
"""

_CATEGORY: Final = re.compile(r"[a-z0-9_]+\Z")


def obstacle(path: str, key: str) -> str | None:
    """Why a key can not be changed by a proposal, as the rest of a sentence; None when a rule reads it."""
    reason = _fixed(path, key)
    if reason is not None:
        return f"{key} can not be changed: {reason}"
    if not _is_read(KINDS[path], key):
        return f"there is no key {key} that any rule reads"
    names = PART.findall(key)
    if path == CREDIT_RATES and names[0] == "budgets" and names[-1] not in SIZES:
        return f"there is no size {names[-1]}; tasks are {', '.join(SIZES)}"
    if path == KARMA_RULES and names[0] == "awards" and not _CATEGORY.match(names[-1]):
        return f"{names[-1]} can not be a category; use a-z, 0-9 and _"
    return None


def idle(path: str, key: str, value: Any) -> str | None:
    """Why a value that a proposal sets would change nothing beside the others of its file; None when it rules."""
    names = PART.findall(key)
    if path == LICENSE_POLICIES and len(names) == 3 and names[2] == "earn_sc":
        known = value.licenses[names[1]]
        if known.earn_sc and not known.work:
            return f"{key} changes nothing while licenses.{names[1]}.work is false: SC are earned by work"
    return None


def _fixed(path: str, key: str) -> str | None:
    names = [name for name in PART.findall(key) if not name.startswith("[")]
    for (file, pattern), reason in FIXED.items():
        wanted = pattern.split(".")
        if (
            file == path
            and len(wanted) == len(names)
            and all(w in ("*", n) for w, n in zip(wanted, names, strict=True))
        ):
            return reason
    return None


def _is_read(kind: Any, key: str) -> bool:
    """Whether a dotted key leads to a value of the type that a file states."""
    parts = PART.findall(key)
    for part in parts:
        kind = _inner(kind, part)
        if kind is None:
            return False
    return bool(parts)


def _inner(kind: Any, part: str) -> Any:
    """The type of what stands below a type at a name or a place; None when nothing does."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if part.startswith("["):
        if origin is not tuple:
            return None
        place = 0 if arguments[-1] is Ellipsis else int(part[1:-1])
        return arguments[place] if place < len(arguments) else None
    if origin is Mapping:
        return arguments[1]
    if is_dataclass(kind) and part in {field.name for field in fields(kind)}:
        return typing.get_type_hints(kind)[part]
    return None
