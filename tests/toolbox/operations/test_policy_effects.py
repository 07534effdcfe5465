"""Every key of the policies rules something: the same story ends in another way when its value is another one.

`EFFECTS` has a story for each key of the default texts that `policy_keys.FIXED` does not name; the guard at the end
compares the three. A value is changed as a proposal changes it, by `with_value`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from smartup_tui.ledger import tables
from smartup_tui.ledger.change import Change, Outcome, Refusal
from smartup_tui.ledger.economy.wallet import karma_of
from smartup_tui.ledger.governance.policy_edit import with_value
from smartup_tui.ledger.governance.policy_keys import FIXED, obstacle
from smartup_tui.ledger.policies import (
    CREDIT_RATES,
    DEFAULT_TEXTS,
    KARMA_RULES,
    LICENSE_POLICIES,
    VALIDATION_RULES,
)
from smartup_tui.ledger.rowset import segment_paths
from smartup_tui.ledger.tree import MappingTree
from tests.support.organisation import FOUNDER, Organisation, company
from tests.toolbox.operations.governing import SCORES, proposal, with_karma

Story = Callable[[Organisation], Any]
Key = tuple[str, str]
"""A policy file and a dotted key in it."""


@dataclass(frozen=True)
class Effect:
    """What a story tells with the default value and with another; `beside` is changed for both."""

    story: Story
    value: str
    usual: Any
    other: Any
    beside: Mapping[Key, str] = field(default_factory=dict)
    together: Mapping[Key, str] = field(default_factory=dict)
    """What changes with the value, where some values hold only together."""
    place: str = ""
    """Which value of a list is changed."""


@cache
def _files() -> dict[str, bytes]:
    """The founder, captains of 3_7 and 3_2, maria and jonas who work in 3_7, and a guest with a watch license."""
    org = company().owner("guest", license_="watch")
    return {path: org.tree.read(path) or b"" for path in org.tree.paths()}


@cache
def _begun() -> Organisation:
    return company()


def under(values: Mapping[Key, str]) -> Organisation:
    """The organisation with these values in its policies."""
    files = dict(_files())
    for (path, key), value in values.items():
        files[path] = with_value(files[path].decode(), key, value).encode()
    return Organisation(_begun().now, MappingTree(files))


def told(outcome: Outcome) -> str:
    """`done`, or the code of the refusal."""
    if isinstance(outcome, Refusal):
        return outcome.code
    assert isinstance(outcome, Change)
    return "done"


# Work and what it pays


def budget(size: str, org: Organisation) -> str:
    task_id = org.task(size)
    task = org.snapshot.task(task_id)
    return str(task.budget_sc) if task is not None else ""


def worked(org: Organisation, size: str = "medium", defender: str = "jonas") -> str:
    task = org.task(size)
    return org.seats(task, "maria", defender).session(task, "maria", defender)


def assessed(org: Organisation, defender: str = "jonas") -> str:
    return org.do("assess_work", "captain", session_id=worked(org, defender=defender), **SCORES).entity.id


def amounts(org: Organisation, defender: str = "jonas") -> tuple[str, ...]:
    """What attacker and defender of a medium task get for 24 points."""
    award = assessed(org, defender)
    return tuple(str(row.amount) for row in org.snapshot.award(award))


def validated(org: Organisation) -> str:
    award = assessed(org)
    org.do("validate_sc", "designer", pending_id=award, decision="approve")
    return award


def minted(org: Organisation) -> str:
    """The status of an attacker's award after its window, with 10 EUR in the treasury or with none."""
    award = validated(org)
    org.wait(days=3).settle()
    return org.snapshot.award(award)[0].status


def funded(org: Organisation) -> str:
    org.do("record_treasury", event_type="DEPOSIT", amount_eur="10", note="a license")
    return minted(org)


def mints_of_a_day(org: Organisation) -> int:
    """How many of two awards of maria are minted on the day on which both are due."""
    validated(org)
    validated(org)
    org.wait(days=4).settle()
    days = [row.timestamp.date() for row in org.snapshot.rows(tables.CREDITS).where(to="maria")]
    return days.count(days[0])


def paid_out(org: Organisation) -> str:
    org.do("record_treasury", event_type="DEPOSIT", amount_eur="1010", note="licenses")
    minted(org)
    org.do("redeem", "maria", amount="36")
    return told(org.attempt("pay_redemption", FOUNDER, redemption_id="r_1", reference="Bank 7"))


