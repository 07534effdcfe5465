"""The declarations: complete, consistent with the ledger's tables, found by any spelling."""

from __future__ import annotations

import pytest

from smartup_tui.catalogue import CATALOGUE, Command, Kind, Surface, Tier, digest, find, nearest
from smartup_tui.ledger.tables import BY_NAME

every_command = pytest.mark.parametrize("command", CATALOGUE.values(), ids=lambda c: c.name)


def test_everything_but_the_hosts_own_commands_is_spoken_in_rooms() -> None:
    hosts = {c.name for c in CATALOGUE.values() if Surface.ROOM not in c.surfaces}
    assert hosts == {c.name for c in CATALOGUE.values() if c.tier is Tier.BOOTSTRAP}
    assert all(Surface.CLI in c.surfaces for c in CATALOGUE.values())


@every_command
def test_a_declaration_names_tables_that_exist(command: Command) -> None:
    assert set(command.reads) | set(command.writes) <= set(BY_NAME)


@every_command
def test_who_writes_is_in_the_audit_trail_and_queries_are_not(command: Command) -> None:
    assert command.is_query == (command.tier is Tier.QUERIES)
    assert command.is_query or command.writes[-1] == "master-events"


@every_command
def test_arguments_can_be_told_apart(command: Command) -> None:
    names = [a.name for a in command.arguments]
    assert len(set(names)) == len(names)
    assert command.subject is None or command.subject in names
    assert all(a.choices for a in command.arguments if a.kind is Kind.CHOICE)
    assert all(not a.required for a in command.options)
    texts = [i for i, a in enumerate(command.positional) if a.kind is Kind.TEXT]
    assert all(a.until for i, a in enumerate(command.positional) if i in texts[:-1])
    assert not texts or texts[-1] == len(command.positional) - 1


def test_names_aliases_and_keys_are_used_once() -> None:
    names = [name for c in CATALOGUE.values() for name in (c.name, *c.aliases)]
    keys = [c.key for c in CATALOGUE.values() if c.key]
    assert len(set(names)) == len(names)
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("spelling", ["start_work", "!start_work", "START-WORK", " Start_Work "])
def test_spelling_does_not_matter(spelling: str) -> None:
    assert find(spelling) is CATALOGUE["start_work"]


def test_an_unknown_name_has_a_nearest_one_or_none() -> None:
    assert find("strat_work") is None
    assert nearest("strat_work") is CATALOGUE["start_work"]
    assert nearest("claim") is CATALOGUE["claim_task"]
    assert nearest("q") is None


def test_usage_shows_choices_options_and_separators() -> None:
    assert CATALOGUE["claim_task"].usage == "!claim_task <task_id> [attacker|defender]"
    assert CATALOGUE["stop_work"].usage == "!stop_work [at=<time>] [evidence=<link>] <hand-over notes>"
    assert CATALOGUE["open_tasks"].usage == "!open_tasks [team|objective] [small|medium|large|complex]"


def test_the_digest_is_short_and_the_same_every_time() -> None:
    assert digest() == digest()
    assert len(digest()) == 16
