"""Findings about the ledger's past in words: as a page, as plain lines, as values for programs."""

from __future__ import annotations

from collections.abc import Iterator

from smartup_tui.workspace import words
from smartup_tui.workspace.proof_store import FindingState, StoredFinding

_KINDS = {
    "edited_log": "An old row was changed",
    "removed_row": "A row is gone",
    "rewritten": "The history was rewritten",
    "unaudited": "A change skipped the audit trail",
    "order": "A row came before its page",
    "trailer": "A commit and the audit trail disagree",
    "author": "A commit has another author than its command",
}
_WHAT_IT_MEANS = {
    "edited_log": "Logs only grow; corrections are new rows. Somebody wrote past the Toolbox.",
    "removed_row": "Nothing is ever removed from a ledger. Somebody wrote past the Toolbox.",
    "rewritten": "The branch was moved by force. The ledger's branch should be protected against that.",
    "unaudited": "Every change adds a row to the audit trail, by construction. Somebody wrote past the Toolbox, or one "
    "of three separate writes is missing; `smartup ledger repair` completes those.",
    "order": "Pages are written before the rows that name them.",
    "trailer": "Every command of a commit has its line in the message, and its row in the audit trail.",
    "author": "The author of a commit is the owner who gave its command.",
}


def title(found: StoredFinding) -> str:
    """A finding in a few words."""
    return _KINDS.get(found.finding.kind, found.finding.kind.replace("_", " "))


def state(found: StoredFinding) -> str:
    """What became of it."""
    day = f" on {words.day(found.state_at)}" if found.state_at else ""
    note = f": {found.note}" if found.note else ""
    if found.state is FindingState.OPEN:
        return "open"
    return f"{found.state}{day}{note}"


def describe_finding(found: StoredFinding) -> str:
    """A finding as a page: what, where, the rows before and after, what it means, what to do."""
    f = found.finding
    facts = [f"- finding {found.number}, {f.severity}, {state(found)}", f"- found {words.day(found.found_at)}"]
    if f.path:
        facts.append(f"- file {f.path}" + (f", line {f.line}" if f.line else ""))
    if f.commit:
        facts.append(f"- commit {f.commit[:10]}")
    parts = [f"# {title(found)}", sentence(f.message), "\n".join(facts)]
    if f.before or f.after:
        lines = [f"-{line}" for line in f.before.split("\n") if f.before]
        lines += [f"+{line}" for line in f.after.split("\n") if f.after]
        parts.append("## The rows before and after\n\n" + fenced(lines))
    parts.append(_WHAT_IT_MEANS.get(f.kind, ""))
    if found.state is FindingState.OPEN:
        parts.append(
            "Ask leadership what happened. When you know, acknowledge it: `A` here, or `smartup ledger findings`."
        )
    return "\n\n".join(part for part in parts if part)


def sentence(message: str) -> str:
    """A finding's message as a sentence; a path in front stays as it is spelled."""
    first = message.partition(" ")[0]
    begun = message if "/" in first or "." in first else message[:1].upper() + message[1:]
    return f"{begun}."


def fenced(lines: list[str]) -> str:
    """Lines as they are, in a block of Markdown that none of them can end."""
    body = "\n".join(lines)
    fence = "```"
    while fence in body:
        fence += "`"
    return f"{fence}\n{body}\n{fence}"


def finding_lines(found: StoredFinding) -> Iterator[str]:
    """A finding for people without a terminal application."""
    f = found.finding
    yield f"{found.number}  {f.severity} {f.kind} {f.where}: {f.message} ({state(found)})"
    for sign, text in (("-", f.before), ("+", f.after)):
        yield from (f"    {sign} {line}" for line in text.split("\n") if text)


def finding_values(found: StoredFinding) -> dict[str, object]:
    """A finding for programs."""
    f = found.finding
    return {
        "number": found.number,
        "kind": f.kind,
        "severity": f.severity.value,
        "where": f.where,
        "message": f.message,
        "path": f.path or None,
        "line": f.line,
        "before": f.before.split("\n") if f.before else [],
        "after": f.after.split("\n") if f.after else [],
        "commit": f.commit or None,
        "found_at": found.found_at,
        "state": found.state.value,
        "state_at": found.state_at,
        "note": found.note,
    }
