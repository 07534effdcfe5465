"""What is loaded before the first picture: nothing that only the network, the keyring or a page needs."""

from __future__ import annotations

import subprocess
import sys

from tests.support.pty_app import ROOT

HEAVY = (
    "aiohttp", "dulwich", "flask", "httpx", "jsonschema", "keyring", "markdown_it", "mkdocs", "tomlkit",
    "waitress", "yaml", "smartup_tui.catalogue.commands", "smartup_tui.ledger.snapshot", "smartup_tui.matrix.link",
    "smartup_tui.matrix.store", "smartup_tui.screens.browse", "textual.widgets._text_area",
)  # fmt: skip


def test_the_first_screen_loads_nothing_heavy() -> None:
    script = f"import sys, smartup_tui.app, smartup_tui.screens.today;print(sorted(set({HEAVY!r}) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
