"""A screen whose page has links: what they lead to, and the keys that walk and follow them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

from smartup_tui.ledger.index import library as index_library
from smartup_tui.screens.folding import FoldingScreen
from smartup_tui.widgets.linked_page import LinkedPage
from smartup_tui.workspace import jump, links

if TYPE_CHECKING:
    from smartup_tui.workspace.reader import Reader
    from smartup_tui.workspace.workspace import Workspace


class LinkingScreen(FoldingScreen):
    """Follows the links of its page: to another page, to an entity's screen, or out, which is said and never opened."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self.path = ""
        """The path of the page that is shown, by which its links are read; empty where it is none."""
        self._leads: dict[str, bool] = {}

    @property
    def itself(self) -> links.Destination | None:
        """What the page is already: a link to it leads nowhere."""
        return links.ToPage(self.path)

    def follow(self, path: str) -> None:
        """Read another page, from which the owner can come back."""

    def forget_links(self) -> None:
        """Another page or ledger is shown: what its links lead to is asked again."""
        self._leads.clear()

    @property
    def reader(self) -> Reader:
        """The read model, which is there when anything is shown."""
        reader = self.workspace.reader
        assert reader is not None
        return reader

    @property
    def linked(self) -> LinkedPage:
        """The page, with its links."""
        return cast("LinkedPage", self.page)

    def leads(self, target: str) -> bool:
        """Whether a link of the page leads anywhere."""
        if target not in self._leads:
            found = links.destination(self.reader, target, self.path)
            self._leads[target] = found is not None and found != self.itself
        return self._leads[target]

    def in_text(self, text: str) -> Iterable[tuple[int, int, str]]:
        """Links that stand in a text without being marked."""
        return links.in_text(text)

    def is_outside(self, target: str) -> bool:
        """Whether a link leads out of the wiki."""
        return links.is_outside(target)

    def action_walk(self, step: int) -> None:
        self.set_focus(self.page, scroll_visible=False)
        self.linked.action_walk(step)

    def on_linked_page_taken(self, event: LinkedPage.Taken) -> None:
        event.stop()
        if event.target is None:
            self.say("There is no further link on this page.")
            return
        found = links.destination(self.reader, event.target, self.path)
        if isinstance(found, links.Outside):
            self.say(f"{found.address}  y copies it; it is not opened from here.")
        elif isinstance(found, links.ToEntity):
            self.say(f"Enter goes to {found.target.entity} {found.target.title} on {found.target.screen}.")
        elif isinstance(found, links.ToPage):
            row = index_library.page_at(self.reader.index, found.path)
            self.say(f"Enter opens {row.title if row else found.path}.")

    def on_linked_page_followed(self, event: LinkedPage.Followed) -> None:
        event.stop()
        found = links.destination(self.reader, event.target, self.path)
        if isinstance(found, links.Outside):
            self.say(f"{found.address}  y copies it; it is not opened from here.")
        elif isinstance(found, links.ToEntity):
            self._go(found.target)
        elif isinstance(found, links.ToPage):
            self.follow(found.path)
            if found.heading:
                self.linked.seek(lambda line: links.anchor(line) == links.anchor(found.heading))

    def action_open_subject(self) -> None:
        found = jump.about(self.reader, self.path) if self.has_read and self.path else None
        if found is None:
            self.say("This page is about nothing that has a screen of its own.")
        else:
            self._go(found)

    def _go(self, target: jump.Target) -> None:
        self.owner_app.action_go(target.screen, "", target.entity)

    def action_copy_link(self) -> None:
        """The address of the link in hand where it leads out; else what is copied everywhere."""
        target = self.linked.target
        found = links.destination(self.reader, target, self.path) if target and self.has_read else None
        if isinstance(found, links.Outside):
            self.app.copy_to_clipboard(found.address)
            self.say(f"Copied: {found.address}")
        else:
            self.owner_app.action_copy()
