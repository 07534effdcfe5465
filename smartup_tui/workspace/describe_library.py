"""Pages, notes, what was found and what changed, as Markdown. Changed or found words stand in brackets and in bold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from urllib.parse import quote

from smartup_tui.ledger.index.library import NoteRow, PageRow
from smartup_tui.ledger.markdown import literal
from smartup_tui.workspace import words
from smartup_tui.workspace.describe import with_local_times
from smartup_tui.workspace.library import Passage, WikiPage
from smartup_tui.workspace.page_diff import Diff
from smartup_tui.workspace.page_history import Did, Version

_SPECIAL = re.compile(r"[!-/:-@\[-`{-~]")


def describe_page(page: WikiPage) -> str:
    """A page as it is read: its title, who wrote it, and what it says."""
    body = page.body
    if body.startswith("# "):
        title, _, body = body.partition("\n")
    else:
        title = f"# {escaped(page.row.title)}"
    known = [f"by {escaped(page.author)}" if page.author else "", escaped(page.date)]
    if page.parent:
        known.append(f"above: {page.parent if _is_id(page.parent) else escaped(page.parent)}")
    facts = ", ".join(part for part in known if part)
    return "\n\n".join(
        part for part in (title, f"*{facts}*" if facts else "", with_local_times(body.strip("\n"))) if part
    )


def describe_folder(title: str, count: str, pages: Sequence[PageRow]) -> str:
    """A folder: its pages in order, as links."""
    lines = [f"- [{escaped(page.title)}](<{quote(page.path)}>)" for page in pages]
    return "\n\n".join((f"# {escaped(title)}", f"*{count} page{'s' if count != '1' else ''}*", "\n".join(lines)))


def describe_note(note: NoteRow) -> str:
    """The hand-over notes of a session, with the facts of it."""
    when = ""
    if note.started_at and note.stopped_at:
        when = f", {words.day_and_time(note.started_at)}"
        when += f" to {words.clock_time(note.stopped_at)}"
    length = f", {words.minutes(note.minutes)}" if note.minutes else ""
    facts = [f"- attacker: @{note.attacker}" if note.attacker else "", f"- defender: @{note.defender}"]
    facts[1] = facts[1] if note.defender else ""
    facts.append(f"- evidence: <{note.evidence}>" if note.evidence else "")
    facts.append(f"- task: {note.task_id}" if note.task_id else "")
    return "\n\n".join(
        (
            f"# {escaped(note.title)}",
            f"**Notes of {note.session_id}**{when}{length}",
            "\n".join(fact for fact in facts if fact),
            literal(note.text),
        )
    )


def describe_passages(passages: Sequence[Passage]) -> str:
    """Where the words were found, above the page itself."""
    if not passages:
        return ""
    return "\n>\n".join(f"> {marked(passage.text, passage.hits)}" for passage in passages)


def describe_version(version: Version, did: Sequence[Did], diff: Diff | None, since: Version | None) -> str:
    """A version of a page: who, when, by which commands, and how much it changed since another one."""
    parts = [f"# {words.day_and_time(version.at)}, {escaped(version.author)}"]
    lines = [
        f"- `!{one.command}` by {escaped(one.actor)}" + (f": {escaped(one.details)}" if one.details else "")
        for one in did
    ]
    parts.append("\n".join(lines) or escaped(version.subject))
    if since is None:
        parts.append("**The first version.**")
    else:
        parts.append(f"**Since {words.day_and_time(since.at)}, {escaped(since.author)}:**")
    if diff is not None:
        parts.append(f"{_count(diff.added)} added, {_count(diff.removed)} taken away.")
    return "\n\n".join(part for part in parts if part)


def marked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """A text as it is, with some pieces of it in brackets and, where Markdown allows it there, in bold."""
    made, at = [], 0
    for start, stop in spans:
        begin, end = max(start, at), stop
        if begin >= end:
            continue
        while end < len(text) and text[end].isalnum() and text[end].isascii():
            end += 1  # the whole word
        bold = not (begin and text[begin - 1].isalnum()) and not (end < len(text) and text[end].isalnum())
        star = "**" if bold else ""
        made += [escaped(text[at:begin]), f"{star}\\[{escaped(text[begin:end])}\\]{star}"]
        at = end
    return "".join((*made, escaped(text[at:])))


def escaped(text: str) -> str:
    """A line of text, none of whose characters means anything in Markdown."""
    return _SPECIAL.sub(r"\\\g<0>", " ".join(text.split("\n")))


def _count(lines: int) -> str:
    return "1 line" if lines == 1 else f"{lines:,} lines"


def _is_id(text: str) -> bool:
    return bool(re.fullmatch(r"[0-9]+(?:_[0-9]+)+", text))
