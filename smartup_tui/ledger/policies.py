"""The rules of the economy as the ledger's own policy files state them (ledger.md §4).

Each file is read when it is first needed. One that does not parse or lacks a key raises PolicyError with file and key,
so no command that needs it runs. Keys that we do not know are left alone. `policy_defaults` holds the texts that a new
ledger begins with.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Any, Final, TypeVar, cast

from smartup_tui.ledger.policy_defaults import DEFAULT_TEXTS
from smartup_tui.ledger.policy_reader import PolicyError, read_policy
from smartup_tui.ledger.tree import Tree

CREDIT_RATES: Final = "policies/credit-rates.yml"
KARMA_RULES: Final = "policies/karma-rules.yml"
LICENSE_POLICIES: Final = "policies/license-policies.yml"
VALIDATION_RULES: Final = "policies/validation-rules.yml"

LONGEST_DAYS: Final = 3660
"""Ten years: a window that is longer is a mistake, and times that far away can not be reckoned with."""

P = TypeVar("P")


@dataclass(frozen=True, slots=True)
class SeatSplit:
    """How an award is split, in percent that add up to 100. The midfielder's part is not minted."""

    attacker: Decimal
    defender: Decimal
    midfielder: Decimal

    def __post_init__(self) -> None:
        """Refuse parts that are not the whole."""
        if min(self.attacker, self.defender, self.midfielder) < 0:
            raise ValueError("a part is below 0")
        if self.attacker + self.defender + self.midfielder != 100:
            raise ValueError("the parts do not add up to 100")


@dataclass(frozen=True, slots=True)
class Founding:
    """The founding work: SC in all, and the tranches in percent, in order. Read once, at the registration."""

    total_sc: Decimal
    tranches: tuple[Decimal, ...]

    def __post_init__(self) -> None:
        """Refuse tranches that are not the whole."""
        if sum(self.tranches) != 100:
            raise ValueError("the tranches do not add up to 100")


@dataclass(frozen=True, slots=True)
class CreditRates:
    """Budgets in SC by size, the split, the payout line (total of scores, percent), and the daily cap in SC."""

    budgets: Mapping[str, Decimal]
    split: SeatSplit
    payout: tuple[tuple[int, int], ...]
    daily_cap: Decimal
    founding: Founding

    def __post_init__(self) -> None:
        """Refuse a line that does not rise, and amounts below zero."""
        if len(self.payout) < 2 or any(
            a[0] >= b[0] or a[1] > b[1] for a, b in zip(self.payout, self.payout[1:], strict=False)
        ):
            raise ValueError("payout is no rising line of at least two points")
        if not self.budgets or min(self.budgets.values()) <= 0 or self.daily_cap <= 0:
            raise ValueError("budgets and daily_cap must be above 0")


@dataclass(frozen=True, slots=True)
class Kudos:
    """Kudos in SK: the smallest and largest, what a giver has in a week, and in a month for one person."""

    minimum: int
    maximum: int
    giver_week: int
    pair_month: int

    def __post_init__(self) -> None:
        """Refuse kudos of nothing or less."""
        if not 1 <= self.minimum <= self.maximum:
            raise ValueError("minimum must be at least 1 and at most maximum")


@dataclass(frozen=True, slots=True)
class Thresholds:
    """SK needed to open a proposal and to be given a role, checked at that moment only."""

    propose: int
    captain: int
    mission_leader: int
    leadership: int


@dataclass(frozen=True, slots=True)
class Decay:
    """What SK lose on the first of a month: percent of the base, days of grace, and the bonus of an active month."""

    percent: int
    grace_days: int
    active_bonus: int

    def __post_init__(self) -> None:
        """Refuse a loss of more than there is, and times or points below zero."""
        if not 0 <= self.percent <= 100:
            raise ValueError("percent must be from 0 to 100")
        if not 0 <= self.grace_days <= LONGEST_DAYS or self.active_bonus < 0:
            raise ValueError("grace_days and active_bonus must not be below 0, nor the days above ten years")


@dataclass(frozen=True, slots=True)
class KarmaRules:
    """SK by category of award; kudos, thresholds, decay. Below `bootstrap_owners` the founder may waive a threshold."""

    awards: Mapping[str, int]
    kudos: Kudos
    thresholds: Thresholds
    decay: Decay
    bootstrap_owners: int


@dataclass(frozen=True, slots=True)
class License:
    """What a license allows. `work`: workers' commands; `earn_sc`: work is paid; prices in EUR by phase.

    `sk_per_day` is a cap per UTC day; that of SC is everybody's (`CreditRates.daily_cap`). `earn_sk` lists categories,
    or `all`; `earn_sk_except` takes some away.
    """

    work: bool
    earn_sc: bool
    votes: bool
    sk_per_day: int
    earn_sk: tuple[str, ...]
    earn_sk_except: tuple[str, ...]
    prices: Mapping[str, Decimal]

    def earns(self, category: str) -> bool:
        """Whether SK of that category may be earned with this license."""
        return category not in self.earn_sk_except and ("all" in self.earn_sk or category in self.earn_sk)


@dataclass(frozen=True, slots=True)
class Upgrade:
    """What a step from one license to the next asks: SK and EUR.

    `approval` is the record's word and decides nothing: the leadership and the founder alone enter an upgrade.
    """

    sk: int
    eur: Decimal
    approval: bool


