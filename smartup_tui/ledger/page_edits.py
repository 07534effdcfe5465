"""Fields that a page shows beside its row: title, facts (`**Size:** medium`), bullets (`- **Defender**: jonas`)."""

from __future__ import annotations

import re
from typing import Final

from smartup_tui.ledger import pages

ADM: Final = "ADM assignment"

_FACT_LINE: Final = re.compile(r"^\*\*[^*\n]+:\*\* .*$", re.MULTILINE)


def retitled(page: str, title: str, heading: str | None = None) -> str:
    """The page with another title in its front matter, and in its heading, which may be another text."""
    parsed = pages.parse(page)
    heading = heading or title
    body = re.sub(r"^# .*$", lambda _: f"# {heading}", parsed.body, count=1, flags=re.MULTILINE)
    titled = pages.with_front(parsed, title=title)
    return pages.render(pages.Page(titled.front, body, titled.head))


def with_fact(page: str, name: str, value: str) -> str:
    """The page with another value in its line `**Name:** value`; a page without that line stays as it is."""
    head, rest = _head(page)
    pattern = re.compile(rf"^\*\*{re.escape(name)}:\*\* .*?( {{2}})?$", re.MULTILINE)
    return pattern.sub(lambda found: f"**{name}:** {value}{found.group(1) or ''}", head, count=1) + rest


def with_new_fact(page: str, name: str, value: str) -> str:
    """As `with_fact`, but a line that is missing is added behind the last of the lines below the heading."""
    head, rest = _head(page)
    if re.search(rf"^\*\*{re.escape(name)}:\*\* ", head, re.MULTILINE):
        return with_fact(page, name, value)
    facts = list(_FACT_LINE.finditer(head))
    if facts:
        last = facts[-1]
        head = f"{head[: last.start()]}{last.group(0).rstrip()}  \n**{name}:** {value}{head[last.end() :]}"
        return head + rest
    heading = re.search(r"^# .*$", head, re.MULTILINE)
    if heading is None:
        return page
    return f"{head[: heading.end()]}\n\n**{name}:** {value}{head[heading.end() :]}{rest}"


def without_fact(page: str, name: str) -> str:
    """The page without its line `**Name:** value`."""
    head, rest = _head(page)
    found = re.search(rf"^\*\*{re.escape(name)}:\*\* .*\n?", head, re.MULTILINE)
    if found is None:
        return page
    before, after = head[: found.start()], head[found.end() :]
    if not _FACT_LINE.match(after) and before.endswith("  \n"):
        before = f"{before.rstrip()}\n"  # what was the line before the last is the last now
    return before + after + rest


def _head(page: str) -> tuple[str, str]:
    """The page up to its first section, where its facts stand, and the rest, which is what owners typed."""
    section = re.search(r"^## ", page, re.MULTILINE)
    at = section.start() if section is not None else len(page)
    return page[:at], page[at:]


def with_bullet(page: str, name: str, value: str | None) -> str:
    """The page with another value in `- **Name**: value` of the ADM assignment; the line is added if it is missing."""
    line = f"- **{name}**: {value or 'nobody'}"
    pattern = re.compile(rf"^- \*\*{re.escape(name)}\*\*: .*$", re.MULTILINE)
    known = pages.section(page, ADM) or ""
    text = pattern.sub(lambda _: line, known, count=1) if pattern.search(known) else f"{known}\n{line}"
    return pages.replace_section(page, ADM, text)
