"""What is said when the configuration can not be used: one sentence naming the file, the key and what was expected."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

_PLACE = re.compile(r"^(?P<what>.*?)(?: - at `\$\.?(?P<path>.*)`)?$", re.DOTALL)
_UNKNOWN = re.compile(r"Object contains unknown field `(?P<field>.*)`", re.DOTALL)
_MISSING = re.compile(r"Object missing required field `(?P<field>.*)`", re.DOTALL)
_WRONG = re.compile(r"Expected `(?P<expected>[^`]+)`(?:, got `(?P<got>[^`]+)`| (?P<limit>[<>]=? ?-?\d+))", re.DOTALL)
_WORDS = {
    "bool": "true or false",
    "str": "text in quotes",
    "int": "a whole number",
    "array": "a list in square brackets",
    "object": "a table of keys",
}


class ConfigError(Exception):
    """The configuration can not be used. `message` says which file, key and expectation; `hint` the way out."""

    def __init__(self, file: Path, key: str, expected: str, hint: str = "") -> None:
        self.file = file
        self.key = key
        self.expected = expected
        self.message = f"{file}: {key}: {expected}" if key else f"{file}: {expected}"
        self.hint = hint or "Correct this line; everything else in the file can stay."
        super().__init__(self.message)


def explain(file: Path, table: str, error: Exception, known: Iterable[str], choices: Mapping[str, str]) -> ConfigError:
    """The typed error for what the validator found in `table` (`choices`: what an enumerated key may be)."""
    found = _PLACE.match(str(error))
    what, path = (found["what"], found["path"] or "") if found else (str(error), "")
    if field := _UNKNOWN.search(what):
        name = field["field"]
        near = difflib.get_close_matches(name, list(known), 1)
        hint = f"Did you mean {near[0]}?" if near else f"Known keys: {', '.join(sorted(known))}."
        return ConfigError(file, _join(table, name), "this key is not known", hint)
    if field := _MISSING.search(what):
        return ConfigError(
            file, _join(table, field["field"]), "this key is missing", "Add it, or run the wizard again."
        )
    key = _join(table, path.replace("[...]", ""))
    if path in choices:
        return ConfigError(file, key, f"expected one of {choices[path]}")
    if wrong := _WRONG.search(what):
        limit = f" {wrong['limit']}" if wrong["limit"] else ""
        got = f", found {_WORDS.get(wrong['got'], wrong['got'])}" if wrong["got"] else ""
        return ConfigError(file, key, f"expected {_WORDS.get(wrong['expected'], wrong['expected'])}{limit}{got}")
    return ConfigError(file, key, what)


def not_a_table(file: Path, key: str, value: Any) -> ConfigError:
    """A section that is a single value."""
    return ConfigError(file, key, f"expected a table of keys, found {type(value).__name__}")


def _join(table: str, path: str) -> str:
    return ".".join(part for part in (table, path) if part)