@dataclass(frozen=True, slots=True)
class LicensePolicies:
    """The licenses by name, the phase whose prices hold, upgrades (`campaign_watch`, …), and the rules of aliases.

    `privacy_levels` are the record's; every owner is entered as `alias_only`.
    """

    phase: str
    licenses: Mapping[str, License]
    upgrades: Mapping[str, Upgrade]
    alias_changes_per_year: int
    privacy_levels: tuple[str, ...]

    def price(self, license_name: str) -> Decimal:
        """What a license costs in the current phase, in EUR."""
        return self.licenses[license_name].prices[self.phase]

    def __post_init__(self) -> None:
        """Refuse a license without a price for the current phase."""
        for name, known in self.licenses.items():
            if self.phase not in known.prices:
                raise ValueError(f"licenses.{name}.prices lacks the phase {self.phase}")


@dataclass(frozen=True, slots=True)
class ValidationRules:
    """Windows, votes, treasury, work and files. Hours, days and EUR as the names say; percent are 0 to 100."""

    consensus_hours: int
    fallback_days: int
    objection_days: int
    vote_days: int
    quorum_minimum: int
    quorum_percent: int
    amendment_yes: int
    amendment_of: int
    weighted: bool
    weight_maximum: Decimal
    weight_sk: int
    max_outstanding_ratio: Decimal
    treasury_reserve_eur: Decimal
    enforce_when_empty: bool
    pairing: str
    seats_per_owner: int
    seat_days: int
    max_session_hours: int
    segment_rows: int
    roll_days: int

    def __post_init__(self) -> None:
        """Refuse values that would make the rules meaningless."""
        if self.pairing not in ("required", "encouraged"):
            raise ValueError("pairing must be required or encouraged")
        positive = ("consensus_hours", "fallback_days", "objection_days", "vote_days", "amendment_of", "weight_sk",
                    "seats_per_owner", "seat_days", "max_session_hours", "segment_rows", "roll_days")  # fmt: skip
        for name in positive:
            if getattr(self, name) <= 0:
                raise ValueError(f"{name} must be above 0")
        for name in ("fallback_days", "objection_days", "vote_days", "seat_days", "roll_days"):
            if getattr(self, name) > LONGEST_DAYS:
                raise ValueError(f"{name} must be at most {LONGEST_DAYS}")
        for name in ("consensus_hours", "max_session_hours"):
            if getattr(self, name) > 24 * LONGEST_DAYS:
                raise ValueError(f"{name} must be at most {24 * LONGEST_DAYS}")
        if self.quorum_minimum < 0 or not 0 <= self.quorum_percent <= 100:
            raise ValueError("quorum_minimum must not be below 0, and quorum_percent be from 0 to 100")
        if not 0 < self.amendment_yes <= self.amendment_of:
            raise ValueError("amendment_yes must be above 0 and at most amendment_of")
        if self.weight_maximum < 1 or self.max_outstanding_ratio < 0 or self.treasury_reserve_eur < 0:
            raise ValueError("weight_maximum must be at least 1, ratio and reserve not below 0")

    @property
    def amendment_majority(self) -> Fraction:
        """The part of the votes cast that an amendment needs."""
        return Fraction(self.amendment_yes, self.amendment_of)


class Policies:
    """The four policy files of one tree; reading a property may raise PolicyError."""

    def __init__(self, tree: Tree) -> None:
        """Look at a tree; nothing is read yet."""
        self._tree = tree

    @cached_property
    def credits(self) -> CreditRates:
        """`policies/credit-rates.yml`."""
        return self._read(CREDIT_RATES, CreditRates)

    @cached_property
    def karma(self) -> KarmaRules:
        """`policies/karma-rules.yml`."""
        return self._read(KARMA_RULES, KarmaRules)

    @cached_property
    def licenses(self) -> LicensePolicies:
        """`policies/license-policies.yml`."""
        return self._read(LICENSE_POLICIES, LicensePolicies)

    @cached_property
    def validation(self) -> ValidationRules:
        """`policies/validation-rules.yml`."""
        return self._read(VALIDATION_RULES, ValidationRules)

    def _read(self, path: str, kind: type[P]) -> P:
        data = self._tree.read(path)
        if data is None:
            raise PolicyError(path, "", "there is no such file")
        return cast("P", _parsed(path, cast("Hashable", kind), data))


@lru_cache(maxsize=32)
def _parsed(path: str, kind: Hashable, data: bytes) -> object:
    return read_policy(path, data, cast("type[Any]", kind))


def default_policies() -> tuple[tuple[str, str], ...]:
    """Path and text of every policy file as a new ledger has it."""
    return tuple(DEFAULT_TEXTS.items())


__all__ = [
    "CREDIT_RATES",
    "DEFAULT_TEXTS",
    "KARMA_RULES",
    "LICENSE_POLICIES",
    "VALIDATION_RULES",
    "CreditRates",
    "Decay",
    "Founding",
    "KarmaRules",
    "Kudos",
    "License",
    "LicensePolicies",
    "Policies",
    "PolicyError",
    "SeatSplit",
    "Thresholds",
    "Upgrade",
    "ValidationRules",
    "default_policies",
]
