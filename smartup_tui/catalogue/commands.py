"""The catalogue: every command by name, in the order in which help lists them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from types import MappingProxyType
from typing import Final

from smartup_tui.catalogue.bootstrap import BOOTSTRAP
from smartup_tui.catalogue.governance import GOVERNANCE_CAPTAINS, GOVERNANCE_QUERIES
from smartup_tui.catalogue.model import Command
from smartup_tui.catalogue.owners import OWNERS
from smartup_tui.catalogue.queries import QUERIES
from smartup_tui.catalogue.teamcaptain import TEAMCAPTAIN
from smartup_tui.catalogue.workers import WORKERS

_DECLARED: Final = (
    *QUERIES,
    *GOVERNANCE_QUERIES,
    *OWNERS,
    *WORKERS,
    *TEAMCAPTAIN,
    *GOVERNANCE_CAPTAINS,
    *BOOTSTRAP,
)

CATALOGUE: Final[Mapping[str, Command]] = MappingProxyType({command.name: command for command in _DECLARED})

_BY_ANY_NAME: Final[Mapping[str, Command]] = MappingProxyType(
    {alias: command for command in CATALOGUE.values() for alias in command.aliases} | dict(CATALOGUE)
)


def canonical(name: str) -> str:
    """A name as the catalogue spells names: case, and `-` for `_`, do not matter (commands.md, Grammar)."""
    return name.strip().removeprefix("!").lower().replace("-", "_")


def find(name: str) -> Command | None:
    """The command of that name or alias, with or without `!`."""
    return _BY_ANY_NAME.get(canonical(name))


def nearest(name: str) -> Command | None:
    """The command whose name is most like this one; None when none is like it."""
    import difflib  # noqa: PLC0415  only a mistake needs it, and start-up is measured

    wanted = canonical(name)
    like = difflib.get_close_matches(wanted, _BY_ANY_NAME, n=1, cutoff=0.6)
    if not like and len(wanted) > 2:
        like = [known for known in _BY_ANY_NAME if wanted in known][:1]
    return _BY_ANY_NAME[like[0]] if like else None


@cache
def digest() -> str:
    """A hash of all declarations, so that a workspace and a server can tell whether theirs are the same."""
    import hashlib  # noqa: PLC0415  only servers and doctor need it
    import json  # noqa: PLC0415

    declared = [asdict(CATALOGUE[name]) | {"surfaces": sorted(CATALOGUE[name].surfaces)} for name in sorted(CATALOGUE)]
    return hashlib.sha256(json.dumps(declared, sort_keys=True).encode()).hexdigest()[:16]