def alone(org: Organisation) -> str:
    """Whether a session that nobody confirmed can be assessed."""
    task = org.task()
    org.do("claim_task", "maria", task_id=task, seat="attacker")
    session = org.do("start_work", "maria", task_id=task).entity.id
    org.wait(hours=1).do("stop_work", "maria", notes="Done.")
    return told(org.attempt("assess_work", "captain", session_id=session, **SCORES))


def second_seat(org: Organisation) -> str:
    org.do("claim_task", "maria", task_id=org.task())
    return told(org.attempt("claim_task", "maria", task_id=org.task()))


def seat_after_three_days(org: Organisation) -> str | None:
    task_id = org.task()
    org.do("claim_task", "maria", task_id=task_id, seat="attacker")
    org.wait(days=3).settle()
    task = org.snapshot.task(task_id)
    return task.attacker if task is not None else None


def clock_after_two_hours(org: Organisation) -> str:
    task_id = org.task()
    org.do("claim_task", "maria", task_id=task_id, seat="attacker")
    session = org.do("start_work", "maria", task_id=task_id).entity.id
    org.wait(hours=2).settle()
    clock = org.snapshot.session(session)
    return clock.status if clock is not None else ""


def fallback_window(org: Organisation) -> int:
    """The days of silence on an award that nobody is left to validate."""
    for role in ("4_1_7", "4_1_2"):
        org.do("set_role", role_id=role, field="holder", value="nobody")
    task = org.task()
    session = org.seats(task, FOUNDER, "maria").session(task, FOUNDER, "maria")
    award = org.do("assess_work", "jonas", session_id=session, **SCORES).entity.id
    ends = org.snapshot.award(award)[0].consensus_ends_at
    return (ends - org.now).days if ends is not None else 0


# Proposals and votes


def silence(org: Organisation) -> float:
    """The hours that a proposal is open."""
    org.do("propose", FOUNDER, title="Meet", text="On Fridays.")
    ends = proposal(org).consensus_ends_at
    return (ends - org.now).total_seconds() / 3600 if ends is not None else 0


def amended(org: Organisation) -> str:
    return org.do("propose", FOUNDER, kind="amendment", title="Rule 9", text="Rest is part of work.").entity.id


def days_of_a_vote(org: Organisation) -> int:
    ends = proposal(org, amended(org)).vote_ends_at
    return (ends - org.now).days if ends is not None else 0


def voted(yes: tuple[str, ...], no: tuple[str, ...], org: Organisation, kind: str = "general") -> str:
    """The status of a proposal after a vote."""
    org.do("propose", FOUNDER, kind=kind, title="Meet", text="On Fridays.")
    if kind == "general":
        org.do("object", "jonas", entity_id="p_1", reason="Let us vote on it.")
    for choice, voters in (("yes", yes), ("no", no)):
        for alias in voters:
            org.do("vote", alias, proposal_id="p_1", choice=choice)
    org.wait(days=8).settle()
    return proposal(org).status


def weight(org: Organisation) -> str:
    """What the vote of somebody with 100 SK weighs."""
    with_karma(org, "maria", 100)
    amended(org)
    org.do("vote", "maria", proposal_id="p_1", choice="yes")
    return str(org.snapshot.rows(tables.VOTES)[0].weight.normalize())


def contested(org: Organisation) -> int:
    """How many votes there are three days after an objection to an award."""
    award = validated(org)
    org.do("object", FOUNDER, entity_id=award, reason="Not done.")
    org.wait(days=3).settle()
    return len(org.snapshot.rows(tables.PROPOSALS))


# Karma


def awarded(category: str, org: Organisation) -> int:
    org.do("award_sk", "designer", alias="jonas", category=category, entity_id="3_7", reason="Well done.")
    return karma_of(org.snapshot, "jonas")


def thanked(amounts_: tuple[int, ...], org: Organisation) -> str:
    """What becomes of the last of some thanks of maria to jonas."""
    outcome: Outcome | None = None
    for amount in amounts_:
        outcome = org.attempt("kudos", "maria", alias="jonas", amount=amount, reason="Thank you.")
    assert outcome is not None
    return told(outcome)


