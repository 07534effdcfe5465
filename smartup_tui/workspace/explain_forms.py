"""An explanation as lines for people, as a document for programs, and as a table for a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from smartup_tui.workspace import words
from smartup_tui.workspace.commit_values import CommitLine
from smartup_tui.workspace.explain import Evidence, below
from smartup_tui.workspace.explanation import Explanation
from smartup_tui.workspace.export import Sheet

COLUMNS: Final = ("level", "title", "value", "how", "source", "note", "table", "row", "at", "actor", "event", "commit",
                  "entity", "agrees", "doubt")  # fmt: skip
_INDENT: Final = "  "


def unfolded(evidence: Evidence, part: Explanation, depth: int, above: frozenset[str] = frozenset()) -> Explanation:
    """The same explanation with so many levels below it, and nothing deeper."""
    if depth <= 0:
        return replace(part, parts=())
    known = above | {part.about} if part.about else above
    parts = (unfolded(evidence, one, depth - 1, known) for one in below(evidence, part, known))
    return replace(part, parts=tuple(parts))


def lines(part: Explanation, *, most: int | None = None, level: int = 0) -> Iterator[tuple[int, str]]:
    """The explanation for people: each line with how far in it stands. Of many parts the first `most`."""
    said = f"{part.title}: {part.value}" if part.value else part.title
    yield level, f"{said} {_agreement(part)}".rstrip()
    for text in (_how(part), part.note, trace(part)):
        if text:
            yield level + 1, text
    if part.doubt:
        yield level + 1, f"It does not agree: {part.doubt}."
    shown = part.parts if most is None else part.parts[:most]
    for one in shown:
        yield from lines(one, most=most, level=level + 1)
    if len(shown) < len(part.parts):
        yield level + 1, f"… and {len(part.parts) - len(shown):,} more; --all shows them."


def _how(part: Explanation) -> str:
    return f"{part.how} ({part.source})" if part.how and part.source else part.how


def _agreement(part: Explanation) -> str:
    if not part.checked:
        return ""
    return "(does not agree)" if part.doubt else "(agrees)"


def trace(part: Explanation) -> str:
    """Where a part comes from: row, time, who wrote it, in which commit."""
    about = [
        str(part.where) if part.where is not None else "",
        words.day_and_time(part.at) if part.at is not None and (part.where is not None or part.actor) else "",
        f"by {part.actor}" if part.actor else "",
        f"commit {part.commit[:10]}" if part.commit else "",
    ]
    return ", ".join(text for text in about if text)


def verdict(part: Explanation) -> str:
    """What came of reckoning again, in one sentence; empty where nothing was."""
    checked = sum(1 for one in part.walk() if one.checked)
    wrong = len(part.doubts)
    if not checked:
        return ""
    if wrong:
        return f"{wrong} of {checked} reckonings do not agree." if checked > 1 else "It does not agree."
    return f"All {checked} reckonings agree." if checked > 1 else "Reckoned again, it agrees."


def document(part: Explanation, commits: Mapping[str, CommitLine] | None = None) -> dict[str, Any]:
    """The explanation as JSON has it; `agrees` is null where there was nothing to compare."""
    known = (commits or {}).get(part.event)
    found: dict[str, Any] = {
        "title": part.title,
        "value": part.value,
        "how": part.how,
        "source": part.source,
        "note": part.note,
        "row": None if part.where is None else {"table": part.where.table, "path": part.where.path,
                                                "line": part.where.line},
        "at": part.at,
        "actor": part.actor,
        "event": part.event,
        "commit": part.commit,
        "entity": part.entity,
        "agrees": None if not part.checked else not part.doubt,
        "doubt": part.doubt,
        "parts": [document(one, commits) for one in part.parts],
    }  # fmt: skip
    if known is not None:
        found["signature"] = known.signature
    return found


def sheet(part: Explanation) -> Sheet:
    """The explanation as a table, line by line with its level."""
    rows = list(_rows(part, 0))
    stem = "".join(c if c.isalnum() else "-" for c in (part.about or part.title).lower()).strip("-")
    return Sheet(f"smartup-explain-{stem}", COLUMNS, len(rows), lambda start, n: rows[start : start + n], part.title)


def _rows(part: Explanation, level: int) -> Iterator[tuple[Any, ...]]:
    table, row = (part.where.table, str(part.where)) if part.where is not None else ("", "")
    agrees = "" if not part.checked else ("no" if part.doubt else "yes")
    yield (level, part.title, part.value, part.how, part.source, part.note, table, row, part.at, part.actor, part.event,
           part.commit, part.entity, agrees, part.doubt)  # fmt: skip
    for one in part.parts:
        yield from _rows(one, level + 1)
