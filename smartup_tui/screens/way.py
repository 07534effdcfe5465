"""The owner's way through the workspace: a jump leaves a stop, and one key leads back to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.widgets import Input

from smartup_tui.workspace.trail import Stop, Trail

if TYPE_CHECKING:
    from smartup_tui.app import WorkspaceApp
    from smartup_tui.screens.owner_screen import OwnerScreen


class Way:
    """Jumps, and back and forward over them, whichever screens they join; it lasts as long as the program runs.

    A jump goes to something: a thing of the ledger, a page, a list narrowed to words. Turning to another screen by its
    number or name is none. Each screen stays as it was left and one key away, as the buffers of an editor are; were it
    a jump, a glance at the wallet would bury where a link was followed from.
    """

    def __init__(self, app: WorkspaceApp) -> None:
        """Nothing was left yet."""
        self._app = app
        self._trail: Trail[Stop] = Trail()

    @property
    def leads_back(self) -> bool:
        """Whether there is anything to go back to."""
        return self._trail.leads_back

    def jump(self, name: str, scope: str = "", entity: str = "", words: str = "") -> None:
        """Go to a certain list of a screen, narrowed to words, or to a certain thing."""
        self.leave()
        self._show(name, lambda screen: screen.narrow(scope, entity, words))

    def leave(self, here: Stop | None = None) -> None:
        """The owner goes on from here, or from a place they stood before."""
        screen = self._app.owner_screen
        if screen is not None:
            self._trail.leave(here or screen.here())

    def step(self, step: int) -> None:
        """Back (-1) to where the owner jumped from, or forward again; says so where there is nothing."""
        from textual.widgets import TextArea  # noqa: PLC0415 - 9 ms at the start, and few walk the way

        screen = self._app.owner_screen
        if screen is None or isinstance(screen.focused, Input | TextArea):
            return  # there these keys are for what is written
        stop = self._trail.back(screen.here()) if step < 0 else self._trail.forward(screen.here())
        if stop is None:
            screen.say(
                "This is where you began; there is nothing to go back to."
                if step < 0
                else "There is nothing to go forward to."
            )
            return
        below = self._show(stop.screen, lambda screen: screen.come_to(stop))
        if stop.asked is not None:
            from smartup_tui.screens.explain import open_explanation  # noqa: PLC0415 - seldom needed

            open_explanation(below, stop.asked)

    def _show(self, name: str, prepare: Callable[[OwnerScreen], object]) -> OwnerScreen:
        """Show a screen, and nothing over it, as `prepare` makes it; answers it."""
        app = self._app
        self._uncover()
        screen = app.made.get(name)
        if screen is not None and screen.is_ready:
            prepare(screen)  # before it is shown, so that it is painted once
            app.show_screen(name)
            self._uncover()
            return screen
        app.show_screen(name)
        screen = app.made[name]
        screen.call_later(prepare, screen)  # on its own queue, so after it is made
        return screen

    def _uncover(self) -> None:
        """Put away the explanation over the screen that is shown; what is below it is meant."""
        shown = self._app.owner_screen
        if shown is not None and shown.below is not None and shown.is_current:
            shown.dismiss()
