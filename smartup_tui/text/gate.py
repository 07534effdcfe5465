"""Cleaning for display, and refusal for writing.

A terminal obeys control characters wherever they come from, and no widget below us filters them; so every string that
somebody else wrote passes here before it is shown. On the write path nothing is altered silently: dirty text is
refused with the place of the first offence.
"""

from __future__ import annotations

import re
import unicodedata

from smartup_tui.text.characters import (
    C0,
    C1,
    INVISIBLE,
    LF,
    SELECTORS,
    SEPARATORS,
    SURROGATES,
    TAB,
    ZWJ,
    character_class,
)

_UNWANTED = (C0, C1, SURROGATES, SEPARATORS, INVISIBLE, SELECTORS)
_SHAPES = "\ufe0e\ufe0f"

_SUSPECT = re.compile(f"[{character_class(*_UNWANTED, without=LF + ZWJ)}]")
_LINE_ENDS = re.compile("\r\n|[\u2028\u2029]")
_CONTROL = re.compile(f"[{character_class(C0, without=LF)}]")
_C1_OR_SURROGATE = re.compile(f"[{character_class(C1, SURROGATES)}]")
_INVISIBLE = re.compile(f"[{character_class(INVISIBLE, SELECTORS, without=ZWJ)}]")

_REFUSED_LINE = re.compile(f"[{character_class(*_UNWANTED, without=_SHAPES)}]")
_REFUSED_BODY = re.compile(f"[{character_class(*_UNWANTED, without=_SHAPES + LF + TAB + ZWJ)}]")

_BASES_OR_MARKS = re.compile("[^\x00-\u02ff]{4,}")
"""Only in such a run can there be more marks on one letter than `_MARKS` allows."""
_MARKS = 3


def clean(s: object, limit: int = 16_000, lines: int = 400) -> str:
    """Text of several lines, safe to show: at most `limit` characters and `lines` lines, with `…` where it was cut.

    Control characters become visible pictures, bidirectional and invisible characters are dropped, and a letter keeps
    at most three marks. Anything that is not a string is shown as nothing, since content of a room may be any JSON.
    """
    if not isinstance(s, str):
        return ""
    cut = len(s) > limit
    text = s[:limit]
    if _SUSPECT.search(text):
        text = _LINE_ENDS.sub(LF, text).replace(TAB, "    ")
        text = _CONTROL.sub(_picture, text)
        text = _C1_OR_SURROGATE.sub("\ufffd", text)
        text = _INVISIBLE.sub("", text)
    if not text.isascii():
        text = _BASES_OR_MARKS.sub(_limit_marks, text)
    rows = text.split("\n", lines)
    if len(rows) > lines:
        rows, cut = rows[:lines], True
    return "\n".join(rows) + ("…" if cut else "")


def clean_line(s: object, limit: int = 80) -> str:
    """One line, safe to show: names, titles, cells. Blanks are collapsed; at most `limit` characters, `…` if cut."""
    if not isinstance(s, str):
        return ""
    # Blanks and dropped characters may fill a prefix, so more than `limit` is looked at, but not all of a huge string.
    text = " ".join(clean(s[: limit * 8 + 64], limit=limit * 8 + 64, lines=limit * 8 + 64).replace(ZWJ, "").split())
    if len(text) > limit or len(s) > limit * 8 + 64:
        return text[: max(limit - 1, 0)] + "…" if limit > 0 else ""
    return text


def refuse(s: str, *, multiline: bool) -> str | None:
    """Why this text may not be written, naming the first forbidden character by code point and place; None if it may.

    Forbidden are control, bidirectional and invisible characters. With `multiline`, line feeds, tabs and the joiner of
    emoji are allowed. The two selectors that choose a text or emoji shape are allowed, since keyboards add them.
    """
    found = (_REFUSED_BODY if multiline else _REFUSED_LINE).search(s)
    if found is None:
        return None
    at = found.start()
    character = s[at]
    before = s.count("\n", 0, at)
    column = at - (s.rfind("\n", 0, at) + 1) + 1
    place = f"line {before + 1}, character {column}" if multiline else f"character {at + 1}"
    return f"U+{ord(character):04X} ({_name(character)}) at {place}"


def _picture(found: re.Match[str]) -> str:
    code = ord(found.group())
    return "\u2421" if code == 0x7F else chr(0x2400 + code)


def _limit_marks(found: re.Match[str]) -> str:
    kept: list[str] = []
    marks = 0
    for character in found.group():
        marks = marks + 1 if unicodedata.category(character) in {"Mn", "Me"} else 0
        if marks <= _MARKS:
            kept.append(character)
    return "".join(kept)


def _name(character: str) -> str:
    names = {"\n": "line feed", "\r": "carriage return", "\t": "tab", "\x1b": "escape", "\x07": "bell"}
    category = unicodedata.category(character)
    fallback = "surrogate" if category == "Cs" else "control character" if category == "Cc" else "invisible character"
    return names.get(character) or unicodedata.name(character, fallback).lower()
