"""The read model is the same whether it grew with the ledger or was built at once, and hides nothing."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smartup_tui.ledger import tables
from smartup_tui.ledger.index import objectives, queries, schema
from smartup_tui.ledger.index.audit import TrailFilter, TrailWindow
from smartup_tui.ledger.index.ingest import Difference, Ingested, ingest
from smartup_tui.ledger.index.store import Index
from smartup_tui.ledger.tree import MappingTree

TASKS = "work/task-budgets.csv"
AWARDS = "credits/pending-sc.csv"
EVENTS = "master-events.csv"
TASK_HEADER = ",".join(tables.TASKS.header)
EVENT_HEADER = ",".join(tables.EVENTS.header)


def task_line(number: int, status: str = "open", attacker: str = "", objective: str = "5_1_2") -> str:
    """One row of the tasks' register."""
    return (
        f"6_1_2_{number},Title {number},{objective},3_1,small,25.00,{status},{attacker},,,"
        f"robbert_founder,2026-01-01T00:00:00Z,wiki/6_1/6_1_2/6_1_2_{number}_title.md"
    )


def award_line(number: int, task: int, status: str) -> str:
    """One row of the awards' register."""
    return f"g_{number},2026-01-01T00:00:00Z,s_1,6_1_2_{task},maria,attacker,{number}.50,4,4,4,,,jonas,{status},,,,"


def event_line(number: int) -> str:
    """One row of the audit trail."""
    what = f"claim_task,task,6_1_2_{number % 3},said {number},api:claim_task,ok"
    return f"2026-01-01T00:00:00Z,E{number},maria,{what},r{number}"


def csv(header: str, *lines: str) -> bytes:
    """A file of these rows."""
    return "".join(f"{line}\n" for line in (header, *lines)).encode()


# What a word leads to: pages stand under twice their number, notes under twice theirs and one.
_FINDS = """
SELECT ifnull(p.path, q.path), n.session_id, n.text FROM found
LEFT JOIN pages p ON found.rowid = 2 * p.number LEFT JOIN notes n ON found.rowid = 2 * n.number + 1
LEFT JOIN pages q ON q.number = n.page WHERE found MATCH '"' || ? || '"'
"""


def session_line(number: int, summary: str) -> str:
    """One row of the session log."""
    times = "2026-01-01T10:00:00Z,2026-01-01T11:00:00Z"
    return f"s_{number},6_1_2_{number % 3},maria,jonas,{times},60,stopped,{summary},"


def content(index: Index) -> dict[str, list[tuple[object, ...]]]:
    """All that readers can see: every table's rows in order, the pages, and the problems."""
    found: dict[str, list[tuple[object, ...]]] = {}
    for table in tables.TABLES:
        names = ", ".join(schema.quoted(c.name) for c in table.columns)
        found[table.name] = list(
            index.connection.execute(f"SELECT {names} FROM {schema.quoted(table.name)} ORDER BY row")
        )
    found["pages"] = list(
        index.connection.execute(
            "SELECT path, pages.title, body FROM pages JOIN page_text ON page = number ORDER BY path"
        )
    )
    found["notes"] = list(
        index.connection.execute(
            "SELECT ifnull(path, ''), session_id, notes.task_id, started_at, stopped_at, attacker, defender, minutes,"
            " notes.title, text FROM notes LEFT JOIN pages ON pages.number = page ORDER BY 1, 2, 10"
        )
    )
    for word in ("first", "done", "later", "told", "s_1"):
        found[word] = sorted(index.connection.execute(_FINDS, (word,)), key=str)
    found["sums"] = [
        *index.connection.execute("SELECT * FROM objective_tasks WHERE tasks ORDER BY 1, 2"),
        *index.connection.execute("SELECT * FROM objective_awards WHERE amount ORDER BY 1, 2"),
        *index.connection.execute("SELECT * FROM credit_sums WHERE amount ORDER BY 1, 2, 3, 4"),
        *index.connection.execute("SELECT * FROM karma_sums WHERE amount ORDER BY 1, 2, 3, 4"),
    ]
    found["files"] = list(index.connection.execute("SELECT path, blob, size, lines, rows FROM files ORDER BY 1"))
    found["problems"] = list(
        index.connection.execute("SELECT path, line, field, message FROM problems ORDER BY 1, 2, 3, 4")
    )
    return found


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    """An empty read model."""
    with Index(tmp_path / "index.db", writable=True) as opened:
        yield opened


