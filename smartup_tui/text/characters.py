"""The characters that must not reach a terminal as they are, as ranges of code points.

Source: the Unicode categories Cc, Cf, Cs, Zl and Zp, and the property Default_Ignorable_Code_Point. Ranges are
written out, so that the answer does not depend on the Unicode version of the interpreter.
"""

from __future__ import annotations

import re

LF = "\n"
TAB = "\t"
ZWJ = "\u200d"
"""Zero width joiner: emoji sequences and several scripts need it inside running text."""

Ranges = tuple[tuple[int, int], ...]

C0: Ranges = ((0x00, 0x1F), (0x7F, 0x7F))
C1: Ranges = ((0x80, 0x9F),)
SURROGATES: Ranges = ((0xD800, 0xDFFF),)
SEPARATORS: Ranges = ((0x2028, 0x2029),)

INVISIBLE: Ranges = (
    (0x00AD, 0x00AD),  # soft hyphen
    (0x034F, 0x034F),  # combining grapheme joiner
    (0x061C, 0x061C),  # Arabic letter mark
    (0x115F, 0x1160),  # Hangul fillers
    (0x17B4, 0x17B5),  # Khmer inherent vowels
    (0x180B, 0x180F),  # Mongolian selectors and vowel separator
    (0x200B, 0x200F),  # zero width space, joiners, direction marks
    (0x202A, 0x202E),  # direction embeddings and overrides
    (0x2060, 0x206F),  # word joiner, invisible operators, direction isolates
    (0x3164, 0x3164),  # Hangul filler
    (0xFEFF, 0xFEFF),  # byte order mark
    (0xFFA0, 0xFFA0),  # half-width Hangul filler
    (0xFFF0, 0xFFFB),  # specials and interlinear annotation
    (0x1BCA0, 0x1BCA3),  # shorthand format controls
    (0x1D173, 0x1D17A),  # musical format controls
    (0xE0000, 0xE00FF),  # tags
    (0xE01F0, 0xE0FFF),  # unassigned, default ignorable
)
SELECTORS: Ranges = ((0xFE00, 0xFE0F), (0xE0100, 0xE01EF))
"""Variation selectors: people type them without knowing (a red heart), terminals disagree about their width."""


def character_class(*groups: Ranges, without: str = "") -> str:
    """The inside of a regular expression's character class for these ranges."""
    keep = {ord(character) for character in without}
    parts: list[str] = []
    for first, last in (pair for group in groups for pair in group):
        start = first
        for hole in sorted(code for code in keep if first <= code <= last):
            if start < hole:
                parts.append(_span(start, hole - 1))
            start = hole + 1
        if start <= last:
            parts.append(_span(start, last))
    return "".join(parts)


def _span(first: int, last: int) -> str:
    if first == last:
        return re.escape(chr(first))
    return f"{re.escape(chr(first))}-{re.escape(chr(last))}"
