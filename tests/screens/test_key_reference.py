"""The page of keys says what the bindings are."""

from __future__ import annotations

import tomllib
from pathlib import Path

from smartup_tui.key_reference import keys_page
from smartup_tui.screens.keymap import check

DOCS = Path(__file__).parents[2] / "docs"


def test_the_committed_page_is_what_the_bindings_make() -> None:
    assert (DOCS / "keys.md").read_text(encoding="utf-8") == keys_page(), "`make reference` writes it again"


def test_its_tables_have_three_cells_in_every_row() -> None:
    rows = [line for line in keys_page().splitlines() if line.startswith("|")]
    assert {line.replace("\\|", "").count("|") for line in rows} == {4}


def test_its_example_is_a_keymap_that_can_be_used(tmp_path: Path) -> None:
    example = keys_page().split("```toml\n")[1].split("```")[0]
    keymap = tomllib.loads(example)["settings"]["keymap"]
    assert keymap
    check(tmp_path / "config.toml", keymap)
