"""Markdown as blocks of plain text with tones. Nothing of it is ever parsed as markup of the terminal.

The text of a page is foreign: it is cleaned before parsing, and once more after, since character references such as
`&#x202e;` only become characters while parsing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, Protocol

from smartup_tui.text import clean, clean_line

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

PageTone = str
"""How a run is shown: `muted`, `lead`, `strong`, `emphasis`, `code`, or nothing special; of a link, see `link_tone`."""
Run = tuple[str, PageTone]
Kind = Literal["text", "code", "table", "rule"]

_LINK, _SIGN = "link ", "sign "
SIGN = "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}"
"""Stands in front of a link; the page draws its own sign in this place."""
_LONGEST_PAGE = 2_000_000
_MOST_LINES = 100_000
_CHUNK = 16_000
_DEEPEST = 12
"""Levels of lists and quotes that are still indented."""

_OPENS: dict[str, PageTone] = {"strong_open": "strong", "em_open": "emphasis", "s_open": "emphasis"}
_CLOSES = {"strong_close", "em_close", "s_close"}
_BREAKS = {"softbreak": " ", "hardbreak": "\n"}

_HEADING = re.compile(r" {0,3}#{1,6}(\s|$)")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a page: what stands before its first and its other lines, and whether a blank line comes first."""

    kind: Kind
    runs: tuple[Run, ...] = ()
    first: str = ""
    rest: str = ""
    gap: bool = True
    rows: tuple[tuple[tuple[Run, ...], ...], ...] = ()
    """The cells of a table, its head first."""
    right: tuple[bool, ...] = ()
    """Which columns of a table are aligned right."""


class Links(Protocol):
    """Which links of a page can be followed, for a page whose links are walked."""

    def number(self, target: str) -> int | None:
        """Take up a link, which is numbered in order; None for one that leads nowhere and is shown as text."""

    def in_text(self, text: str) -> Iterable[tuple[int, int, str]]:
        """Where a text has links that are not marked as such, such as ids: start, end and target, in order."""

    def is_outside(self, target: str) -> bool:
        """Whether a link leads out of the wiki: then the page says where."""


def link_tone(number: int) -> PageTone:
    """The tone of a link's words."""
    return f"{_LINK}{number}"


def sign_tone(number: int) -> PageTone:
    """The tone of the sign in front of a link; it says without colour that there is one, and which one is in hand."""
    return f"{_SIGN}{number}"


def link_number(tone: PageTone) -> int | None:
    """Which link a run belongs to; None for other text."""
    return int(tone[len(_LINK) :]) if tone.startswith((_LINK, _SIGN)) else None


def is_sign(tone: PageTone) -> bool:
    """Whether a run is the sign in front of a link."""
    return tone.startswith(_SIGN)


def chunks(page: str) -> list[str]:
    """A page in parts that can be parsed one by one: cut at headings, and at blank lines where a part is long."""
    parts: list[list[str]] = [[]]
    size, fence = 0, ""
    for line in clean(page, _LONGEST_PAGE, _MOST_LINES).split("\n"):
        opened = _FENCE.match(line)
        if not fence and size and (_HEADING.match(line) or (size > _CHUNK and _begins_anew(line, parts[-1][-1]))):
            parts.append([])
            size = 0
        if opened:
            fence = "" if fence and opened[1].startswith(fence) else fence or opened[1]
        parts[-1].append(line)
        size += len(line) + 1
    return ["\n".join(part) for part in parts]


def blocks(chunk: str, quote: str = "│", bullet: str = "•", links: Links | None = None) -> list[Block]:
    """The blocks of one part of a page; with `links`, those it takes up can be followed."""
    return list(_Walk(_parser().parse(chunk), quote, bullet, links).blocks())


def _begins_anew(line: str, before: str) -> bool:
    return not before.strip() and bool(line) and line[0].isalpha()


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt  # noqa: PLC0415 (36 ms, needed when the first page is opened)

    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