def show(index: Index, files: dict[str, bytes], commit: str = "c") -> Ingested:
    """Bring the read model up to these files."""
    return ingest(index, MappingTree(files, commit))


def test_a_task_is_found_with_its_typed_values(index: Index) -> None:
    show(index, {TASKS: csv(TASK_HEADER, task_line(0, "claimed", "maria"))})
    task = queries.task(index, "6_1_2_0")
    assert task is not None
    assert (task.attacker, task.defender, str(task.budget_sc), task.created_at.year) == ("maria", None, "25.00", 2026)


def test_a_file_that_did_not_change_is_not_read_again(index: Index) -> None:
    files = {TASKS: csv(TASK_HEADER, task_line(0)), EVENTS: csv(EVENT_HEADER, event_line(0))}
    assert show(index, files).changed == ("master-events", "task-budgets")
    assert show(index, {**files, EVENTS: csv(EVENT_HEADER, event_line(0), event_line(1))}).changed == ("master-events",)


def test_a_changed_row_of_a_register_takes_the_old_ones_place(index: Index) -> None:
    show(index, {TASKS: csv(TASK_HEADER, task_line(0), task_line(1))})
    show(index, {TASKS: csv(TASK_HEADER, task_line(0, "claimed", "jonas"), task_line(1))})
    assert [(t.task_id, t.attacker) for t in index.select(tables.TASKS)] == [("6_1_2_0", "jonas"), ("6_1_2_1", None)]


def test_sums_below_an_objective_follow_its_tasks_and_awards(index: Index) -> None:
    awards = csv(",".join(tables.PENDING.header), award_line(1, 0, "paid"), award_line(2, 0, "pending"))
    show(index, {TASKS: csv(TASK_HEADER, task_line(0), task_line(1)), AWARDS: awards})
    assert objectives.task_totals(index) == {"5_1_2": {"open": (2, 5000)}}
    assert objectives.awarded(index, ["5_1_2"]) == {"paid": Decimal("1.50"), "pending": Decimal("2.50")}
    moved = task_line(0, "claimed", objective="5_1_3")
    show(index, {TASKS: csv(TASK_HEADER, moved, task_line(1)), AWARDS: awards}, "later")
    assert objectives.task_totals(index) == {"5_1_2": {"open": (1, 2500)}, "5_1_3": {"claimed": (1, 2500)}}
    assert objectives.awarded(index, ["5_1_2"]) == {}
    paid = csv(",".join(tables.PENDING.header), award_line(1, 0, "paid"), award_line(2, 0, "paid"))
    show(index, {TASKS: csv(TASK_HEADER, moved, task_line(1)), AWARDS: paid}, "last")
    assert objectives.awarded(index, ["5_1_2", "5_1_3"]) == {"paid": Decimal("4.00")}


def test_a_broken_row_is_a_problem_with_its_line_and_hides_no_other(index: Index) -> None:
    broken = task_line(1).replace("25.00", "many")
    show(index, {TASKS: csv(TASK_HEADER, task_line(0), broken, task_line(2))})
    assert [t.task_id for t in index.select(tables.TASKS)] == ["6_1_2_0", "6_1_2_2"]
    [(path, line, column, message)] = queries.problems(index)
    assert (path, line, column) == (TASKS, 3, "budget_sc")
    assert "amount" in message
    show(index, {TASKS: csv(TASK_HEADER, task_line(0), task_line(1), task_line(2))})
    assert not queries.problems(index)


