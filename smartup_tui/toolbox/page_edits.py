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
    pattern = re.compile(rf"^\*\*{re.escape(name)}:\*\* .*?( {{2}})?$", re.MULTILINE)
    return pattern.sub(lambda found: f"**{name}:** {value}{found.group(1) or ''}", page, count=1)


def with_new_fact(page: str, name: str, value: str) -> str:
    """As `with_fact`, but a line that is missing is added behind the last of the lines below the heading."""
    if re.search(rf"^\*\*{re.escape(name)}:\*\* ", page, re.MULTILINE):
        return with_fact(page, name, value)
    heading = re.search(r"^# .*$", page, re.MULTILINE)
    if heading is None:
        return page
    section = re.search(r"^## ", page[heading.end() :], re.MULTILINE)
    end = heading.end() + section.start() if section is not None else len(page)
    facts = list(_FACT_LINE.finditer(page, heading.end(), end))
    if not facts:
        return f"{page[: heading.end()]}\n\n**{name}:** {value}{page[heading.end() :]}"
    last = facts[-1]
    return f"{page[: last.start()]}{last.group(0).rstrip()}  \n**{name}:** {value}{page[last.end() :]}"


def without_fact(page: str, name: str) -> str:
    """The page without its line `**Name:** value`."""
    found = re.search(rf"^\*\*{re.escape(name)}:\*\* .*\n?", page, re.MULTILINE)
    if found is None:
        return page
    before, after = page[: found.start()], page[found.end() :]
    if not _FACT_LINE.match(after):  # the line before was followed by this one, and is the last now
        before = f"{before.rstrip()}\n" if before.endswith("  \n") else before
    return before + after


def with_bullet(page: str, name: str, value: str | None) -> str:
    """The page with another value in `- **Name**: value` of the ADM assignment; the line is added if it is missing."""
    line = f"- **{name}**: {value or 'nobody'}"
    pattern = re.compile(rf"^- \*\*{re.escape(name)}\*\*: .*$", re.MULTILINE)
    if pattern.search(page):
        return pattern.sub(lambda _: line, page, count=1)
    known = pages.section(page, ADM) or ""
    return pages.replace_section(page, ADM, f"{known}\n{line}")
