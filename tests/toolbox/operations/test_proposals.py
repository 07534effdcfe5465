"""Proposals: silence, objections, votes, and what an accepted one carries out."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from smartup_tui.catalogue.commands import CATALOGUE
from smartup_tui.ledger import tables
from smartup_tui.ledger.actor import identify
from smartup_tui.ledger.arguments import Arguments
from smartup_tui.ledger.change import Answer, Reason, Refusal
from smartup_tui.ledger.economy.wallet import karma_of
from smartup_tui.toolbox.operations import OPERATIONS
from tests.support.organisation import FOUNDER, Organisation, edited
from tests.toolbox.operations.governing import actions, assembly, opened, page, proposal, validated_award, with_karma


def voted(org: Organisation, proposal_id: str, **choices: str) -> None:
    """Object, vote, and let the vote close."""
    if proposal(org, proposal_id).status == "open":
        org.do("object", "jonas", entity_id=proposal_id, reason="Let us vote on it.")
    for alias, choice in choices.items():
        org.do("vote", FOUNDER if alias == "founder" else alias, proposal_id=proposal_id, choice=choice)
    org.wait(days=7).settle()


def test_silence_is_consent() -> None:
    """After 48 hours, at that very time, by Engelbot."""
    org = assembly()
    opened(org)
    row = proposal(org)
    assert (row.alias, row.kind, row.status) == ("maria", "general", "open")
    assert row.consensus_ends_at == org.now + timedelta(hours=48)
    assert "A short meeting keeps us together." in page(org)
    org.wait(hours=47, minutes=59).settle()
    assert proposal(org).status == "open"
    org.wait(days=30).settle()
    assert (proposal(org).status, proposal(org).result) == ("accepted", "consent")
    closing = org.snapshot.rows(tables.EVENTS).where(entity_id="p_1")[-1]
    assert (closing.actor, closing.action) == ("engelbot", "consent")
    assert "is accepted: consent." in page(org)


def test_proposing_asks_for_karma() -> None:
    """50 SK; the founder may waive it while the organisation is young, and the audit row says so."""
    org = assembly()
    refusal = org.refused("propose", "jonas", title="More breaks", text="Every hour.")
    assert (refusal.reason, refusal.code) == (Reason.RULE, "threshold")
    assert "50 SK; you have 0" in refusal.message
    assert org.do("propose", FOUNDER, title="More breaks", text="Every hour.").data["waived"] is True
    assert org.snapshot.rows(tables.EVENTS).where(entity_id="p_1")[0].result == "waived"
    assert org.do("propose", "maria", title="Fewer breaks", text="One.").data["waived"] is False


def test_one_objection_starts_a_vote() -> None:
    """Seven days from the objection; more yes than no accepts; the last vote counts."""
    org = assembly()
    opened(org)
    org.wait(hours=20)
    change = org.do("object", "jonas", entity_id="p_1", reason="Fridays are market days.")
    assert change.next_step == "!vote p_1 yes, no or abstain."
    row = proposal(org)
    assert (row.status, row.vote_ends_at) == ("voting", org.now + timedelta(days=7))
    assert "Fridays are market days." in page(org)
    org.do("vote", "jonas", proposal_id="p_1", choice="no", reason="Fridays are market days.")
    org.do("vote", "maria", proposal_id="p_1", choice="yes")
    org.do("vote", "captain", proposal_id="p_1", choice="no")
    again = org.do("vote", "captain", proposal_id="p_1", choice="yes")
    assert again.message == "captain votes yes instead of no on p_1."
    asked = org.ask("proposal", "captain", proposal_id="p_1")
    assert asked.data["count"] == {
        "yes": 2, "no": 1, "abstain": 0, "weight_yes": "2.00", "weight_no": "1.00", "electorate": 5, "quorum": 3,
    }  # fmt: skip
    assert asked.data["my_vote"] == "yes"
    assert asked.data["objections"] == [{"alias": "jonas", "reason": "Fridays are market days."}]
    org.wait(days=9).settle()
    assert (proposal(org).status, proposal(org).result) == ("accepted", "yes 2, no 1, abstain 0 of 5")
    assert len(org.snapshot.rows(tables.VOTES)) == 4


@pytest.mark.parametrize(
    ("choices", "result"),
    [
        ({"maria": "yes", "jonas": "no", "captain": "abstain"}, "yes 1, no 1, abstain 1 of 5"),
        ({"maria": "yes", "captain": "yes"}, "yes 2, no 0, abstain 0 of 5; the quorum is 3"),
        ({"maria": "yes", "jonas": "no", "captain": "no"}, "yes 1, no 2, abstain 0 of 5"),
        ({}, "yes 0, no 0, abstain 0 of 5; the quorum is 3"),
    ],
)
def test_a_tie_and_too_few_votes_reject(choices: dict[str, str], result: str) -> None:
    """The count is in the ledger either way."""
    org = assembly()
    voted(org, opened(org), **choices)
    assert (proposal(org).status, proposal(org).result) == ("rejected", result)


@pytest.mark.parametrize(("against", "status"), [("jonas", "accepted"), ("jonas captain", "rejected")])
def test_an_amendment_is_voted_on_at_once_and_needs_two_thirds(against: str, status: str) -> None:
    """Three to one is enough, three to two is not."""
    org = assembly()
    opened(org, kind="amendment", title="Ground rule 9", text="Rest is part of work.")
    assert proposal(org).status == "voting"
    assert org.refused("object", "jonas", entity_id="p_1", reason="no").code == "voting"
    no = dict.fromkeys(against.split(), "no")
    voted(org, "p_1", **({"founder": "yes", "maria": "yes", "designer": "yes"} | no))
    assert proposal(org).status == status


def test_who_votes() -> None:
    """Owners who were active when it opened; votes cast stand when somebody is suspended later."""
    org = assembly()
    opened(org)
    org.wait(hours=1).owner("newcomer")
    assert org.refused("vote", "newcomer", proposal_id="p_1", choice="yes").code == "not_voting"
    org.do("object", "jonas", entity_id="p_1", reason="Hm.")
    refusal = org.refused("vote", "newcomer", proposal_id="p_1", choice="yes")
    assert (refusal.reason, refusal.code) == (Reason.FORBIDDEN, "not_of_electorate")
    for alias, choice in (("jonas", "yes"), ("maria", "yes"), ("captain", "no")):
        org.do("vote", alias, proposal_id="p_1", choice=choice)
    org = edited(
        org, "ownership/book-of-owners.csv", b"@jonas:smartup0.org,work,active", b"@jonas:smartup0.org,work,suspended"
    )
    assert org.refused("vote", "jonas", proposal_id="p_1", choice="no").reason is Reason.FORBIDDEN
    org.wait(days=8).settle()
    assert proposal(org).result == "yes 2, no 1, abstain 0 of 5"
    assert org.refused("vote", "maria", proposal_id="p_1", choice="no").code == "closed"
    assert org.refused("object", "maria", entity_id="p_1", reason="late").code == "own_proposal"
    assert org.refused("object", "captain", entity_id="p_1", reason="late").code == "closed"


def test_weighted_votes_by_policy() -> None:
    """Off by default; if on, SK weigh up to one half more, and the heads are shown beside."""
    org = assembly()
    org = edited(org, "policies/validation-rules.yml", b"weighted: false", b"weighted: true")
    voted(org, opened(org), maria="yes", captain="no", jonas="abstain")
    assert karma_of(org.snapshot, "maria") == 50
    assert (proposal(org).status, proposal(org).result) == (
        "accepted", "yes 1, no 1, abstain 1 of 5 (weighted 1.05 to 1)",
    )  # fmt: skip


def test_a_proposal_and_an_objection_can_be_withdrawn() -> None:
    """By whom they belong to; before anybody voted, silence goes on."""
    org = assembly()
    opened(org)
    first_end = proposal(org).consensus_ends_at
    assert org.refused("withdraw", "captain", entity_id="p_1").code == "not_yours"
    org.do("object", "jonas", entity_id="p_1", reason="Hm.")
    org.do("withdraw", "jonas", entity_id="p_1")
    assert (proposal(org).status, proposal(org).consensus_ends_at) == ("open", first_end)
    assert org.ask("proposal", proposal_id="p_1").data["objections"] == []
    org.do("object", "captain", entity_id="p_1", reason="Still.")
    org.do("vote", "maria", proposal_id="p_1", choice="yes")
    assert org.do("withdraw", "captain", entity_id="p_1").figures == ("The vote goes on.",)
    assert proposal(org).status == "voting"
    org.do("withdraw", "maria", entity_id="p_1")
    assert proposal(org).status == "withdrawn"
    assert org.refused("withdraw", "maria", entity_id="p_1").code == "closed"
    org.wait(days=30).settle()
    assert proposal(org).status == "withdrawn"


def test_an_objection_withdrawn_late_leaves_no_past_consent() -> None:
    """The window ends when the objection is gone, not before."""
    org = assembly()
    opened(org)
    org.do("object", "jonas", entity_id="p_1", reason="Hm.")
    org.wait(days=4)
    org.do("withdraw", "jonas", entity_id="p_1")
    assert proposal(org).consensus_ends_at == org.now
    org.wait(minutes=1).settle()
    assert proposal(org).status == "accepted"


def test_a_policy_changes_by_an_accepted_proposal() -> None:
    """One value, with the file's comments, dated and audited; rules hold from then on."""
    org = assembly()
    before = (org.tree.read("policies/validation-rules.yml") or b"").decode()
    text = "Ten days give everybody a weekend.\n\n- `policies/validation-rules.yml: vote_days = 10`"
    opened(org, kind="policy", title="A longer vote", text=text)
    assert org.snapshot.policies.validation.vote_days == 7
    org.wait(days=2).settle()
    after = (org.tree.read("policies/validation-rules.yml") or b"").decode()
    assert after == before.replace("vote_days: 7", "vote_days: 10")
    assert actions(org, "policies/validation-rules.yml") == ["set_policy"]
    assert "vote_days is 10 by p_1" in page(org)
    opened(org)
    org.do("object", "jonas", entity_id="p_2", reason="Hm.")
    assert proposal(org, "p_2").vote_ends_at == org.now + timedelta(days=10)


