"""The forge's repositories and their issues as a tree of two levels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from smartup_tui.screens.folding import Line, TreeSource
from smartup_tui.widgets.glyphs import Glyphs, Tone
from smartup_tui.widgets.table import Column, Row
from smartup_tui.workspace import words
from smartup_tui.workspace.forge_desk import ForgeDesk
from smartup_tui.workspace.forge_rows import IssueRow, RepositoryRow
from smartup_tui.workspace.tree import FoldedTree

ISSUE_COLUMNS: Final = (
    Column("Issue", minimum=34),
    Column("Labels", width=18, drop=1),
    Column("Assigned to", width=14, drop=2),
    Column("State", width=14),
)


class IssueTree:
    """The repositories that the token can see, and below each its issues, the open ones first.

    A repository is a node from 0 on, an issue a node below 0; both are numbered anew for each list.
    """

    def __init__(self, desk: ForgeDesk) -> None:
        """Show what `desk` knows; everything lies open at first."""
        self._desk = desk
        self._folded: set[str] = set()
        self._repositories: tuple[RepositoryRow, ...] = ()
        self._issues: Sequence[IssueRow] = ()
        self._below: dict[str, list[int]] = {}

    def source(self, text: str, glyphs: Glyphs) -> TreeSource:
        """The lines that pass words, with the repositories they stand in."""
        self._issues = self._desk.matching(text)
        self._below = {}
        for place, issue in enumerate(self._issues):
            self._below.setdefault(issue.repository, []).append(-1 - place)
        every = self._desk.repositories()
        self._repositories = tuple(row for row in every if row.name in self._below) if text else every
        tree = FoldedTree(range(len(self._repositories)), self._children, lambda node: self._is_open(node, text))
        return TreeSource(tree, lambda node: bool(self._children(node)), self._rows, glyphs, in_line=True)

    def name(self, node: int) -> str | None:
        """What a line is known by: a repository's name, or an issue's such as `3_7_operational_team#12`."""
        if node >= 0:
            return self._repositories[node].name if node < len(self._repositories) else None
        place = -1 - node
        return self._issues[place].name if place < len(self._issues) else None

    def node(self, name: str) -> int | None:
        """The line of a repository or an issue, None where it is not listed."""
        found = next((place for place, row in enumerate(self._repositories) if row.name == name), None)
        if found is not None:
            return found
        return next((-1 - place for place, row in enumerate(self._issues) if row.name == name), None)

    def fold(self, name: str, *, unfolded: bool) -> None:
        """Keep whether a repository lies open."""
        (self._folded.discard if unfolded else self._folded.add)(name)

    def fold_all(self, *, unfolded: bool) -> None:
        """Keep that all repositories lie open, or none."""
        self._folded = set() if unfolded else {row.name for row in self._desk.repositories()}

    def _children(self, node: int) -> Sequence[int]:
        name = self.name(node)
        return self._below.get(name, ()) if node >= 0 and name is not None else ()

    def _is_open(self, node: int, text: str) -> bool:
        return node >= 0 and (bool(text) or self.name(node) not in self._folded)

    def _rows(self, wanted: Sequence[Line]) -> list[Row]:
        return [self._row(line) for line in wanted]

    def _row(self, line: Line) -> Row:
        if line.node >= 0:
            row = self._repositories[line.node]
            count = sum(self._issues[-1 - node].state == "open" for node in self._below.get(row.name, ()))
            seen = "" if row.private else "public"
            return line.row(row.name, seen, "", f"{count} open" if count else "none open")
        issue = self._issues[-1 - line.node]
        tone: Tone = "" if issue.state == "open" else "muted"
        state = f"since {words.day(issue.created_at)}" if issue.state == "open" else "closed"
        cells = (", ".join(issue.labels), ", ".join(issue.assignees), state)
        return line.row(f"{issue.number} {issue.title}", *cells, tone=tone)
