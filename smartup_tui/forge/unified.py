"""Unified diffs, as the forge gives those of a commit: which lines of which files went and came. Untrusted text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

LINES_KEPT = 400
"""Lines kept of one file; a moved table has thousands, which nobody reads."""

_HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_ESCAPE = re.compile(rb"\\([0-7]{3}|.)")
_LETTERS = {b"n": b"\n", b"t": b"\t", b"r": b"\r", b"a": b"\a", b"b": b"\b", b"f": b"\f", b"v": b"\v"}


@dataclass(frozen=True, slots=True)
class DiffLine:
    """One line. ``sign``: ``+`` added, ``-`` taken away, a space for what stands around them.

    ``number`` counts from 1 in the new file, and for ``-`` in the old one.
    """

    sign: str
    number: int
    text: str


@dataclass(frozen=True, slots=True)
class FileDiff:
    """What one file went through. ``status``: ``added``, ``modified``, ``removed``, ``moved``, ``binary``.

    ``before`` is the path it had where that was another one; ``added`` and ``removed`` count all its lines, of which
    ``lines`` are the first ``LINES_KEPT``.
    """

    path: str
    status: str
    lines: tuple[DiffLine, ...]
    added: int
    removed: int
    before: str | None = None

    @property
    def left_out(self) -> int:
        """How many changed lines are not in ``lines``."""
        return self.added + self.removed - sum(line.sign != " " for line in self.lines)


def parse_diff(text: str) -> tuple[FileDiff, ...]:
    """Read a diff in git's form. What is not understood is passed over; nothing is raised."""
    lines = text.split("\n")
    if lines and not lines[-1]:
        lines.pop()
    starts = [at for at, line in _outside(lines) if line.startswith("diff --git ")]
    ends = [*starts[1:], len(lines)]
    return tuple(_file(lines[start:end]) for start, end in zip(starts, ends, strict=False))


def _outside(lines: list[str]) -> Iterator[tuple[int, str]]:
    """The lines outside hunks; a changed line may look like any heading."""
    at = 0
    while at < len(lines):
        hunk = _HUNK.match(lines[at])
        yield at, lines[at]
        at += 1
        if hunk is not None:
            old, new = _count(hunk[2]), _count(hunk[4])
            while at < len(lines) and (old > 0 or new > 0 or lines[at].startswith("\\")):
                sign = lines[at][:1]
                old -= sign in {"-", " ", ""}
                new -= sign in {"+", " ", ""}
                at += 1


def _count(text: str | None) -> int:
    return 1 if text is None else int(text)


def _file(lines: list[str]) -> FileDiff:
    old = new = status = ""
    for _, line in _outside(lines):
        if line.startswith("--- ") and not old:
            old = _path(line[4:], "a/")
        elif line.startswith("+++ ") and not new:
            new = _path(line[4:], "b/")
        elif line.startswith("rename from "):
            old, status = _path(line[12:], ""), "moved"
        elif line.startswith("rename to "):
            new = _path(line[10:], "")
        elif line.startswith("new file mode"):
            status = "added"
        elif line.startswith("deleted file mode"):
            status = "removed"
        elif line.startswith(("Binary files ", "GIT binary patch")):
            status = "binary"
    if not old and not new:
        old = new = _heading(lines[0])
    found = list(_changed(lines))
    kept = tuple(found[:LINES_KEPT])
    added, removed = (sum(line.sign == sign for line in found) for sign in "+-")
    path = new if new not in {"", "/dev/null"} else old
    return FileDiff(path, status or "modified", kept, added, removed, old if status == "moved" else None)


def _heading(line: str) -> str:
    """The path of a file without hunks (an empty one, a changed mode): both names of the heading are the same."""
    rest = line.removeprefix("diff --git ")
    if rest.endswith('"'):
        return _path(rest[rest.rfind(' "') + 1 :], "b/")
    half = len(rest) // 2
    return _path(rest[half + 1 :], "b/")


def _path(text: str, prefix: str) -> str:
    """A path as git writes it: in quotes with octal bytes where it has unusual letters, and maybe with a tab behind."""
    text = text.rstrip("\t\r")
    if text.startswith('"') and text.endswith('"'):
        raw = _ESCAPE.sub(_byte, text[1:-1].encode("utf-8", "surrogateescape"))
        text = raw.decode("utf-8", "replace")
    return text.removeprefix(prefix)


def _byte(found: re.Match[bytes]) -> bytes:
    code = found[1]
    return bytes([int(code, 8) & 0xFF]) if len(code) == 3 else _LETTERS.get(code, code)


def _changed(lines: list[str]) -> Iterator[DiffLine]:
    old = new = left_old = left_new = 0
    for line in lines:
        if left_old <= 0 and left_new <= 0:
            hunk = _HUNK.match(line)
            if hunk is not None:
                old, new = int(hunk[1]), int(hunk[3])
                left_old, left_new = _count(hunk[2]), _count(hunk[4])
            continue
        sign, text = line[:1], line[1:]
        if sign == "-":
            yield DiffLine("-", old, text)
            old, left_old = old + 1, left_old - 1
        elif sign == "+":
            yield DiffLine("+", new, text)
            new, left_new = new + 1, left_new - 1
        elif sign != "\\":
            yield DiffLine(" ", new, text)
            old, new, left_old, left_new = old + 1, new + 1, left_old - 1, left_new - 1
