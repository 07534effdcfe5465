"""What changed between two versions of a text: lines taken away and added, and within a changed line the words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final, Literal

Sign = Literal[" ", "+", "-", "…"]

CONTEXT: Final = 2
_MOST_LINES: Final = 800
"""Lines that are compared with each other; of more the old ones are shown as gone and the new ones as added."""
_LONGEST: Final = 4_000
_ALIKE: Final = 0.35
_AHEAD: Final = 6
"""So many lines are looked at for one that another has become."""
_WORDS: Final = re.compile(r"\w+|\s+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class DiffLine:
    """A line with its sign (`…`: so many lines are left out), and which pieces of it are changed words."""

    sign: Sign
    pieces: tuple[tuple[str, bool], ...]

    @property
    def text(self) -> str:
        """The whole line."""
        return "".join(text for text, _ in self.pieces)


@dataclass(frozen=True, slots=True)
class Diff:
    """The lines to show, and how many were added and taken away in all."""

    lines: tuple[DiffLine, ...]
    added: int
    removed: int


def compare(old: str, new: str) -> Diff:
    """The difference from `old` to `new`, with a little of what is around each change."""
    before, after = old.splitlines(), new.splitlines()
    lines = tuple(_lines(before, after))
    added = sum(line.sign == "+" for line in lines)
    removed = sum(line.sign == "-" for line in lines)
    return Diff(tuple(_shortened(lines)), added, removed)


def _lines(before: Sequence[str], after: Sequence[str]) -> Iterator[DiffLine]:
    head = _common(before, after)
    tail = _common(before[head:][::-1], after[head:][::-1])
    for line in before[:head]:
        yield _plain(" ", line)
    old, new = before[head : len(before) - tail], after[head : len(after) - tail]
    if len(old) + len(new) > _MOST_LINES:
        yield from (_plain("-", line) for line in old)
        yield from (_plain("+", line) for line in new)
    else:
        for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            if tag == "equal":
                yield from (_plain(" ", line) for line in old[a:b])
            else:
                yield from _changed(old[a:b], new[c:d])
    for line in before[len(before) - tail :]:
        yield _plain(" ", line)


def _changed(old: Sequence[str], new: Sequence[str]) -> Iterator[DiffLine]:
    """Lines that took the place of others: those that are alike stand together, with the words that changed."""
    waiting = list(new)
    for line in old:
        place = next((number for number, other in enumerate(waiting[:_AHEAD]) if _alike(line, other)), None)
        if place is None:
            yield _plain("-", line)
            continue
        yield from (_plain("+", other) for other in waiting[:place])
        yield from _words(line, waiting[place])
        del waiting[: place + 1]
    yield from (_plain("+", line) for line in waiting)


def _alike(old: str, new: str) -> bool:
    if not old.strip() or not new.strip() or max(len(old), len(new)) > _LONGEST:
        return False
    # By their words alone: blanks are the same in all lines.
    matcher = SequenceMatcher(None, old.split(), new.split(), autojunk=False)
    return matcher.real_quick_ratio() > _ALIKE and matcher.quick_ratio() > _ALIKE and matcher.ratio() > _ALIKE


def _words(old: str, new: str) -> Iterator[DiffLine]:
    a, b = _WORDS.findall(old), _WORDS.findall(new)
    gone: list[tuple[str, bool]] = []
    come: list[tuple[str, bool]] = []
    for tag, i, j, k, m in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag == "equal":
            gone.append(("".join(a[i:j]), False))
            come.append(("".join(b[k:m]), False))
        else:
            gone += [("".join(a[i:j]), True)] if j > i else []
            come += [("".join(b[k:m]), True)] if m > k else []
    yield DiffLine("-", tuple(gone))
    yield DiffLine("+", tuple(come))


def _shortened(lines: Sequence[DiffLine]) -> Iterator[DiffLine]:
    """Without the lines that are far from any change; how many those are is said."""
    near = [False] * len(lines)
    for number, line in enumerate(lines):
        if line.sign != " ":
            for other in range(max(0, number - CONTEXT), min(len(lines), number + CONTEXT + 1)):
                near[other] = True
    left_out = 0
    for line, shown in zip(lines, near, strict=True):
        if not shown:
            left_out += 1
            continue
        if left_out:
            yield DiffLine("…", ((str(left_out), False),))
            left_out = 0
        yield line
    if left_out and any(near):
        yield DiffLine("…", ((str(left_out), False),))


def _common(a: Sequence[str], b: Sequence[str]) -> int:
    """How many items two sequences begin with together."""
    return next((n for n, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))


def _plain(sign: Sign, line: str) -> DiffLine:
    return DiffLine(sign, ((line, False),))