def proposing(org: Organisation) -> str:
    """Whether maria may propose with 25 SK."""
    with_karma(org, "maria", 25)
    return told(org.attempt("propose", "maria", title="Meet", text="On Fridays."))


def founder_proposes(org: Organisation) -> str:
    return told(org.attempt("propose", FOUNDER, title="Meet", text="On Fridays."))


def elected(role_id: str, org: Organisation) -> str:
    """Whether jonas, who has no SK, can be proposed for a role."""
    with_karma(org, "maria", 50)
    return told(org.attempt("propose", "maria", kind="role", title="Jonas", text=f"give {role_id} to jonas"))


def leading(org: Organisation) -> str:
    org.task()
    return told(org.attempt("set_objective", "captain", objective_id="5_7_0", field="mission_leader", value="maria"))


def karma_in_march(org: Organisation) -> int:
    """The SK of maria on 2 March, who got 25 on 5 January and stopped a session in that month."""
    with_karma(org, "maria", 25)
    worked(org)
    org.wait(days=56).settle()
    return karma_of(org.snapshot, "maria")


# Licenses


def licensed(license_: str, org: Organisation) -> Organisation:
    return org.owner("lee", license_=license_)


def given_a_role(license_: str, org: Organisation) -> str:
    return told(licensed(license_, org).attempt("assign_role", FOUNDER, alias="lee", role_id="4_3_2"))


def earned(license_: str, org: Organisation) -> str:
    """What somebody with the license earns as defender."""
    licensed(license_, org).do("assign_role", alias="lee", role_id="4_3_2")
    return amounts(org, "lee")[1]


def votes(license_: str, org: Organisation) -> str:
    licensed(license_, org)
    amended(org)
    return told(org.attempt("vote", "lee", proposal_id="p_1", choice="yes"))


def karma_of_a_day(license_: str, org: Organisation) -> int | str:
    outcome = licensed(license_, org).attempt("kudos", "maria", alias="lee", amount=5, reason="Thank you.")
    return karma_of(org.snapshot, "lee") if isinstance(outcome, Change) else told(outcome)


def priced(license_: str, org: Organisation) -> str:
    licensed(license_, org)
    return str(org.snapshot.rows(tables.LICENSES)[-1].amount_eur)


def upgraded(before: str, after: str, org: Organisation) -> str:
    """What a step up costs, or why it can not be taken without SK."""
    licensed(before, org)
    outcome = org.attempt("set_owner", FOUNDER, alias="lee", field="license", value=after, reference="OC-9")
    return str(org.snapshot.rows(tables.LICENSES)[-1].amount_eur) if isinstance(outcome, Change) else told(outcome)


def renamed(org: Organisation) -> str:
    return told(org.attempt("set_owner", FOUNDER, alias="maria", field="alias", value="mary"))


# Files


def segments(org: Organisation) -> int:
    """How many files of the audit trail are full after a task was made."""
    org.task()
    return len(segment_paths(tables.EVENTS, org.tree))


def rolled(org: Organisation) -> int:
    """How many segments hold awards ten days after one was paid."""
    validated(org)
    org.wait(days=10).settle()
    return len(segment_paths(tables.PENDING, org.tree))


MATURE: Final = {(KARMA_RULES, "bootstrap_owners"): "0"}
"""A threshold binds without exception."""
WEIGHTED: Final = {(VALIDATION_RULES, "weighted"): "true"}
TWO: Final = ("maria", "captain")
THREE: Final = (*TWO, "designer")
LICENSES: Final = ("campaign", "watch", "work", "organizational")
PHASES: Final = ("validation", "design", "production", "organization")

CREDITS: Final = {
    "budgets.small": Effect(partial(budget, "small"), "30", "25.00", "30.00"),
    "budgets.medium": Effect(partial(budget, "medium"), "40", "50.00", "40.00"),
    "budgets.large": Effect(partial(budget, "large"), "120.50", "100.00", "120.50"),
    "budgets.complex": Effect(partial(budget, "complex"), "240", "200.00", "240.00"),
    "split.attacker": Effect(
        amounts, "80", ("36.00", "4.00"), ("32.00", "4.00"), together={(CREDIT_RATES, "split.midfielder"): "10"}
    ),
    "split.defender": Effect(
        amounts, "20", ("36.00", "4.00"), ("32.00", "8.00"), together={(CREDIT_RATES, "split.attacker"): "80"}
    ),
    "split.midfielder": Effect(
        amounts, "5", ("36.00", "4.00"), ("36.00", "2.00"), together={(CREDIT_RATES, "split.defender"): "5"}
    ),
    "payout": Effect(amounts, "[24, 70]", ("36.00", "4.00"), ("31.50", "3.50"), place="[3]"),
    "daily_cap": Effect(mints_of_a_day, "60", 2, 1),
}

