"""What an application shows, as text."""

from __future__ import annotations

from typing import Any

from textual.app import App


def shown(app: App[Any]) -> list[str]:
    """The lines on the screen, without colours."""
    return [strip.text for strip in app.screen._compositor.render_strips()]
