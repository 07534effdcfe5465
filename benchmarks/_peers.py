"""The programs that the workspace is measured beside, each on little data of its own kind.

They are found where they are installed (`PATH`), else installed once into environments under the system's folder for
temporary files; `hledger-ui` comes from the system's packages only. One that can not be had is left out, and said.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

BARE = """
from textual.app import App
from textual.widgets import Static
class Bare(App):
    def compose(self):
        yield Static("bare is here")
Bare().run(mouse=False)
"""
JOURNAL = """
2026-01-0{day} work
    assets:sc      {amount} SC
    income:tasks
"""


@dataclass(frozen=True, slots=True)
class Peer:
    """A program: how it is started, and what stands on its first useful picture (a regular expression)."""

    name: str
    argv: tuple[str, ...]
    marker: bytes
    env: Mapping[str, str] = field(default_factory=dict)


def bare() -> Peer:
    """The least application of the library that the workspace is made with."""
    return Peer("bare Textual", (sys.executable, "-c", BARE), b"bare is here")


def peers(folder: Path) -> Iterator[Peer]:
    """Those that can be had. `folder` is for their data and settings."""
    home = {"HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "XDG_DATA_HOME": str(folder / "data")}
    for name, packages, arguments, marker in (
        # Its highlighting dies with other versions of tree-sitter.
        ("posting", ("posting", "tree-sitter>=0.25,<0.26"), ("--collection", str(folder)), rb"Enter a URL"),
        ("harlequin", ("harlequin",), (), rb"Query Editor|Data Catalog"),
        ("ktui", ("kanban-tui",), (), rb"New Task"),
    ):
        program = _program(name, packages)
        if program is not None:
            yield Peer(packages[0], (program, *arguments), marker, home)
    program = shutil.which("hledger-ui")
    if program is not None:
        journal = folder / "hledger.journal"
        journal.write_text("".join(JOURNAL.format(day=n % 9 + 1, amount=n) for n in range(2_000)))
        yield Peer("hledger-ui", (program, "-f", str(journal)), rb"assets", home)
    else:
        print("left out: hledger-ui is not installed")


def _program(name: str, packages: tuple[str, ...]) -> str | None:
    found = shutil.which(name)
    if found is not None:
        return found
    place = Path(tempfile.gettempdir()) / "smartup-benchmarks" / "peers" / packages[0]
    program = place / "bin" / name
    if not program.exists():
        print(f"installing {packages[0]} into {place}", flush=True)
        try:
            subprocess.run([sys.executable, "-m", "venv", str(place)], check=True)
            pip = [str(place / "bin" / "python"), "-m", "pip", "install", "--quiet", *packages]
            subprocess.run(pip, check=True, env={**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"})
        except subprocess.CalledProcessError:
            print(f"left out: {packages[0]} can not be installed here")
            return None
    return str(program)
