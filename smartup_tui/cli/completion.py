"""Shell completion: `smartup completion bash | zsh | fish` prints what the shell has to read; then the Tab key knows
sub-commands, options, and the ids of the ledger on this machine.
"""

from __future__ import annotations

import argparse
import importlib
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import argcomplete
from argcomplete.shell_integration import shellcode

from smartup_tui.cli.exits import Exit
from smartup_tui.cli.opening import profile_of
from smartup_tui.config_error import ConfigError
from smartup_tui.ledger.index import schema
from smartup_tui.ledger.index.store import Index
from smartup_tui.workspace.places import Places

_SHELLS: Final = ("bash", "zsh", "fish")
_MOST: Final = 200
_EPILOG: Final = """\
examples:
  bash:  echo 'eval "$(smartup completion bash)"' >> ~/.bashrc
  zsh:   echo 'eval "$(smartup completion zsh)"' >> ~/.zshrc
  fish:  smartup completion fish > ~/.config/fish/completions/smartup.fish
"""
# The table and column whose values stand where an argument of this name is asked for.
_IDS: Final = {
    "task_id": ("task-budgets", "task_id"),
    "entity": ("master-events", "entity_id"),
    "actor": ("book-of-owners", "alias"),
    "team": ("teams", "team_id"),
    "below": ("objectives", "objective_id"),
}
_WORDS: Final = {"explain": ("wallet", "treasury")}
"""What a sub-command takes beside ids."""


def completion(parser: ArgumentParser) -> None:
    """Complete the parser of `smartup completion`."""
    parser.epilog = _EPILOG
    parser.add_argument("shell", choices=_SHELLS)
    parser.set_defaults(run=_completion)


def _completion(arguments: Namespace) -> int:
    print(shellcode(["smartup"], shell=arguments.shell), end="")
    return Exit.OK


def answer(commands: Mapping[str, Any], general: ArgumentParser) -> None:
    """Answer a shell that asks by argcomplete's protocol, and end the program."""
    (known,) = (a for a in general._actions if isinstance(a, argparse._SubParsersAction))  # noqa: SLF001 - no other way to them
    for name, entry in commands.items():
        configure = getattr(importlib.import_module(f"smartup_tui.cli.{entry.module}"), entry.configure)
        _complete(known.choices[name], configure, _WORDS.get(name, ()))
    argcomplete.autocomplete(general, always_complete_options=False)


def _complete(parser: ArgumentParser, configure: Callable[[ArgumentParser], None], words: Sequence[str]) -> None:
    configure(parser)
    for action in parser._actions:  # noqa: SLF001 - as above
        if action.dest in _IDS:
            action.completer = _ids(*_IDS[action.dest], words)  # type: ignore[attr-defined] # argcomplete's own attribute


def _ids(table: str, column: str, words: Sequence[str]) -> Callable[..., list[str]]:
    def found(prefix: str, parsed_args: Namespace, **_: Any) -> list[str]:
        said = [word for word in words if word.startswith(prefix)]
        try:
            return [*said, *_read(table, column, prefix, parsed_args)]
        except (ConfigError, OSError):
            return said  # nothing is set up or read yet: there is nothing else to offer

    return found


def _read(table: str, column: str, prefix: str, arguments: Namespace) -> list[str]:
    place, profile, _ = profile_of(arguments)
    value, source = schema.quoted(column), schema.quoted(table)
    statement = f"SELECT DISTINCT {value} FROM {source} WHERE {value} >= ? AND {value} < ? LIMIT {_MOST}"  # noqa: S608
    with Index(Places.of(place, profile).index) as index:
        return [row[0] for row in index.connection.execute(statement, (prefix, f"{prefix}\U0010ffff"))]
