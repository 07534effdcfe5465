"""How commands are written: `parse` reads a message, `write` composes one, and each is the other's inverse.

`!name`, arguments in order, options as `name=value`, then free text, which goes verbatim to the end of the message.
Source: commands.md, Grammar.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from smartup_tui.catalogue import values
from smartup_tui.catalogue.commands import nearest
from smartup_tui.catalogue.model import Argument, Command, Kind
from smartup_tui.catalogue.scan import Scan, Slot, scan
from smartup_tui.catalogue.values import Fault
from smartup_tui.text import clean_line


@dataclass(frozen=True, slots=True)
class Parsed:
    """A command that was understood. `arguments` are canonical texts by name; what was left out is not in it."""

    command: Command
    arguments: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Misread:
    """A command that was not understood.

    `problem` is one sentence, `position` the offset in the text where it begins; `understood` are the arguments before
    it, `missing` the nouns of those that are still needed, `nearest` the command that may be meant.
    """

    problem: str
    position: int
    command: Command | None = None
    understood: Mapping[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    nearest: Command | None = None

    @property
    def usage(self) -> str | None:
        """The usage line of the command, or of the nearest one."""
        command = self.command or self.nearest
        return None if command is None else command.usage

    @property
    def lines(self) -> tuple[str, ...]:
        """What to answer: what was understood, what is missing, the usage line. Nothing was written."""
        found = [self.problem]
        if self.command and self.understood:
            known = ", ".join(
                f"{self.command.argument(name).noun} {clean_line(value, 40)}" for name, value in self.understood.items()
            )
            found.append(f"Understood: {known}.")
        if self.missing and _the(self.missing) not in self.problem:
            found.append(f"Missing: {', '.join(self.missing)}.")
        if self.usage:
            found.append(f"Usage: {self.usage}")
        return tuple(found)


class FormatError(ValueError):
    """These values can not be written as this command; the message says why."""


def parse(text: str) -> Parsed | Misread | None:
    """Read a message. None when it is conversation."""
    found = scan(text)
    return None if found is None else judge(text, found)


def judge(text: str, found: Scan) -> Parsed | Misread:
    """What a scanned text means."""
    if found.command is None:
        like = nearest(found.name)
        ask = f" The nearest is !{like.name}." if like else " !help lists what there is."
        return Misread(f"There is no command !{clean_line(found.name, 40)}.{ask}", found.start, nearest=like)
    understood: dict[str, str] = {}
    missing = tuple(a.noun for a in found.waiting if a.required)
    for slot in found.slots:
        value = _value(slot)
        if isinstance(value, Fault):
            return Misread(_with_quotes_hint(value.message, slot), slot.start, found.command, understood, missing)
        understood[slot.argument.name] = value
    if found.rest is not None:
        return Misread(_surplus(found.command, text[found.rest :]), found.rest, found.command, understood)
    if missing:
        return Misread(_needs(found, missing), len(text.rstrip()), found.command, understood, missing)
    return Parsed(found.command, understood)


def write(command: Command, arguments: Mapping[str, str]) -> str:
    """The text of a command, such that `parse` gives these arguments back; FormatError when there is no such text."""
    unknown = set(arguments) - {a.name for a in command.arguments}
    if unknown:
        raise FormatError(f"!{command.name} has no {', '.join(sorted(unknown))}.")
    given = [a for a in command.positional if a.name in arguments]
    words: list[str] = []
    options = [f"{a.name}={_quote_if(arguments[a.name], blank=True)}" for a in command.options if a.name in arguments]
    for argument in given:
        value = arguments[argument.name]
        if argument.kind is Kind.TEXT:
            words += [*options, value, *([argument.until] if argument.until else [])]
            options = []
        else:
            words.append(_as_word(command, argument, value))
    text = " ".join([f"!{command.name}", *words, *options])
    back = parse(text)
    if back != Parsed(command, dict(arguments)):
        raise FormatError(_why_not(command, back))
    return text


def read_value(argument: Argument, text: str) -> str | Fault:
    """The value that a text alone gives an argument, as a form's field does; or why it is none."""
    if argument.choices and argument.kind is not Kind.CHOICE:
        word = text.lower()
        if word in argument.choices:
            return word
    return values.canonical(argument, text)


def _value(slot: Slot) -> str | Fault:
    if slot.unclosed:
        return Fault(f"The quotes around the {slot.argument.noun} are not closed.")
    return read_value(slot.argument, slot.value)


def _as_word(command: Command, argument: Argument, value: str) -> str:
    from_later = argument.kind is not Kind.CHOICE and not argument.required
    taken = from_later and any(value.lower() in a.choices for a in command.positional if a is not argument)
    plain = scan(f"!{command.name} {value}")
    as_option = bool(plain and plain.slots and any(slot.argument.option for slot in plain.slots))
    runs_to_the_end = argument is command.positional[-1]  # a word of any other would be left for the next argument
    return _quote_if(value, blank=not runs_to_the_end, always=taken or as_option)


def _quote_if(value: str, *, blank: bool, always: bool = False) -> str:
    needed = always or value.startswith(('"', "“")) or (blank and any(c.isspace() for c in value))
    return '"' + value.replace('"', '""') + '"' if needed else value


def _why_not(command: Command, back: Parsed | Misread | None) -> str:
    if isinstance(back, Misread):
        return back.problem
    marks = [a.until for a in command.arguments if a.until]
    begins = [f"{a.name}=" for a in command.options]
    if marks:
        return f"The text before {marks[0]} can not hold {marks[0]} between blanks."
    return f"The text can not begin with {' or '.join(begins)}." if begins else "These values can not be written."


def _with_quotes_hint(message: str, slot: Slot) -> str:
    several = slot.argument.kind is Kind.CHOICE and " " in slot.value.strip()
    return f"{message} A title of several words needs quotes when something follows it." if several else message


def _surplus(command: Command, rest: str) -> str:
    if not command.arguments:
        return f"!{command.name} stands alone; “{clean_line(rest, 40)}” is too much."
    return f"“{clean_line(rest, 40)}” is more than !{command.name} takes."


def _needs(found: Scan, missing: tuple[str, ...]) -> str:
    name = found.command.name if found.command else found.name
    marks = [slot.argument.until for slot in found.slots if slot.argument.until]
    behind = f", behind {marks[0]}" if marks else ""
    return f"!{name} needs {_the(missing)}{behind}."


def _the(nouns: tuple[str, ...]) -> str:
    named = [f"the {noun}" for noun in nouns]
    return " and ".join((", ".join(named[:-1]), named[-1])) if len(named) > 1 else named[0]
