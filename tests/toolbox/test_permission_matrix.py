"""Every command by every kind of owner, on the work of others and on their own, against a table written by hand.

The cases are made from the catalogue, and carried out: `y` where the owner may (a state that is in the way does not
matter), `n` where the answer is that this owner may not (403), `r` where a rule says no to them (422).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

from smartup_tui.catalogue.commands import CATALOGUE
from smartup_tui.ledger.actor import identify
from smartup_tui.ledger.arguments import validate
from smartup_tui.ledger.change import Outcome, Reason, Refusal
from smartup_tui.ledger.permission import permitted
from smartup_tui.toolbox.operations import OPERATIONS
from tests.toolbox.permission_world import KINDS, NOW, arguments, world

TABLE: Final = Path(__file__).with_name("permission_matrix.csv")
OTHER, OWN, ANY = "other", "own", "any"


def expected() -> Mapping[tuple[str, str, str], str]:
    """The table: what each kind of owner may do by a command, on other's or their own work."""
    lines = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    head, *rows = [[cell.strip() for cell in line.split(",")] for line in lines]
    assert head == ["command", "work", *KINDS]
    found: dict[tuple[str, str, str], str] = {}
    for command, work, *cells in rows:
        assert len(cells) == len(KINDS), command
        for side in (OTHER, OWN) if work == ANY else (work,):
            for kind, cell in zip(KINDS, cells, strict=True):
                assert (command, side, kind) not in found, f"{command} stands twice"
                found[command, side, kind] = cell
    return found


def outcome(name: str, kind: str, *, own: bool) -> Outcome:
    """What the Toolbox decides when this kind of owner gives the command."""
    alias, command = KINDS[kind], CATALOGUE[name]
    snapshot = world(alias if own and kind != "stranger" else "somebody")
    actor = identify(snapshot, alias)
    if isinstance(actor, Refusal):
        return actor
    args = validate(command, arguments(command, alias, own=own), snapshot)
    assert not isinstance(args, Refusal), args
    return permitted(command, actor, snapshot, args) or OPERATIONS[name](snapshot, actor, args, NOW)


def letter(found: Outcome) -> str:
    """`y`, `n` or `r`."""
    if not isinstance(found, Refusal):
        return "y"
    assert found.reason is not Reason.MALFORMED, found
    assert found.message.endswith(".")
    return {Reason.FORBIDDEN: "n", Reason.RULE: "r"}.get(found.reason, "y")


def test_the_table_has_every_command_and_no_other() -> None:
    """A command that is added needs its lines."""
    assert {command for command, _, _ in expected()} == set(CATALOGUE)
    assert len(expected()) == len(CATALOGUE) * len(KINDS) * 2


@pytest.mark.parametrize("work", [OTHER, OWN])
@pytest.mark.parametrize("name", CATALOGUE)
def test_who_may(name: str, work: str) -> None:
    """One line of the table, carried out."""
    table = expected()
    found = {kind: letter(outcome(name, kind, own=work == OWN)) for kind in KINDS}
    assert found == {kind: table[name, work, kind] for kind in KINDS}


@pytest.mark.parametrize("name", CATALOGUE)
def test_whoever_may_not_is_told_who_may_or_how_to_go_on(name: str) -> None:
    """No refusal without a way out."""
    for kind in KINDS:
        found = outcome(name, kind, own=False)
        if isinstance(found, Refusal) and found.reason is Reason.FORBIDDEN:
            assert found.hint, found.message
