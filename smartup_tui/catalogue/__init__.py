"""Every `!command`, declared once, and the grammar they are written in.

`model` is the vocabulary; `queries`, `workers`, `teamcaptain` and `bootstrap` hold the declarations by tier, `commands`
joins them. `grammar` parses and formats, `complete` and `explain` help while one types.
"""

from __future__ import annotations

from smartup_tui.catalogue.commands import CATALOGUE, digest, find, nearest
from smartup_tui.catalogue.model import Argument, Command, Kind, Surface, Tier

__all__ = ["CATALOGUE", "Argument", "Command", "Kind", "Surface", "Tier", "digest", "find", "nearest"]
