"""The home page: one section for each of the groups of productivity, with links to their pages (domain.md §5)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from smartup_tui.ledger import pages, paths
from smartup_tui.ledger.change import PageWrite
from smartup_tui.ledger.snapshot import Snapshot

SECTIONS: Final = ("1_general_forum", "2_workplace", "3_teams", "4_roles", "5_objectives", "6_tasks")

Links = Sequence[tuple[str, str]]
"""Titles and paths of pages."""


def new_home(name: str, author: str, at: datetime, teams: Links) -> PageWrite:
    """The home page of a new ledger."""
    sections: dict[str, Links] = dict.fromkeys(SECTIONS, ())
    sections["3_teams"] = [(title, below_wiki(path)) for title, path in teams]
    return PageWrite(paths.HOME, pages.home_page(name, author=author, at=at, sections=sections))


def with_links(snapshot: Snapshot, section: str, links: Links) -> PageWrite:
    """The home page with links added to a section; a page that is missing is begun anew."""
    data = snapshot.tree.read(paths.HOME)
    text = data.decode("utf-8", "replace") if data is not None else "# Home\n"
    known = pages.section(text, section) or ""
    added = "\n".join(f"- [{_title(title)}](<{below_wiki(path)}>)" for title, path in links)
    return PageWrite(paths.HOME, pages.replace_section(text, section, f"{known}\n{added}"))


def below_wiki(path: str) -> str:
    """A page's path as a link on the home page has it."""
    return path.removeprefix("wiki/")


def _title(title: str) -> str:
    return " ".join(title.split()).replace("[", "(").replace("]", ")")
