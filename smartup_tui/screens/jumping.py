"""`g`: where what is typed leads, and going there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smartup_tui.widgets.command import Question
from smartup_tui.widgets.suggestions import Completion, Explanation
from smartup_tui.workspace.target import Target

if TYPE_CHECKING:
    from smartup_tui.screens.owner_screen import OwnerScreen
    from smartup_tui.workspace.workspace import Workspace


def jump_question(screen: OwnerScreen) -> Question:
    """Asks for an id or a title, and goes there from this screen."""
    workspace = screen.workspace
    return Question(
        "g", lambda text, _cursor: _offers(workspace, text), lambda text: _destination(workspace, text), screen.go_to
    )


def _offers(workspace: Workspace, text: str) -> list[Completion]:
    """Where what is typed may lead; a page is named by its title, the others by their ids."""
    return [
        Completion(t.name, 0, len(text), t.title if t.is_page else t.entity, "page" if t.is_page else t.title)
        for t in workspace.targets(text)
    ]


def _destination(workspace: Workspace, text: str) -> Explanation:
    found = workspace.target(text)
    if not isinstance(found, Target):
        several = len(workspace.targets(text)) > 1
        return Explanation(ok=False, text="Several begin so; Tab takes one." if several else found.message)
    shown = found.title if found.is_page else f"{found.entity} {found.title}"
    return Explanation(ok=True, text=shown, aside=f"on {found.screen}")
