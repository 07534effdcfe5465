"""Every sub-command explains itself with examples, and what the examples show is understood."""

from __future__ import annotations

import argparse
import importlib
import shlex
from argparse import ArgumentParser
from collections.abc import Iterator

import pytest

from smartup_tui.cli import COMMANDS, main
from smartup_tui.cli.examples import illustrate

_OWN_HELP = {"toolbox run", "toolbox settle"}
"""The operation's own parser answers for these."""


def parser_of(name: str) -> ArgumentParser:
    entry = COMMANDS[name]
    parser = ArgumentParser(prog=f"smartup {name}")
    getattr(importlib.import_module(f"smartup_tui.cli.{entry.module}"), entry.configure)(parser)
    illustrate(parser, name)
    return parser


def parsers(parser: ArgumentParser, name: str) -> Iterator[tuple[str, ArgumentParser]]:
    yield name, parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for below, inner in action.choices.items():
                yield from parsers(inner, f"{name} {below}")


def examples(parser: ArgumentParser) -> Iterator[list[str]]:
    """The command lines of a parser's examples: what stands before a gap, a pipe or a further command."""
    for line in (parser.epilog or "").split("\n"):
        for command in line.split("&&"):
            if command.strip().startswith("smartup "):
                shown = command.strip().split("   ")[0].split(" | ")[0].split(" > ")[0]
                yield shlex.split(shown.removesuffix("\\"))[1:]


@pytest.mark.parametrize("name", COMMANDS)
def test_help_has_examples_that_are_understood(name: str) -> None:
    for path, parser in parsers(parser_of(name), name):
        found = list(examples(parser))
        assert path in _OWN_HELP or "examples:" in (parser.epilog or ""), path
        for words in found:
            if words[0] in COMMANDS and words[-1] != "\\":
                parsed = parser_of(words[0]).parse_args(words[1:])
                assert hasattr(parsed, "run"), words


def test_help_is_a_word_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["help"]) == 0
    assert "commands:" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        main(["help", "ledger", "verify"])
    assert "examples:" in capsys.readouterr().out
