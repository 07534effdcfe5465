"""Alt+Enter, as most terminals send it, begins a line wherever something is written: it sends nothing by halves."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.support.pty_app import ROOT

_SCRIPT = """
import {module}
from textual._xterm_parser import XTermParser
print([event.key for event in XTermParser().feed(chr(27) + chr(13)) if hasattr(event, "key")])
"""


@pytest.mark.parametrize("module", ["command", "composer"])
def test_a_terminals_alt_enter_is_no_enter(module: str) -> None:
    """In a process of its own: whichever is loaded first, the key is known."""
    script = _SCRIPT.format(module=f"smartup_tui.widgets.{module}")
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['alt+enter']"
