"""An audit row with its proof as a page, and how far the ledger's past is checked."""

from __future__ import annotations

from datetime import UTC, datetime

from smartup_tui.forge.unified import FileDiff
from smartup_tui.workspace import words
from smartup_tui.workspace.audit import EventProof, Integrity
from smartup_tui.workspace.commit_values import CommitChanges
from smartup_tui.workspace.describe_findings import fenced, sentence

_LINES = 24
_LONGEST = 240
_STATUS = {"added": "new", "removed": "removed", "moved": "moved, not changed", "binary": "not a text"}


def describe_event(proof: EventProof) -> str:
    """An audit row: what it says, and what stands behind it."""
    event = proof.event
    utc = event.timestamp.astimezone(UTC)
    asked = proof.changes
    commit = "## Its commit\n\n" + _commit(proof)
    # What was asked for stands where it is seen at once, also in a low window.
    first = asked.value is not None or asked.under_way or bool(asked.failure)
    facts = [
        f"# {event.action} {event.entity_id}",
        f"{event.details}" if event.details else "",
        f"{commit}\n\n## The row" if first else "",
        "\n".join(
            (
                f"- {utc:%Y-%m-%d %H:%M:%S} UTC, by {event.actor}",
                f"- {event.entity_type} {event.entity_id}, result {event.result}",
                f"- script {event.script}",
                f"- request {event.request_id}",
                f"- event {event.event_id}",
                f"- {proof.path}, line {proof.line}",
            )
        ),
    ]
    parts = [part for part in facts if part]
    if proof.said is not None:
        said = proof.said
        parts.append(
            f"## The message it came from\n\nIn {said.room}, {said.sender}, {words.day_and_time(said.at)}:\n\n"
            + fenced(said.text.split("\n"))
        )
    if not first:
        parts.append(commit)
    return "\n\n".join(parts)


def _commit(proof: EventProof) -> str:
    asked = proof.changes
    if asked.value is not None:
        return describe_changes(asked.value)
    known = f"Commit {proof.commit_id[:10]}, which this machine has watched come. " if proof.commit_id else ""
    if asked.under_way:
        return f"{known}The forge is asked."
    if asked.failure:
        return f"{known}{asked.failure}"
    return f"{known}Enter asks the forge for it: author, date, signature and the lines that changed."


def describe_changes(changes: CommitChanges) -> str:
    """A commit: who, when, what it says, and each file with the lines that changed."""
    commit = changes.commit
    utc = commit.at.astimezone(UTC)
    facts = [
        f"- commit {commit.short}",
        f"- author {commit.author} <{commit.email}>",
        f"- committer {commit.committer}, {utc:%Y-%m-%d %H:%M:%S} UTC",
        f"- {commit.signature or 'not signed'}",
    ]
    commands = [line for line in commit.message.split("\n") if line.startswith("Command: ")]
    if len(commands) > 1:
        facts.append(f"- {len(commands)} commands in this commit")
    files = [_file(file) for file in changes.files]
    return "\n\n".join([commit.subject, "\n".join(facts), *files])


def _file(file: FileDiff) -> str:
    """The changed lines of a file, under its path."""
    moved = f"{file.before} → " if file.before else ""
    counts = f"+{file.added} -{file.removed}" if file.added or file.removed else ""
    about = ", ".join(part for part in (_STATUS.get(file.status, ""), counts) if part)
    heading = f"### {moved}{file.path}" + (f" ({about})" if about else "")
    changed = [line for line in file.lines if line.sign != " "]
    if not changed:
        return heading
    shown = [f"{line.sign}{_cut(line.text)}" for line in changed[:_LINES]]
    left = len(changed) - len(shown) + file.left_out
    if left > 0:
        shown.append(f"… and {left} more lines")
    return f"{heading}\n\n{fenced(shown)}"


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def describe_integrity(found: Integrity, now: datetime) -> str:
    """How far the past is checked, when, and what it came to: the first row of the integrity view."""
    count = found.open
    first = (
        "Nothing was found against the ledger's rules."
        if not found.findings
        else ("One finding is open." if count == 1 else f"{count} findings are open.")
        if count
        else f"All {len(found.findings)} findings are acknowledged or explained."
    )
    parts = ["# Integrity", first]
    if found.tip is None:
        parts.append("The past is not watched yet: the next synchronisation with the forge begins it.")
    else:
        at = f", last looked at {words.since(found.at, now)}" if found.at else ""
        if found.since:
            parts.append(
                f"This machine has watched every commit after {found.since[:10]} come: {found.commits} commits{at}. "
                "What was before it, `smartup ledger verify` checks from the first commit on."
            )
        else:
            parts.append(f"Every commit from the first to {found.tip[:10]} is checked: {found.commits} commits{at}.")
    unread = len(found.problems)
    parts.append(
        "All rows and policies can be read."
        if not unread
        else f"{unread} {'place' if unread == 1 else 'places'} in the ledger can not be read; they are in the list."
    )
    parts.append(
        "Checked of each commit: old rows of logs are as they were, full segments are untouched, no row of a register "
        "is gone, pages come before the rows that name them, nothing changed without a row in the audit trail, and "
        "author, message and audit trail say the same."
    )
    return "\n\n".join(parts)


def describe_problem(problem: tuple[str, int | None, str | None, str]) -> str:
    """A place that can not be read."""
    path, line, column, message = problem
    facts = [f"- file {path}" + (f", line {line}" if line else "")]
    if column:
        facts.append(f"- column {column}")
    return "\n\n".join(
        (
            "# Not readable",
            sentence(message),
            "\n".join(facts),
            "The row is left out of every list and sum here; all others stand. Whoever keeps the ledger mends it.",
        )
    )
