"""What Review and Govern say an owner may do is what the Toolbox then does; a payout shown is the payout written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smartup_tui.ledger import tables
from smartup_tui.ledger.change import Refusal
from smartup_tui.ledger.index.snapshot import snapshot_of
from smartup_tui.ledger.index.store import Index
from smartup_tui.ledger.tree import MappingTree
from smartup_tui.workspace import govern, review
from smartup_tui.workspace.describe_govern import describe_proposal
from smartup_tui.workspace.describe_review import describe_award, describe_session
from smartup_tui.workspace.payout import Payout, payout
from smartup_tui.workspace.places import Places
from smartup_tui.workspace.reader import Reader
from tests.support import judging as told
from tests.support.judging import PEOPLE, judging
from tests.support.organisation import FOUNDER, Organisation
from tests.support.owner_home import NOW, PROFILE, make_home

SESSIONS = ("s_1", "s_2", "s_3", "s_4", "s_5", "s_6", "s_7", "s_8")
AWARDS = ("g_1", "g_4", "g_5", "g_6", "g_7", "g_8")
PROPOSALS = ("p_1", "p_2", "p_3", "p_4")


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    home = make_home(tmp_path_factory.mktemp("home"), judging())
    with ExitStack() as stack:
        yield stack.enter_context(Index(Places.of(home, "smartup").index))


def reader(index: Index, alias: str) -> Reader:
    return Reader(index, msgspec.structs.replace(PROFILE, alias=alias, user_id=f"@{alias}:smartup0.org"))


def refused(alias: str, command: str, **arguments: Any) -> Refusal | None:
    """What the Toolbox says to a command; the organisation that was told stays as it is."""
    org = judging()
    outcome = Organisation(NOW, org.tree).attempt(command, alias, **arguments)
    return outcome if isinstance(outcome, Refusal) else None


@pytest.mark.parametrize("alias", PEOPLE)
def test_a_key_of_review_is_dim_when_the_toolbox_would_refuse(index: Index, alias: str) -> None:
    owner = reader(index, alias)
    commands: dict[Any, tuple[str, dict[str, Any], str]] = {
        review.Act.VALIDATE: ("validate_sc", {"decision": "approve"}, "pending_id"),
        review.Act.REJECT: ("validate_sc", {"decision": "reject", "reason": "No."}, "pending_id"),
        review.Act.RESOLVE: ("resolve", {"decision": "dismiss", "reason": "So."}, "pending_id"),
        review.Act.OBJECT: ("object", {"reason": "No."}, "entity_id"),
        review.Act.WITHDRAW: ("withdraw", {}, "entity_id"),
    }
    for session_id in SESSIONS:
        said = review.hindrance(owner, review.Act.ASSESS, session_id, NOW)
        scores = {"effort": 8, "learning": 8, "collaboration": 8}
        found = refused(alias, "assess_work", session_id=session_id, **scores)
        assert (said is None) == (found is None), (session_id, said, found)
    for act, (command, arguments, name) in commands.items():
        for pending_id in AWARDS:
            said = review.hindrance(owner, act, pending_id, NOW)
            found = refused(alias, command, **{name: pending_id}, **arguments)
            assert (said is None) == (found is None), (act, pending_id, said, found)
            assert said is None or said.endswith((".", ")")), said


@pytest.mark.parametrize("alias", PEOPLE)
def test_a_key_of_govern_is_dim_when_the_toolbox_would_refuse(index: Index, alias: str) -> None:
    owner = reader(index, alias)
    commands: dict[Any, tuple[str, dict[str, Any], str]] = {
        govern.Act.OBJECT: ("object", {"reason": "No."}, "entity_id"),
        govern.Act.YES: ("vote", {"choice": "yes"}, "proposal_id"),
        govern.Act.WITHDRAW: ("withdraw", {}, "entity_id"),
    }
    for act, (command, arguments, name) in commands.items():
        for proposal_id in PROPOSALS:
            said = govern.hindrance(owner, act, proposal_id)
            found = refused(alias, command, **{name: proposal_id}, **arguments)
            assert (said is None) == (found is None), (act, proposal_id, said, found)


SCORE = st.integers(min_value=1, max_value=10)


@settings(max_examples=25, deadline=None)
@given(scores=st.tuples(SCORE, SCORE, SCORE), share=st.one_of(st.none(), st.integers(min_value=0, max_value=70)))
def test_the_payout_that_is_shown_is_written(index: Index, scores: tuple[int, int, int], share: int | None) -> None:
    names = ("effort", "learning", "collaboration")
    typed = dict(zip(names, map(str, scores), strict=True)) | ({} if share is None else {"share": str(share)})
    shown = payout(reader(index, "aisha"), {"session_id": told.TO_ASSESS, **typed})
    assert isinstance(shown, Payout)
    org = Organisation(NOW, judging().tree)
    chosen: dict[str, Any] = {"session_id": told.TO_ASSESS, "share": share, **dict(zip(names, scores, strict=True))}
    award = org.do("assess_work", "aisha", **chosen)
    rows = org.snapshot.award(award.entity.id)
    assert [(row.adm_role, row.beneficiary, row.amount) for row in rows] == [
        (part.seat, part.alias, part.amount) for part in shown.parts
    ]
    assert (shown.percentage, shown.share) == (rows[0].percentage, rows[0].share)
    assert shown.total == sum((row.amount for row in rows), Decimal(0))


def test_what_a_payout_lacks_and_more_than_is_left_is_said(index: Index) -> None:
    owner = reader(index, "aisha")
    assert "session" in str(payout(owner, {}))
    assert "three scores" in str(payout(owner, {"session_id": told.TO_ASSESS, "effort": "8"}))
    assert "three scores" in str(payout(owner, {"session_id": told.TO_ASSESS, "effort": "11", "learning": "x"}))
    scores = {"effort": "8", "learning": "8", "collaboration": "8"}
    whole = payout(owner, {"session_id": told.TO_ASSESS, "share": "71", **scores})
    assert isinstance(whole, Payout)
    assert whole.too_much  # 30 % of the budget are paid, 20 % were rejected and are free again
    assert whole.left == 70


def test_the_daily_cap_is_told_before_it_holds_anything_back(tmp_path: Path) -> None:
    """Maria has one award on the way; another one on top of it would be more than a day mints."""
    org = Organisation(NOW, judging().tree)
    rates = (org.tree.read("policies/credit-rates.yml") or b"").replace(b"daily_cap: 500", b"daily_cap: 90")
    files = {path: org.tree.read(path) or b"" for path in org.tree.paths()} | {"policies/credit-rates.yml": rates}
    home = make_home(tmp_path, Organisation(NOW, MappingTree(files)))
    scores = {"session_id": told.TO_ASSESS, "effort": "10", "learning": "10", "collaboration": "10"}
    with Index(Places.of(home, "smartup").index) as index:
        found = payout(reader(index, "aisha"), scores)
        assert isinstance(found, Payout)
        assert [found.held_back(part) for part in found.parts] == [True, False]
        assert found.parts[0].on_the_way == Decimal("88.50")


def test_the_read_model_is_the_ledger_for_every_rule(index: Index) -> None:
    """The snapshot over SQL has the rows of the snapshot over files, whichever way they are asked for."""
    here, there = snapshot_of(index), judging().snapshot
    for table in tables.TABLES:
        assert list(here.rows(table)) == list(there.rows(table)), table.name
        assert len(here.rows(table)) == len(there.rows(table))
        assert here.rows(table).first == there.rows(table).first
    assert here.rows(tables.PENDING).where(status="pending") == there.rows(tables.PENDING).where(status="pending")
    assert here.rows(tables.PENDING).get("g_8", "defender") == there.rows(tables.PENDING).get("g_8", "defender")
    assert here.rows(tables.TASKS).where(due=None) == there.rows(tables.TASKS).where(due=None)
    assert here.rows(tables.VOTES).last(proposal_id="p_4") == there.rows(tables.VOTES).last(proposal_id="p_4")
    assert here.policies.validation == there.policies.validation
    assert snapshot_of(index) is here
    with pytest.raises(ValueError, match="pending_id"):
        here.rows(tables.PENDING).get("g_8")


def test_a_sessions_page_says_what_an_assessor_asks(index: Index) -> None:
    found = review.session_review(reader(index, "aisha"), told.TO_ASSESS)
    assert found is not None
    page = describe_session(found)
    for said in ("attacker: maria", "defender: jonas", "1 h 38 min", "70 % of it not assessed yet", "aisha or robbert"):
        assert said in page, said
    assert page.index("Hand-over notes") < page.index("Done and noted.") < page.index("Other sessions")
    assert "- s_1 " in page
    assert "- g_4 for s_1: 27.00 SC, 30 % of the budget, paid" in page
    assert review.session_review(reader(index, "aisha"), "s_99") is None


@pytest.mark.parametrize(
    ("pending_id", "said"),
    [
        (told.PENDING, "Waits for validation.** lena or tomas can."),
        (told.CONTESTED, "Objection** of maria"),
        (told.RUNNING, "Its window ends on 3 Mar"),
        (told.PAID, "Paid**. Validated by tomas"),
        (told.REJECTED, "Rejected** by tomas on 18 Feb 16:35; its share"),
        ("g_1", "Waits for validation"),
    ],
)
def test_an_awards_page_says_where_it_stands(index: Index, pending_id: str, said: str) -> None:
    found = review.award_review(reader(index, "aisha"), pending_id)
    assert found is not None
    assert said in describe_award(found)


def test_a_proposals_page_tells_ends_objections_votes_and_ones_own(index: Index) -> None:
    found = govern.proposal_detail(reader(index, "maria"), told.VOTING)
    assert found is not None
    page = describe_proposal(found, NOW)
    for said in ("Vote until 9 Mar", "Objection** of tomas", "Yes 1, no 1", "You voted no", "- jonas yes"):
        assert said in page, said
    other = govern.proposal_detail(reader(index, "aisha"), told.VOTING)
    assert other is not None
    assert "You have not voted." in describe_proposal(other, NOW)
    silent = govern.proposal_detail(reader(index, "aisha"), told.OPEN)
    assert silent is not None
    assert "Silence until 4 Mar" in describe_proposal(silent, NOW)
    closed = govern.proposal_detail(reader(index, "aisha"), told.ACCEPTED)
    assert closed is not None
    assert "- result: consent" in describe_proposal(closed, NOW)
    assert FOUNDER in page


def test_an_objection_is_read_once_and_a_vote_says_who_may(index: Index) -> None:
    found = govern.proposal_detail(reader(index, "maria"), told.VOTING)
    assert found is not None
    page = describe_proposal(found, NOW)
    assert page.count(found.objections[0].reason) == 1
    assert "Yes 1, no 1, abstain 0; 7 may vote, the quorum is 3" in page


def test_what_was_taken_back_has_no_end(index: Index) -> None:
    owner = reader(index, FOUNDER)
    found = govern.proposal_detail(owner, told.WITHDRAWN)
    assert found is not None
    assert govern.ends(found.proposal) is None
    page = describe_proposal(found, NOW)
    assert "**Withdrawn**" in page
    assert "ended on" not in page
    assert found.proposal.alias == FOUNDER
    for act in (govern.Act.OBJECT, govern.Act.YES, govern.Act.WITHDRAW):
        said = govern.hindrance(owner, act, told.WITHDRAWN) or ""
        assert said.startswith(f"{told.WITHDRAWN} is withdrawn"), said
