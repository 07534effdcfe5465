"""Every number can be followed to its rows, and is reckoned again on the way: what does not agree is said."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smartup_tui.ledger import tables
from smartup_tui.ledger.economy.wallet import wallet as economy_wallet
from smartup_tui.ledger.index.ingest import ingest
from smartup_tui.ledger.index.store import Index
from smartup_tui.ledger.tree import Tree
from smartup_tui.workspace.explain import Evidence, Explanation, below, explain, has_below
from smartup_tui.workspace.explain_forms import document, lines, sheet, unfolded, verdict
from smartup_tui.workspace.export import Format, parts
from smartup_tui.workspace.reader import Reader
from smartup_tui.workspace.target import Unclear
from tests.chaos.players import community, steps
from tests.support.organisation import FOUNDER, Organisation, edited
from tests.support.owner_home import PROFILE, organisation
from tests.support.whole_story import whole_story


@contextmanager
def evidence_of(org: Organisation) -> Iterator[Evidence]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "index.db"
        with Index(path, writable=True) as index:
            ingest(index, org.tree)
        with Index(path) as index:
            yield Evidence(Reader(index, PROFILE), org.now)


def found(evidence: Evidence, wanted: str) -> Explanation:
    answer = explain(evidence, wanted)
    assert isinstance(answer, Explanation), answer
    return answer


def part(whole: Explanation, title: str) -> Explanation:
    return next(one for one in whole.walk() if one.title == title)


@pytest.fixture(scope="module")
def org() -> Organisation:
    return organisation()


@pytest.fixture(scope="module")
def evidence(org: Organisation) -> Iterator[Evidence]:
    with evidence_of(org) as made:
        yield made


def amount(text: str) -> Decimal:
    return Decimal(text.split(maxsplit=1)[0])


def decay_agrees(whole: Explanation, amount_: int) -> None:
    told = [one.value for one in whole.parts if one.title == "Next decay"]
    assert [int(value.split()[0].replace(",", "")) for value in told] == ([amount_] if amount_ else [])


def sums_agree(evidence: Evidence, org: Organisation) -> None:
    """Of every owner the rows of each sum add up to what the rules of the economy count."""
    snapshot = org.snapshot
    for owner in snapshot.rows(tables.OWNERS):
        whole, counted = found(evidence, owner.alias), economy_wallet(snapshot, owner.alias, org.now)
        assert whole.doubts == ()
        decay_agrees(whole, counted.next_decay.amount)
        by_title = {one.title: one for one in whole.parts}
        for title, wanted in (
            ("Live", counted.live),
            ("Pending", counted.pending_total),
            ("Queued for redemption", counted.queued),
            ("SK", counted.sk),
        ):
            rows = by_title[title].parts if title in by_title else ()
            assert sum((amount(row.value) for row in rows), Decimal(0)) == wanted
            assert title not in by_title or amount(by_title[title].value.replace(",", "")) == wanted


@cache
def begun() -> tuple[Organisation, Tree]:
    org = community(9)
    return org, org.tree


@given(seed=st.integers(0, 10**6))
@settings(max_examples=4, deadline=None)
def test_whatever_happened_the_rows_add_up_to_what_is_shown(seed: int) -> None:
    started, tree = begun()
    org, random = Organisation(started.now, tree), Random(seed)
    for _ in range(60):
        org.wait(hours=random.choice([0, 1, 30, 200])).settle()
        (step,) = steps(org.snapshot, random, 1)
        arguments: dict[str, Any] = dict(step.arguments)
        org.attempt(step.command, step.actor, **arguments)
    org.wait(days=30).settle()
    with evidence_of(org) as evidence:
        sums_agree(evidence, org)
        assert found(evidence, "treasury").doubts == ()
        for row in org.snapshot.rows(tables.PENDING):
            assert found(evidence, row.pending_id).doubts == ()


def test_every_id_of_a_long_story_is_explained_and_agrees() -> None:
    org = whole_story()
    with evidence_of(org) as evidence:
        sums_agree(evidence, org)
        for table, column in (
            (tables.TASKS, "task_id"), (tables.OBJECTIVES, "objective_id"), (tables.CLOCK, "session_id"),
            (tables.PENDING, "pending_id"), (tables.PROPOSALS, "proposal_id"), (tables.REDEMPTIONS, "redemption_id"),
            (tables.ROLES, "role_id"), (tables.APPLICATIONS, "application_id"), (tables.TEAMS, "team_id"),
        ):  # fmt: skip
            rows: Any = org.snapshot.rows(table)
            for row in rows:
                whole = found(evidence, getattr(row, column))
                assert whole.doubts == (), whole.title
                assert whole.about == getattr(row, column)
        # Every movement names the audit row that wrote it; the monthly bonus has no owner who gave it.
        moved = [one for one in found(evidence, "mara").walk() if one.where is not None]
        assert len(moved) > 5
        assert {one.title for one in moved if not one.event} <= {"active month"}
        assert found(evidence, "maria").about == "mara"
        destroyed = part(found(evidence, "mara"), "DESTROY g_4")
        assert (destroyed.value, destroyed.actor) == ("-3.60 SC", "engelbot")
        vote = part(found(evidence, "p_1"), "Votes")
        assert vote.value.startswith("yes 1, no 0, abstain 0")
        assert part(found(evidence, "g_8"), "Vote p_1").entity == "p_1"


def test_an_award_leads_to_its_scores_session_and_mint(evidence: Evidence) -> None:
    whole = found(evidence, "g_4")
    assert whole.value.endswith(", paid")
    assert "Effort 9, learning 8 and collaboration 9 are 26 of 30 points" in part(whole, "Payout").how
    mint = next(one for one in part(whole, "maria, attacker").parts if one.title == "MINT g_4")
    assert mint.where is not None
    assert found(evidence, str(mint.where)).value == mint.value
    session = part(whole, "Session s_1")
    (inside,) = below(evidence, session, frozenset({"g_4"}))
    assert "2 h 10 min" in inside.value
    assert part(inside, "Hand-over notes").note == "Done and noted."
    trail = [one.title for one in part(whole, "Audit trail").parts]
    assert trail == ["assess_work", "validate_sc", "mint", "mint"]
    event = found(evidence, part(whole, "Audit trail").parts[0].entity)
    assert next(one.value for one in event.parts if one.title == "request").startswith("request-")


SPLIT = "policies/credit-rates.yml: split.attacker = 80\npolicies/credit-rates.yml: split.defender = 20"


def test_an_award_is_not_doubted_for_rates_that_were_changed_later(org: Organisation) -> None:
    later = Organisation(org.now, org.tree)
    later.do("propose", FOUNDER, kind="policy", title="More for the defender", text=SPLIT)
    later.wait(days=4).settle()
    assert later.snapshot.policies.credits.split.attacker == 80
    with evidence_of(later) as evidence:
        whole = found(evidence, "g_4")
        assert whole.doubts == ()
        assert "by policies/credit-rates.yml as it was before" in part(whole, "Payout").how


def test_a_budget_and_a_running_session(evidence: Evidence) -> None:
    whole = found(evidence, "6_7_0_0")
    assert whole.value == "60.00 SC left of 200.00 SC"
    assert part(whole, "Assessed").value == "70 %"
    assert part(whole, "Status").checked
    running = found(evidence, found(evidence, "6_1_0_0").parts[-3].parts[0].entity)
    assert running.value == "running"


@pytest.mark.parametrize(
    ("path", "change", "entity", "said"),
    [
        ("credits/transactions.csv", (b",MINT,64.80,", b",MINT,74.80,"), "maria", "g_4 says 64.80 SC"),
        (
            "credits/pending-sc.csv",
            (b",48.60,9,8,9,", b",58.60,9,8,9,"),
            "g_5",
            "by today's budget and rates it would be",
        ),
        ("work/session_logs.csv", (b",130,", b",310,"), "s_1", "the times are 2 h 10 min apart"),
        ("work/task-budgets.csv", (b",200.00,in_review", b",200.00,completed"), "6_7_0_0", "it is in review, not"),
    ],
)
def test_what_was_changed_by_hand_does_not_agree_and_is_named(
    org: Organisation, path: str, change: tuple[bytes, bytes], entity: str, said: str
) -> None:
    with evidence_of(edited(org, path, *change)) as evidence:
        whole = found(evidence, entity)
        assert any(said in doubt for doubt in whole.doubts), whole.doubts
        assert "not agree" in verdict(whole)


def test_a_treasury_that_does_not_add_up(org: Organisation) -> None:
    richer = Organisation(org.now, org.tree)
    richer.do("record_treasury", FOUNDER, event_type="DEPOSIT", amount_eur="500", note="A license")
    with evidence_of(edited(richer, "treasury/balance.csv", b",500.00,500.00,", b",500.00,900.00,")) as evidence:
        whole = found(evidence, "treasury")
        assert "reckoned again it is 500.00 EUR, not 900.00 EUR" in part(whole, "Money").doubts
        assert part(whole, "Outstanding").doubt == ""
        assert part(whole, "3x rule").value == "at most 2700.00 SC"


def test_what_is_meant_may_be_said_in_words(evidence: Evidence) -> None:
    own = found(evidence, "wallet")
    assert own == found(evidence, "@maria") == found(evidence, "maria")
    assert found(evidence, "proof-read").about == "6_1_0_1"
    event = evidence.reader.index.select(tables.EVENTS, "action = 'assess_work'", limit=1)[0]
    assert found(evidence, "4_1_7").about == "4_1_7"
    for nothing in ("g_99", "no such thing", "credits/transactions.csv:9999", "nowhere.csv:2", "", "wiki/home.md"):
        assert isinstance(explain(evidence, nothing), Unclear)
    assert event.timestamp == part(found(evidence, "g_4"), "assess_work").at


def test_nothing_is_explained_below_itself(evidence: Evidence) -> None:
    award = found(evidence, "g_4")
    budget = part(award, "Budget of 6_7_0_0")
    (task,) = below(evidence, budget, frozenset({"g_4"}))
    line = part(task, "Award g_4")
    assert not has_below(line, frozenset({"g_4", "6_7_0_0"}))
    assert has_below(line, frozenset())
    deep = unfolded(evidence, award, 6)
    assert sum(1 for one in deep.walk() if one.about == "g_4") == 1


def test_it_is_the_same_for_people_for_programs_and_as_a_table(evidence: Evidence) -> None:
    whole = unfolded(evidence, found(evidence, "wallet"), 2)
    text = [line for _, line in lines(whole)]
    assert text[0] == f"Wallet of maria: {whole.value}"
    assert "MINT g_4: +64.80 SC (agrees)" in text
    cut = [line for _, line in lines(whole, most=1)]
    assert "… and 3 more; --all shows them." in cut
    told = document(whole)
    live = next(one for one in told["parts"] if one["title"] == "Live")
    assert live["agrees"] is True
    assert live["parts"][0]["row"]["table"] == "credits"
    written = b"".join(data for _, data in parts(sheet(whole), Format.CSV)).decode()
    assert "'+64.80 SC" in written  # no spreadsheet runs it
    assert sheet(whole).title == "Wallet of maria"
