"""Jumps by name: `g` to what is typed, `f` to what is named in what is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smartup_tui.widgets.command import Question
from smartup_tui.widgets.suggestions import Explanation
from smartup_tui.workspace.target import Target

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smartup_tui.catalogue.complete import Completion
    from smartup_tui.screens.owner_screen import OwnerScreen
    from smartup_tui.workspace.workspace import Workspace


def jump_question(screen: OwnerScreen) -> Question:
    """Asks for an id or a title, and goes there from this screen."""
    workspace = screen.workspace
    return Question(
        "g", lambda text, _cursor: _offers(workspace, text), lambda text: _destination(workspace, text), screen.go_to
    )


def follow(screen: OwnerScreen) -> None:
    """Go to the one thing that is named in what is in hand, ask which of several, or say that there is none."""
    from smartup_tui.workspace.named import named  # noqa: PLC0415 - the first picture comes sooner

    reader = screen.workspace.reader
    here = screen.NAME, screen.here().kept.marked
    found = named(reader, screen.texts_in_hand()) if reader is not None else ()
    targets = [target for target in found if (target.screen, target.entity) != here]
    if not targets:
        screen.say("Nothing else is named here that can be gone to.")
    elif len(targets) == 1:
        screen.go_to(targets[0].entity)
    else:
        screen.command_line.ask(_which(screen, targets))


def _which(screen: OwnerScreen, targets: Sequence[Target]) -> Question:
    from smartup_tui.catalogue.complete import Completion  # noqa: PLC0415 - as above

    def offers(text: str, _cursor: int) -> list[Completion]:
        words = text.casefold().split()
        return [
            Completion(t.entity, 0, len(text), t.entity, f"{t.screen}: {t.title}" if t.title else t.screen)
            for t in targets
            if all(word in f"{t.entity} {t.title}".casefold() for word in words)
        ]

    def explain(text: str) -> Explanation:
        if not text.strip():
            return Explanation(ok=True, text="This is named here; Tab takes one.")
        return _destination(screen.workspace, text)

    return Question("f", offers, explain, screen.go_to)


def _offers(workspace: Workspace, text: str) -> list[Completion]:
    """Where what is typed may lead; a page is named by its title, the others by their ids."""
    from smartup_tui.catalogue.complete import Completion  # noqa: PLC0415 - as above

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
