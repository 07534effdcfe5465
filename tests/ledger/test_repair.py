"""What repair makes of single failure states, looked at closely; `test_cut_off` plays all of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import cache
from itertools import count

import pytest

from smartup_tui.ledger import tables
from smartup_tui.ledger.compose import compose
from smartup_tui.ledger.csvfile import CsvFile, parse_record
from smartup_tui.ledger.policies import VALIDATION_RULES
from smartup_tui.ledger.repair import Plan, plan
from smartup_tui.ledger.schema import TableKind
from smartup_tui.ledger.seal import Sealed
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.ledger.tree import MappingTree, Tree
from smartup_tui.ledger.verify import HistoryCheck, verify
from tests.support.organisation import Organisation, company
from tests.support.three_writes import ThreeWrites, writes_of

BOOTSTRAP = ("register_smartup", "bootstrap_teams")


def worked() -> Organisation:
    """An organisation in which every kind of command has been given that a script of the record gave."""
    org = company()
    task, other = org.task(), org.task("small", "Answer the letters")
    org.seats(task, "maria", "jonas")
    org.do("claim_task", "jonas", task_id=other)
    org.do("release_task", "jonas", task_id=other, reason="For somebody else.")
    session = org.session(task, "maria", "jonas")
    org.do("assess_work", "captain", session_id=session, effort=8, learning=7, collaboration=9, share=60)
    org.do("validate_sc", "designer", pending_id="g_4", decision="approve")
    org.do("award_sk", "captain", alias="maria", category="documentation", entity_id=task, reason="Well written.")
    org.do("record_treasury", event_type="DEPOSIT", amount_eur="500", note="Licenses")
    org.wait(days=3).settle()
    org.do("start_work", "maria", task_id=task)
    org.do("start_work", "jonas", task_id=task)
    org.wait(hours=13).settle()  # closed at the limit
    org.do("stop_work", "maria", at=f"{org.now - timedelta(hours=11):%Y-%m-%dT%H:%MZ}", notes="Two hours of it.")
    org.do("claim_task", "maria", task_id=other)
    org.wait(days=20).settle()  # unused
    org.do("set_objective", objective_id="5_7_0", field="status", value="done")
    return org


@cache
def story() -> Organisation:
    return worked()


def repaired(tree: Tree, check: HistoryCheck | None = None, start: int = 1) -> Plan:
    numbers = count(start)
    now = story().now + timedelta(hours=1)
    return plan(tree, now, lambda _: f"R{next(numbers):08}", check.unaudited if check else ())


@dataclass(frozen=True)
class Cut:
    """A ledger that was cut off within one command, after some of its writes."""

    name: str
    ledger: ThreeWrites
    sealed: Sealed
    before: MappingTree
    whole: MappingTree


def cuts() -> Iterator[Cut]:
    ledger = ThreeWrites()
    for number, sealed in enumerate(story().sealed):
        before = ledger.copy()
        ledger.run(sealed)
        if sealed.command in BOOTSTRAP:
            continue
        for at in range(1, len(list(writes_of(sealed, before.files)))):
            part = before.copy()
            part.run(sealed, cut_after=at)
            yield Cut(f"{number}-{sealed.command}-{at}", part, sealed, before.head, ledger.head)


def nothing_is_lost(before: Tree, after: Tree) -> None:
    """Logs only grow, registers keep their rows, pages keep their text."""
    for path in before.paths():
        old, new = before.read(path) or b"", after.read(path)
        assert new is not None, path
        table = next((t for t in tables.TABLES if t.path == path), None)
        if table is None:
            assert all(line in new.splitlines() for line in old.splitlines())
        elif table.kind is TableKind.LOG:
            assert new.startswith(old), path
        else:
            keys = {parse_record(record.raw)[0] for record in CsvFile.parse(new, path).records}
            assert {parse_record(record.raw)[0] for record in CsvFile.parse(old, path).records} <= keys


def dict_of(tree: Tree) -> dict[str, bytes]:
    return {path: tree.read(path) or b"" for path in tree.paths()}


def looked_at(ledger: ThreeWrites) -> HistoryCheck:
    check, before = HistoryCheck(), MappingTree({})
    for info, files in ledger.done:
        after = MappingTree(files, info.id)
        check.step(info, before, after)
        before = after
    return check


def test_whole_commands_in_three_writes_are_lawful_as_they_are() -> None:
    ledger = ThreeWrites()
    for sealed in story().sealed:
        ledger.run(sealed)
    check = looked_at(ledger)
    assert check.unaudited == []
    assert verify(ledger.head, check).ok
    assert repaired(ledger.head, check).sealed == ()


def test_a_ledger_in_order_needs_nothing() -> None:
    assert repaired(story().tree).sealed == ()


def test_a_stop_that_reached_only_the_page_becomes_a_session_with_its_notes() -> None:
    cut = next(c for c in cuts() if c.sealed.command == "stop_work" and c.name.endswith("-1"))
    assert Snapshot(cut.ledger.head).session("s_1").status == "running"  # type: ignore[union-attr]
    healed = Snapshot(repaired(cut.ledger.head).tree)
    lawful = Snapshot(cut.whole)
    assert healed.session("s_1") == lawful.session("s_1")
    assert healed.session_log("s_1") == lawful.session_log("s_1")
    assert list(healed.rows(tables.TASKS)) == list(lawful.rows(tables.TASKS))


def test_an_orphan_page_becomes_the_task_that_it_describes() -> None:
    cut = next(c for c in cuts() if c.sealed.command == "create_task")
    healed = Snapshot(repaired(cut.ledger.head).tree)
    (row,) = healed.rows(tables.TASKS)
    (lawful,) = Snapshot(cut.whole).rows(tables.TASKS)
    assert (row.title, row.size, row.budget_sc, row.team_id) == ("Draft the guide", "medium", Decimal(50), "3_7")
    assert row.created_at.date() == lawful.created_at.date()
    assert (row.objective_id, row.wiki_path, row.created_by) == (
        lawful.objective_id,
        lawful.wiki_path,
        lawful.created_by,
    )


def test_an_edited_row_of_a_log_is_reported_and_never_put_right() -> None:
    ledger = ThreeWrites()
    for sealed in story().sealed:
        ledger.run(sealed)
    path = tables.CREDITS.path
    edited = ledger.files[path].replace(b"MINT,", b"MINT,9", 1)
    ledger.files[path] = edited
    ledger._record("by hand", "x", "x@example.org", story().sealed[-1], (path,))
    check = looked_at(ledger)
    healed = repaired(ledger.head, check)
    assert healed.tree.read(path) == edited or (healed.tree.read(path) or b"").startswith(edited)
    ledger.publish(compose(ledger.head, healed.sealed), healed.sealed[0])
    report = verify(ledger.head, looked_at(ledger))
    assert "edited_log" in {f.kind for f in report.errors}


def test_a_row_whose_page_is_gone_gets_a_page() -> None:
    files = {path: data for path, data in dict_of(story().tree).items() if "6_7_0_0" not in path}
    healed = repaired(MappingTree(files))
    made = [write for sealed in healed.sealed for write in sealed.change.markdown]
    assert [write.path for write in made] == ["wiki/6_7/6_7_0/6_7_0_0_draft_the_guide.md"]
    assert verify(healed.tree).ok


def test_a_tranche_that_was_paid_without_its_mint_gets_the_mint_of_a_tranche() -> None:
    files = dict_of(Organisation().register("1000").tree)
    files[tables.PENDING.path] = files[tables.PENDING.path].replace(b",pending,", b",paid,", 1)
    (mint,) = Snapshot(repaired(MappingTree(files)).tree).rows(tables.CREDITS)
    assert (mint.reference, mint.to, mint.amount) == ("g_1", "robbert_founder", Decimal(300))
    assert (mint.category, mint.awarded_by) == ("founding", None)  # so the daily cap does not count it


def test_what_a_broken_rule_stands_in_the_way_of_is_told() -> None:
    cut = next(c for c in cuts() if c.sealed.command == "claim_task")
    files = dict_of(cut.ledger.head)
    files[VALIDATION_RULES] = files[VALIDATION_RULES].replace(b"pairing", b"paired")
    hindered = repaired(MappingTree(files))
    assert hindered.sealed == ()
    assert any("pairing" in told for told in hindered.hindered)
    assert repaired(cut.ledger.head).sealed


@pytest.mark.parametrize("backwards", [False, True], ids=["book first", "log first"])
@pytest.mark.parametrize("reference", ["OC-9", None], ids=["paid", "vouched for"])
def test_an_owner_who_was_entered_again_by_one_file_is_entered_by_both(reference: str | None, backwards: bool) -> None:
    org = company()
    org.owner("wanda")
    org.do("set_owner", alias="wanda", field="status", value="left")
    org.wait(days=3)
    left = len(org.sealed)
    org.do("create_owner", alias="wanda", license="work", matrix_id="@wanda:smartup0.org", reference=reference)
    ledger = ThreeWrites()
    for sealed in org.sealed[:left]:
        ledger.run(sealed)
    ledger.run(org.sealed[left], cut_after=1, backwards=backwards)
    found = plan(ledger.head, org.now + timedelta(hours=1), lambda _: "R1")
    after = Snapshot(found.tree)
    wanda = after.owner("wanda")
    assert wanda is not None
    assert wanda.status == ("active" if reference else "suspended")
    rows = after.rows(tables.LICENSES).where(alias="wanda")
    assert [row.license_to for row in rows] == ["work", "work"]
    assert verify(found.tree).ok
    if reference is None:
        again = Organisation(org.now + timedelta(hours=2), found.tree)
        again.do("create_owner", "captain", alias="wanda", license="work", matrix_id="@wanda:smartup0.org")
        confirmed = again.snapshot.owner("wanda")
        assert confirmed is not None
        assert confirmed.status == "active"
