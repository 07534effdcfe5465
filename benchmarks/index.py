"""What the read model costs: building it, beside plain reading of the same files, and what is asked of it.

Floors in the same run: the `csv` module reading every table, and `sqlite3 .import` of the same tables (where that
program is installed), neither of which types a cell or keeps an index.

    python -m benchmarks.index [--tasks 100000 …]
"""

from __future__ import annotations

import argparse
import csv
import io
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks._large import size_from
from benchmarks._place import large_repository, run
from smartup_tui.ledger import tables
from smartup_tui.ledger.index import library, queries, wallet
from smartup_tui.ledger.index.ingest import ingest
from smartup_tui.ledger.index.listings import Wanted, listing
from smartup_tui.ledger.index.queries import Scope, TaskFilter
from smartup_tui.ledger.index.store import Index
from smartup_tui.ledger.rowset import segment_paths
from smartup_tui.ledger.tree import MappingTree

ROUNDS = 9
WINDOW = 40


def read_tree(repository: Path) -> MappingTree:
    """All files of the branch, read by git in one process."""
    git = ["git", "-C", str(repository)]
    listed = subprocess.run([*git, "ls-tree", "-r", "main"], check=True, capture_output=True, text=True).stdout
    ids = [(line.split()[2], line.split("\t", 1)[1]) for line in listed.splitlines()]
    files: dict[str, bytes] = {}
    with subprocess.Popen([*git, "cat-file", "--batch"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        wanted, answer = process.stdin, process.stdout
        assert wanted is not None
        assert answer is not None

        def ask() -> None:
            with wanted:
                wanted.write("".join(f"{sha}\n" for sha, _ in ids).encode())

        threading.Thread(target=ask).start()
        for _, path in ids:
            files[path] = answer.read(int(answer.readline().split()[2]))
            answer.read(1)
    return MappingTree(files, commit="large")


def build(repository: Path, file: Path) -> None:
    """Build the read model of a repository; run in a process of its own, so that its memory is its own."""
    tree = read_tree(repository)
    began = time.perf_counter()
    with Index(file, writable=True) as index:
        ingest(index, tree)
    print(f"{time.perf_counter() - began:.3f}")


def read_csv(tree: MappingTree) -> int:
    """Every row of every table, by the `csv` module."""
    rows = 0
    for table in tables.TABLES:
        for path in (*segment_paths(table, tree), table.path):
            data = tree.read(path)
            if data is not None:
                rows += sum(1 for _ in csv.reader(io.StringIO(data.decode())))
    return rows


def import_by_sqlite(tree: MappingTree, folder: Path) -> float:
    """Seconds in which SQLite's own shell imports the same tables."""
    lines = [".mode csv"]
    for table in tables.TABLES:
        file = folder / f"{table.name}.csv"
        with file.open("wb") as out:
            for number, path in enumerate((*segment_paths(table, tree), table.path)):
                data = tree.read(path) or b""
                out.write(data if number == 0 else data.partition(b"\n")[2])
        if file.stat().st_size:
            lines.append(f'.import "{file}" "{table.name}"')
    script = folder / "import.sql"
    script.write_text("\n".join(lines) + "\n")
    return run(["sqlite3", str(folder / "imported.db"), f".read {script}"]).seconds


def median(call: Callable[[], object]) -> float:
    """Milliseconds, the median of some rounds after one that is not counted."""
    times = []
    for _ in range(ROUNDS + 1):
        began = time.perf_counter()
        call()
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times[1:])


def questions(index: Index) -> dict[str, Callable[[], object]]:
    """What screens ask, each up to its first window of rows."""

    def tasks(scope: Scope, text: str = "") -> Callable[[], object]:
        return lambda: queries.task_window(index, TaskFilter(scope, "maria", ("3_1",), text)).rows(0, WINDOW)

    def audit(**equal: str) -> Callable[[], object]:
        return lambda: listing(index, tables.EVENTS, Wanted(equal)).rows(0, WINDOW)

    def search(typed: str) -> Callable[[], object]:
        return lambda: library.pages(index, [n // 2 for n in library.found(index, typed)[:WINDOW] if n % 2 == 0])

    return {
        "all tasks": tasks(Scope.ALL),
        "open tasks": tasks(Scope.OPEN),
        "tasks with two words": tasks(Scope.ALL, "repair utrecht"),
        "my tasks": lambda: queries.tasks_of(index, "maria"),
        "one task's audit rows": lambda: queries.events_of(index, "6_1_0_0"),
        "all audit rows": audit(),
        "audit rows of one owner": audit(actor="maria"),
        "my SC that moved": lambda: wallet.credits_of(index, "maria"),
        "full text, a rare word": search("passport"),
        "full text, two words": search("harvest utrecht"),
        "full text, on every page": search("the"),
    }


def main() -> None:
    """Build and ask."""
    size, _ = size_from(argparse.ArgumentParser(description="What the read model costs."))
    repository = large_repository(size)
    tree = read_tree(repository)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        began = time.perf_counter()
        rows = read_csv(tree)
        plain = time.perf_counter() - began
        print(f"{rows:,} rows of {len(tables.TABLES)} tables, {len(tree.paths('wiki/')):,} pages")
        print(f"  read by the csv module        {plain:7.1f} s")
        if shutil.which("sqlite3"):
            print(f"  imported by sqlite3           {import_by_sqlite(tree, folder):7.1f} s")
        file = folder / "index.db"
        code = (
            "import sys; from pathlib import Path; from benchmarks.index import build; build(*map(Path, sys.argv[1:]))"
        )
        cost = run([sys.executable, "-c", code, str(repository), str(file)])
        seconds = float(cost.output)
        megabytes = file.stat().st_size / 1e6
        print(f"  read model built              {seconds:7.1f} s   {seconds / plain:.1f} of csv, {megabytes:.0f} MB")
        print(f"  memory of that process        {cost.memory:7.0f} MB   with all files of the ledger in it")
        with Index(file) as index:
            for name, call in questions(index).items():
                print(f"  {name:<28}  {median(call):7.2f} ms")


if __name__ == "__main__":
    main()
