"""The pages of the wiki as the lines of a tree of folders: every node a number, nothing read before it is unfolded."""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from smartup_tui.ledger import tables
from smartup_tui.ledger.index import library, queries
from smartup_tui.ledger.index.library import PageRow
from smartup_tui.workspace.reader import Reader
from smartup_tui.workspace.tree import FoldedTree

FEW: Final = 40
"""A wiki of so few pages is shown unfolded."""

_NUMBERS: Final = re.compile(r"[0-9]+")
_KINDS: Final = {"3": "Teams", "4": "Roles", "5": "Objectives", "6": "Tasks"}
_NAMES: Final = {"owners": "Owners", "applications": "Applications", "proposals": "Proposals"}


class Numbers:
    """A number for each folder, the same for as long as the program runs; odd, since a page's is even."""

    def __init__(self) -> None:
        """No folder is known yet."""
        self._nodes: dict[str, int] = {}
        self._names: list[str] = []

    def of(self, folder: str) -> int:
        """The node of a folder."""
        if folder not in self._nodes:
            self._nodes[folder] = 2 * len(self._names) + 1
            self._names.append(folder)
        return self._nodes[folder]

    def name(self, node: int) -> str:
        """The folder of a node."""
        return self._names[node // 2]


class Shelves:
    """The folders of one read model, and the lines that are seen of them."""

    def __init__(self, reader: Reader, numbers: Numbers) -> None:
        """Read which folders there are, on the reader's thread."""
        self._reader = reader
        self._numbers = numbers
        self._direct = library.folders(reader.index)
        self.count = sum(self._direct.values())
        self._totals: Counter[str] = Counter()
        for folder, pages in self._direct.items():
            for name in above(folder):
                self._totals[name] += pages
        self._below: dict[str, list[str]] = {}
        for folder in self._totals:
            self._below.setdefault(folder.rpartition("/")[0], []).append(folder)
        for names in self._below.values():
            names.sort(key=_natural)

    @property
    def folders(self) -> list[str]:
        """All folders."""
        return [folder for names in self._below.values() for folder in names]

    def lines(self, unfolded: set[str]) -> FoldedTree:
        """What is seen with these folders unfolded."""
        return FoldedTree(self._children_of(""), self.children, lambda node: self._is_in(node, unfolded))

    def children(self, node: int) -> Sequence[int]:
        """The nodes right below a node: of a folder its pages, then its folders."""
        return self._children_of(self._numbers.name(node)) if is_folder(node) else ()

    def title(self, node: int) -> tuple[str, str]:
        """What a folder is called, and how many pages are in it and below it."""
        folder = self._numbers.name(node)
        return folder_title(self._reader, folder.rpartition("/")[2]), f"{self._totals[folder]:,}"

    def pages(self, nodes: Iterable[int]) -> dict[int, PageRow]:
        """The pages among these nodes, by node."""
        found = library.pages(self._reader.index, [node // 2 for node in nodes if not is_folder(node)])
        return {2 * number: row for number, row in found.items()}

    def _children_of(self, folder: str) -> Sequence[int]:
        pages = [2 * number for number in library.pages_in(self._reader.index, folder)]
        if not folder:  # the way in comes first
            home = library.page_at(self._reader.index, "wiki/home.md")
            pages.sort(key=lambda node: home is None or node != 2 * home.number)
        return array("q", [*pages, *(self._numbers.of(name) for name in self._below.get(folder, ()))])

    def _is_in(self, node: int, unfolded: set[str]) -> bool:
        return is_folder(node) and self._numbers.name(node) in unfolded


def is_folder(node: int) -> bool:
    """Whether a node is a folder; a page otherwise."""
    return node % 2 == 1


def above(folder: str) -> list[str]:
    """A folder and those it lies in."""
    parts = folder.split("/")
    return ["/".join(parts[: n + 1]) for n in range(len(parts)) if folder]


def folder_title(reader: Reader, name: str) -> str:
    """What lies in a folder, by its name: `6_1_2` holds the tasks of objective 5_1_2, `5_1` those of team 3_1."""
    if name in _NAMES:
        return _NAMES[name]
    kind, _, rest = name.partition("_")
    what = _KINDS.get(kind)
    if what is None or not all(part.isdecimal() for part in rest.split("_") if rest):
        return name
    whose = _whose(reader, kind, rest)
    return f"{name} {what}{f', {whose}' if whose else ''}" if rest else what


def _whose(reader: Reader, kind: str, rest: str) -> str:
    if kind == "6" and "_" in rest:
        objective = queries.objective(reader.index, f"5_{rest}")
        return objective.title if objective else ""
    if kind not in {"5", "6"}:
        return ""
    if rest == "0":
        return "organisation"
    teams = reader.index.select(tables.TEAMS, "team_id = ?", (f"3_{rest}",), limit=1)
    return teams[0].name if teams else ""


def _natural(folder: str) -> str:
    """Sorts as people count: `5_1_10` after `5_1_9`."""
    return _NUMBERS.sub(lambda found: found[0].zfill(12), folder)