KARMA: Final = {
    **{
        f"awards.{name}": Effect(partial(awarded, name), str(usual + 1), usual, usual + 1)
        for name, usual in yaml.safe_load(DEFAULT_TEXTS[KARMA_RULES])["awards"].items()
    },
    "kudos.minimum": Effect(partial(thanked, (1,)), "2", "done", "bad_amount"),
    "kudos.maximum": Effect(partial(thanked, (6,)), "6", "bad_amount", "done"),
    "kudos.giver_week": Effect(partial(thanked, (5,)), "4", "done", "giver_week"),
    "kudos.pair_month": Effect(partial(thanked, (4, 4)), "7", "done", "pair_month"),
    "thresholds.propose": Effect(proposing, "25", "threshold", "done"),
    "thresholds.captain": Effect(partial(elected, "4_1_3"), "0", "threshold", "done", beside=MATURE),
    "thresholds.mission_leader": Effect(leading, "0", "threshold", "done"),
    "thresholds.leadership": Effect(partial(elected, "4_2_1"), "0", "threshold", "done", beside=MATURE),
    "decay.percent": Effect(karma_in_march, "20", 28, 25),
    "decay.grace_days": Effect(karma_in_march, "0", 28, 26),
    "decay.active_bonus": Effect(karma_in_march, "7", 28, 30),
    "bootstrap_owners": Effect(founder_proposes, "0", "done", "threshold"),
}


def _license_effects() -> Iterator[tuple[str, Effect]]:
    for name in LICENSES:
        works = name in ("work", "organizational")
        at, path = f"licenses.{name}", LICENSE_POLICIES
        role, paid = ("done", "4.00") if works else ("license", "0.00")
        yield f"{at}.work", Effect(partial(given_a_role, name), str(not works).lower(), role,
                                   "license" if works else "done")  # fmt: skip
        yield f"{at}.earn_sc", Effect(partial(earned, name), str(not works).lower(), paid,
                                      "0.00" if works else "4.00", beside={(path, f"{at}.work"): "true"})  # fmt: skip
        yield f"{at}.votes", Effect(partial(votes, name), "false", "done", "not_of_electorate")
        thanks = partial(karma_of_a_day, name)
        yield f"{at}.sk_per_day", Effect(thanks, "3", 5, 3)
        yield f"{at}.earn_sk", Effect(thanks, "[documentation]", 5, "license")
        yield f"{at}.earn_sk_except", Effect(thanks, "[kudos]", 5, "license")
        prices = yaml.safe_load(DEFAULT_TEXTS[path])["licenses"][name]["prices"]
        for phase in PHASES:
            usual = prices[phase]
            yield f"{at}.prices.{phase}", Effect(partial(priced, name), str(usual + 50), f"{usual}.00",
                                                 f"{usual + 50}.00", beside={(path, "phase"): phase})  # fmt: skip
    for low, high in pairwise(LICENSES):
        step = f"upgrades.{low}_{high}"
        free = {**MATURE, (LICENSE_POLICIES, f"{step}.sk"): "0"}
        usual = yaml.safe_load(DEFAULT_TEXTS[LICENSE_POLICIES])["upgrades"][f"{low}_{high}"]["eur"]
        move = partial(upgraded, low, high)
        yield f"{step}.sk", Effect(move, "0", "threshold", f"{usual}.00", beside=MATURE)
        yield f"{step}.eur", Effect(move, "33", f"{usual}.00", "33.00", beside=free)


LICENSE: Final = {
    "phase": Effect(partial(priced, "work"), "design", "200.00", "400.00"),
    **dict(_license_effects()),
    "alias_changes_per_year": Effect(renamed, "0", "done", "alias_changes"),
}

