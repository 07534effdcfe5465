"""What programs rely on: the members of each JSON document and the kinds of their values change only on purpose."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.cli.test_reading import Shell, home, shell

__all__ = ["home", "shell"]

COMMANDS = (
    "today",
    "tasks",
    "task 6_1_0_0",
    "task 6_7_0_0",
    "wallet --transactions",
    "clock",
    "people",
    "people --teams",
    "people --roles",
    "people --applications",
    "objectives",
    "proposals",
    "treasury",
    "audit --limit 9",
    "history 6_1_0_1",
    "search backup",
    "explain wallet --depth 1",
    "profiles",
)


def test_json_documents_keep_their_shape(shell: Shell) -> None:
    """Amounts are texts, never numbers with a point, so that no program rounds them."""
    found = []
    for command in COMMANDS:
        document = shell.json(*command.split())
        found += [command, *(f"  {line}" for line in sorted(shape(document)))]
    wanted = (Path(__file__).parent / "shapes.txt").read_text(encoding="utf-8")
    assert "\n".join(found) + "\n" == wanted


def shape(value: Any, path: str = "") -> set[str]:
    """The places of a document with the kinds of what stands there; the entries of a list are one place."""
    if isinstance(value, dict):
        return set().union(*(shape(inner, f"{path}.{name}" if path else name) for name, inner in value.items()))
    if isinstance(value, list):
        return {f"{path}[]"}.union(*(shape(inner, f"{path}[]") for inner in value))
    return {f"{path}: {type(value).__name__}"}
