"""The lines of a proposal's text that can be carried out; everything else in it is for people.

    policies/validation-rules.yml: vote_days = 10
    give 4_1_7 to maria
    vacate 4_1_7
    destroy 12.50 of g_4 from maria

A clause is a line of its own, a list mark or backticks around it do not matter. Settle carries out what is written
here, and nothing that is said in other words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

POLICY, ROLE, CORRECTION = "policy", "role", "correction"

FORMS: Final = {
    POLICY: "policies/<file>.yml: <key> = <value>",
    ROLE: "give <role_id> to <alias>, or vacate <role_id>",
    CORRECTION: "destroy <amount> of <pending_id> from <alias>",
}
"""How the clauses of each kind are written."""

_POLICY = re.compile(r"policies/(?P<file>[a-z0-9_-]+)\.yml\s*:\s*(?P<key>[A-Za-z0-9_.\[\]]+)\s*=\s*(?P<value>\S.*)")
_GIVE = re.compile(r"give\s+(?P<role>4_[0-9]+_[0-9]+)\s+to\s+@?(?P<alias>[a-z][a-z0-9_-]*)\.?", re.IGNORECASE)
_VACATE = re.compile(r"vacate\s+(?P<role>4_[0-9]+_[0-9]+)\.?", re.IGNORECASE)
_DESTROY = re.compile(
    r"destroy\s+(?P<amount>[0-9]{1,12}(?:\.[0-9]{1,2})?)(?:\s+SC)?\s+of\s+(?P<award>g_[0-9]+)\s+from\s+"
    r"@?(?P<alias>[a-z][a-z0-9_-]*)\.?",
    re.IGNORECASE,
)
_MARK = re.compile(r"\A(?:[-*]\s+|[0-9]{1,2}[.)]\s+)?`?(?P<text>.*?)`?\s*\Z")


@dataclass(frozen=True, slots=True)
class PolicyClause:
    """A value of a policy file: its path in the ledger, the dotted key, and the value as YAML."""

    path: str
    key: str
    value: str


@dataclass(frozen=True, slots=True)
class RoleClause:
    """A role that is given to an owner, or taken from whoever holds it (`alias` None)."""

    role_id: str
    alias: str | None


@dataclass(frozen=True, slots=True)
class CorrectionClause:
    """SC of a mint that are destroyed: the award that was minted, and the owner who got it."""

    pending_id: str
    alias: str
    amount: Decimal


def policy_clauses(text: str) -> tuple[PolicyClause, ...]:
    """The policy values that a text sets, in order."""
    found = (_POLICY.fullmatch(line) for line in _lines(text))
    return tuple(PolicyClause(f"policies/{m['file']}.yml", m["key"], m["value"].strip()) for m in found if m)


def role_clauses(text: str) -> tuple[RoleClause, ...]:
    """The roles that a text gives and takes, in order."""
    clauses = []
    for line in _lines(text):
        if given := _GIVE.fullmatch(line):
            clauses.append(RoleClause(given["role"], given["alias"].lower()))
        elif taken := _VACATE.fullmatch(line):
            clauses.append(RoleClause(taken["role"], None))
    return tuple(clauses)


def correction_clauses(text: str) -> tuple[CorrectionClause, ...]:
    """The mints that a text corrects, in order."""
    found = (_DESTROY.fullmatch(line) for line in _lines(text))
    return tuple(
        CorrectionClause(m["award"].lower(), m["alias"].lower(), Decimal(m["amount"]).quantize(Decimal("0.01")))
        for m in found
        if m
    )


def _lines(text: str) -> Iterator[str]:
    for line in text.splitlines():
        found = _MARK.match(line.strip())
        if found and found["text"]:
            yield found["text"].strip()
