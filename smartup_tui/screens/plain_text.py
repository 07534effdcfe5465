"""Text that is not Markdown, for a page that shows Markdown."""

from __future__ import annotations

import re

_SPECIAL = re.compile(r"[!-/:-@\[-`{-~]")


def as_markdown(text: str) -> str:
    """The text line by line as it is: none of its characters means anything."""
    return "\n\n".join(_SPECIAL.sub(r"\\\g<0>", line) for line in text.splitlines())
