"""Every writing command of the catalogue, written as the seeds' scripts wrote and cut off after each of its writes.

`ledger repair` moves forward: afterwards the command has taken effect exactly once or not at all, `verify` finds
nothing, and nothing is lost. What only the giver knows (an account in Matrix) is completed by the same command, given
again, as the seeds' table of failures says. Source: ledger.md §3.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from functools import cache
from itertools import count
from typing import Any, Final

import pytest

from smartup_tui.catalogue.commands import CATALOGUE
from smartup_tui.ledger import tables
from smartup_tui.ledger.compose import apply, compose
from smartup_tui.ledger.repair import Plan, plan
from smartup_tui.ledger.rowset import RowCache
from smartup_tui.ledger.seal import Sealed, Stamp, seal
from smartup_tui.ledger.settle import next_effect
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.ledger.tree import MappingTree, Tree, as_base
from smartup_tui.ledger.verify import HistoryCheck, Severity, verify
from tests.ledger.test_repair import nothing_is_lost
from tests.support.organisation import Organisation
from tests.support.three_writes import ThreeWrites, writes_of
from tests.support.whole_story import whole_story

BOOTSTRAP: Final = ("register_smartup", "bootstrap_teams")
CACHE: Final = RowCache()

UNTOLD: Final = {
    "license-transactions": ("type", "license_from", "amount_eur", "reference", "note"),
    "book-of-owners": ("matrix_id",),
    "task_claimed": ("action", "note"),
    "treasury": ("reference", "notes", "ratio"),
    "redemptions": ("reference", "decided_by"),
    "credits": ("description", "category", "awarded_by"),
    "pending-sc": ("validated_by",),
    "proposals": ("result",),
    "objectives": ("created_by",),
    "task-budgets": ("created_by",),
}
"""Columns that repair can not always know: how a license was paid, words for people; times are compared nowhere."""


@dataclass(frozen=True)
class Cut:
    """A ledger that was cut off within one command, after some of its writes."""

    name: str
    number: int
    sealed: Sealed
    ledger: ThreeWrites
    written: tuple[str, ...]
    before: Tree
    whole: Tree
    check: HistoryCheck


@cache
def cuts(*, backwards: bool) -> tuple[Cut, ...]:
    """The cuts of the whole story; a command that writes to the same files as one before is not cut again."""
    return tuple(_cuts(backwards=backwards))


def _cuts(*, backwards: bool) -> Iterator[Cut]:
    ledger, seen, check = ThreeWrites(), set(), HistoryCheck()
    for number, sealed in enumerate(whole_story().sealed):
        before, looked = ledger.copy(), copied(check)
        ledger.run(sealed, backwards=backwards)
        look(check, ledger, len(before.done))
        paths = [path for path, _ in writes_of(sealed, before.files, backwards=backwards)]
        args = whole_story().given.get(number, ("", "", {}))[2]
        alike = (sealed.command, args.get("field"), sealed.events[0].action, *(p.partition("/6_")[0] for p in paths))
        if sealed.command in BOOTSTRAP or alike in seen:
            continue
        seen.add(alike)
        for at in range(1, len(paths)):
            part = before.copy()
            part.run(sealed, cut_after=at, backwards=backwards)
            seen_part = copied(looked)
            look(seen_part, part, len(before.done))
            name = f"{number} {sealed.command} {sealed.events[0].action}: {', '.join(paths[:at])}"
            yield Cut(name, number, sealed, part, tuple(paths[:at]), before.head, ledger.head, seen_part)


def copied(check: HistoryCheck) -> HistoryCheck:
    """The same look at a history, to go on differently."""
    made = HistoryCheck()
    made.commits, made.unaudited = check.commits, list(check.unaudited)
    made._found, made._cache = list(check._found), check._cache
    return made


def look(check: HistoryCheck, ledger: ThreeWrites, start: int) -> None:
    """Show the check every commit from the one of that number."""
    trees = [MappingTree(files, info.id) for info, files in ledger.done[max(start - 1, 0) :]]
    before = trees.pop(0) if start else MappingTree({})
    for (info, _), after in zip(ledger.done[start:], trees, strict=True):
        check.step(info, before, after)
        before = after


def ids(letter: str) -> Callable[[datetime], str]:
    """New event ids, as many as are asked for."""
    numbers = count(1)
    return lambda _: f"{letter}{next(numbers):08}"


def healed(cut: Cut, check: HistoryCheck | None = None) -> Plan:
    found = check.unaudited if check is not None else ()
    return plan(cut.ledger.head, cut.sealed.now + timedelta(hours=1), ids("R"), found, CACHE)


def settled(tree: Tree, now: datetime) -> Tree:
    """The ledger with what time has decided by then."""
    new_id = ids("S")
    CACHE.quiet_day = None  # of another ledger
    while (effect := next_effect(Snapshot(tree, CACHE), now)) is not None:
        stamp = Stamp("engelbot", now, effect.request_id, "settle:effect", new_id)
        tree = as_base(apply(as_base(tree), seal(effect.change(), stamp)))
    return tree


def told(tree: Tree) -> dict[str, list[str]]:
    """What the tables say, but for times, for words that only the giver knew, and for the audit trail."""
    found = {}
    for table in tables.TABLES:
        if table is not tables.EVENTS:
            left_out = UNTOLD.get(table.name, ())
            found[table.name] = sorted(_hard(row, left_out) for row in Snapshot(tree, CACHE).rows(table))
    return found


def _hard(row: Any, left_out: tuple[str, ...]) -> str:
    values = ((field.name, getattr(row, field.name)) for field in fields(row) if field.name not in left_out)
    return repr([(name, value) for name, value in values if not isinstance(value, datetime)])


def findings(tree: Tree) -> list[str]:
    """What `verify` finds in the files."""
    return [str(found) for found in verify(tree, cache=CACHE).findings if found.severity is not Severity.NOTE]


def given_again(cut: Cut, tree: Tree) -> Tree:
    """The ledger after the same owner has given the same command once more; a refusal leaves it as it is."""
    if cut.number not in whole_story().given:
        return tree
    command, actor, arguments = whole_story().given[cut.number]
    org = Organisation(cut.sealed.now, tree)
    org.attempt(command, actor, **arguments)
    return org.tree


def test_the_story_has_every_writing_command_and_each_of_them_is_cut() -> None:
    """A command that is added to the catalogue needs its place in the story."""
    writing = {command.name for command in CATALOGUE.values() if not command.is_query}
    assert {sealed.command for sealed in whole_story().sealed} == writing
    assert {cut.sealed.command for cut in cuts(backwards=False)} == writing - {*BOOTSTRAP}
    effects = {event.action for sealed in whole_story().sealed for event in sealed.events if sealed.command == "settle"}
    assert {"mint", "hold", "consent", "close_vote", "contest", "expire", "limit", "decay", "correct"} <= effects
    assert findings(whole_story().tree) == []


@pytest.mark.parametrize("backwards", [False, True], ids=["forwards", "backwards"])
def test_every_cut_is_healed_and_has_taken_effect_once_or_not_at_all(backwards: bool) -> None:
    again = set()
    for cut in cuts(backwards=backwards):
        found = healed(cut)
        assert found.hindered == (), cut.name
        nothing_is_lost(cut.ledger.head, found.tree)
        assert all(event.result == "repaired" or sealed.command == "repair" for sealed in found.sealed
                   for event in sealed.events), cut.name  # fmt: skip
        twice = plan(found.tree, cut.sealed.now + timedelta(hours=2), ids("Q"), (), CACHE)
        assert [sealed.change.message for sealed in twice.sealed] == [], cut.name
        after = settled(found.tree, cut.sealed.now)
        lawful = [told(settled(cut.before, cut.sealed.now)), told(settled(cut.whole, cut.sealed.now))]
        if told(after) not in lawful or findings(after):
            again.add((cut.sealed.command, cut.written))
            after = given_again(cut, after)
            assert differing(told(after), lawful[1]) == {}, cut.name
        assert findings(after) == [], cut.name
    assert {command for command, _ in again} <= {"create_owner", "set_owner"}


def differing(one: dict[str, list[str]], other: dict[str, list[str]]) -> dict[str, set[str]]:
    """The rows that only one of them has, by table."""
    return {name: set(rows) ^ set(other[name]) for name, rows in one.items() if rows != other[name]}


@pytest.mark.parametrize("backwards", [False, True], ids=["forwards", "backwards"])
def test_a_command_that_lost_only_its_audit_row_is_entered_and_the_history_is_in_order(backwards: bool) -> None:
    last = {cut.number: cut for cut in cuts(backwards=backwards)}
    for cut in last.values():
        assert cut.check.unaudited, cut.name
        found = healed(cut, cut.check)
        assert found.sealed, cut.name
        ledger, check = cut.ledger.copy(), copied(cut.check)
        ledger.publish(compose(ledger.head, found.sealed), found.sealed[0])
        look(check, ledger, len(ledger.done) - 1)
        assert not check.unaudited, cut.name
        report = verify(ledger.head, check, cache=CACHE)
        assert report.ok, (cut.name, [str(f) for f in report.errors])
        assert differing(told(ledger.head), told(cut.whole)) == {}, cut.name


@pytest.mark.parametrize("backwards", [False, True], ids=["forwards", "backwards"])
def test_bootstrap_that_was_cut_off_is_completed_by_the_same_command(backwards: bool) -> None:
    story = whole_story()
    ledger = ThreeWrites()
    for number, sealed in enumerate(story.sealed[: len(BOOTSTRAP)]):
        before = ledger.copy()
        ledger.run(sealed, backwards=backwards)
        command, actor, arguments = story.given[number]
        assert command == BOOTSTRAP[number]
        for at in range(1, len(list(writes_of(sealed, before.files)))):
            part = before.copy()
            part.run(sealed, cut_after=at, backwards=backwards)
            mended = plan(part.head, sealed.now, ids("R")).tree
            for tree in (part.head, mended):
                org = Organisation(sealed.now, tree)
                outcome = org.attempt(command, actor, **arguments)
                whole = [told(org.tree)[name] == rows for name, rows in told(ledger.head).items()]
                assert all(whole), (command, at, outcome)
                assert findings(org.tree) == [], (command, at)


def test_an_edited_row_of_any_log_is_reported_and_never_put_right() -> None:
    ledger = ThreeWrites()
    for sealed in whole_story().sealed:
        ledger.run(sealed)
    looked = HistoryCheck()
    look(looked, ledger, 0)
    assert not looked.unaudited
    logs = [table for table in tables.TABLES if table.path in ledger.files and table.kind.value == "log"]
    assert len(logs) >= 8
    for table in logs:
        part, check = ledger.copy(), copied(looked)
        head, _, rows = part.files[table.path].partition(b"\n")
        first, _, others = rows.partition(b"\n")
        edited = b"\n".join((head, first.replace(b"2026-", b"2025-"), others))
        assert edited != part.files[table.path], table.name
        part.files[table.path] = edited
        part._record("by hand", "x", "x@example.org", whole_story().sealed[-1], (table.path,))
        look(check, part, len(ledger.done))
        found = plan(part.head, whole_story().now + timedelta(hours=1), ids("R"), check.unaudited)
        assert (found.tree.read(table.path) or b"").startswith(edited), table.name
        if found.sealed:
            part.publish(compose(part.head, found.sealed), found.sealed[0])
            look(check, part, len(part.done) - 1)
        assert "edited_log" in {f.kind for f in verify(part.head, check).errors}, table.name