def test_a_changed_old_row_of_a_log_is_reported(index: Index) -> None:
    show(index, {EVENTS: csv(EVENT_HEADER, event_line(0), event_line(1))})
    done = show(index, {EVENTS: csv(EVENT_HEADER, event_line(7), event_line(1), event_line(2))})
    assert done.rewritten == (EVENTS,)
    assert [e.event_id for e in index.select(tables.EVENTS)] == ["E7", "E1", "E2"]


def test_a_full_log_that_moves_to_a_segment_keeps_its_rows_and_order(index: Index) -> None:
    first = csv(EVENT_HEADER, *map(event_line, range(3)))
    show(index, {EVENTS: first})
    done = show(index, {"master-events/000001.csv": first, EVENTS: csv(EVENT_HEADER, event_line(3))})
    assert done.rewritten == ()
    assert [e.event_id for e in index.select(tables.EVENTS)] == ["E0", "E1", "E2", "E3"]


def test_a_log_that_rolled_twice_between_two_looks_is_followed(index: Index) -> None:
    show(index, {EVENTS: csv(EVENT_HEADER, event_line(0))})
    files = {
        "master-events/000001.csv": csv(EVENT_HEADER, event_line(0), event_line(1)),
        "master-events/000002.csv": csv(EVENT_HEADER, event_line(2), event_line(3)),
        EVENTS: csv(EVENT_HEADER, event_line(4)),
    }
    assert show(index, files).rewritten == ()
    assert [e.event_id for e in index.select(tables.EVENTS)] == [f"E{n}" for n in range(5)]


def test_an_interrupted_ingestion_leaves_the_read_model_as_it_was(index: Index) -> None:
    show(index, {TASKS: csv(TASK_HEADER, task_line(0))}, "one")

    def stop(step: str, done: int, total: int) -> None:
        if step == "tables" and done == total:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        ingest(index, MappingTree({TASKS: csv(TASK_HEADER, task_line(0), task_line(1))}, "two"), stop)
    assert index.commit == "one"
    assert index.count(tables.TASKS) == 1


def test_an_index_of_another_version_is_built_again(tmp_path: Path) -> None:
    path = tmp_path / "index.db"
    with Index(path, writable=True) as index:
        show(index, {TASKS: csv(TASK_HEADER, task_line(0))})
        index.connection.execute("PRAGMA user_version = 999")
    with pytest.raises(FileNotFoundError):
        Index(path)
    with Index(path, writable=True) as index:
        assert index.commit == ""


def test_a_damaged_index_is_built_again(tmp_path: Path) -> None:
    path = tmp_path / "index.db"
    path.write_bytes(b"this is no database" * 1000)
    with Index(path, writable=True) as index:
        show(index, {TASKS: csv(TASK_HEADER, task_line(0))})
        assert index.count(tables.TASKS) == 1


def test_a_list_keeps_its_place_while_rows_arrive(index: Index) -> None:
    show(index, {TASKS: csv(TASK_HEADER, *(task_line(n) for n in range(5)))})
    window = queries.task_window(index, queries.TaskFilter())
    show(index, {TASKS: csv(TASK_HEADER, *(task_line(n) for n in range(9)))})
    assert len(window) == 5
    ((key, task),) = window.rows(3, 1)
    assert task.task_id == "6_1_2_3"
    assert window.position(key) == 3


def test_a_filter_finds_every_word_somewhere(index: Index) -> None:
    lines = [task_line(0, "claimed", "maria"), task_line(1), task_line(2, "claimed", "jonas")]
    show(index, {TASKS: csv(TASK_HEADER, *lines)})

    def found(text: str, scope: queries.Scope = queries.Scope.ALL) -> list[str]:
        window = queries.task_window(index, queries.TaskFilter(scope, "maria", (), text))
        return [task.task_id for _, task in window.rows(0, 10)]

    assert found("title MARIA") == ["6_1_2_0"]
    assert found("claimed") == ["6_1_2_0", "6_1_2_2"]
    assert found("%") == []
    assert found("", queries.Scope.MINE) == ["6_1_2_0"]


