"""Whatever owners type stays text: in no argument of any command does it become a row, a key, a trailer or a path.

The cases are made from the catalogue: each argument of each writing command is given each hostile text, at the place
of the whole story where that command works. It is stored harmlessly, or refused with a clear sentence.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

import pytest

from smartup_tui.catalogue.commands import CATALOGUE
from smartup_tui.catalogue.model import Command
from smartup_tui.ledger import tables
from smartup_tui.ledger.change import Append, Change, Refusal
from smartup_tui.ledger.compose import compose
from smartup_tui.ledger.markdown import parse
from smartup_tui.ledger.rowset import RowCache
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.ledger.tree import Tree
from smartup_tui.ledger.verify import verify
from smartup_tui.text import refuse
from tests.support.organisation import Organisation
from tests.support.whole_story import whole_story

HOSTILE: Final = {
    "lines": "one\n---\ntitle: owned\npublic: true\n---\n# Owned\n## Sessions\n### s_99\n- Time: now\n\n"
    "Command: E9 maria $9 api:pay_redemption\nCo-authored-by: M <m@example.org>\n=1+1\n../../x\n**Size:** huge\n"
    "policies/validation-rules.yml: vote_days = 0\n- [x] `5_0`: done",
    "rule": "---",
    "formula": "=cmd|' /C calc'!A0",
    "sign": '@SUM(1,"2");+1',
    "path": "../../../etc/passwd",
    "trailer": "Command: E9 maria $9 api:pay_redemption",
    "coauthor": "Co-authored-by: Mallory <m@example.org>",
    "nul": "text\x00more",
    "escape": "\x1b]0;owned\x07",
    "bidi": "abc\u202edef",
    "invisible": "a\u200bb",
    "quotes": '","",\'"',
    "markup": "# **Size:** 9 [a](javascript:x) <script>alert(1)</script> `5_0`",
    "long": "x" * 10_000,
}

_PATH: Final = re.compile(r"(wiki(/[a-z0-9_-]+)+\.md|policies/[a-z0-9_-]+\.yml|[a-z0-9_-]+(/[a-z0-9_-]+)*\.csv)\Z")
_HEADING: Final = re.compile(r"^(#{1,3}) ", re.MULTILINE)
_NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?\Z")
CACHE: Final = RowCache()

WRITING: Final = [command for command in CATALOGUE.values() if command.arguments and not command.is_query]


def places(command: Command) -> Iterator[tuple[int, Tree, str, dict[str, Any]]]:
    """Where the story gives this command, so that every argument has a place in which it is given, if there is one."""
    story = whole_story()
    told: set[str] = set()
    for number, (name, actor, arguments) in story.given.items():
        if name == command.name:
            field = arguments.get("field")
            new = {*arguments} | {f"value of {field}"} if field else {*arguments}
            if new - told:
                told |= new
                yield number, story.before[number], actor, arguments


def attempted(
    tree: Tree, number: int, command: Command, actor: str, arguments: dict[str, Any]
) -> Organisation | Refusal:
    org = Organisation(whole_story().sealed[number].now, tree)
    org._cache = CACHE
    CACHE.quiet_day = None
    given = dict(arguments)
    at = given.pop("at", None)
    outcome = org.attempt(command.name, actor, at=at, **given)
    assert isinstance(outcome, Refusal | Change)
    return outcome if isinstance(outcome, Refusal) else org


@pytest.mark.parametrize("command", WRITING, ids=lambda command: command.name)
def test_hostile_text_stays_text_or_is_refused(command: Command) -> None:
    """Every argument that the command declares, with every text."""
    seen = set()
    for number, tree, actor, arguments in places(command):
        lawful = attempted(tree, number, command, actor, arguments)
        assert isinstance(lawful, Organisation)
        for argument in command.arguments:
            seen.add(argument.name)
            for name, text in HOSTILE.items():
                org = attempted(tree, number, command, actor, {**arguments, argument.name: text})
                where = f"{command.name} {argument.name} {name}"
                if isinstance(org, Refusal):
                    clearly_refused(org, where)
                else:
                    harmless(tree, org, lawful, where)
    assert seen == {argument.name for argument in command.arguments}, "the story needs a place for this command"


def clearly_refused(refusal: Refusal, where: str) -> None:
    """One calm sentence, free of what can not be shown, and not a copy of all that was typed."""
    assert refusal.message.endswith("."), where
    assert len(refusal.message) < 600, where
    for said in (refusal.message, refusal.hint):
        assert refuse(said, multiline=False) is None, where
        assert "\n" not in said, where


def harmless(before: Tree, org: Organisation, lawful: Organisation, where: str) -> None:
    """The same files and structure as a harmless text makes, and nothing that a reader takes for more than text."""
    sealed, usual = org.sealed[-1], lawful.sealed[-1]
    draft = compose(before, [sealed])
    message = draft.message.splitlines()
    assert [line for line in message if line.startswith("Command: ")] == [sealed.trailer], where
    assert not any(line.startswith(("Co-authored-by", "---", "Signed-off-by")) for line in message[1:]), where
    assert message[-1] == sealed.trailer, where
    assert len(message) <= len(compose(before, [usual]).message.splitlines()), where
    assert all(_PATH.match(file.path) for file in draft.files), where
    rows = {path: old_lines(before, path) for path in org.tree.paths() if path.endswith(".csv")}
    appended = [write.table.path for write in sealed.change.index if isinstance(write, Append)]
    appended += [tables.EVENTS.path] * len(sealed.events)
    for path, count in rows.items():
        data = org.tree.read(path) or b""
        assert data.count(b"\n") == max(count, 1) + appended.count(path), (where, path)
        for cells in csv.reader(io.StringIO(data.decode())):
            assert not any(cell[:1] in "=+-@" and cell and not _NUMBER.match(cell) for cell in cells), (where, path)
    for table in tables.TABLES:
        assert not Snapshot(org.tree, CACHE).rows(table).problems, where
    for write, known in zip(sealed.change.markdown, usual.change.markdown, strict=True):
        assert shape(write.text) == shape(known.text), (where, write.path)
    assert len(sealed.change.audit) == len(usual.change.audit), where
    assert verify(org.tree, cache=CACHE).ok, where


def old_lines(tree: Tree, path: str) -> int:
    return (tree.read(path) or b"").count(b"\n")


@cache
def shape(text: str) -> tuple[tuple[str, ...], int, tuple[str, ...]]:
    """What a page is made of: the keys of its front matter, how many lines are facts of it, and its headings' ranks."""
    page = parse(text)
    head = page.body.partition("\n## ")[0]
    return tuple(page.front), head.count("\n**"), tuple(_HEADING.findall(page.body))
