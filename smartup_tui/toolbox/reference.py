"""Writes what is generated from the catalogue: `python -m smartup_tui.toolbox.reference docs`."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from smartup_tui import __version__
from smartup_tui.catalogue.reference import commands_page
from smartup_tui.toolbox.openapi import description


def openapi_json() -> str:
    """The OpenAPI description as a file."""
    return json.dumps(description(__version__), indent=2, ensure_ascii=False) + "\n"


GENERATED: Final[Mapping[str, Callable[[], str]]] = {"commands.md": commands_page, "openapi.json": openapi_json}
"""The generated files of `docs/` and what makes each."""


def main() -> int:
    """Write the files into the folder that the command line names."""
    if len(sys.argv) != 2:
        print("usage: python -m smartup_tui.toolbox.reference FOLDER", file=sys.stderr)
        return 2
    for name, make in GENERATED.items():
        Path(sys.argv[1], name).write_text(make(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
