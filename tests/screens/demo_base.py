"""A small application for the tests of the base: it says what it got, and fails when asked to."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from smartup_tui.launch import Terminal


def main() -> int:
    mode, home = sys.argv[1], sys.argv[2]
    with Terminal(home) as terminal:
        from textual.app import ComposeResult
        from textual.binding import Binding
        from textual.widgets import Static

        from smartup_tui.config import Settings
        from smartup_tui.log import open_log
        from smartup_tui.screens.base import CalmApp

        if mode == "import-error":
            raise RuntimeError("secret-local")

        class Demo(CalmApp):
            BINDINGS = [  # noqa: RUF012 (Textual's own way)
                Binding("q", "quit"),
                Binding("x", "fail"),
                Binding("b", "loud"),
                Binding("m", "toggle_mouse"),
            ]
            typed = ""

            def compose(self) -> ComposeResult:
                yield Static("demo is here", id="here")
                yield Static("", id="typed", markup=False)
                yield Clock("", id="clock")

            def on_mount(self) -> None:
                if mode == "held":
                    self.set_interval(0.05, self.live_after_two_keys)
                else:
                    self.go_live()
                if mode == "words":
                    self.say_on_leaving("2 commands are waiting.")

            def live_after_two_keys(self) -> None:
                if len(self._held) == 2:
                    self.go_live()

            def on_key(self, event: object) -> None:
                self.typed += f"[{getattr(event, 'key', '')}]"
                self.query_one("#typed", Static).update(self.typed)

            def action_fail(self) -> None:
                password = "hunter2-local"
                raise ValueError(f"it broke ({len(password)})")

            def action_loud(self) -> None:
                self.notify("hello", title="toast")
                self.bell()
                self.query_one("#typed", Static).update("quietly said")

        class Clock(Static):
            def elapsed_spans(self) -> list[tuple[int, int, int]]:
                return [(0, 18, 10)]

            def on_mount(self) -> None:
                self.update("since 12:41 today 1 h 24 min.")

        log_file = Path(home) / "state" / "smartup.log"
        open_log(log_file)
        keep = os.environ.get("DEMO_KEEP", "yes") == "yes"
        return Demo(Settings(keep_frame=keep), terminal, log_file=log_file).start()


if __name__ == "__main__":
    raise SystemExit(main())
