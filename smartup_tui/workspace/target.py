"""Somewhere to go: a thing of the ledger, on the screen that shows it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Target:
    """A thing of the ledger and the screen that shows it. `entity` is its id, an alias, or the path of a page."""

    screen: str
    entity: str
    title: str = ""

    @property
    def is_page(self) -> bool:
        """Whether it is a page of the wiki."""
        return self.entity.endswith(".md")

    @property
    def name(self) -> str:
        """What names it alone: its id, or the name of its page."""
        return self.entity.rpartition("/")[2].removesuffix(".md") if self.is_page else self.entity


@dataclass(frozen=True, slots=True)
class Unclear:
    """Why there is nowhere to go, in words."""

    message: str
