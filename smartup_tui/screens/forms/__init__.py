"""Forms: any command of the catalogue as fields, whose result is the exact text in the command line.

`open_form(screen, "assess_work", {"session_id": "s_3"})` is all that a screen needs. Nothing is sent by a form.
"""

from __future__ import annotations

from smartup_tui.screens.forms.opening import open_form

__all__ = ["open_form"]
