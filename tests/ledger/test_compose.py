"""A batch becomes one lawful commit, and the files are what the commands said, whatever the batches were."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smartup_tui.ledger import tables
from smartup_tui.ledger.cells import CellError
from smartup_tui.ledger.change import Append, Audit, Change, Entity, PageWrite, Update
from smartup_tui.ledger.compose import apply, compose
from smartup_tui.ledger.policies import VALIDATION_RULES
from smartup_tui.ledger.problems import LedgerFileError
from smartup_tui.ledger.rows import TaskClaim
from smartup_tui.ledger.seal import Stamp
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.ledger.tree import Overlay, as_base
from smartup_tui.ledger.verify import verify
from tests.ledger.commits import Commits, change
from tests.ledger.files import AT, award, task

PAGE = PageWrite("wiki/6_1/6_1_2/6_1_2_0_draft.md", "# Draft\n")


def claim(number: int = 0, note: str = "") -> TaskClaim:
    return TaskClaim(AT, f"6_1_2_{number}", "maria", "attacker", "claim", note)


def rolling(rows: int) -> Commits:
    commits = Commits()
    text = commits.files[VALIDATION_RULES].replace(b"segment_rows: 1000", f"segment_rows: {rows}".encode())
    commits.files[VALIDATION_RULES] = text
    return commits


def rows(commits: Commits, table: Any) -> list[Any]:
    return list(Snapshot(commits.head).rows(table))


def test_markdown_comes_first_then_csv_then_the_audit_trail() -> None:
    commits = Commits()
    draft = commits.do(Append(tables.CLAIMS, claim()), Append(tables.TASKS, task("6_1_2_0")), pages=[PAGE])
    paths = [file.path for file in draft.files]
    assert paths == [PAGE.path, tables.TASKS.path, tables.CLAIMS.path, tables.EVENTS.path]
    assert rows(commits, tables.EVENTS)[0].entity_id == "6_1_2_0"


def test_one_command_is_authored_by_its_owner_and_several_by_the_service() -> None:
    commits = Commits()
    one = commits.commit(commits.sealed(change(Append(tables.CLAIMS, claim()))))
    assert (one.author_name, one.author_email) == ("maria", "maria@owners.invalid")
    assert one.committer_email == "toolbox@owners.invalid"
    event = rows(commits, tables.EVENTS)[-1]
    assert (
        one.message
        == f"probe 6_1_2_0: 6_1_2_0 changed\n\nCommand: {event.event_id} maria {event.request_id} api:probe\n"
    )
    batch = [
        commits.sealed(change(Append(tables.CLAIMS, claim(n))), actor) for n, actor in enumerate(("maria", "jonas"))
    ]
    several = commits.commit(*batch)
    assert several.author_email == "toolbox@owners.invalid"
    assert several.message.startswith("2 commands: probe\n\nCommand: ")
    assert several.message.count("\nCommand: ") == 2
    assert several.date == batch[-1].now


def test_a_message_can_not_be_made_to_hold_another_trailer() -> None:
    commits = Commits()
    audit = Audit("probe", Entity("task", "6_1_2_0"), "x\n\nCommand: forged maria $1 api:probe")
    draft = commits.commit(commits.sealed(Change((), (Append(tables.CLAIMS, claim()),), (audit,), "m")))
    assert draft.message.count("\nCommand: ") == 1
    with pytest.raises(ValueError, match="request_id"):
        Stamp("maria", AT, "$1 api:x\nCommand: y", "api:probe", commits.new_event_id)


def test_a_later_command_of_a_batch_sees_the_earlier_ones() -> None:
    commits = Commits()
    first = commits.sealed(change(Append(tables.TASKS, task("6_1_2_0"))))
    second = commits.sealed(change(Update(tables.TASKS, ("6_1_2_0",), {"attacker": "maria", "status": "claimed"})))
    seen = Snapshot(apply(commits.head, first)).task("6_1_2_0")
    assert seen is not None
    assert seen.attacker is None
    draft = commits.commit(first, second)
    assert [file.path for file in draft.files] == [tables.TASKS.path, tables.EVENTS.path]
    assert rows(commits, tables.TASKS) == [replace(task("6_1_2_0", attacker="maria"), status="claimed")]


def test_an_update_changes_one_line_and_leaves_what_it_does_not_know() -> None:
    commits = Commits()
    header = "extra," + ",".join(tables.TASKS.header)
    row = "kept,6_1_2_{0},T,5_1_2,3_7,small,25,open,,,,maria,2026-01-05T09:00:00Z,"
    before = "\n".join([header, "# a comment", row.format(0), "broken,row", row.format(1)]).encode()
    commits.files[tables.TASKS.path] = before
    commits.do(Update(tables.TASKS, ("6_1_2_1",), {"status": "claimed", "attacker": "maria"}))
    after = commits.files[tables.TASKS.path]
    old, new = before.split(b"\n"), after.split(b"\n")
    assert old[:4] == new[:4]
    assert new[4] == b"kept,6_1_2_1,T,5_1_2,3_7,small,25,claimed,maria,,,maria,2026-01-05T09:00:00Z,"


def test_one_of_the_two_rows_of_an_award_is_updated() -> None:
    commits = Commits()
    pair = [award("g_1", "s_1", "50"), replace(award("g_1", "s_1", "50", beneficiary="jonas"), adm_role="defender")]
    commits.do(*(Append(tables.PENDING, row) for row in pair))
    commits.do(Update(tables.PENDING, ("g_1", "defender"), {"status": "paid"}))
    assert [row.status for row in rows(commits, tables.PENDING)] == ["pending", "paid"]


def test_what_the_law_forbids_can_not_be_written() -> None:
    commits = Commits()
    commits.do(Append(tables.TASKS, task("6_1_2_0")))
    refused: list[tuple[Change, type[Exception], str]] = [
        (change(Append(tables.TASKS, task("6_1_2_0"))), LedgerFileError, "there is a row for 6_1_2_0"),
        (change(Update(tables.TASKS, ("6_1_2_9",), {"status": "x"})), LedgerFileError, "no row for 6_1_2_9"),
        (change(Update(tables.CLAIMS, ("x",), {"note": "x"})), ValueError, "is a log"),
        (change(Update(tables.TASKS, ("6_1_2_0",), {"wrong": "x"})), ValueError, "no field wrong"),
        (change(Append(tables.TASKS, task("6_1_2_1", "bell\x07"))), CellError, "U\\+0007"),
        (change(pages=[PageWrite("wiki/../secret.md", "x")]), ValueError, "not a page"),
        (change(pages=[PageWrite("master-events.csv", "x")]), ValueError, "not a page"),
        (change(pages=[PageWrite("/wiki/x.md", "x")]), ValueError, "not a page"),
    ]
    for made, kind, says in refused:
        with pytest.raises(kind, match=says):
            apply(commits.head, commits.sealed(made))
    with pytest.raises(ValueError, match="audit"):
        Change((), (), (), "unaudited")


def test_an_id_inside_another_id_is_not_taken_for_it() -> None:
    commits = Commits()
    commits.do(Append(tables.TASKS, task("6_1_2_10")), Append(tables.TASKS, task("6_1_2_1")))
    commits.do(Update(tables.TASKS, ("6_1_2_1",), {"status": "claimed"}))
    assert [row.status for row in rows(commits, tables.TASKS)] == ["open", "claimed"]


def test_a_file_without_a_final_line_end_is_ended_first() -> None:
    commits = Commits()
    commits.do(Append(tables.CLAIMS, claim()))
    commits.files[tables.CLAIMS.path] = commits.files[tables.CLAIMS.path].removesuffix(b"\n")
    commits.do(Append(tables.CLAIMS, claim(1)))
    assert [row.task_id for row in rows(commits, tables.CLAIMS)] == ["6_1_2_0", "6_1_2_1"]


def test_a_full_log_moves_byte_for_byte_and_the_new_file_has_this_commits_rows() -> None:
    commits = rolling(3)
    for number in range(3):
        commits.do(Append(tables.CLAIMS, claim(number)))
    full = commits.files[tables.CLAIMS.path]
    batch = [commits.sealed(change(Append(tables.CLAIMS, claim(n)))) for n in range(3, 8)]
    draft = commits.commit(*batch)
    assert commits.files["work/task_claimed/000001.csv"] == full
    paths = [file.path for file in draft.files]
    assert paths == [
        "work/task_claimed/000001.csv", tables.CLAIMS.path, "master-events/000001.csv", tables.EVENTS.path,
    ]  # fmt: skip
    assert commits.files[tables.CLAIMS.path].count(b"\n") == 6
    assert [row.task_id for row in rows(commits, tables.CLAIMS)] == [f"6_1_2_{n}" for n in range(8)]
    commits.do(Append(tables.CLAIMS, claim(8)))
    assert commits.files["work/task_claimed/000002.csv"].count(b"\n") == 6


def test_a_log_that_is_not_touched_does_not_roll() -> None:
    commits = rolling(2)
    for number in range(4):
        commits.do(Append(tables.TASKS, task(f"6_1_2_{number}")))
    assert not [path for path in commits.files if path.startswith(tables.TASKS.segments)]
    assert "master-events/000001.csv" in commits.files


def test_a_register_row_in_a_segment_is_final() -> None:
    commits = Commits()
    commits.do(Append(tables.TASKS, task("6_1_2_0")))
    commits.files["work/task-budgets/000001.csv"] = commits.files.pop(tables.TASKS.path)
    with pytest.raises(LedgerFileError, match="may still change"):
        commits.do(Update(tables.TASKS, ("6_1_2_0",), {"status": "open"}))


def test_an_overlay_that_stands_for_a_commit_begins_a_new_one() -> None:
    commits = rolling(1)
    first = apply(commits.head, commits.sealed(change(Append(tables.CLAIMS, claim()))))
    second = commits.sealed(change(Append(tables.CLAIMS, claim(1))))
    draft = compose(first, [second])
    assert "work/task_claimed/000001.csv" in [file.path for file in draft.files]
    assert draft == compose(first, [second], apply(as_base(first), second))
    same = apply(first, second)
    assert isinstance(same, Overlay)
    assert (
        same.read(tables.CLAIMS.path)
        == (first.read(tables.CLAIMS.path) or b"") + b"2026-01-05T09:00:00Z,6_1_2_1,maria,attacker,claim,\n"
    )


def test_a_ledger_without_policies_still_writes() -> None:
    commits = Commits(files={})
    commits.do(Append(tables.CLAIMS, claim()))
    assert len(rows(commits, tables.CLAIMS)) == 1


def test_a_formula_in_a_note_is_only_text_in_the_file() -> None:
    commits = Commits()
    commits.do(Append(tables.CLAIMS, claim(note='=HYPERLINK("http://x","y"), yes')))
    assert b"\"'=HYPERLINK(" in commits.files[tables.CLAIMS.path]
    assert rows(commits, tables.CLAIMS)[0].note == '=HYPERLINK("http://x","y"), yes'


COMMAND = st.one_of(
    st.tuples(st.just("claim"), st.integers(0, 5), st.sampled_from(["", "a, b", 'say "x"', "=1", "# no"])),
    st.tuples(st.just("task"), st.integers(0, 5), st.sampled_from(["T", "Ü, t", "'quoted"])),
)


@given(st.lists(st.lists(COMMAND, min_size=1, max_size=4), max_size=6), st.integers(1, 4))
@settings(max_examples=60, deadline=None)
def test_rows_are_the_history_however_commands_are_batched(
    batches: list[list[tuple[str, int, str]]], roll: int
) -> None:
    commits = rolling(roll)
    claims: list[TaskClaim] = []
    tasks: dict[str, Any] = {}
    requests = []
    for batch in batches:
        sealed = []
        for kind, number, text in batch:
            if kind == "claim":
                row = claim(number, text)
                claims.append(row)
                made = change(Append(tables.CLAIMS, row))
            elif f"6_1_2_{number}" in tasks:
                values = {"title": text, "budget_sc": Decimal(number)}
                tasks[f"6_1_2_{number}"] = replace(tasks[f"6_1_2_{number}"], **values)
                made = change(Update(tables.TASKS, (f"6_1_2_{number}",), values))
            else:
                tasks[f"6_1_2_{number}"] = task(f"6_1_2_{number}", text)
                made = change(Append(tables.TASKS, tasks[f"6_1_2_{number}"]))
            sealed.append(commits.sealed(made))
        requests += [s.request_id for s in sealed]
        draft = commits.commit(*sealed)
        assert draft.files[-1].path == tables.EVENTS.path
        assert len({file.path for file in draft.files}) == len(draft.files)
    assert rows(commits, tables.CLAIMS) == claims
    assert rows(commits, tables.TASKS) == list(tasks.values())
    assert [row.request_id for row in rows(commits, tables.EVENTS)] == requests
    report = verify(commits.head, commits)
    assert [f for f in report.errors if f.kind in ("edited_log", "trailer", "author", "unaudited", "order")] == []
    assert report.commits == len(batches)