_TOLD = b"# One\n\n## Sessions\n\n### s_1\n\n- Minutes: 60\n\ntold here\n\n### s_2\n\n- Minutes: 5\n\ntold too\n"
PAGES = st.dictionaries(
    st.sampled_from(["wiki/home.md", "wiki/6_1/6_1_2_0_a.md", "wiki/6_1/6_1_2_1_b.md"]),
    st.sampled_from([b"# One\n\nfirst", b"---\ntitle: Two\n---\nsecond", b"", b"\xff broken", _TOLD]),
)
SESSIONS = st.lists(st.tuples(st.integers(1, 4), st.sampled_from(["done", "later", ""])), max_size=3)
LOGS = st.lists(st.integers(0, 40), max_size=6)
OBJECTIVES = st.sampled_from(["5_1_2", "5_1_3"])
GIVEN = st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["pending", "paid", "broken\x00"])), max_size=4)


@st.composite
def histories(draw: st.DrawFn) -> list[dict[str, bytes]]:
    """A ledger's files at a few moments: rows come, change and break, a log grows, moves to segments or is tampered."""
    moments: list[dict[str, bytes]] = []
    events: list[str] = []
    sessions: list[str] = []
    segments = 0
    files: dict[str, bytes] = {}
    for _ in range(draw(st.integers(1, 4))):
        tasks = [
            task_line(n, draw(st.sampled_from(["open", "claimed", "broken\x00"])), objective=draw(OBJECTIVES))
            for n in range(draw(st.integers(0, 4)))
        ]
        awards = [award_line(n, *award) for n, award in enumerate(draw(GIVEN))]
        events += [event_line(n) if n else "no row" for n in draw(LOGS)]
        sessions += [session_line(*session) for session in draw(SESSIONS)]
        if draw(st.booleans()) and events:
            segments += 1
            files[f"master-events/{segments:06}.csv"] = csv(EVENT_HEADER, *events)
            events = [event_line(99)]
        if draw(st.integers(0, 5)) == 0 and events:
            events[0] = event_line(77)
        if draw(st.integers(0, 5)) == 0 and sessions:
            sessions[0] = session_line(3, "changed")
        files = {k: v for k, v in files.items() if not k.startswith("wiki/")}
        files["work/session_logs.csv"] = csv(",".join(tables.SESSIONS.header), *sessions)
        files |= {TASKS: csv(TASK_HEADER, *tasks), EVENTS: csv(EVENT_HEADER, *events), **draw(PAGES)}
        files[AWARDS] = csv(",".join(tables.PENDING.header), *awards)
        moments.append(dict(files))
    return moments


@settings(max_examples=60, deadline=None)
@given(histories(), st.booleans())
def test_growing_with_the_ledger_equals_building_at_once(moments: list[dict[str, bytes]], told: bool) -> None:
    with tempfile.TemporaryDirectory() as folder, Index(Path(folder) / "grown.db", writable=True) as grown:
        before: dict[str, bytes] = {}
        for number, files in enumerate(moments):
            paths = {path for path in (*before, *files) if before.get(path) != files.get(path)}
            difference = Difference(grown.commit, paths) if told else None
            ingest(grown, MappingTree(files, f"c{number}"), difference=difference)
            before = files
        with Index(Path(folder) / "built.db", writable=True) as built:
            ingest(built, MappingTree(moments[-1], "c"))
            assert content(grown) == content(built)
        trail = TrailWindow(grown, TrailFilter())
        ids = [row[0] for row in grown.connection.execute('SELECT row FROM "master-events" ORDER BY row DESC')]
        assert [row for row, _ in trail.rows(0, len(trail))] == ids


def test_a_difference_from_another_commit_is_not_believed(index: Index) -> None:
    show(index, {TASKS: csv(TASK_HEADER, task_line(0))}, "one")
    later = MappingTree({TASKS: csv(TASK_HEADER, task_line(0, "claimed"))}, "three")
    ingest(index, later, difference=Difference("two", ()))
    found = queries.task(index, "6_1_2_0")
    assert found is not None
    assert found.status == "claimed"
