"""Keys on the large organisation: how long until what they change is painted, and what that costs.

In a pseudo-terminal of 120×40: scrolling 100,000 tasks (also while the whole ledger is read by the syncing process),
opening each screen, filters, the palette, the jump; then bytes and processor time while nobody does anything. Beside it
in the same run a bare `DataTable` of Textual with as many rows (`--without-table` leaves it out: it needs a minute).

    python -m benchmarks.keys [--tasks 100000 …]
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks._large import Size, size_from
from benchmarks._place import large_home, large_repository, served
from benchmarks._terminal import Painted, Program
from benchmarks.startup import LIVE, SMARTUP
from smartup_tui.config import Home
from smartup_tui.screens.frame import SCREENS
from smartup_tui.workspace.places import Places

IDLE = 20.0
DOWN, PAGE_DOWN = b"\x1b[B", b"\x1b[6~"
MOVES, PAGES = 120, 80
PROGRAMS = 5
TABLE = """
import sys
from textual.app import App
from textual.widgets import DataTable
class Table(App):
    def compose(self):
        yield DataTable(cursor_type="row")
    def on_mount(self):
        table = self.query_one(DataTable)
        table.add_columns("Task", "Title", "Status", "SC", "Free")
        rows = range(int(sys.argv[1]))
        table.add_rows((f"6_1_2_{n}", f"Draft the owners' guide {n}", "open", "100", "both") for n in rows)
        table.focus()
Table().run(mouse=False)
"""


def line(name: str, painted: Iterable[Painted]) -> None:
    """Median and p95 until what the key itself changes is painted and until the last byte, bytes, processor time."""
    found = list(painted)
    columns = ""
    for times in ([one.first for one in found], [one.last for one in found]):
        columns += f"{statistics.median(times):8.1f}{statistics.quantiles(times, n=20)[-1]:8.1f}"
    size, cost = (statistics.median(values) for values in ([p.received for p in found], [p.processor for p in found]))
    print(f"  {name:<34}{columns}{size:10,.0f}{cost:8.1f}", flush=True)


def scroll(program: Program, of: str, moves: int = MOVES, pages: int = PAGES) -> None:
    """Single moves of the cursor and whole pages, down a list."""
    line(f"a move of the cursor{of}", [program.key(DOWN) for _ in range(moves)])
    line(f"a page{of}", [program.key(PAGE_DOWN) for _ in range(pages)])


def typed(program: Program, keys: str) -> list[Painted]:
    """Letter by letter."""
    return [program.key(key.encode(), quiet=0.3) for key in keys]


def once(name: str, painted: Sequence[Painted], of: Callable[[Sequence[float]], float] = max) -> None:
    """Of a few keys the slowest, or the median: until the first paint, until the last, and the processor time."""
    first, last, cost = (of(values) for values in zip(*((p.first, p.last, p.processor) for p in painted), strict=True))
    print(f"  {name:<34}{first:8.1f}{'':8}{last:8.1f}{'':18}{cost:8.1f}", flush=True)


def screens(home: Home) -> None:
    """The first and the second opening of each, one after the other; the median over a few programs."""
    found: dict[str, list[Painted]] = {}
    for _ in range(PROGRAMS):
        with opened(home) as program:
            for again in ("", " again"):
                for number, name in enumerate(SCREENS, 1):
                    if (name, again) != ("Today", ""):
                        painted = program.key(str(number % 10).encode(), quiet=0.5)
                        found.setdefault(f"{name}{again}", []).append(painted)
            program.key(b"1", quiet=0.5)  # where the next one begins
    for name, openings in found.items():
        once(name, openings, statistics.median)


def words(program: Program) -> None:
    """Everything that is typed and looked for."""
    program.key(b"2", quiet=0.5)
    once("Tasks: /repair", [*typed(program, "/repair")])
    program.key(b"\x1b", quiet=0.5)
    program.press(b"0", b"Audit")
    once("Audit: /zqx, found nowhere", typed(program, "/zqx"))
    program.key(b"\x1b", quiet=1.0)
    once("Audit: actor:maria", typed(program, "/actor:maria"))
    program.key(b"\x1b", quiet=1.0)
    for key, name in ((b"m", "mine"), (b"b", "by scripts"), (b"a", "all")):
        once(f"Audit: {name}", [program.key(key, quiet=1.0)])
    once("Ctrl+P", [program.key(b"\x10", quiet=1.0)])
    once("palette: first letter", typed(program, "r"))
    once("palette: epair utre", typed(program, "epair utre"))
    program.key(b"\x1b", quiet=0.5)
    program.key(b"\x10", quiet=1.0)
    once("palette: bakup, a slip", typed(program, "bakup"))
    program.key(b"\x1b", quiet=0.5)
    once("g 6_1_0_1", typed(program, "g6_1_0_1"))
    program.key(b"\x1b", quiet=0.5)
    program.key(b"3", quiet=0.5)
    once("Wallet: /settled", typed(program, "/settled"))
    program.key(b"\x1b", quiet=0.5)
    once("= in the wallet", [program.key(b"=", quiet=1.0)])
    program.key(b"\x1b", quiet=0.5)


def table(size: Size) -> None:
    """The library's own table with as many rows, in memory."""
    with Program([sys.executable, "-c", TABLE, str(size.tasks)]) as program:
        program.until(b"owners' guide 0")
        program.settle(3.0)
        scroll(program, ", DataTable", 40, 40)
        print(f"  {'DataTable: memory':<34}{program.memory():8.1f} MB")