def test_values_that_hold_only_together_change_together() -> None:
    org = assembly()
    text = "policies/credit-rates.yml: split.attacker = 80\npolicies/credit-rates.yml: split.defender = 20"
    opened(org, kind="policy", title="More for the defender", text=text)
    org.wait(days=2).settle()
    split = org.snapshot.policies.credits.split
    assert split.attacker == 80
    assert split.defender == 20


@pytest.mark.parametrize(
    ("kind", "text", "said"),
    [
        ("policy", "Let us vote for ten days.", "1 to 20 lines such as"),
        ("policy", "policies/validation-rules.yml: vote_days = 0", "vote_days must be above 0"),
        ("policy", "policies/validation-rules.yml: vote_days = soon", "vote_days"),
        ("policy", "policies/validation-rules.yml: vote_days = 7", "is 7 already"),
        ("policy", "policies/validation-rules.yml: votes = 7\npolicies/none.yml: a = 1", "There is no policies/none"),
        ("policy", "policies/credit-rates.yml: split.attacker = 95", "do not add up to 100"),
        ("role", "Give it to somebody.", "1 to 20 lines such as"),
        ("role", "give 4_1_9 to jonas", "no active role 4_1_9"),
        ("role", "give 4_1_7 to captain", "captain holds 4_1_7 already"),
        ("role", "give 4_1_7 to nobody_here", "no active owner"),
        ("role", "give 4_0_1 to jonas", "founder's role"),
        ("role", "vacate 4_1_3", "Nobody holds 4_1_3"),
        ("role", "give 4_1_3 to jonas\nvacate 4_1_3", "Nobody holds 4_1_3"),
        ("role", "give 4_1_3 to jonas\ngive 4_1_3 to maria", "named twice"),
        ("correction", "destroy 5 of g_9 from jonas", "was not minted"),
        ("correction", "Take it back.", "1 to 20 lines such as"),
    ],
)
def test_nobody_votes_on_what_can_not_be_carried_out(kind: str, text: str, said: str) -> None:
    """It is refused when it is opened, with the reason."""
    org = assembly()
    refusal = org.refused("propose", "maria", kind=kind, title="Something", text=text)
    assert (refusal.code, refusal.field) == ("not_executable", "text")
    assert said in refusal.message


