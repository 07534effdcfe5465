"""Markdown pages as values: front matter, sections, and blocks that are added to a section.

What a page holds beside what we know stays as it is: a write adds or replaces single sections, and the front matter is
kept by its bytes. Text that owners type is laid into a page by `literal`, so that it can not become structure, and is
read back by `as_typed`. Source: ledger.md §5.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from smartup_tui.ledger.problems import LedgerFileError, Problem

_FRONT = re.compile(r"---[ \t]*\r?\n(.*?)^---[ \t]*\r?(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"^(#{1,6})[ \t]+(.*?)[ \t]*#*[ \t]*\r?$", re.MULTILINE)
_STRUCTURE = re.compile(
    r"^( {0,3})(?=[#<\\]|---|===|\*\*\*|___|- -|\* \*|_ _|```|~~~|-+[ \t]*$|=+[ \t]*$)", re.MULTILINE
)
_ESCAPED = re.compile(r"^( {0,3})\\", re.MULTILINE)
_FACT = re.compile(r"- ([A-Z][A-Za-z -]*): (.*)$", re.MULTILINE)
_TICK = re.compile(r"^(?P<mark>[-*] \[(?P<done>[ xX])\] )`?(?P<id>[0-9]+(?:_[0-9]+)+)`?(?P<rest>.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its front matter as values, and the Markdown below it. `head` is the front matter as it was written."""

    front: Mapping[str, Any]
    body: str
    head: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Block:
    """A `###` block of a section: its heading, its `- Name: value` lines, and the text below them as it was typed."""

    heading: str
    fields: Mapping[str, str]
    text: str


def parse(text: str, path: str = "") -> Page:
    """Read a page. Raises LedgerFileError when the front matter is no mapping; a page without one has none."""
    import yaml  # noqa: PLC0415  the workspace's start does not need it

    text = text.removeprefix("\ufeff")
    found = _FRONT.match(text)
    if found is None:
        return Page({}, text)
    try:
        front = yaml.safe_load(found.group(1))
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 2 if mark is not None else 1
        message = "the front matter cannot be read"
        raise LedgerFileError(Problem(path, line, None, message, "`name: value` lines")) from None
    if front is None:
        front = {}
    if not isinstance(front, dict):
        raise LedgerFileError(Problem(path, 1, None, "the front matter is no list of names", "`name: value` lines"))
    return Page({str(k): v for k, v in front.items()}, text[found.end() :], found.group(0))


def render(page: Page) -> str:
    """The text of a page; the front matter as it was read, if it was."""
    if page.head or not page.front:
        return page.head + page.body
    return _front_text(page.front) + page.body


def with_front(page: Page, **values: Any) -> Page:
    """The page with some values of its front matter replaced; the rest is written anew in the same order."""
    return replace(page, front={**page.front, **values}, head="")


def _front_text(front: Mapping[str, Any]) -> str:
    import yaml  # noqa: PLC0415

    written = yaml.safe_dump(dict(front), sort_keys=False, allow_unicode=True, width=10_000)
    return f"---\n{written}---\n\n"


def literal(text: str) -> str:
    """Typed text, so that no line of it is a heading, a rule, a fence or HTML; lists, links and emphasis work.

    A backslash goes in front of such a line, which Markdown does not show; `as_typed` takes it away.
    """
    return _STRUCTURE.sub(r"\1\\", text.strip("\n"))


def as_typed(text: str) -> str:
    """The text that `literal` was given, without blank lines around it."""
    return _ESCAPED.sub(r"\1", text.strip("\n"))


def section(body: str, name: str) -> str | None:
    """The text below `## <name>` up to the next heading of its rank, without blank lines around; None if there is none.

    Case and icons in front of the name do not matter.
    """
    span = _span(body, name)
    return None if span is None else body[span[0] : span[1]].strip("\n")


def replace_section(body: str, name: str, text: str) -> str:
    """The body with another text below `## <name>`; the section is added at the end if there is none."""
    span = _span(body, name)
    if span is None:
        return f"{_ended(body)}## {name}\n\n{text.strip(chr(10))}\n"
    rest = body[span[1] :]
    return f"{_ended(body[: span[0]])}{text.strip(chr(10))}\n" + (f"\n{rest}" if rest else "")


def append_block(body: str, name: str, block: str) -> str:
    """The body with `block` at the end of section `## <name>`, which is added if there is none."""
    span = _span(body, name)
    if span is None:
        return f"{_ended(body)}## {name}\n\n{block.strip(chr(10))}\n"
    before, rest = body[: span[1]], body[span[1] :]
    return _ended(before) + block.strip("\n") + "\n" + (f"\n{rest}" if rest else "")