@contextmanager
def opened(home: Home) -> Iterator[Program]:
    """The workspace, live and at rest."""
    with Program([*SMARTUP, "--home", str(home.config.parent)]) as program:
        program.until(b"My tasks", after=LIVE)
        program.settle(3.0)
        yield program


def quiet(size: Size, folder: Path) -> None:
    """Nothing answers: what keys and idling cost alone."""
    home = large_home(folder, size)
    screens(home)
    with opened(home) as program:
        print(f"  {'memory, Today':<34}{program.memory():8.1f} MB, {program.own_memory():.1f} its own", flush=True)
        received, cost = program.idle(IDLE)
        print(f"  {'idle, Today':<34}{received:8} bytes, {cost / IDLE / 10:.2f} % of a processor", flush=True)
        program.key(b"2", quiet=0.5)
        program.key(b"a", quiet=0.5)
        scroll(program, "")
        print(f"  {'memory, 100,000 rows scrolled':<34}{program.memory():8.1f} MB, {program.own_memory():.1f} its own")
        received, cost = program.idle(IDLE)
        print(f"  {'idle, Tasks':<34}{received:8} bytes, {cost / IDLE / 10:.2f} % of a processor", flush=True)
        for number in range(len(SCREENS)):
            program.key(str(number).encode(), quiet=0.5)
        words(program)
        print(f"  {'memory, all screens opened':<34}{program.memory():8.1f} MB, {program.own_memory():.1f} its own")


def during_sync(size: Size, folder: Path) -> None:
    """The forge is there, and nothing of it is here yet but the read model: all is downloaded and compared."""
    with served(large_repository(size), folder / "forge") as place:
        home = large_home(folder / "home", size, place)
        with Program([*SMARTUP, "--home", str(home.config.parent)]) as program:
            program.until(b"My tasks", after=LIVE)
            program.press(b"2", b"Tasks")
            program.key(b"a", quiet=0.3)
            scroll(program, ", syncing")
            syncing = any(Places.of(home, "smartup").mirror.glob("*")) or b"Reading" in program.seen
            print("  (the synchronisation was under way)" if syncing else "  (no synchronisation was seen)")


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description="What keys cost on a large organisation.")
    parser.add_argument("--without-table", action="store_true")
    size, found = size_from(parser)
    print(f"{size.tasks:,} tasks; ms until the first paint and until the last byte, bytes, ms of processor time")
    print(f"  {'':<34}{'first':>8}{'p95':>8}{'last':>8}{'p95':>8}{'bytes':>10}{'cpu':>8}")
    if not found.without_table:
        table(size)
    with tempfile.TemporaryDirectory() as temporary:
        quiet(size, Path(temporary) / "quiet")
        during_sync(size, Path(temporary) / "syncing")


if __name__ == "__main__":
    main()