def test_a_captain_is_elected_and_replaced_by_proposals() -> None:
    """The role, the team and both owners change together."""
    org = with_karma(assembly(), "jonas", 100, by="captain")
    opened(org, kind="role", title="Jonas for captain", text="give 4_1_7 to jonas")
    org.wait(days=2).settle()
    role, team = org.snapshot.role("4_1_7"), org.snapshot.team("3_7")
    assert role is not None
    assert team is not None
    assert (role.holder, team.captain) == ("jonas", "jonas")
    roles = {owner.alias: owner.roles for owner in org.snapshot.rows(tables.OWNERS)}
    assert (roles["jonas"], roles["captain"]) == (("4_1_7", "4_3_7"), ())
    assert actions(org, "4_1_7")[-1] == "assign_role"
    opened(org, kind="role", title="Without a captain", text="vacate 4_1_7")
    org.wait(days=2).settle()
    role, team = org.snapshot.role("4_1_7"), org.snapshot.team("3_7")
    assert role is not None
    assert team is not None
    assert (role.holder, role.recruitment, team.captain) == (None, "OPEN", None)


def test_what_can_not_be_carried_out_any_more_says_so() -> None:
    """The proposal is accepted all the same; nothing else changes."""
    org = assembly()
    opened(org, kind="role", title="Jonas as senior", text="give 4_2_3 to jonas")
    org.do("assign_role", alias="jonas", role_id="4_2_3")
    org.wait(days=2).settle()
    row = proposal(org)
    assert row.status == "accepted"
    assert row.result == "consent; not carried out: jonas holds 4_2_3 already."


