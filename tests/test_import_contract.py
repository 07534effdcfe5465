"""The contract on import directions catches what it is there for (a contract that can not fail holds nothing)."""

from __future__ import annotations

import pytest
from grimp import ImportGraph

from tests.import_contract import table, violations

MAY_IMPORT = ["@ground: text log", "text:", "log: text", "ledger: @ground", "screens: @ground ledger"]
ONLY_IN = ["textual: screens"]


def found(*imports: tuple[str, str]) -> list[str]:
    graph = ImportGraph()
    for module in ("", ".text", ".log", ".ledger", ".ledger.rows", ".screens"):
        graph.add_module(f"smartup_tui{module}")
    graph.add_module("textual", is_squashed=True)
    for importer, imported in imports:
        graph.add_import(importer=importer, imported=imported, line_number=7, line_contents="")
    return violations(graph, MAY_IMPORT, ONLY_IN)


def test_the_lawful_directions_pass() -> None:
    assert (
        found(
            ("smartup_tui.screens", "smartup_tui.ledger.rows"),
            ("smartup_tui.ledger.rows", "smartup_tui.log"),
            ("smartup_tui.ledger.rows", "smartup_tui.ledger"),
            ("smartup_tui.screens", "textual"),
            ("smartup_tui.screens", "smartup_tui"),
        )
        == []
    )


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("smartup_tui.ledger.rows", "smartup_tui.screens"),
        ("smartup_tui.text", "smartup_tui.log"),
        ("smartup_tui.ledger.rows", "textual"),
        ("smartup_tui", "smartup_tui.text"),
    ],
)
def test_an_import_against_the_direction_is_named_with_its_line(importer: str, imported: str) -> None:
    (sentence,) = found((importer, imported))
    assert sentence.startswith(f"{importer}:7 imports {imported}")


def test_a_new_part_must_say_what_it_may_import() -> None:
    graph = ImportGraph()
    graph.add_module("smartup_tui")
    graph.add_module("smartup_tui.surprise")
    assert violations(graph, MAY_IMPORT, ONLY_IN) == ["surprise has no line in .importlinter: say what it may import"]


def test_a_part_has_one_line() -> None:
    with pytest.raises(ValueError, match="text has two lines"):
        table(["text:", "text: log"])
