"""A proposal changes what rules something; what would change nothing is refused before anybody votes on it."""

from __future__ import annotations

from functools import cache

import pytest

from smartup_tui.ledger.governance.policy_keys import FIXED, obstacle
from smartup_tui.ledger.policies import CREDIT_RATES, DEFAULT_TEXTS, KARMA_RULES, LICENSE_POLICIES, VALIDATION_RULES
from tests.support.organisation import Organisation, edited
from tests.toolbox.operations.governing import assembly, opened, proposal


@cache
def gathered() -> Organisation:
    return assembly()


def refused(text: str) -> str:
    """What a proposal of kind policy with this text is refused with."""
    refusal = gathered().refused("propose", "maria", kind="policy", title="Another rule", text=text)
    assert (refusal.code, refusal.field) == ("not_executable", "text")
    return refusal.message


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (f"{CREDIT_RATES}: founding.total_sc = 90000", "entered when the organisation was registered"),
        (f"{CREDIT_RATES}: founding.tranches = [20, 40, 40]", "a vote decides on each of them"),
        (f"{CREDIT_RATES}: founding.tranches[0] = 20", "a vote decides on each of them"),
        (f"{LICENSE_POLICIES}: licenses.work.sc_per_day = 400", f"daily_cap in {CREDIT_RATES}"),
        (f"{LICENSE_POLICIES}: upgrades.watch_work.approval = true", "so approve every one"),
        (f"{LICENSE_POLICIES}: privacy_levels = [alias_only]", "the ledger holds no names"),
    ],
)
def test_a_fixed_key_is_refused_with_its_reason(line: str, why: str) -> None:
    said = refused(f"Let us change this.\n\n- `{line}`")
    assert "can not be changed" in said
    assert why in said


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (f"{VALIDATION_RULES}: votes = 7", "there is no key votes"),
        (f"{CREDIT_RATES}: daily_limit = 400", "there is no key daily_limit"),
        (f"{CREDIT_RATES}: budgets.tiny = 10", "tasks are small, medium, large, complex"),
        (f"{KARMA_RULES}: awards.Gardening = 4", "can not be a category"),
        (f"{KARMA_RULES}: decay.bonus = 4", "there is no key decay.bonus"),
        (f"{LICENSE_POLICIES}: licenses.watch.earn_sc = true", "SC are earned by work"),
    ],
)
def test_what_no_rule_would_read_is_refused(line: str, why: str) -> None:
    """A misspelt key would be a line more in a file, and the vote on it an empty one."""
    assert why in refused(line)


def test_one_empty_line_holds_up_the_whole_proposal() -> None:
    assert "can not be changed" in refused(f"{VALIDATION_RULES}: vote_days = 10\n{CREDIT_RATES}: founding.total_sc = 1")


def test_a_license_earns_and_works_by_one_proposal() -> None:
    """What changes nothing alone may change something together."""
    org = assembly()
    path = f"{LICENSE_POLICIES}: licenses.watch"
    opened(org, kind="policy", title="Watching is work", text=f"{path}.earn_sc = true\n{path}.work = true")
    org.wait(days=2).settle()
    watch = org.snapshot.policies.licenses.licenses["watch"]
    assert (watch.work, watch.earn_sc) == (True, True)


def test_a_category_of_karma_can_be_added() -> None:
    org = assembly()
    opened(org, kind="policy", title="Gardens", text=f"{KARMA_RULES}: awards.gardening = 4")
    org.wait(days=2).settle()
    given = org.do("award_sk", "designer", alias="jonas", category="gardening", entity_id="3_7", reason="Roses.")
    assert given.data["amount"] == 4


def test_a_proposal_of_an_earlier_version_says_why_it_is_not_carried_out() -> None:
    """It was opened when nobody asked whether the key rules anything."""
    org = assembly()
    opened(org, kind="policy", title="A longer vote", text=f"{VALIDATION_RULES}: vote_days = 10")
    page = proposal(org).wiki_path or ""
    org = edited(org, page, b"validation-rules.yml: vote_days = 10", b"credit-rates.yml: founding.total_sc = 1")
    org.wait(days=2).settle()
    assert proposal(org).status == "accepted"
    assert "not carried out" in (proposal(org).result or "")
    assert "founding.total_sc can not be changed" in (proposal(org).result or "")


@pytest.mark.parametrize("path", sorted(DEFAULT_TEXTS))
def test_a_reason_is_the_rest_of_a_sentence(path: str) -> None:
    """It stands behind a colon and before a full stop."""
    for (file, key), reason in FIXED.items():
        if file == path:
            assert reason[0].islower() or reason.startswith("daily_cap")
            assert not reason.endswith(".")
            assert (
                obstacle(path, key.replace("*", "work")) == f"{key.replace('*', 'work')} can not be changed: {reason}"
            )
