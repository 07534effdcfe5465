"""The gate for outside text: what may reach the terminal, how wide it is, and what may be written.

`clean` and `clean_line` make any string safe to show; `refuse` says why a string may not be written;
`width` and `fit` measure and cut by terminal cells.
"""

from __future__ import annotations

from smartup_tui.text.cells import fit, width
from smartup_tui.text.gate import clean, clean_line, refuse

__all__ = ["clean", "clean_line", "fit", "refuse", "width"]
