"""What is pasted is text to its end: lines stay lines, and nothing in it is taken for a key."""

from __future__ import annotations

import os

import pytest
from textual import constants, events
from textual._xterm_parser import XTermParser
from textual.drivers import linux_driver, web_driver

from smartup_tui.config import Settings
from smartup_tui.screens.base import CalmApp
from smartup_tui.screens.pasting import CarefulParser, with_line_feeds

START, END = "\x1b[200~", "\x1b[201~"


def read(*chunks: str) -> list[str]:
    """What the parser makes of what the terminal sends: keys by their name, pastes in brackets."""
    parser, found = CarefulParser(), []
    for chunk in chunks:
        for event in parser.feed(chunk):
            if isinstance(event, events.Key):
                found.append(event.key)
            elif isinstance(event, events.Paste):
                found.append(f"<{event.text}>")
    return found


def test_an_escape_in_a_paste_does_not_end_it() -> None:
    """Else the rest of it would be keys, an Enter among them."""
    assert read(f"a{START}one \x1b[31mred\x1b]0;evil\x07\rclaim\x1b\r{END}b") == [
        "a",
        "<one ␛[31mred␛]0;evil\x07\rclaim␛\r>",
        "b",
    ]


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7])
def test_a_paste_that_comes_in_pieces_is_the_same(size: int) -> None:
    sent = f"a{START}one\x1b[2J\rtwo{END}b{START}three{END}"
    assert read(*(sent[at : at + size] for at in range(0, len(sent), size))) == ["a", "<one␛[2J\rtwo>", "b", "<three>"]


def test_keys_are_as_they_were() -> None:
    assert read("\x1b[A", "\x1bOP", "x\r") == ["up", "f1", "x", "enter"]


def test_a_terminal_and_a_browser_are_read_so(monkeypatch: pytest.MonkeyPatch) -> None:
    assert vars(linux_driver)["XTermParser"] is CarefulParser
    monkeypatch.setattr(web_driver, "XTermParser", XTermParser)
    monkeypatch.setenv("TEXTUAL_DRIVER", "textual.drivers.web_driver:WebDriver")
    monkeypatch.setattr(constants, "DRIVER", os.environ["TEXTUAL_DRIVER"])  # read when Textual is imported
    assert CalmApp(Settings()).get_driver_class() is web_driver.WebDriver
    assert vars(web_driver)["XTermParser"] is CarefulParser


@pytest.mark.parametrize("sent", ["one\rtwo", "one\r\ntwo", "one\ntwo"], ids=["cr", "crlf", "lf"])
def test_a_line_break_is_one_however_the_terminal_sends_it(sent: str) -> None:
    assert with_line_feeds(events.Paste(sent)).text == "one\ntwo"
