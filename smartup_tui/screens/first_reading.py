"""What stands in the middle of a screen until the ledger has been read for the first time."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical

from smartup_tui.widgets.lines import OneLine, ProgressLine
from smartup_tui.workspace import words
from smartup_tui.workspace.state import WorkspaceState


class FirstReading(Vertical):
    """One sentence, how far it is in amounts, and the keys that matter now."""

    DEFAULT_CSS = """
    FirstReading { height: 5; padding: 1 1 0 1; }
    """

    def compose(self) -> ComposeResult:
        yield OneLine(id="first-sentence")
        yield ProgressLine(id="first-progress")
        yield OneLine(id="first-keys")

    def show(self, state: WorkspaceState) -> None:
        """How the first reading stands."""
        sentence, keys = self.query_one("#first-sentence", OneLine), self.query_one("#first-keys", OneLine)
        bar = self.query_one(ProgressLine)
        if state.syncing:
            sentence.set_line([(" The ledger is read for the first time; it stays on this machine.", "")])
            keys.set_line([(" Esc", "lead"), (" stops it; what was downloaded is kept.", "muted")])
        else:
            sentence.set_line([(" The ledger has not been read yet.", "")])
            reads = self._own("r")
            keys.set_line([(f" {reads}", "lead"), (" reads it.", "muted")])
        progress = state.progress
        if state.syncing and progress is not None:
            bar.show("", progress.done, progress.total, words.step(progress.step))
        else:
            bar.clear()

    def _own(self, key: str) -> str:
        """A key as the owner has it."""
        from smartup_tui.screens.keymap import new_keys  # noqa: PLC0415 - once in an organisation's life

        return new_keys(self.screen, self.app).get(key, key)
