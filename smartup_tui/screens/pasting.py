"""Pastes as the terminal sends them: their lines end in carriage returns, and anything may be in them."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Final

from textual import events
from textual._xterm_parser import XTermParser
from textual.driver import Driver
from textual.message import Message

_START: Final = "\x1b[200~"
_END: Final = "\x1b[201~"
_ESCAPE: Final = "\x1b"
_SHOWN: Final = "\N{SYMBOL FOR ESCAPE}"  # as `text.clean` shows one


def with_line_feeds(event: events.Paste) -> events.Paste:
    """A paste whose line breaks are those of a text; terminals send what Enter sends."""
    return events.Paste(event.text.replace("\r\n", "\n").replace("\r", "\n"))


class CarefulParser(XTermParser):
    """Textual's parser, for which an escape within a paste ended it: what followed was keys, an Enter among them."""

    def __init__(self, debug: bool = False) -> None:
        self._pasting = False
        self._passed = ""
        """The newest characters outside of a paste, which may be the begin of the mark that starts one."""
        self._kept = ""
        """The last characters of a paste so far, which may be the begin of the mark that ends it."""
        super().__init__(debug)

    def feed(self, data: str) -> Iterable[Message]:
        if not data:
            return super().feed(data)  # the end
        guarded = self._guarded(data)
        return super().feed(guarded) if guarded else ()

    def _guarded(self, data: str) -> str:
        made = []
        while data:
            part, data = self._pasted(data) if self._pasting else self._typed(data)
            made.append(part)
        return "".join(made)

    def _typed(self, data: str) -> tuple[str, str]:
        """What is typed up to the begin of a paste, as it is, and the rest."""
        seen = self._passed + data
        at = seen.find(_START)
        if at < 0:
            self._passed = seen[1 - len(_START) :]
            return data, ""
        self._pasting, self._passed = True, ""
        behind = at + len(_START) - (len(seen) - len(data))
        return data[:behind], data[behind:]

    def _pasted(self, data: str) -> tuple[str, str]:
        """What is pasted up to its end, without escapes, and the rest."""
        seen, self._kept = self._kept + data, ""
        at = seen.find(_END)
        if at >= 0:
            self._pasting = False
            behind = at + len(_END)
            return seen[:at].replace(_ESCAPE, _SHOWN) + _END, seen[behind:]
        begun = next((n for n in range(len(_END) - 1, 0, -1) if seen.endswith(_END[:n])), 0)
        self._kept = seen[len(seen) - begun :]
        return seen[: len(seen) - begun].replace(_ESCAPE, _SHOWN), ""


def read_carefully(driver: type[Driver]) -> None:
    """Give a driver of Textual this parser: its module makes one by name, and offers no other place to say which."""
    vars(sys.modules[driver.__module__])[XTermParser.__name__] = CarefulParser