def blocks(body: str, name: str) -> tuple[Block, ...]:
    """The `###` blocks of a section, in order."""
    text = section(body, name)
    if text is None:
        return ()
    starts = [m for m in _HEADING.finditer(text) if len(m.group(1)) == 3]
    ends = [*(m.start() for m in starts[1:]), len(text)][: len(starts)]
    return tuple(_block(m.group(2), text[m.end() : end].strip("\n")) for m, end in zip(starts, ends, strict=True))


def _block(heading: str, text: str) -> Block:
    fields: dict[str, str] = {}
    lines = text.split("\n")
    while lines and (found := _FACT.match(lines[0])):
        fields[found.group(1)] = found.group(2)
        lines.pop(0)
    return Block(heading, fields, as_typed("\n".join(lines)))


def block(heading: str, fields: Mapping[str, str], text: str) -> str:
    """A block for `append_block`: a heading, lines of facts, and typed text; `blocks` reads it back."""
    facts = "".join(f"- {name}: {value}\n" for name, value in fields.items() if value)
    typed = literal(text)
    if not facts and _FACT.match(typed):
        typed = "\\" + typed  # it would be read as a fact
    return f"### {heading}\n\n{facts}" + (f"\n{typed}\n" if typed else "")


def session_block(
    session_id: str,
    *,
    started_at: datetime,
    stopped_at: datetime,
    attacker: str | None,
    defender: str | None,
    minutes: int,
    notes: str,
    evidence: str | None = None,
    remark: str | None = None,
) -> str:
    """The block of a session for a task's page: time in UTC, pair, minutes, evidence and the whole hand-over notes."""
    facts = {
        "Time": f"{stamp(started_at)} to {stamp(stopped_at)}",
        "Attacker": attacker or "",
        "Defender": defender or "",
        "Minutes": str(minutes),
        "Evidence": f"<{evidence}>" if evidence else "",
        "Remark": remark or "",
    }
    return block(session_id, facts, notes)


def comment_block(alias: str, at: datetime, text: str) -> str:
    """The block of a comment: who, when (UTC), what."""
    return block(f"{alias}, {stamp(at)}", {}, text)


def session_notes(body: str, session_id: str) -> str | None:
    """The newest hand-over notes of a session on its task's page, as typed; None when the page has none."""
    found = [b.text for b in blocks(body, "Sessions") if b.heading.split()[:1] == [session_id]]
    return found[-1] if found else None


def ticks(body: str) -> Mapping[str, bool]:
    """What the checkbox list in `Definition of success` says of each child id."""
    text = section(body, "Definition of success") or ""
    return {m.group("id"): m.group("done") != " " for m in _TICK.finditer(text)}


def with_tick(body: str, child_id: str, title: str, *, done: bool) -> str:
    """The body with the child's box ticked or not; a line is added for a child that is not in the list yet."""
    name = "Definition of success"
    text = section(body, name) or ""
    mark = f"- [{'x' if done else ' '}] "

    def change(found: re.Match[str]) -> str:
        return found.group(0).replace(found.group("mark"), mark, 1) if found.group("id") == child_id else found.group(0)

    if child_id in ticks(body):
        return replace_section(body, name, _TICK.sub(change, text))
    line = f"{mark}`{child_id}`: {' '.join(title.split())}"
    return replace_section(body, name, f"{text}\n{line}" if _TICK.search(text) else f"{text}\n\n{line}")


def stamp(at: datetime) -> str:
    """A time as pages show it: UTC, ISO 8601, whole seconds."""
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _span(body: str, name: str) -> tuple[int, int] | None:
    """Where the text of a second-rank section begins and ends."""
    wanted = _plain(name)
    start: int | None = None
    for found in _HEADING.finditer(body):
        if len(found.group(1)) > 2:
            continue
        if start is not None:
            return start, found.start()
        if len(found.group(1)) == 2 and _plain(found.group(2)) == wanted:
            start = min(found.end() + 1, len(body))
    return None if start is None else (start, len(body))


def _plain(heading: str) -> str:
    return " ".join(re.sub(r"^[^\w]+", "", heading).casefold().split())


def _ended(text: str) -> str:
    """The text with exactly one blank line at its end, or nothing if it is empty."""
    kept = text.rstrip("\n")
    return f"{kept}\n\n" if kept else ""
