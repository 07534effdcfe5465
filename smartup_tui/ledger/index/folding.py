"""Words as the full-text index sees them, the same for a page that is kept and for what an owner types.

SQLite's `unicode61` folds case and takes accents away. Before it does, letters it has no base for are written out
(`ß`, `ø`), and scripts that put no blanks between words (Chinese, Japanese, Thai …) are spread character by character,
so that any part of a run is found as a phrase.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

TOKENIZER: Final = "unicode61 remove_diacritics 2"

LONGEST: Final = 200
"""Characters of a query that are looked at."""
MOST_WORDS: Final = 12

_WRITTEN_OUT: Final = str.maketrans(
    {
        "ß": "ss", "ẞ": "ss", "ø": "o", "Ø": "o", "đ": "d", "Đ": "d", "ł": "l", "Ł": "l", "æ": "ae", "Æ": "ae",
        "œ": "oe", "Œ": "oe", "þ": "th", "Þ": "th", "ð": "d", "Ð": "d", "ı": "i",
    }
)  # fmt: skip
_UNSPACED: Final = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff]"
)
_ONE_FOR_ONE: Final[dict[str, str]] = dict(zip("ßøđłıæœþð", "sodliaotd", strict=True))


def indexed(text: str) -> str:
    """The text as it is given to the index."""
    if text.isascii():
        return text
    return _UNSPACED.sub(r" \g<0> ", text.translate(_WRITTEN_OUT))


def words_of(typed: str) -> tuple[str, ...]:
    """The words of a query that can be looked for; signs alone say nothing. Any text may be typed."""
    known = typed[:LONGEST].encode("utf-8", "ignore").decode("utf-8")
    plain = "".join(c if c.isprintable() else " " for c in unicodedata.normalize("NFC", known))
    return tuple(word for word in plain.split() if any(c.isalnum() for c in word))[:MOST_WORDS]


def match_of(typed: str, column: str = "") -> str | None:
    """The query of FTS5 that finds all of these words, each as the beginning of one; None when there are none.

    What is typed is quoted, so that none of FTS5's own words or signs means anything in it.
    """
    phrases = ['"' + indexed(word).replace('"', " ").strip() + '"*' for word in words_of(typed)]
    if not phrases:
        return None
    found = " ".join(phrases)
    return f"{{{column}}} : ({found})" if column else found


def containing(text: str) -> str:
    """A pattern of LIKE that finds a text anywhere; `ESCAPE '\\'` goes with it."""
    for sign in ("\\", "%", "_"):
        text = text.replace(sign, f"\\{sign}")
    return f"%{text}%"


def holding(words: Iterable[str], columns: Sequence[str]) -> tuple[str, list[str]]:
    """The condition that each of some words is found in one of these columns, with its values.

    `LIKE` on each column takes half the time of `instr(lower(...))`, and of one `LIKE` on all of them joined.
    """
    patterns = [containing(word) for word in words]
    one = " OR ".join(f"{column} LIKE ? ESCAPE '\\'" for column in columns).join("()")
    return " AND ".join(["1", *[one] * len(patterns)]), [pattern for pattern in patterns for _ in columns]


def flat(text: str) -> str:
    """The text in small letters without accents, of exactly the same length, to find places in it."""
    if text.isascii():
        return text.lower()
    return "".join(map(_flat, text))


def _flat(character: str) -> str:
    if character.isascii():
        return character.lower()
    base = unicodedata.normalize("NFKD", character)[0].lower()[0]
    return _ONE_FOR_ONE.get(base, base)


def places(text: str, typed: str, most: int = 200) -> tuple[tuple[int, int], ...]:
    """Where in a text the words of a query begin, as (start, end), in order; the text as it is shown, in NFC."""
    wanted = sorted({flat(word) for word in words_of(typed)}, key=len, reverse=True)
    if not wanted:
        return ()
    parts = (re.escape(word) if _UNSPACED.search(word) else r"(?<![^\W_])" + _loose(word) for word in wanted)
    found = re.finditer("|".join(parts), flat(text))
    return tuple((hit.start(), hit.end()) for hit, _ in zip(found, range(most), strict=False))


def _loose(word: str) -> str:
    """A word whose inner signs may be others: the index knows none of them (`6_1_2_0`, `hand-over`)."""
    return r"[\W_]+".join(re.escape(part) for part in re.split(r"[\W_]+", word) if part)
