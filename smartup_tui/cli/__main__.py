"""`python -m smartup_tui.cli`: the `smartup` command, for programs that start it with their own Python."""

from __future__ import annotations

import sys

from smartup_tui.cli import main

sys.exit(main())
