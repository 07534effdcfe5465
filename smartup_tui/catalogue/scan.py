"""Which part of a text belongs to which argument of a command.

The scan never fails: it says what stands where, also in a text that is still being typed. `grammar` judges the result;
`complete` and `explain` read it to know where the cursor is. Source: commands.md, Grammar.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from smartup_tui.catalogue.commands import canonical, find
from smartup_tui.catalogue.model import Argument, Command, Kind

_NAME: Final = re.compile(r"\s*!([^\W\d_]\S*)")
_SPACE: Final = re.compile(r"\s*")
_WORD: Final = re.compile(r"\S+")
_QUOTED: Final = re.compile(r'"((?:[^"\n]|"")*)"(?!\S)|“([^”\n]*)”(?!\S)')
_OPTION: Final = re.compile(r"([^\W\d_][\w-]*)=")
_OPENING: Final = ('"', "“")


@dataclass(frozen=True, slots=True)
class Slot:
    """The text of one argument, at `start` to `end`; `value` is free of quotes and of the option's name."""

    argument: Argument
    value: str
    start: int
    end: int
    quoted: bool = False
    unclosed: bool = False


@dataclass(frozen=True, slots=True)
class Scan:
    """What stands where. `name` is the word after `!`; `rest` is where words begin that no argument can take.

    `waiting` are the positional arguments that have no text yet, `free` the options that may still be given.
    `in_text` is true once free text has begun: what follows belongs to it.
    """

    name: str
    start: int
    end: int
    command: Command | None
    slots: tuple[Slot, ...] = ()
    waiting: tuple[Argument, ...] = ()
    free: tuple[Argument, ...] = ()
    in_text: bool = False
    rest: int | None = None


def scan(text: str) -> Scan | None:
    """Take a text apart; None when it is conversation, which is what does not begin with `!` and a letter."""
    begin = _NAME.match(text)
    if begin is None:
        return None
    name, start, end = begin.group(1), begin.start(1) - 1, begin.end()
    command = find(name)
    if command is None:
        return Scan(name, start, end, None)
    return _Scanner(text, command, end).run(name, start)


def is_option(text: str, at: int, options: Iterable[Argument]) -> re.Match[str] | None:
    """The match of `name=` at this place when it is one of these options."""
    found = _OPTION.match(text, at)
    return found if found and canonical(found.group(1)) in {option.name for option in options} else None


class _Scanner:
    """Walks once through the text behind a command's name."""

    def __init__(self, text: str, command: Command, at: int) -> None:
        self._text = text
        self._command = command
        self._waiting = list(command.positional)
        self._free = list(command.options)
        self._slots: list[Slot] = []
        self._in_text = False
        self._at = at

    def run(self, name: str, start: int) -> Scan:
        end, rest = self._at, None
        while (at := self._skip()) < len(self._text):
            if not self._in_text and (found := is_option(self._text, at, self._free)):
                self._option(found)
            elif self._waiting:
                self._positional(at)
            else:
                rest = at
                break
        return Scan(
            name,
            start,
            end,
            self._command,
            tuple(self._slots),
            tuple(self._waiting),
            tuple(self._free),
            self._in_text,
            rest,
        )

    def _skip(self) -> int:
        blank = _SPACE.match(self._text, self._at)
        self._at = blank.end() if blank else self._at
        return self._at

    def _option(self, found: re.Match[str]) -> None:
        (argument,) = (a for a in self._free if a.name == canonical(found.group(1)))
        self._free.remove(argument)
        self._add(self._word(argument, found.end()), found.start())

    def _positional(self, at: int) -> None:
        self._pass_over(at)
        argument = self._waiting.pop(0)
        if argument.kind is Kind.TEXT:
            self._take_text(argument, at)
        elif self._waiting or self._text[at] in _OPENING:
            self._add(self._word(argument, at), at)
        else:
            self._take_line(argument, at)

    def _pass_over(self, at: int) -> None:
        """Leave out optional arguments that this word is plainly not meant for, because a later one lists it."""
        word = _WORD.match(self._text, at)
        spelled = canonical(word.group()) if word else ""
        for place, argument in enumerate(self._waiting):
            if spelled in argument.choices:
                del self._waiting[:place]
                return
            if argument.required:
                break
        while len(self._waiting) > 1 and self._waiting[0].kind is Kind.CHOICE and not self._waiting[0].required:
            del self._waiting[0]

    def _take_text(self, argument: Argument, at: int) -> None:
        self._in_text = True
        end, after = len(self._text), len(self._text)
        if argument.until:
            mark = re.escape(argument.until)
            found = re.compile(rf"(?<!\S){mark}(?!\S)").search(self._text, at) or re.compile(mark).search(
                self._text, at
            )
            if found:
                end, after = found.span()
        value = self._text[at:end].strip()
        self._slots.append(Slot(argument, value, at, at + len(value)))
        self._at = after

    def _take_line(self, argument: Argument, at: int) -> None:
        """The last argument needs no quotes: it runs to the end, or to the next option."""
        end = len(self._text)
        for word in _WORD.finditer(self._text, at):
            if is_option(self._text, word.start(), self._free):
                end = word.start()
                break
        value = self._text[at:end].rstrip()
        self._add(Slot(argument, value, at, at + len(value)), at)

    def _word(self, argument: Argument, at: int) -> Slot:
        quoted = _QUOTED.match(self._text, at)
        if quoted:
            straight, curly = quoted.groups()
            value = curly if straight is None else straight.replace('""', '"')
            return Slot(argument, value, at, quoted.end(), quoted=True)
        if self._text.startswith(_OPENING, at):
            line = self._text[at:].split("\n", 1)[0].rstrip()
            return Slot(argument, line[1:], at, at + len(line), quoted=True, unclosed=True)
        word = _WORD.match(self._text, at)
        return Slot(argument, word.group() if word else "", at, word.end() if word else at)

    def _add(self, slot: Slot, start: int) -> None:
        self._slots.append(Slot(slot.argument, slot.value, start, slot.end, slot.quoted, slot.unclosed))
        self._at = slot.end
