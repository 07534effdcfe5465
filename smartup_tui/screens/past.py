"""The past of one page, as Learn shows it: its versions, and what changed between two of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from smartup_tui.ledger.index import library
from smartup_tui.screens.library_rows import VersionSource
from smartup_tui.text import clean
from smartup_tui.widgets.markdown import Block, Run
from smartup_tui.widgets.table import ListSource, RowSource
from smartup_tui.workspace import page_diff, words
from smartup_tui.workspace.describe_library import describe_version
from smartup_tui.workspace.page_diff import Diff, DiffLine
from smartup_tui.workspace.page_history import Version, did
from smartup_tui.workspace.past_desk import PageHistory, PastDesk
from smartup_tui.workspace.reader import Reader
from smartup_tui.workspace.workspace import Workspace

_ASKING: Final = "Asking the forge …"
_KEPT: Final = "\N{NO-BREAK SPACE}"
"""A blank at the beginning of a line."""
_LONGEST_LINE: Final = 20_000


class PastPane:
    """Which page's past is shown, what is known of it, and the version that others are compared with."""

    def __init__(self, workspace: Workspace) -> None:
        """Nothing is asked before a page is chosen."""
        self._workspace = workspace
        self.path: str | None = None
        self._seen = PageHistory("")
        self._marked: str | None = None
        self._lacking: tuple[str, ...] = ()
        """The versions whose texts are being asked for."""

    @property
    def _desk(self) -> PastDesk:
        return self._workspace.pasts

    @property
    def _reader(self) -> Reader:
        reader = self._workspace.reader
        assert reader is not None
        return reader

    def begin(self, path: str) -> None:
        """Show the past of this page, and ask the forge for it."""
        self.path, self._marked, self._lacking = path or None, None, ()
        self._seen = PageHistory(path)
        self.ask()

    def ask(self) -> None:
        """Ask the forge how it is now."""
        if self.path:
            self._desk.ask(self.path)

    def source(self, typed: str) -> RowSource:
        """The versions that hold the words."""
        if not self.path:
            return ListSource()
        self._seen = self._desk.history(self.path)
        return VersionSource(self._reader, self.path, self._seen.versions, typed, self._marked)

    def mark(self, sha: str) -> str:
        """Compare other versions with this one, or no longer; says which."""
        if self._marked == sha:
            self._marked = None
            return "Each version is compared with the one before it."
        self._marked = sha
        return "Other versions are compared with this one; m on it again ends that."

    def has_news(self) -> bool:
        """Whether more is known than is shown: an answer to what was asked here."""
        if not self.path:
            return False
        if self._desk.history(self.path) != self._seen:
            return True
        there = all(self._desk.text(self.path, sha) is not None for sha in self._lacking)
        return bool(self._lacking) and (there or bool(self._desk.failure(self.path, self._lacking)))

    @property
    def empty(self) -> str:
        """What is said where no version is shown."""
        if not self.path:
            return "No page is open. Choose one with p, then d."
        if self._seen.asking:
            return _ASKING
        if self._seen.failure:
            return f"What changed is not known on this machine. {self._seen.failure}"
        return "No version here."

    @property
    def about(self) -> str:
        """One line on what is shown: how many versions, from when, and what is in the way."""
        seen = self._seen
        row = library.page_at(self._reader.index, self.path) if self.path else None
        parts = [row.title if row is not None else self.path or ""]
        if seen.as_of is not None:
            count = len(seen.versions)
            many = f"{count:,} version{'s' if count != 1 else ''}" if seen.whole else f"the newest {count:,} versions"
            parts.append(f"{many} as of {words.since(seen.as_of, self._workspace.now())}")
        if seen.asking and seen.versions:
            parts.append(_ASKING)
        if seen.asking and seen.total:
            parts.append(f"{seen.done:,} of {seen.total:,} commits read")
        if seen.failure and seen.versions:
            parts.append(seen.failure)
        return "   ".join(part for part in parts if part)

    def key(self) -> tuple[str, ...]:
        """What else decides what is said of a version."""
        return (self.path or "", self._marked or "")

    def describe(self, row_id: str) -> tuple[str, list[Block]]:
        """A version: who, when, by which command; and what it changed, line by line."""
        path, (version, since) = self.path, self._pair(row_id)
        if path is None or version is None:
            return "", []
        done = did(self._reader, version, path)
        wanted = tuple(one.sha for one in (version, since) if one is not None)
        texts = [self._desk.text(path, sha) for sha in wanted]
        if all(text is not None for text in texts):
            self._lacking = ()
            new, old = texts[0] or "", (texts[1] or "") if since is not None else ""
            diff = page_diff.compare(old, new)
            return describe_version(version, done, diff, since), list(diff_blocks(diff))
        said = describe_version(version, done, None, since)
        failure = self._desk.failure(path, wanted)
        if not failure:
            self._lacking = wanted
            self._desk.ask(path, wanted)
        return f"{said}\n\n{f'What it changed is not known on this machine. {failure}' if failure else _ASKING}", []

    def _pair(self, sha: str) -> tuple[Version | None, Version | None]:
        """The newer and the older of the two versions that are compared; the first version has no older one."""
        versions = self._seen.versions
        place = next((n for n, version in enumerate(versions) if version.sha == sha), None)
        if place is None:
            return None, None
        marked = next((n for n, version in enumerate(versions) if version.sha == self._marked), None)
        if marked is not None and marked != place:
            newer, older = sorted((place, marked))
            return versions[newer], versions[older]
        return versions[place], versions[place + 1] if place + 1 < len(versions) else None


def diff_blocks(diff: Diff) -> Iterator[Block]:
    """Changed lines with their signs and a little of what is around them; changed words in brackets and in bold."""
    for number, line in enumerate(diff.lines):
        if line.sign == "…":
            count = int(line.text)
            runs: list[Run] = [(f"{_KEPT} ({count} line{'s' if count != 1 else ''} as before)", "muted")]
        else:
            runs = [(f"{line.sign.replace(' ', _KEPT)} ", "strong"), *_runs(line)]
        yield Block("text", tuple(runs), rest="  ", gap=number == 0)


def _runs(line: DiffLine) -> Iterator[Run]:
    tone = "muted" if line.sign == " " else ""
    for number, (text, changed) in enumerate(line.pieces):
        shown = clean(text, _LONGEST_LINE, 1)
        if number == 0:
            shown = _KEPT * (len(shown) - len(shown.lstrip(" "))) + shown.lstrip(" ")
        if changed and shown.strip():
            yield f"[{shown}]", "strong"
        elif shown:
            yield shown, tone
