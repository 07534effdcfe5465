"""Random proposals, objections, votes, awards and money: when somebody looks changes nothing, and the ledger holds."""

from __future__ import annotations

from functools import cache
from random import Random
from typing import Any

import pytest

from smartup_tui.ledger import tables
from smartup_tui.ledger.economy import sc
from smartup_tui.ledger.tree import Tree
from smartup_tui.ledger.verify import Severity, verify
from tests.support.organisation import FOUNDER, START, Organisation
from tests.toolbox.operations.governing import SCORES, TASK, assembly, opened, with_karma

OWNERS = (FOUNDER, "captain", "designer", "maria", "jonas")
TEXTS = {
    "general": "Let us meet.",
    "amendment": "Rest is part of work.",
    "policy": "policies/validation-rules.yml: vote_days = 3",
    "role": "give 4_1_3 to jonas\nvacate 4_2_7",
    "correction": "destroy 2.50 of g_4 from maria",
}
PAUSES = (0.1, 0.1, 1, 1, 3, 8, 30)
"""Hours between two commands: awards and votes overlap, and sometimes all of them end."""

Step = tuple[str, str, dict[str, Any]]


def any_step(chance: Random) -> Step:
    """A command of somebody who may give it as a rule, about something that may exist."""
    proposal = f"p_{chance.randint(1, 9)}"
    award = chance.choice(("g_4", "g_5", "g_6"))
    kind = chance.choice(sorted(TEXTS))
    anybody = chance.choice(OWNERS)
    return chance.choice(
        (
            ("propose", chance.choice(("maria", "jonas")), {"kind": kind, "title": "T", "text": TEXTS[kind]}),
            *(("vote", chance.choice(OWNERS), {"proposal_id": proposal, "choice": choice})
              for choice in ("yes", "yes", "yes", "no", "abstain")),
            ("object", anybody, {"entity_id": proposal, "reason": "Hm."}),
            ("object", anybody, {"entity_id": award, "reason": "Hm."}),
            ("withdraw", anybody, {"entity_id": chance.choice((proposal, award, "r_1"))}),
            ("vest", FOUNDER, {"pending_id": chance.choice(("g_1", "g_2")), "text": "It is time."}),
            ("resolve", chance.choice((FOUNDER, "designer")),
             {"pending_id": award, "decision": chance.choice(("uphold", "dismiss")), "reason": "So."}),
            ("assess_work", "captain", {"session_id": chance.choice(("s_1", "s_2")), "share": 50, **SCORES}),
            ("validate_sc", "designer", {"pending_id": award, "decision": "approve"}),
            ("record_treasury", FOUNDER,
             {"event_type": "DEPOSIT", "amount_eur": chance.choice(("5", "20", "9000")), "note": "money"}),
            ("redeem", chance.choice(("maria", "jonas")), {"amount": chance.choice(("1", "10"))}),
        )
    )  # fmt: skip


@cache
def _beginning() -> tuple[Tree, int]:
    """An assembly with one award in its 48 hours, one to validate, and four proposals, as all runs begin."""
    org = with_karma(with_karma(assembly(), "jonas", 50), "captain", 50)
    org.task()
    org.seats(TASK, "maria", "jonas")
    for pending_id in ("g_4", "g_5"):
        session = org.session(TASK, "maria", "jonas")
        org.do("assess_work", "captain", session_id=session, **SCORES, share=50)
        if pending_id == "g_4":
            org.do("validate_sc", "designer", pending_id=pending_id, decision="approve")
    for kind in ("general", "amendment", "policy", "role"):
        opened(org, kind=kind, text=TEXTS[kind])
    return org.tree, int((org.now - START).total_seconds())


def run(seed: int, *, settling: bool) -> Organisation:
    """Carry out a history, lawful or not; looking in between only where asked to."""
    tree, seconds = _beginning()
    org = Organisation(START, tree).wait(seconds=seconds)
    chance = Random(seed)
    for _ in range(40):
        hours, look = chance.choice(PAUSES), chance.random() < 0.5
        org.wait(hours=hours / 2)
        if settling and look:
            org.settle()
        org.wait(hours=hours / 2)
        command, actor, arguments = any_step(chance)
        org.attempt(command, actor, **arguments)
    org.wait(days=30).settle()
    return org


@pytest.mark.parametrize("seed", range(40))
def test_when_somebody_looks_changes_nothing(seed: int) -> None:
    """The same files, but for the audit trail's own times; nothing undecided is left; verify finds nothing."""
    org, other = run(seed, settling=True), run(seed, settling=False)
    paths = [path for path in org.tree.paths() if not path.startswith("master-events")]
    assert paths == [path for path in other.tree.paths() if not path.startswith("master-events")]
    for path in paths:
        assert org.tree.read(path) == other.tree.read(path), path
    # What was minted before the treasury held money may be more than three times the first deposit.
    assert [f for f in verify(org.tree).findings if f.severity is not Severity.NOTE and f.kind != "three_x"] == []
    snapshot = org.snapshot
    assert not [row for row in snapshot.rows(tables.PROPOSALS) if row.status in ("open", "voting")]
    waiting = {row.status for row in snapshot.rows(tables.PENDING)}
    assert "contested" not in waiting
    assert "held" in waiting or "consensus" not in waiting
    rows = snapshot.rows(tables.CREDITS)
    paid = sum(row.amount for row in snapshot.rows(tables.PENDING) if row.status == "paid")
    destroyed = sum(row.amount for row in rows if row.type == sc.DESTROY)
    assert sc.tally(rows).outstanding == paid - destroyed
