"""From a result to a message: the text for people, and the typed result that the workspace reads beside it.

Source: commands.md, From room to ledger (the reply).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from smartup_tui.catalogue import Surface
from smartup_tui.catalogue.grammar import Misread
from smartup_tui.catalogue.model import Command
from smartup_tui.ledger.change import Refusal
from smartup_tui.text import clean, clean_line

RESULT_KEY: Final = "org.smartup.result"
CONTENT_LIMIT: Final = 60_000
"""Bytes of an answer's content; a Matrix event holds 65,536 with everything around it."""
TEXT_LIMIT: Final = 8_000
FIGURES: Final = 4
DONE: Final = "✓"

_SAFE_INTEGER: Final = 2**53 - 1
_DEEPEST: Final = 24


def refused(refusal: Refusal) -> dict[str, Any]:
    """A refusal of ours, in the form of the Toolbox's."""
    return failed(refusal.code, refusal.message, refusal.hint, refusal.field)


def failed(code: str, message: str, hint: str = "", field: str | None = None) -> dict[str, Any]:
    """A result that says no."""
    return {"ok": False, "error": {"code": code, "message": message, "hint": hint, "field": field}}


def misread(found: Misread) -> dict[str, Any]:
    """What was understood of a command that is none; nothing was asked or written."""
    problem, *rest = found.lines
    return failed("misread", problem, "\n".join(rest))


def our_fault() -> dict[str, Any]:
    """A command that Engelbot itself stumbled over before it asked anybody."""
    return failed("engelbot_fault", "I could not handle this; nothing was written.", "Tell who runs Engelbot.")


def toolbox_fault(command: Command) -> dict[str, Any]:
    """A command at which the Toolbox failed again and again."""
    message = f"The Toolbox fails at this !{command.name}; whether it was written is not known."
    return failed("toolbox_fault", message, "See with !my_tasks or !wallet, and tell who runs the Toolbox.")


def host_only(command: Command) -> dict[str, Any]:
    """A command that no room may give."""
    assert Surface.ROOM not in command.surfaces
    message = f"!{command.name} is given on the host's command line only."
    return failed("command_line_only", message, f"There it is: smartup toolbox run {command.name}")


def too_old(minutes: int) -> dict[str, Any]:
    """A writing command that came too late to be run unasked."""
    message = f"This reached me {_ago(minutes)} after you sent it, so I did not run it. Nothing was written."
    return failed("too_old", message, "If you still want it, send it again.")


def question(text: str) -> str:
    """How an answer at the desk recalls what was asked elsewhere."""
    return f"You asked {clean_line(text, 60)}:"


def still_trying(text: str, why: str) -> str:
    """Said once when there is no outcome for long; `why` is a sentence."""
    command = clean_line(text, 60).split(" ", 1)[0]
    return f"Your {command} has no outcome yet. {why} I keep trying; there is no need to repeat it."


def text_of(result: Mapping[str, Any], *, done: bool = False) -> str:
    """What is said: one line of what happened, at most four of figures, at most one next step.

    `done` puts the mark in front that says something was written.
    """
    error = result.get("error")
    if result.get("ok") is not True and isinstance(error, Mapping):
        lines = [_line(error.get("message")), _line(error.get("hint"))]
    else:
        message = _line(result.get("message")) or "Done."
        mark = f"{DONE} " if done else ""
        lines = [mark + message, *_figures(result.get("figures")), _line(result.get("next_step"))]
    return clean("\n".join(line for line in lines if line), TEXT_LIMIT)


def content_beside(result: Mapping[str, Any], text: str) -> dict[str, Any]:
    """What an answer's content holds beside its text; cut so that the event fits, and naming nobody."""
    # Without this key, clients ring for everybody whose name the text holds.
    quiet: dict[str, Any] = {"m.mentions": {}}
    safe = _safe(result)
    for candidate in (safe, {**safe, "data": {"more": True}}):
        content = {**quiet, RESULT_KEY: candidate}
        if _bytes(content) + _bytes(text) <= CONTENT_LIMIT:
            return content
    return quiet


def _ago(minutes: int) -> str:
    if minutes < 120:
        return f"{minutes} minutes"
    return f"{minutes // 60} hours" if minutes < 48 * 60 else f"{minutes // 1440} days"


def _figures(value: object) -> list[str]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        return []
    return [_line(item) for item in value[:FIGURES]]


def _line(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _safe(value: Any, depth: int = 0) -> Any:
    """JSON that every homeserver takes: no floats, no integers beyond 2^53, not too deep."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, int):
        return value if -_SAFE_INTEGER <= value <= _SAFE_INTEGER else str(value)
    if depth < _DEEPEST and isinstance(value, Mapping):
        return {str(key): _safe(item, depth + 1) for key, item in value.items()}
    if depth < _DEEPEST and isinstance(value, Sequence):
        return [_safe(item, depth + 1) for item in value]
    return str(value)


def _bytes(value: object) -> int:
    return len(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