VALIDATION: Final = {
    "consensus_hours": Effect(silence, "24", 48, 24),
    "fallback_days": Effect(fallback_window, "3", 7, 3),
    "objection_days": Effect(contested, "2", 0, 1),
    "vote_days": Effect(days_of_a_vote, "10", 7, 10),
    "quorum_minimum": Effect(partial(voted, TWO, ()), "2", "rejected", "accepted"),
    "quorum_percent": Effect(partial(voted, THREE, ()), "100", "accepted", "rejected"),
    "amendment_yes": Effect(partial(voted, TWO, ("jonas", "designer"), kind="amendment"), "1", "rejected", "accepted"),
    "amendment_of": Effect(partial(voted, TWO, ("jonas", "designer"), kind="amendment"), "4", "rejected", "accepted"),
    "weighted": Effect(weight, "true", "1", "1.1"),
    "weight_maximum": Effect(weight, "1.05", "1.1", "1.05", beside=WEIGHTED),
    "weight_sk": Effect(weight, "500", "1.1", "1.2", beside=WEIGHTED),
    "max_outstanding_ratio": Effect(funded, "5", "held", "paid"),
    "treasury_reserve_eur": Effect(paid_out, "0", "treasury", "done"),
    "enforce_when_empty": Effect(minted, "true", "paid", "held"),
    "pairing": Effect(alone, "encouraged", "unconfirmed", "done"),
    "seats_per_owner": Effect(second_seat, "1", "done", "too_many_seats"),
    "seat_days": Effect(seat_after_three_days, "2", "maria", None),
    "max_session_hours": Effect(clock_after_two_hours, "1", "running", "limit"),
    "segment_rows": Effect(segments, "5", 0, 1),
    "roll_days": Effect(rolled, "2", 0, 1),
}

EFFECTS: Final[Mapping[Key, Effect]] = {
    (path, key): effect
    for path, effects in (
        (CREDIT_RATES, CREDITS), (KARMA_RULES, KARMA), (LICENSE_POLICIES, LICENSE), (VALIDATION_RULES, VALIDATION),
    )
    for key, effect in effects.items()
}  # fmt: skip


@pytest.mark.parametrize(("path", "key"), [pytest.param(*key, id=" ".join(key)) for key in EFFECTS])
def test_another_value_ends_the_story_in_another_way(path: str, key: str) -> None:
    """With everything else as it is."""
    effect = EFFECTS[path, key]
    changed = {**effect.together, (path, f"{key}{effect.place}"): effect.value}
    assert all(obstacle(*place) is None for place in changed)
    assert effect.story(under(effect.beside)) == effect.usual
    assert effect.story(under({**effect.beside, **changed})) == effect.other


def leaves(value: Any, above: str = "") -> Iterator[str]:
    """The dotted keys of everything that a proposal can set; a list is one value."""
    if isinstance(value, dict):
        for name, below in value.items():
            yield from leaves(below, f"{above}.{name}" if above else str(name))
    else:
        yield above


def test_no_key_is_without_an_effect_or_a_reason() -> None:
    """Whoever adds a key to the default texts writes its story, or says in `FIXED` why it rules nothing."""
    keys = {(path, key) for path, text in DEFAULT_TEXTS.items() for key in leaves(yaml.safe_load(text))}
    fixed = {(path, key) for path, key in keys if "can not be changed" in (obstacle(path, key) or "")}
    assert keys - fixed == set(EFFECTS)
    assert not fixed & set(EFFECTS)
    assert len({path for path, _ in FIXED} | set(DEFAULT_TEXTS)) == len(DEFAULT_TEXTS)


def test_the_page_of_the_policies_has_every_key() -> None:
    """What an owner reads before proposing: by its own name, or the last part of it beside others of its kind."""
    page = (Path(__file__).parents[3] / "docs" / "policies.md").read_text(encoding="utf-8")
    words = re.findall(r"`([^`]+)`", re.sub(r"```.*?```", "", page, flags=re.DOTALL))
    named = set(re.findall(r"[a-z_]+", " ".join(words)))
    for path, key in EFFECTS:
        assert f"## {path.removeprefix('policies/')}" in page
        last = key.rpartition(".")[2]
        assert last in named or key.startswith("awards.") or ".prices." in key, key
    assert all(key.rpartition(".")[2] in named for _, key in FIXED)
