"""Random proposals, objections, votes, awards and money: when somebody looks changes nothing, and the ledger holds."""

from __future__ import annotations

from functools import cache
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smartup_tui.ledger import tables
from smartup_tui.ledger.economy import sc
from smartup_tui.ledger.tree import Tree
from smartup_tui.ledger.verify import Severity, verify
from tests.support.organisation import FOUNDER, START, Organisation
from tests.toolbox.operations.governing import SCORES, TASK, assembly, with_karma

OWNERS = (FOUNDER, "captain", "designer", "maria", "jonas")
TEXTS = {
    "general": "Let us meet.",
    "amendment": "Rest is part of work.",
    "policy": "policies/validation-rules.yml: vote_days = 3",
    "role": "give 4_1_3 to jonas\nvacate 4_2_7",
    "correction": "destroy 2.50 of g_4 from maria",
}

owners = st.sampled_from(OWNERS)
proposals = st.sampled_from(["p_1", "p_2", "p_3"])
awards = st.sampled_from(["g_4", "g_5"])


def step(command: str, **arguments: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[str, str, dict[str, Any]]]:
    """A command of any owner with any of its arguments."""
    return st.tuples(st.just(command), owners, st.fixed_dictionaries(arguments))


kinds = st.sampled_from(sorted(TEXTS))
steps = st.one_of(
    kinds.flatmap(lambda kind: step("propose", kind=st.just(kind), title=st.just("T"), text=st.just(TEXTS[kind]))),
    step("object", entity_id=proposals | awards, reason=st.just("Hm.")),
    step("withdraw", entity_id=proposals | awards | st.just("r_1")),
    step("vote", proposal_id=proposals, choice=st.sampled_from(["yes", "yes", "no", "abstain"])),
    step("vote", proposal_id=proposals, choice=st.just("yes")),
    step("vest", pending_id=st.just("g_1"), text=st.just("It is time.")),
    step("resolve", pending_id=awards, decision=st.sampled_from(["uphold", "dismiss"]), reason=st.just("So.")),
    step("assess_work", session_id=st.sampled_from(["s_1", "s_2"]), **{k: st.just(v) for k, v in SCORES.items()},
         share=st.just(50)),
    step("validate_sc", pending_id=awards, decision=st.just("approve")),
    step("record_treasury", event_type=st.just("DEPOSIT"), amount_eur=st.sampled_from(["5", "20", "9000"]),
         note=st.just("money")),
    step("redeem", amount=st.sampled_from(["1", "10"])),
)  # fmt: skip
histories = st.lists(st.tuples(st.integers(1, 96), steps, st.booleans()), min_size=4, max_size=25)


@cache
def _beginning() -> tuple[Tree, int]:
    """An assembly with two sessions to assess, as all runs begin."""
    org = with_karma(with_karma(assembly(), "jonas", 50), "captain", 50)
    org.task()
    org.seats(TASK, "maria", "jonas")
    org.session(TASK, "maria", "jonas")
    org.session(TASK, "maria", "jonas")
    return org.tree, int((org.now - START).total_seconds())


def run(history: list[tuple[int, Any, bool]], *, settling: bool) -> Organisation:
    """Carry out a history, lawful or not; looking in between only where it says so."""
    tree, seconds = _beginning()
    org = Organisation(START, tree).wait(seconds=seconds)
    for hours, (command, actor, arguments), look in history:
        org.wait(hours=hours / 2)
        if settling and look:
            org.settle()
        org.wait(hours=hours / 2)
        org.attempt(command, actor, **arguments)
    org.wait(days=30).settle()
    return org


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(histories)
def test_when_somebody_looks_changes_nothing(history: list[tuple[int, Any, bool]]) -> None:
    """The same files, but for the audit trail's own times; nothing undecided is left; verify finds nothing."""
    org, other = run(history, settling=True), run(history, settling=False)
    paths = [path for path in org.tree.paths() if not path.startswith("master-events")]
    assert paths == [path for path in other.tree.paths() if not path.startswith("master-events")]
    for path in paths:
        assert org.tree.read(path) == other.tree.read(path), path
    assert [f for f in verify(org.tree).findings if f.severity is not Severity.NOTE] == []
    snapshot = org.snapshot
    assert not [row for row in snapshot.rows(tables.PROPOSALS) if row.status in ("open", "voting")]
    assert not [row for row in snapshot.rows(tables.PENDING) if row.status in ("consensus", "contested")]
    rows = snapshot.rows(tables.CREDITS)
    paid = sum(row.amount for row in snapshot.rows(tables.PENDING) if row.status == "paid")
    destroyed = sum(row.amount for row in rows if row.type == sc.DESTROY)
    assert sc.tally(rows).outstanding == paid - destroyed
