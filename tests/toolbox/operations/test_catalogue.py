"""The operations and the catalogue name the same commands."""

from __future__ import annotations

from smartup_tui.catalogue.commands import CATALOGUE
from smartup_tui.ledger.change import Answer, Change
from smartup_tui.toolbox.operations import OPERATIONS
from tests.support.organisation import Organisation, company


def test_every_command_has_an_operation_and_no_operation_is_without_a_command() -> None:
    """Complete in both directions."""
    assert set(OPERATIONS) == set(CATALOGUE)


def test_queries_answer_and_write_nothing() -> None:
    """On a ledger with something in it, and on one with hardly anything."""
    for org in (company(), Organisation().register()):
        before = org.tree
        for command in CATALOGUE.values():
            if command.is_query and not any(argument.required for argument in command.arguments):
                assert isinstance(org.attempt(command.name, "robbert_founder"), Answer)
        assert org.tree is before


def test_what_a_command_writes_is_declared() -> None:
    """The tables that a day of work touches are those that the catalogue names."""
    org = company()
    task = org.task()
    org.seats(task, "maria", "jonas")
    session = org.session(task, "maria", "jonas")
    org.do("assess_work", "captain", session_id=session, effort=8, learning=8, collaboration=8)
    org.do("validate_sc", "designer", pending_id="g_4", decision="approve")
    org.do("award_sk", "captain", alias="maria", category="documentation", entity_id=task, reason="clear")
    org.do("record_treasury", event_type="DEPOSIT", amount_eur="200", note="a license")
    org.wait(days=40).settle()
    for sealed in org.sealed:
        declared = set(CATALOGUE[sealed.command].writes)
        written = {write.table.name for write in sealed.change.index}
        assert written <= declared, sealed.command


def test_every_message_is_one_calm_line() -> None:
    """At most four figures, one next step, no mention and no exclamation but a command's."""
    org = company()
    task = org.task()
    org.seats(task, "maria", "jonas")
    org.session(task, "maria", "jonas")
    org.wait(days=40).settle()
    for sealed in org.sealed:
        change: Change = sealed.change
        assert "\n" not in change.message
        assert change.message.endswith(".")
        assert len(change.figures) <= 4
        assert all("\n" not in line for line in (*change.figures, change.next_step or ""))
        assert "@" not in change.message
        assert change.audit[0].details
