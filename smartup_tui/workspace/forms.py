"""A command as a form fills it in: its fields, what each still lacks, and the exact text that results.

Everything about the fields is the catalogue's: a form has no rule of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from smartup_tui.catalogue.grammar import FormatError, read_value, write
from smartup_tui.catalogue.model import Argument, Command, Kind
from smartup_tui.catalogue.values import Fault

_LONG = 200
"""Characters; a text that may be longer is written in several lines."""


class Shape(StrEnum):
    """How a field is filled in."""

    CHOICE = "choice"
    WORD = "word"
    LINE = "line"
    LONG = "long"


def shape_of(argument: Argument) -> Shape:
    """What kind of field an argument asks for."""
    if argument.kind is Kind.CHOICE:
        return Shape.CHOICE
    if argument.kind is not Kind.TEXT:
        return Shape.WORD
    return Shape.LONG if argument.until is None and argument.max_length > _LONG else Shape.LINE


def label_of(argument: Argument) -> str:
    """What a field is called."""
    if argument.kind is Kind.ENTITY and argument.name.endswith("_id"):
        return "Id"
    noun = argument.noun if argument.noun[:1].isalpha() else argument.name
    return noun[:1].upper() + noun[1:]


@dataclass(frozen=True, slots=True)
class Draft:
    """A command that is being filled in. `values` are texts by argument, as they were typed."""

    command: Command
    values: Mapping[str, str]

    def value(self, name: str) -> str:
        """What was typed for an argument."""
        return self.values.get(name, "")

    def with_value(self, name: str, text: str) -> Draft:
        """The same with another value."""
        return replace(self, values={**self.values, name: text})

    def fault(self, name: str) -> str | None:
        """What is wrong with a value; None when nothing is, or nothing was typed."""
        argument, text = self.command.argument(name), self.value(name).strip()
        found = read_value(argument, text) if text else text
        return found.message if isinstance(found, Fault) else None

    def lacks(self, name: str) -> bool:
        """Whether an argument is needed and was not given."""
        return self.command.argument(name).required and not self.value(name).strip()

    @property
    def first_problem(self) -> tuple[str, str] | None:
        """The first argument that keeps this from being a command, and why; None when it is one."""
        for argument in self.command.arguments:
            found = self.fault(argument.name)
            if found is not None:
                return argument.name, found
            if self.lacks(argument.name):
                return argument.name, f"The {argument.noun} is needed: {argument.help}."
        try:
            write(self.command, self._arguments())
        except FormatError as error:
            return self._texts_last(), str(error)
        return None

    @property
    def text(self) -> str:
        """The text of the command: exactly what is sent when nothing is wrong, else with `<…>` for what is missing."""
        if self.first_problem is None:
            return write(self.command, self._arguments())
        words, options = [f"!{self.command.name}"], self._options()
        for argument in self.command.positional:
            value = self.value(argument.name).strip()
            if argument.kind is Kind.TEXT:
                words += options
                options = []
            if value or argument.required:
                words += [value or f"<{argument.noun}>", *([argument.until] if argument.until else [])]
        return " ".join([*words, *options])

    def _arguments(self) -> dict[str, str]:
        """The values as the grammar writes them; only for a draft without faults."""
        found = {a.name: self.value(a.name).strip() for a in self.command.arguments}
        read = {name: read_value(self.command.argument(name), text) for name, text in found.items() if text}
        return {name: value for name, value in read.items() if isinstance(value, str)}

    def _options(self) -> list[str]:
        return [f"{a.name}={text}" for a in self.command.options if (text := self.value(a.name).strip())]

    def _texts_last(self) -> str:
        """The argument to look at when the values are right one by one and no command together."""
        texts = [a.name for a in self.command.positional if a.kind is Kind.TEXT]
        return texts[0] if texts else self.command.arguments[-1].name
