"""The lines of a proposal that can be carried out."""

from __future__ import annotations

from decimal import Decimal

import pytest

from smartup_tui.ledger.governance.clauses import (
    CorrectionClause,
    PolicyClause,
    RoleClause,
    correction_clauses,
    policy_clauses,
    role_clauses,
)


@pytest.mark.parametrize(
    "line",
    [
        "policies/validation-rules.yml: vote_days = 10",
        "- `policies/validation-rules.yml: vote_days = 10`",
        "  1. policies/validation-rules.yml : vote_days=10  ",
    ],
)
def test_a_policy_clause_is_a_line_of_its_own(line: str) -> None:
    """List marks and backticks do not matter; what stands around it does not either."""
    text = f"Ten days give everybody a weekend.\n\n{line}\nThat is all."
    assert policy_clauses(text) == (PolicyClause("policies/validation-rules.yml", "vote_days", "10"),)


@pytest.mark.parametrize(
    "line",
    [
        "We could set policies/validation-rules.yml: vote_days = 10 one day",
        "policies/../master-events.yml: x = 1",
        "policies/validation-rules.yml vote_days = 10",
        "policies/validation-rules.yml: vote_days =",
    ],
)
def test_what_is_said_in_a_sentence_is_no_clause(line: str) -> None:
    """Settle carries out nothing that a reader would not recognise."""
    assert policy_clauses(line) == ()


def test_roles_are_given_and_vacated() -> None:
    """In the order of the text, however the alias is spelled."""
    text = "Elected on Monday.\ngive 4_1_7 to @Maria.\n* vacate 4_1_2\nI would give 4_1_3 to anybody who asks"
    assert role_clauses(text) == (RoleClause("4_1_7", "maria"), RoleClause("4_1_2", None))


def test_a_correction_names_mint_owner_and_amount() -> None:
    """With or without the unit."""
    text = "Paid twice by mistake.\ndestroy 12.5 SC of g_4 from maria\ndestroy 3 of g_4 from jonas\ndestroy all of g_4"
    assert correction_clauses(text) == (
        CorrectionClause("g_4", "maria", Decimal("12.50")),
        CorrectionClause("g_4", "jonas", Decimal("3.00")),
    )
