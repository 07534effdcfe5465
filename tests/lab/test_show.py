"""Progress: in place on a terminal, plain lines elsewhere."""

from __future__ import annotations

import io

from smartup_tui.lab.show import Lines


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_pipe_gets_each_word_once_and_no_control_characters() -> None:
    out = io.StringIO()
    lines = Lines(["forge", "toolbox"], out)

    lines.line("forge", "starting")
    lines.line("forge", "starting")
    lines.line("forge", "ready")

    assert out.getvalue() == "forge: starting\nforge: ready\n"


def test_a_pipe_is_not_filled_with_counting() -> None:
    out = io.StringIO()
    lines = Lines(["sample"], out)

    for done in range(1, 300):
        lines.line("sample", f"{done} of 300 commands")
    lines.line("sample", "ready")

    assert out.getvalue() == "sample: 1 of 300 commands\nsample: ready\n"


def test_a_terminal_gets_one_line_for_each_part_changed_in_place() -> None:
    out = Terminal()
    lines = Lines(["forge", "toolbox"], out)

    lines.line("forge", "starting")
    lines.line("toolbox", "restarting: it ended with code 3")

    first, _, second = out.getvalue().partition("\x1b[2A")
    assert "forge    starting" in first
    assert "toolbox  starting again: it ended with code 3" in second
    assert out.getvalue().count("\n") == 4
