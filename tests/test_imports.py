"""What each entry point loads. Start-up is a budget: heavy libraries come after the first paint, or never."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

TERMINAL = {"textual", "rich"}
NETWORK = {"httpx", "aiohttp"}
SERVERS = {"flask", "waitress", "dulwich", "mkdocs", "twisted", "synapse"}
HEAVY = TERMINAL | NETWORK | SERVERS | {"keyring", "markdown_it", "sqlite3"}

RUN = """
import io, json, sys
from contextlib import redirect_stderr, redirect_stdout, suppress
before = set(sys.modules)
with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()), suppress(SystemExit):
    exec(sys.argv.pop(1))
print(json.dumps(sorted({name.partition(".")[0] for name in set(sys.modules) - before})))
"""


def loaded(code: str, *arguments: str, home: Path) -> set[str]:
    """The top-level modules that `code` loads in a new process, with an empty home of its own."""
    environment = {"SMARTUP_HOME": str(home), "HOME": str(home), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
    command = [sys.executable, "-c", RUN, code, *arguments]
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL
    )
    return set(json.loads(done.stdout))


@pytest.mark.parametrize(
    ("module", "never"),
    [
        ("smartup_tui", HEAVY | {"asyncio", "logging"}),
        ("smartup_tui.launch", HEAVY | {"asyncio", "logging", "msgspec"}),
        ("smartup_tui.config", HEAVY | {"asyncio"}),
        ("smartup_tui.secrets", HEAVY),
        ("smartup_tui.text", HEAVY),
        ("smartup_tui.catalogue", HEAVY),
        ("smartup_tui.ledger", HEAVY | {"asyncio"}),
        ("smartup_tui.forge", HEAVY),
        ("smartup_tui.matrix", HEAVY - {"sqlite3"}),
        ("smartup_tui.workspace", HEAVY - {"sqlite3"}),
    ],
)
def test_a_part_is_cheap_to_name(module: str, never: set[str], tmp_path: Path) -> None:
    assert loaded(f"import {module}", home=tmp_path) & never == set()


COMMAND = "from smartup_tui.cli import main; sys.exit(main())"


@pytest.mark.parametrize(
    ("arguments", "never"),
    [
        (["--help"], HEAVY),
        (["--version"], HEAVY),
        (["wallet"], TERMINAL | SERVERS | {"aiohttp"}),
        (["tasks"], TERMINAL | SERVERS | {"aiohttp"}),
    ],
    ids=["help", "version", "wallet", "tasks"],
)
def test_a_command_without_a_terminal_never_loads_the_workspace(
    arguments: list[str], never: set[str], tmp_path: Path
) -> None:
    assert loaded(COMMAND, *arguments, home=tmp_path) & never == set()
