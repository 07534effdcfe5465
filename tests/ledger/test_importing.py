"""An older ledger is taken over: its documented paths and headers, other ones by a mapping, and a word on the rest."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from itertools import count

import pytest

from smartup_tui.ledger import tables
from smartup_tui.ledger.compose import compose
from smartup_tui.ledger.importing import Import, Mapping, MappingError, parse_mapping, plan_import
from smartup_tui.ledger.importing.mapping import DOCUMENTED
from smartup_tui.ledger.policies import DEFAULT_TEXTS
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.ledger.tree import MappingTree, Overlay, Tree
from smartup_tui.ledger.verify import verify
from tests.support.organisation import FOUNDER, Organisation, company

KARMA = b"""timestamp,type,amount,from,to,reference,description,awarded_by,category,evidence_link
# Example: 2025-01-15T11:00:00Z,KARMA,10,,alice,pr-456,Excellent code review,bob,code_review,https://example.org/456
2025-08-02T10:00:00Z,KARMA,15,,maria,guide,Wrote the guide,robbert_founder,documentation,
"""
BALANCE = (
    b"timestamp,event_type,amount_eur_delta,total_eur_balance,sc_outstanding,sc_liability_eur,ratio,notes,reference\n"
    b"2025-01-15T00:00:00Z,INIT,0,0,0,0,0.0,Treasury initialized - Smartup Zero launch,system-init\n"
    b"2025-08-04T17:00:00Z,PENDING_LOGGED,0,0,0,0,0.0,82200 SC pending validation - not yet liability,"
    b"comprehensive-founding-audit\n"
)
AUGUST = {
    "ledger/social-karma/transactions.csv": KARMA,
    "ledger/treasury/balance.csv": BALANCE,
    "ledger/smartup-credits/transactions.csv": KARMA.splitlines(keepends=True)[0],
    "ownership/identity-mapping.csv": b"owner_id,alias,real_name,email\n1,maria,Maria Real,maria@example.org\n",
    "policies/credit-rates.yml": b"task_budgets:\n  small: 25\n",
    "policies/task-management/effort-assessment-template.yml": b"a: 1\n",
    "scripts/award.py": b"print()\n",
}
NOW = datetime(2026, 1, 6, tzinfo=UTC)
BOOK = "ownership/book-of-owners.csv"
OLD_CREDITS = "ledger/smartup-credits/transactions.csv"


def imported(files: dict[str, bytes], tree: Tree | None = None, mapping: Mapping | None = None) -> Import:
    numbers = count(1)
    ledger = tree or MappingTree({})
    return plan_import(MappingTree(files), ledger, mapping or Mapping(), NOW, lambda _: f"I{next(numbers):08}")


def after(found: Import, tree: Tree | None = None) -> Overlay:
    base = tree or MappingTree({})
    return Overlay(base, {file.path: file.content for file in compose(base, found.sealed).files})


def test_the_tree_of_august_2025() -> None:
    org = company()
    found = imported(AUGUST, org.tree)
    ledger = Snapshot(after(found, org.tree))
    (row,) = ledger.rows(tables.KARMA)
    assert (row.to, row.amount, row.category) == ("maria", 15, "documentation")
    assert row.timestamp == datetime(2025, 8, 2, 10, tzinfo=UTC)
    assert [r.event_type for r in ledger.rows(tables.TREASURY)][-2:] == ["INIT", "PENDING_LOGGED"]
    assert verify(ledger.tree).ok
    told = dict(line.split(": ", 1) for line in found.unplaced)
    assert "no table" in told["ownership/identity-mapping.csv"]
    assert "stay" in told["policies/credit-rates.yml"]
    assert set(told) >= {"scripts/award.py", "policies/task-management/effort-assessment-template.yml"}
    assert not any("Maria Real" in str(sealed) for sealed in found.sealed)


def test_a_repeated_import_brings_nothing_again() -> None:
    org = company()
    tree = after(imported(AUGUST, org.tree), org.tree)
    assert imported(AUGUST, tree).sealed == ()


def test_rows_that_stand_twice_are_brought_twice_and_once_only() -> None:
    line = KARMA.splitlines(keepends=True)[-1]
    files = {"ledger/social-karma/transactions.csv": KARMA + line}
    tree = after(imported(files))
    assert len(Snapshot(tree).rows(tables.KARMA)) == 2
    assert imported(files, tree).sealed == ()
    assert len(imported({**files, "karma/transactions.csv": KARMA}, tree).sealed) == 1


def test_an_empty_ledger_gets_rules_too_the_old_ones_where_they_can_be_read() -> None:
    rates = DEFAULT_TEXTS["policies/credit-rates.yml"].replace("daily_cap: 500", "daily_cap: 400").encode()
    found = imported({**AUGUST, "currency-ledger/policies/credit-rates.yml": rates, "policies/credit-rates.yml": rates})
    assert Snapshot(after(found)).policies.credits.daily_cap == 400
    found = imported(AUGUST)
    assert Snapshot(after(found)).policies.credits.daily_cap == 500
    assert any("rules of a new ledger" in line for line in found.unplaced)


MAPPING = """
[files]
"people/owners.csv" = "book-of-owners"
[columns.book-of-owners]
number = "owner_id"
nickname = "alias"
since = "joined_at"
kind = "license"
[values.book-of-owners.license]
full = "work"
[defaults.book-of-owners]
status = "active"
"""
OWNERS = b"""nickname,since,number,kind,shoe size
ada,2025-08-01,101,full,38
bea,2025-08-01T12:00:00+02:00,102,watch,
cy,yesterday,103,full,
ada,2025-08-02,101,full,
dora,2025-08-01,104
"""


def test_other_orders_names_and_words_through_a_mapping() -> None:
    found = imported({"people/owners.csv": OWNERS}, mapping=parse_mapping(MAPPING))
    ada, bea = Snapshot(after(found)).rows(tables.OWNERS)
    assert (ada.owner_id, ada.alias, ada.license, ada.status) == ("101", "ada", "work", "active")
    assert ada.joined_at == datetime(2025, 8, 1, tzinfo=UTC)
    assert bea.joined_at == datetime(2025, 8, 1, 10, tzinfo=UTC)
    told = dict(line.split(": ", 1) for line in found.unplaced)
    assert "shoe size; 1 rows" in told["people/owners.csv:1"]
    assert told["people/owners.csv:4"].startswith("joined_at")
    assert "second row for 101" in told["people/owners.csv:5"]
    assert "3 cells" in told["people/owners.csv:6"]
    assert verify(after(found)).ok


def test_a_row_that_the_ledger_has_otherwise_stays_and_is_told() -> None:
    org = company()
    maria = org.snapshot.owner("maria")
    assert maria is not None
    other = OWNERS.splitlines()[0] + f"\nada,2025-08-01,{maria.owner_id},full,\n".encode()
    found = imported({"people/owners.csv": other}, org.tree, parse_mapping(MAPPING))
    assert found.sealed == ()
    assert f"another row for {maria.owner_id}" in found.unplaced[-1]


def test_pages_come_along_with_their_rows_and_others_are_told() -> None:
    org = company()
    task = org.task()
    files = {path: org.tree.read(path) or b"" for path in org.tree.paths()}
    files["wiki/lost.md"] = b"# Lost\n"
    del files["wiki/owners/maria.md"]
    found = imported(files)
    tree = after(found)
    row = Snapshot(tree).task(task)
    assert row is not None
    assert row.budget_sc == Decimal("50.00")
    assert tree.read(row.wiki_path or "") == org.tree.read(row.wiki_path or "")
    told = "\n".join(found.unplaced)
    assert "wiki/lost.md: no row names this page" in told
    assert "there is no page wiki/owners/maria.md" in told
    assert verify(tree).ok


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[files", "not valid TOML"),
        ('[file]\na = "b"', "'file'"),
        ('[files]\na = "b"', "no table 'b'"),
        ('[columns.karma]\na = "b"', "no column 'b'"),
        ("[defaults.karma]\ntype = 1", "not a text"),
        ("[values]\nkarma = 1", "not a section"),
    ],
)
def test_a_mapping_that_can_not_be_meant_is_refused(text: str, says: str) -> None:
    with pytest.raises(MappingError) as caught:
        parse_mapping(text)
    assert says in caught.value.message


@pytest.mark.parametrize(
    ("path", "row", "says"),
    [
        (BOOK, "7,Ada Ray,,work,active,,,2025-08-01,", "alias: 'Ada Ray' can not be an alias"),
        (BOOK, "7,ada,,Work License,active,,,2025-08-01,", "license: 'Work License' is none of"),
        (BOOK, "7,ada,,work,member,,,2025-08-01,", "status: 'member' is none of"),
        (BOOK, "7,ada,ada@x,work,active,,,2025-08-01,", "matrix_id: 'ada@x' is no Matrix id"),
        (BOOK, "7,maria,,work,active,,,2025-08-01,", "alias: maria belongs to owner"),
        (OLD_CREDITS, "2025-08-01,AWARD,5,,maria,,,,,", "type: 'AWARD' is none of"),
        (OLD_CREDITS, "2025-08-01,DESTROY,-5,maria,,,,,,", "amount: -5.00 is not above 0"),
        ("ledger/social-karma/transactions.csv", "2025-08-01,KARMA,5,maria,,,,,,", "to: nobody is named"),
    ],
)  # fmt: skip
def test_a_row_that_means_nothing_here_is_told_by_its_line_and_left(path: str, row: str, says: str) -> None:
    org = company()
    table = next(t for t in (tables.OWNERS, tables.CREDITS, tables.KARMA) if DOCUMENTED[path] == t.name)
    header = ",".join(table.header)
    found = imported({path: f"{header}\n# old\n{row}\n".encode()}, org.tree)
    assert found.sealed == ()
    (told,) = found.unplaced
    assert told.startswith(f"{path}:3: {says}")


def test_a_file_whose_columns_are_others_is_told_once_with_what_it_has() -> None:
    mapping = parse_mapping('[files]\n"a.csv" = "karma"\n"b.csv" = "credits"\n"c.csv" = "votes"\n')
    files = {"a.csv": b"when;who;how much\n2025;ada;5\n2025;bea;5\n", "b.csv": b"\xff\xfe\x00"}
    told = imported(files, company().tree, mapping).unplaced
    assert told[0] == "c.csv: the mapping file names it as votes, and there is no such file"
    assert told[1].startswith("b.csv:1: credits needs the columns timestamp, type, amount; it has nothing that can be")
    assert told[2].startswith("a.csv:1: karma needs the columns timestamp, type, amount; it has when;who;how much;")
    assert len(told) == 3


def test_an_old_treasury_never_changes_what_is_held_now() -> None:
    org = company()
    org.do("record_treasury", event_type="DEPOSIT", amount_eur="500", note="Licenses")
    found = imported({"ledger/treasury/balance.csv": BALANCE}, org.tree)
    assert found.sealed == ()
    assert [line.partition(": ")[0] for line in found.unplaced] == [
        "ledger/treasury/balance.csv:2",
        "ledger/treasury/balance.csv:3",
    ]


def test_an_organisation_may_begin_with_an_import() -> None:
    """The founder registers it afterwards; owners and numbers that were brought stay as they are."""
    old = b"owner_id,alias,license,status,privacy_level,joined_at\n001,maria,work,active,,2025-08-01\n"
    files = {**AUGUST, "ownership/book-of-owners.csv": old + b"7,robbert_founder,watch,active,,2025-08-01\n"}
    org = Organisation(NOW, after(imported(files)))
    org.refused("register_smartup", "maria", name="S", founder="robbert_founder", matrix_id="@r:example.org")
    org.register().teams()
    founder = org.snapshot.owner("robbert_founder")
    assert founder is not None
    assert (founder.owner_id, founder.matrix_id, founder.license) == ("7", "@robbert:smartup0.org", "work")
    org.owner("bea", "4_1_7")
    assert [row.owner_id for row in org.snapshot.rows(tables.OWNERS)] == ["001", "7", "008"]
    assert org.refused("register_smartup", name="S", founder=FOUNDER, matrix_id="@r:example.org").code == "registered"
    assert verify(org.tree).errors == ()
