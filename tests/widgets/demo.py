"""An application with every widget and 100,000 rows, for the tests (not shipped)."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence

from textual.binding import Binding
from textual.containers import Container
from textual.screen import Screen
from textual.widget import Widget

from smartup_tui.catalogue.complete import Completion
from smartup_tui.config import Settings
from smartup_tui.launch import Terminal
from smartup_tui.screens.base import CalmApp
from smartup_tui.screens.frame import FrameScreen
from smartup_tui.widgets.command import CommandLine
from smartup_tui.widgets.lines import KeyHint
from smartup_tui.widgets.page import PageView
from smartup_tui.widgets.suggestions import Explanation
from smartup_tui.widgets.table import Column, Row, VirtualTable

COLUMNS = (
    Column("Task", 9, tone="lead"),
    Column("Title", minimum=16),
    Column("Seat", 10, drop=2),
    Column("Status", 12, drop=1),
    Column("Budget", 10, align="right"),
)
STATES = ("open", "claimed", "in progress", "in review", "settled")
PAGE = """# Draft the owners' guide

Why: an owner who has their *Passport* needs a **map**. See the [wiki](https://example.org/guide).

- [x] outline
- [ ] two examples

```
smartup today
```
"""


class Many:
    """Rows made when they are asked for; `asked` counts them."""

    def __init__(self, count: int, state: int = 0) -> None:
        self.count = count
        self.asked = 0
        self._state = state

    def rows(self, start: int, n: int) -> Sequence[Row]:
        numbers = range(start, min(start + n, self.count))
        self.asked += len(numbers)
        return [self._row(i) for i in numbers]

    def index_of(self, id: str) -> int | None:  # noqa: A002
        number = int(id.removeprefix("6_"))
        return number if number < self.count else None

    def _row(self, i: int) -> Row:
        status = STATES[(i + self._state) % len(STATES)]
        return Row(f"6_{i}", (f"6_{i}", f"Draft part {i} of the owners' guide", "attacker", status, f"{i % 500}.00 SC"))


NAMES = ("claim_task", "release_task", "start_work", "stop_work", "my_tasks", "open_tasks", "wallet")


def complete(text: str, cursor: int) -> Sequence[Completion]:
    head = text[:cursor]
    if " " in head:
        return ()
    return [Completion(f"{n} ", 0, cursor, n, f"What {n} does") for n in NAMES if n.startswith(head.removeprefix("!"))]


def explain(text: str) -> Explanation:
    name, _, rest = text.removeprefix("!").partition(" ")
    if name not in NAMES:
        return Explanation(ok=False, text="Begin with the name of a command.")
    if name in {"my_tasks", "open_tasks", "wallet"} or rest.strip():
        return Explanation(ok=True, text=f"{name}: ready to send.")
    return Explanation(ok=False, text=f"{name}: which task?")


class DemoScreen(FrameScreen):
    NAME = "Tasks"
    DEFAULT_CSS = """
    DemoScreen VirtualTable { width: 3fr; }
    DemoScreen PageView { width: 2fr; margin-left: 2; }
    DemoScreen.-narrow PageView { margin-left: 0; width: 1fr; }
    DemoScreen.-narrow VirtualTable { width: 1fr; }
    """
    BINDINGS = [  # noqa: RUF012 (Textual's own way)
        Binding("exclamation_mark,colon", "command"),
        Binding("x", "stop"),
        Binding("tab", "focus_next"),
    ]

    def compose_body(self) -> Iterable[Widget]:
        with Container(classes="panes"):
            yield VirtualTable(COLUMNS)
            yield PageView()

    def make_command_line(self) -> CommandLine:
        return CommandLine(complete, explain, ["my_tasks", "wallet"])

    def on_mount(self) -> None:
        self.header.show(["Smartup Zero", "maria", "work license", "4_3_1"], "as of 14:02")
        self.reply.answered("Clock started on 6_1_2_0 with robbert_founder.", ok=True, at="12:41", room="6_1_2_0")
        self.keys.show(
            [
                KeyHint("c", "claim", reason="The task has no free seat."),
                KeyHint("s", "start"),
                KeyHint("x", "stop"),
                KeyHint("Enter", "open"),
                KeyHint("/", "find"),
                KeyHint("r", "refresh"),
                KeyHint("!", "command"),
                KeyHint("?", "keys", keep=True),
                KeyHint("q", "quit", keep=True),
            ]
        )
        table = self.query_one(VirtualTable)
        table.set_source(Many(100_000))
        table.focus()
        self.query_one(PageView).show(PAGE)

    def action_command(self) -> None:
        self.command_line.open()

    def action_stop(self) -> None:
        self.command_line.open("stop_work ")

    def on_command_line_submitted(self, message: CommandLine.Submitted) -> None:
        self.reply.waiting(f"{message.text}: sent", at="14:03")


class Demo(CalmApp):
    BINDINGS = [Binding("q", "quit"), Binding("m", "toggle_mouse")]  # noqa: RUF012

    def get_default_screen(self) -> Screen[None]:
        return DemoScreen(id="_default")

    def on_mount(self) -> None:
        self.call_after_refresh(self.go_live)


def main() -> int:
    home, theme = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "dark"
    with Terminal(home) as terminal:
        return Demo(Settings(theme=theme, ascii="ascii" in sys.argv), terminal).start()  # type: ignore[arg-type]


if __name__ == "__main__":
    raise SystemExit(main())
