"""Completion of a command while it is typed: names, options, choices, and the ids that a `Source` knows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final, Protocol

from smartup_tui.catalogue.commands import CATALOGUE, canonical
from smartup_tui.catalogue.model import Argument, Command, Kind, Surface
from smartup_tui.catalogue.scan import Scan, scan

LIMIT: Final = 12
"""More than this nobody reads while typing."""

_PLAIN: Final = frozenset(
    {Kind.CHOICE, Kind.INTEGER, Kind.AMOUNT, Kind.DATE, Kind.TIME, Kind.MATRIX_ID, Kind.URL, Kind.WORD, Kind.TEXT}
)
"""Kinds whose values no look-up can offer."""


class Source(Protocol):
    """Look-ups in the ledger as the reader knows it; they answer at once."""

    def candidates(self, kind: Kind, prefix: str, limit: int) -> Sequence[tuple[str, str]]:
        """Ids of a kind with their titles, best first: id, slug or title begins with `prefix`, in any case."""
        ...


@dataclass(frozen=True, slots=True)
class Completion:
    """One offer: `text` takes the place of `start` to `end`; `label` and `help` are what to show of it."""

    text: str
    start: int
    end: int
    label: str
    help: str


def complete(text: str, cursor: int, source: Source, limit: int = LIMIT) -> tuple[Completion, ...]:
    """What may stand at the cursor, best first. The text may leave out the `!` that a prompt shows."""
    before = text[:cursor]
    shift = 0 if before.lstrip().startswith("!") else 1
    found = scan("!" + before if shift else before)
    offers: Iterable[Completion] = ()
    if found is None or found.end == len(before) + shift:
        offers = _names(before, shift)
    elif found.command is not None:
        offers = _arguments(found, len(before) + shift, _Offers(found.command, source, limit))
    moved = (Completion(o.text, max(o.start - shift, 0), o.end - shift, o.label, o.help) for o in offers)
    return tuple(islice(_unique(moved), limit))


def complete_value(argument: Argument, typed: str, source: Source, limit: int = LIMIT) -> tuple[tuple[str, str], ...]:
    """What an argument may be, given what is typed of it: values with what to show beside each, best first."""
    return tuple(islice(dict(_known(argument, typed, source, limit)).items(), limit))


def _names(before: str, shift: int) -> Iterator[Completion]:
    begin = len(before) - len(before.lstrip()) + shift
    end = len(before) + shift
    typed = canonical(before)
    usable = [c for c in CATALOGUE.values() if Surface.ROOM in c.surfaces]
    exact = [c for c in usable if c.name.startswith(typed)]
    inside = [c for c in usable if typed and typed in c.name and c not in exact]
    for command in (*exact, *inside):
        text = command.name if shift else f"!{command.name}"
        yield Completion(text + (" " if command.arguments else ""), begin, end, f"!{command.name}", command.summary)


@dataclass(frozen=True, slots=True)
class _Place:
    """The text that an offer replaces, and what is already typed of it."""

    typed: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Offers:
    """What may be offered for the arguments of one command."""

    command: Command
    source: Source
    limit: int

    def of(self, argument: Argument, place: _Place) -> Iterator[Completion]:
        """Values of one argument."""
        last = argument.option or (self.command.positional[-1] is argument and not self.command.options)
        for value, help_text in _known(argument, place.typed, self.source, self.limit):
            yield Completion(value + ("" if last else " "), place.start, place.end, value, help_text)

    def next_of(self, waiting: Sequence[Argument], place: _Place) -> Iterator[Completion]:
        """Values of the next argument, and of those behind it for as long as what is before them may be left out."""
        for argument in waiting:
            yield from self.of(argument, place)
            if argument.required:
                return

    def option(self, argument: Argument, place: _Place) -> Iterator[Completion]:
        """Values of an option, with its name in front."""
        for offer in self.of(argument, place):
            yield Completion(f"{argument.name}={offer.text}", offer.start, offer.end, offer.label, offer.help)


def _arguments(found: Scan, at: int, offers: _Offers) -> Iterator[Completion]:
    """Offers for the word that ends at the cursor, or, when the cursor stands apart, for a new word."""
    slot = found.slots[-1] if found.slots and found.slots[-1].end == at else None
    if slot is None:
        if found.in_text or found.rest is not None:
            return
        yield from offers.next_of(found.waiting, _Place("", at, at))
        yield from _option_names(found.free, _Place("", at, at))
        return
    place = _Place(slot.value, slot.start, slot.end)
    if slot.argument.option:
        yield from offers.option(slot.argument, place)
    elif slot.argument.kind is Kind.TEXT:
        if not any(c.isspace() for c in slot.value):
            yield from _option_names(found.free, place)
    else:
        taken = offers.command.positional.index(slot.argument)
        yield from offers.next_of(offers.command.positional[taken:], place)
        yield from _option_names(found.free, place)


def _option_names(free: Sequence[Argument], place: _Place) -> Iterator[Completion]:
    for option in free:
        if option.name.startswith(canonical(place.typed)):
            yield Completion(f"{option.name}=", place.start, place.end, f"{option.name}=", option.help)


def _known(argument: Argument, prefix: str, source: Source, limit: int) -> Iterator[tuple[str, str]]:
    spelled = canonical(prefix)
    for choice in argument.choices:
        if choice.startswith(spelled):
            yield choice, argument.help
    if argument.kind is Kind.COMMAND:
        yield from ((c.name, c.summary) for c in CATALOGUE.values() if c.name.startswith(spelled))
        return
    for kind in argument.kinds:
        if kind not in _PLAIN:
            yield from source.candidates(kind, prefix, limit)


def _unique(offers: Iterable[Completion]) -> Iterator[Completion]:
    seen: set[str] = set()
    for offer in offers:
        if offer.text not in seen:
            seen.add(offer.text)
            yield offer
