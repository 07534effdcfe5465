"""A part of an explanation as a page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC

from smartup_tui.workspace.explanation import Explanation


def describe_part(part: Explanation, leads: str = "") -> str:
    """What a part is, how it is reckoned, and where it comes from; `leads` is what Enter opens. Notes are as typed."""
    found = [f"# {part.title}"]
    if part.value:
        found.append(part.value)
    if part.doubt:
        found.append(f"It does not agree: {part.doubt}.")
    elif part.checked:
        found.append("Reckoned again from the ledger's rows, it agrees.")
    below = len(part.doubts) - bool(part.doubt)
    if below:
        found.append(f"Below it {'one line does' if below == 1 else f'{below} lines do'} not agree.")
    if part.how:
        found.append(f"{part.how}" + (f" ({part.source})" if part.source else ""))
    if part.note:
        found.append(part.note)
    facts = "\n".join(f"- {fact}" for fact in _facts(part))
    found += [text for text in (facts, leads) if text]
    return "\n\n".join(found)


def _facts(part: Explanation) -> Iterator[str]:
    """Where a part was read, and who wrote it when."""
    if part.where is not None:
        yield f"{part.where.path}, line {part.where.line}"
    if part.at is not None:
        yield f"{part.at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    if part.actor:
        yield f"written by {part.actor}"
    if part.event:
        yield f"audit row {part.event}"
    if part.commit:
        yield f"commit {part.commit[:10]}"
