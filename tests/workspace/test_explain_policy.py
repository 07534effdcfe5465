"""What a policy does not pay is explained by the policy's own value, before an assessment and after it."""

from __future__ import annotations

import pytest

from smartup_tui.catalogue.commands import CATALOGUE
from smartup_tui.ledger.policies import CREDIT_RATES, LICENSE_POLICIES, VALIDATION_RULES
from smartup_tui.workspace.form_notes import notes, payout_lines
from smartup_tui.workspace.forms import Draft
from smartup_tui.workspace.payout import Payout, payout
from tests.support.organisation import Organisation, company, edited
from tests.toolbox.operations.governing import SCORES, opened, with_karma
from tests.workspace.test_explain import evidence_of, found, part

UNPAID = (
    LICENSE_POLICIES,
    b"  work:\n    work: true\n    earn_sc: true",
    b"  work:\n    work: true\n    earn_sc: false",
)
SPLIT = (CREDIT_RATES, b"defender: 10\n  midfielder: 0", b"defender: 5\n  midfielder: 5")


def worked(path: str, old: bytes, new: bytes) -> tuple[Organisation, str]:
    """An organisation with another policy, in which maria and jonas have worked; and their session."""
    org = edited(company(), path, old, new)
    task = org.task()
    return org, org.seats(task, "maria", "jonas").session(task, "maria", "jonas")


@pytest.mark.parametrize(
    ("policy", "said", "values"),
    [
        (UNPAID, f"licenses.work.earn_sc in {LICENSE_POLICIES}", ("0.00 SC", "0.00 SC")),
        (SPLIT, "The midfielder's 5 % of 40.00 SC are not minted", ("36.00 SC", "2.00 SC")),
    ],
)
def test_an_award_names_the_value_that_does_not_pay(
    policy: tuple[str, bytes, bytes], said: str, values: tuple[str, str]
) -> None:
    """The preview shows what is written, and the explanation reckons the same."""
    org, session = worked(*policy)
    with evidence_of(org) as evidence:
        typed = {"session_id": session, **{name: str(score) for name, score in SCORES.items()}}
        shown = payout(evidence.reader, typed)
        assert isinstance(shown, Payout)
    award = org.do("assess_work", "captain", session_id=session, **SCORES).entity.id
    assert [(row.beneficiary, row.amount) for row in org.snapshot.award(award)] == [
        (one.alias, one.amount) for one in shown.parts
    ]
    if policy is UNPAID:
        assert any(said in line for line in payout_lines(shown))
    with evidence_of(org) as evidence:
        whole = found(evidence, award)
        assert whole.doubts == ()
        assert (part(whole, "maria, attacker").value, part(whole, "jonas, defender").value) == values
        assert said in part(whole, "jonas, defender").how


def test_an_award_is_not_doubted_for_a_license_that_earns_since() -> None:
    """What the policy said then is in the file's past."""
    org, session = worked(*UNPAID)
    award = org.do("assess_work", "captain", session_id=session, **SCORES).entity.id
    with_karma(org, "maria", 50)
    opened(org, kind="policy", title="Work is paid", text=f"{LICENSE_POLICIES}: licenses.work.earn_sc = true")
    org.wait(days=2).settle()
    assert org.snapshot.policies.licenses.licenses["work"].earn_sc
    with evidence_of(org) as evidence:
        assert found(evidence, award).doubts == ()


def test_the_window_of_silence_is_the_policys_own() -> None:
    """Of a proposal, of a wallet, and in the refusal of an objection that comes too early."""
    org, session = worked(VALIDATION_RULES, b"consensus_hours: 48", b"consensus_hours: 24")
    award = org.do("assess_work", "captain", session_id=session, **SCORES).entity.id
    assert "the 24 hours for objections" in org.refused("object", "designer", entity_id=award, reason="Hm.").hint
    opened(with_karma(org, "maria", 50))
    with evidence_of(org) as evidence:
        assert "24 hours of silence" in found(evidence, "p_1").how
        assert "24 hours of silence" in part(found(evidence, "maria"), "Pending").how


def test_the_form_of_a_proposal_says_what_would_change_nothing() -> None:
    """While it is typed, in the words of the refusal."""
    org = company()
    text = f"Let us.\n{LICENSE_POLICIES}: privacy_levels = [alias_only]\n{VALIDATION_RULES}: vote_days = 10"
    with evidence_of(org) as evidence:
        reader = evidence.reader
        draft = Draft(CATALOGUE["propose"], {"kind": "policy", "text": text})
        said = [line for line in notes(reader, draft, org.now) if "can not be changed" in line]
        assert len(said) == 1
        assert said[0].startswith(f"{LICENSE_POLICIES}: privacy_levels can not be changed: ")
        plain = draft.with_value("kind", "general")
        assert not any("can not be changed" in line for line in notes(reader, plain, org.now))