class _Walk:
    """One pass over the tokens of a parser."""

    def __init__(self, tokens: Sequence[Token], quote: str, bullet: str, links: Links | None = None) -> None:
        self._tokens = tokens
        self._links = links
        self._quote = quote + " "
        self._bullet = bullet + " "
        self._prefixes: list[list[str]] = []
        """For each open list item or quote: what stands before its next line, and before the ones after."""
        self._numbers: list[int | None] = []
        self._list_begins = False
        """Whether the next block is the first of a list that stands by itself: a blank line comes before it."""

    def blocks(self) -> Iterator[Block]:
        index = 0
        while index < len(self._tokens):
            token = self._tokens[index]
            index += 1
            if token.type in {"heading_open", "paragraph_open"}:
                inline = self._tokens[index]
                yield from self._text(token, inline)
                index += 2
            elif token.type in {"fence", "code_block"}:
                yield from self._code(token.content)
            elif token.type == "hr":
                yield self._block("rule")
            elif token.type == "table_open":
                end = next(i for i in range(index, len(self._tokens)) if self._tokens[i].type == "table_close")
                yield self._table(self._tokens[index:end])
                index = end + 1
            else:
                self._nest(token)

    def _nest(self, token: Token) -> None:
        match token.type:
            case "bullet_list_open" | "ordered_list_open":
                self._list_begins = not self._numbers
                ordered = token.type == "ordered_list_open"
                self._numbers.append(int(token.attrGet("start") or 1) if ordered else None)
            case "bullet_list_close" | "ordered_list_close":
                self._numbers.pop()
            case "list_item_open":
                number = self._numbers[-1]
                mark = self._bullet if number is None else f"{number}. "
                if number is not None:
                    self._numbers[-1] = number + 1
                self._prefixes.append([mark, " " * len(mark)])
            case "blockquote_open":
                self._prefixes.append([self._quote, self._quote])
            case "list_item_close" | "blockquote_close":
                self._prefixes.pop()

    def _text(self, token: Token, inline: Token) -> Iterator[Block]:
        tone: PageTone = ""
        if token.type == "heading_open":
            tone = "lead" if token.tag in {"h1", "h2"} else "strong"
        runs = tuple(_runs(inline.children or (), tone, self._links))
        # A tight list has no blank lines between its items: the parser hides their paragraphs.
        yield self._block("text", runs, gap=not token.hidden or self._list_begins)
        if token.tag == "h1":
            yield self._block("rule", gap=False)

    def _code(self, content: str) -> Iterator[Block]:
        for number, line in enumerate(content.rstrip("\n").split("\n")):
            yield self._block("code", ((clean(line), "code"),), gap=number == 0)

    def _table(self, tokens: Sequence[Token]) -> Block:
        rows: list[tuple[tuple[Run, ...], ...]] = []
        right: list[bool] = []
        cells: list[tuple[Run, ...]] = []
        for token in tokens:
            if token.type == "tr_open":
                cells = []
            elif token.type in {"th_open", "td_open"}:
                if not rows:
                    right.append("right" in str(token.attrGet("style") or ""))
            elif token.type == "inline":
                cells.append(tuple(_runs(token.children or (), "", self._links)))
            elif token.type == "tr_close":
                rows.append(tuple(cells))
        return self._block("table", rows=tuple(rows), right=tuple(right))

    def _block(
        self,
        kind: Kind,
        runs: tuple[Run, ...] = (),
        *,
        gap: bool = True,
        rows: tuple[tuple[tuple[Run, ...], ...], ...] = (),
        right: tuple[bool, ...] = (),
    ) -> Block:
        self._list_begins = False
        shown = self._prefixes[-_DEEPEST:]
        first = "".join(prefix[0] for prefix in shown)
        rest = "".join(prefix[1] for prefix in shown)
        for prefix in self._prefixes:
            prefix[0] = prefix[1]
        return Block(kind, runs, first, rest, gap, rows, right)


def _runs(tokens: Sequence[Token], tone: PageTone, links: Links | None = None) -> Iterator[Run]:
    """The text of a paragraph; where a link leads is said after it, unless it can be followed within the wiki."""
    tones: list[PageTone] = [tone]
    opened: list[_Opened] = []
    for token in tokens:
        text = ""
        if token.type in _OPENS:
            tones.append(tones[-1] or _OPENS[token.type])
        elif token.type in _CLOSES:
            tones.pop()
        elif token.type == "link_open":
            opened.append(_Opened.of(str(token.attrGet("href") or ""), links))
            yield from opened[-1].before()
        elif token.type == "link_close":
            yield from opened.pop().after()
        elif token.type == "image":
            target = clean_line(str(token.attrGet("src") or ""), 300)
            yield f"[image: {clean_line(token.content, 200)}] <{target}>", "muted"
        else:
            text = _BREAKS.get(token.type) or clean(token.content)
            shown = "code" if token.type == "code_inline" else tones[-1]
            if opened:
                yield text, shown if opened[-1].number is None else link_tone(opened[-1].number)
            else:
                yield from _linked(text, shown, links) if links is not None else ((text, shown),)
        if opened:
            opened[-1].said += text


@dataclass(slots=True)
class _Opened:
    """A link whose words are being read; `number` is None where it can not be followed."""

    target: str
    number: int | None
    outside: bool
    said: str = ""

    @classmethod
    def of(cls, target: str, links: Links | None) -> _Opened:
        if links is None:
            return cls(target, None, outside=True)
        number = links.number(target)
        return cls(target, number, outside=number is None or links.is_outside(target))

    def before(self) -> Iterable[Run]:
        return () if self.number is None else ((SIGN, sign_tone(self.number)),)

    def after(self) -> Iterable[Run]:
        told = self.target in {self.said, "mailto:" + self.said}
        return ((f" <{clean_line(self.target, 300)}>", "muted"),) if self.outside and not told else ()


def _linked(text: str, tone: PageTone, links: Links) -> Iterator[Run]:
    """A text with the links that are in it without being marked as such."""
    at = 0
    for start, end, target in links.in_text(text):
        number = links.number(target)
        if number is None:
            continue
        yield text[at:start], tone
        yield SIGN, sign_tone(number)
        said = text[start:end]
        yield said[2:-2].rpartition("|")[2] if said.startswith("[[") else said, link_tone(number)
        at = end
    yield text[at:], tone