def test_a_correction_destroys_what_a_wrong_award_minted() -> None:
    """It names the mint, never takes more than it gave, and the sums follow."""
    org = assembly()
    pending_id = validated_award(org)
    org.wait(days=3).settle()
    too_much = f"destroy 99 of {pending_id} from maria"
    assert "36.00 SC of g_4" in org.refused("propose", "maria", kind="correction", title="t", text=too_much).message
    opened(org, kind="correction", title="Paid too much", text=f"destroy 10.50 SC of {pending_id} from maria")
    org.wait(days=2).settle()
    row = org.snapshot.rows(tables.CREDITS)[-1]
    assert (row.type, row.amount, row.from_, row.reference) == ("DESTROY", Decimal("10.50"), "maria", pending_id)
    assert org.ask("wallet", "maria").data["sc"]["live"] == "25.50"
    twice = f"destroy 25.51 of {pending_id} from maria"
    assert "25.50 SC" in org.refused("propose", "maria", kind="correction", title="t", text=twice).message


def test_lists_of_proposals() -> None:
    """Open ones with the end of their window, closed ones with their result, the newest first."""
    org = assembly()
    assert org.ask("proposals").message == "No proposal is open now."
    opened(org)
    opened(org, kind="amendment", title="Ground rule 9", text="Rest is part of work.")
    answer = org.ask("proposals")
    assert [row["id"] for row in answer.data["proposals"]] == ["p_2", "p_1"]
    assert "Silence until" in answer.figures[1]
    org.wait(days=8).settle()
    closed = org.ask("proposals", state="closed")
    assert [row["status"] for row in closed.data["proposals"]] == ["rejected", "accepted"]
    assert org.refused("proposal", proposal_id="p_9").reason is Reason.NOT_FOUND


def test_a_window_is_judged_by_its_end() -> None:
    """Questions write nothing, so they say that the window is over before anything has closed it."""
    org = assembly()
    opened(org)
    before = org.ask("proposal", proposal_id="p_1")
    assert (before.data["over"], before.next_step) == (False, "!object p_1 <reason> starts a vote.")
    late = org.snapshot
    org.wait(days=3)
    actor = identify(late, "maria")
    assert not isinstance(actor, Refusal)
    args = Arguments(CATALOGUE["proposal"], {"proposal_id": "p_1"})
    answer = OPERATIONS["proposal"](late, actor, args, org.now)
    assert isinstance(answer, Answer)
    assert (answer.data["over"], answer.next_step) == (True, None)
    assert "Its window ended on" in answer.figures[0]


def test_a_text_is_kept_as_typed_and_can_not_become_structure() -> None:
    """Headings, rules and front matter in a text stay text; its clauses are read back."""
    org = assembly()
    text = "---\n# Proposal\n## Comments\nset it\n=cmd\n../x\npolicies/validation-rules.yml: seat_days = 10"
    opened(org, kind="policy", title="=Seats :-) ---", text=text)
    org.wait(days=2).settle()
    assert org.snapshot.policies.validation.seat_days == 10
    assert page(org).count("\n## Comments\n") == 1
