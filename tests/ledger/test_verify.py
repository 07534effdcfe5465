"""What `verify` finds, each on a ledger that is sound but for one thing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from smartup_tui.ledger import tables
from smartup_tui.ledger.change import Append, Audit, Change, Entity, PageWrite, Update
from smartup_tui.ledger.policies import CREDIT_RATES
from smartup_tui.ledger.rows import CreditTransaction, KarmaTransaction, TaskClaim, TreasuryBalance
from smartup_tui.ledger.schema import Table
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.ledger.tree import MappingTree
from smartup_tui.ledger.verify import HistoryCheck, Report, Severity, verify
from tests.ledger.commits import Commits, change, commit_id
from tests.ledger.files import AT, POLICIES, award, clock, csv, log, objective, owner, role, task, team

PAGES = {"wiki/home.md": b"# Home\n"}
Rows = dict[Table[Any], list[Any]]


def with_page(row: Any, path: str) -> Any:
    return replace(row, wiki_path=path)


def sound() -> Rows:
    """A small ledger on which nothing is wrong."""
    done = replace(task("6_1_2_0", "T", "maria", "jonas"), status="completed")
    pair = [
        replace(award("g_1", "s_1", "100", "paid"), amount=Decimal("18.00")),
        replace(award("g_1", "s_1", "100", "paid", "jonas"), adm_role="defender", amount=Decimal("2.00")),
    ]
    return {
        tables.OWNERS: [
            with_page(replace(owner("maria", number=1), roles=("4_1_7",)), "wiki/owners/maria.md"),
            with_page(owner("jonas", number=2), "wiki/owners/jonas.md"),
            with_page(owner("tc", number=3), "wiki/owners/tc.md"),
        ],
        tables.TEAMS: [with_page(team("3_7", "operational_team", "maria"), "wiki/3/3_7_operational_team.md")],
        tables.ROLES: [with_page(role("4_1_7", "team_captain", "maria"), "wiki/4_1/4_1_7_tc.md")],
        tables.OBJECTIVES: [with_page(objective("5_1_2", "T"), "wiki/5_1/5_1_2_t.md")],
        tables.TASKS: [with_page(done, "wiki/6_1/6_1_2/6_1_2_0_t.md")],
        tables.CLOCK: [clock("s_1")],
        tables.SESSIONS: [with_page(log("s_1"), "wiki/6_1/6_1_2/6_1_2_0_t.md")],
        tables.PENDING: pair,
        tables.CREDITS: [mint("18.00", "maria"), mint("2.00", "jonas")],
        tables.KARMA: [sk("KARMA", 5, to="maria"), sk("DECAY", 1, from_="maria")],
        tables.TREASURY: [money("100.00", "100.00", "0"), money("50.00", "150.00", "20.00", days=1)],
    }


def mint(amount: str, to: str) -> CreditTransaction:
    return CreditTransaction(AT, "MINT", Decimal(amount), None, to, "g_1", "", "tc", "task_award", None)


def sk(kind: str, amount: int, from_: str | None = None, to: str | None = None) -> KarmaTransaction:
    return KarmaTransaction(AT, kind, amount, from_, to, None, "", None, None, None)


def money(delta: str, total: str, outstanding: str, days: int = -1) -> TreasuryBalance:
    at = AT + timedelta(days=days)
    return TreasuryBalance(
        at, "DEPOSIT", Decimal(delta), Decimal(total), Decimal(outstanding), Decimal(outstanding), Decimal(0), "", None
    )


def files_of(rows: Rows) -> dict[str, bytes]:
    files = {**POLICIES, **PAGES, **{table.path: csv(table, found) for table, found in rows.items()}}
    for found in rows.values():
        for row in found:
            if getattr(row, "wiki_path", None):
                files[row.wiki_path] = b"# Page\n"
    events = Commits(files={})
    names = ["maria", "jonas", "tc", "5_1_2", "6_1_2_0", "s_1", "g_1"]
    events.commit(*[events.sealed(change(entity=Entity("thing", name))) for name in names])
    return {**files, tables.EVENTS.path: events.files[tables.EVENTS.path]}


def check(rows: Rows, **files: bytes | None) -> Report:
    made = {**files_of(rows), **files}
    return verify(MappingTree({path: data for path, data in made.items() if data is not None}))


def kinds(report: Report) -> list[tuple[str, str]]:
    return [(finding.kind, str(finding.severity)) for finding in report.findings]


def test_a_sound_ledger_has_no_findings() -> None:
    report = check(sound())
    assert report.findings == ()
    assert report.ok


def changed(table: Table[Any], at: int, **values: Any) -> Callable[[Rows], None]:
    def run(rows: Rows) -> None:
        rows[table][at] = replace(rows[table][at], **values)

    return run


def added(table: Table[Any], *new: Any) -> Callable[[Rows], None]:
    return lambda rows: rows[table].extend(new)


def removed(table: Table[Any], at: int) -> Callable[[Rows], None]:
    def run(rows: Rows) -> None:
        del rows[table][at]

    return run


CASES: Iterable[tuple[Callable[[Rows], None], str, str, str]] = [
    (changed(tables.TASKS, 0, objective_id="5_9"), "broken_reference", "error", "5_9, which is not in objectives"),
    (changed(tables.TASKS, 0, attacker="nobody"), "broken_reference", "error", "nobody, which is not in owners"),
    (changed(tables.CLOCK, 0, task_id="6_1_2_9"), "broken_reference", "error", "6_1_2_9"),
    (changed(tables.TASKS, 0, wiki_path=None), "missing_page", "warning", "names no page"),
    (changed(tables.TASKS, 0, status="open"), "copy", "warning", "say completed"),
    (changed(tables.OWNERS, 0, roles=()), "copy", "warning", "4_1_7"),
    (changed(tables.TEAMS, 0, captain="jonas"), "copy", "warning", "maria"),
    (changed(tables.PENDING, 0, share=Decimal(120)), "sum", "error", "120 %"),
    (changed(tables.PENDING, 0, amount=Decimal("80.00")), "sum", "error", "82.00 SC on a budget of 25"),
    (changed(tables.PENDING, 0, status="consensus"), "sum", "error", "without a paid award g_1"),
    (removed(tables.CREDITS, 1), "sum", "error", "1 mint of 2.00 SC for jonas is missing"),
    (added(tables.CREDITS, mint("18.00", "maria")), "sum", "error", "without a paid award g_1"),
    (
        added(tables.CREDITS, CreditTransaction(AT, "REDEEM", Decimal(50), "jonas", None, "r_1", "", None, None, None)),
        "sum", "error", "jonas has -48.00 SC",
    ),
    (
        added(tables.CREDITS, CreditTransaction(AT, "GIFT", Decimal(1), "jonas", "maria", None, "", None, None, None)),
        "sum", "error", "GIFT",
    ),
    (added(tables.KARMA, sk("DECAY", 9, from_="maria")), "sum", "error", "-5 SK"),
    (added(tables.KARMA, sk("KARMA", 9, from_="maria", to="jonas")), "sum", "error", "never transferred"),
    (changed(tables.SESSIONS, 0, duration_minutes=600), "sum", "error", "600 minutes"),
    (changed(tables.TREASURY, 1, total_eur_balance=Decimal(170)), "sum", "error", "150"),
    (changed(tables.TREASURY, 1, sc_outstanding=Decimal(99)), "sum", "warning", "99 SC outstanding"),
    (removed(tables.SESSIONS, 0), "missing_row", "error", "s_1 has ended"),
    (changed(tables.OWNERS, 1, matrix_id="@maria:smartup0.org"), "double", "error", "2 owners"),
    (added(tables.CLOCK, clock("s_2", "running"), clock("s_3", "running")), "double", "error", "second clock"),
]  # fmt: skip


@pytest.mark.parametrize(("break_it", "kind", "severity", "says"), CASES)
def test_each_fault_is_found(break_it: Callable[[Rows], None], kind: str, severity: str, says: str) -> None:
    rows = sound()
    break_it(rows)
    report = check(rows)
    found = [f for f in report.findings if (f.kind, str(f.severity)) == (kind, severity) and says in f.message]
    assert found, [str(f) for f in report.findings]
    assert report.ok == (not any(f.severity is Severity.ERROR for f in report.findings))


def test_pages_and_rows_need_each_other() -> None:
    report = check(sound(), **{"wiki/lost.md": b"# x\n", "wiki/owners/tc.md": None})
    assert kinds(report) == [("missing_page", "error"), ("orphan_page", "warning")]
    assert report.findings[0].where == "ownership/book-of-owners.csv:4"
    assert report.findings[1].where == "wiki/lost.md"


def test_what_can_not_be_read_is_named_with_its_line() -> None:
    broken = files_of(sound())[tables.KARMA.path] + b"not,a,row\n"
    policy = POLICIES[CREDIT_RATES].replace(b"daily_cap", b"cap")
    report = check(sound(), **{tables.KARMA.path: broken, CREDIT_RATES: policy})
    assert [(f.kind, f.where) for f in report.findings] == [
        ("unreadable", f"{tables.KARMA.path}:4"), ("unreadable", CREDIT_RATES),
    ]  # fmt: skip
    assert "10 cells" in report.findings[0].message
    assert "daily_cap" in report.findings[1].message


def test_an_entity_that_the_audit_trail_never_names() -> None:
    rows = sound()
    rows[tables.TASKS].append(with_page(task("6_1_2_1"), "wiki/6_1/6_1_2/6_1_2_1_t.md"))
    assert kinds(check(rows)) == [("unaudited", "warning")]


def test_the_3x_rule_is_a_warning_with_money_and_a_note_before_there_was_any() -> None:
    rows = sound()
    rows[tables.TREASURY] = [money("1.00", "1.00", "0")]
    assert kinds(check(rows)) == [("three_x", "warning")]
    rows[tables.TREASURY] = [money("0", "0", "0")]
    report = check(rows)
    assert kinds(report) == [("three_x", "note")]
    assert "PENDING" in report.findings[0].message
    assert report.ok


def claim(number: int) -> TaskClaim:
    return TaskClaim(AT, f"6_1_2_{number}", "maria", "attacker", "claim", "")


def written() -> Commits:
    commits = Commits()
    for number in range(3):
        commits.do(Append(tables.CLAIMS, claim(number)), pages=[PageWrite(f"wiki/6_1/x_{number}.md", "# x\n")])
    return commits


def history_errors(commits: Commits) -> list[tuple[str, str]]:
    report = verify(MappingTree({}), commits)
    return [(f.kind, f.where) for f in report.findings if f.where == commit_id(len(commits.done))[:10]]


def test_a_lawful_history_has_no_findings() -> None:
    commits = written()
    report = verify(MappingTree({}), commits)
    assert report.commits == 3
    assert [f for f in report.findings if f.kind != "unreadable"] == []


def test_commits_may_be_given_one_by_one() -> None:
    commits = written()
    commits.tamper(tables.CLAIMS.path, b"timestamp\n")
    check, before = HistoryCheck(), MappingTree({})
    for info, files in commits.done:
        after = MappingTree(files)
        check.step(info, before, after)
        before = after
    assert verify(MappingTree({}), check) == verify(MappingTree({}), commits)


def test_commits_before_a_known_one_are_not_looked_at_again() -> None:
    commits = written()
    commits.tamper(tables.CLAIMS.path, b"timestamp\n")
    bad = commits.done[-1][0].id
    commits.do(Append(tables.TASKS, task("6_1_2_0")))
    report = verify(MappingTree({}), commits, since=bad)
    assert report.commits == 1
    assert "edited_log" not in [f.kind for f in report.findings]


def edited(data: bytes) -> bytes:
    return data.replace(b"6_1_2_1", b"6_1_2_7")


def cut(data: bytes) -> bytes:
    return data[: data.rstrip(b"\n").rfind(b"\n") + 1]


@pytest.mark.parametrize("break_it", [edited, cut])
def test_an_edited_log_row_is_named_with_its_line(break_it: Callable[[bytes], bytes]) -> None:
    commits = written()
    commits.tamper(tables.CLAIMS.path, break_it(commits.files[tables.CLAIMS.path]))
    report = verify(MappingTree({}), commits)
    (found,) = [f for f in report.findings if f.kind == "edited_log"]
    assert found.severity is Severity.ERROR
    assert f"{tables.CLAIMS.path}:{3 if break_it is edited else 4}" in found.message
    assert ("unaudited", found.where) in history_errors(commits)


def test_the_audit_trail_itself_is_a_log() -> None:
    commits = written()
    commits.tamper(tables.EVENTS.path, commits.files[tables.EVENTS.path].replace(b"maria", b"jonas"))
    assert ("edited_log", commit_id(4)[:10]) in history_errors(commits)


def test_a_removed_file_and_a_changed_segment() -> None:
    commits = written()
    commits.tamper(tables.CLAIMS.path, None)
    assert "edited_log" in [kind for kind, _ in history_errors(commits)]
    commits = written()
    commits.files["work/task_claimed/000001.csv"] = b"timestamp\n"
    commits.record("by hand", "x", "x@example.org", ["work/task_claimed/000001.csv"])
    commits.tamper("work/task_claimed/000001.csv", b"timestamp\nmore\n")
    assert "edited_log" in [kind for kind, _ in history_errors(commits)]


def test_a_mutation_without_audit_row() -> None:
    commits = written()
    commits.tamper("wiki/6_1/x_0.md", b"# y\n")
    assert history_errors(commits) == [("unaudited", commit_id(4)[:10])]
    commits.tamper("README.md", b"not the ledger's")
    assert history_errors(commits) == []


def test_an_index_row_before_its_page() -> None:
    commits = written()
    commits.do(Append(tables.TASKS, with_page(task("6_1_2_0"), "wiki/6_1/6_1_2/later.md")))
    assert history_errors(commits) == [("order", commit_id(4)[:10])]
    commits.do(Update(tables.TASKS, ("6_1_2_0",), {"wiki_path": "wiki/6_1/x_0.md"}))
    assert history_errors(commits) == []


def test_trailers_and_authors_must_agree_with_the_audit_trail() -> None:
    commits = written()
    info, files = commits.done[-1]
    for message, email, expected in [
        (info.message.replace("maria", "jonas"), info.author_email, {"trailer", "author"}),
        (info.message.replace("01J", "01K"), info.author_email, {"trailer"}),
        ("no trailer", info.author_email, {"trailer"}),
        (info.message, "somebody@example.org", {"author"}),
    ]:
        commits.done[-1] = (replace(info, message=message, author_email=email), files)
        assert {kind for kind, _ in history_errors(commits)} == expected


def test_the_audit_row_of_a_batch_belongs_to_its_command() -> None:
    commits = Commits()
    both = Change((), (Append(tables.CLAIMS, claim(0)),), (
        Audit("a", Entity("task", "6_1_2_0"), "x"), Audit("b", Entity("task", "6_1_2_0"), "y"),
    ), "m")  # fmt: skip
    commits.commit(commits.sealed(both), commits.sealed(both, "jonas"))
    assert history_errors(commits) == []
    assert len(Snapshot(commits.head).rows(tables.EVENTS)) == 4
