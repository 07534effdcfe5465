"""`smartup wallet` from the shell and back, beside `hledger balance` on the same transactions.

The transactions are all of a large organisation: ours answers from its read model, hledger reads a journal that holds
what the ledger holds (where that program is installed).

    python -m benchmarks.wallet [--tasks 100000 …]
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from benchmarks._large import size_from
from benchmarks._place import Run, Served, large_repository, new_home, run, smartup
from benchmarks.index import read_tree
from smartup_tui.ledger import tables
from smartup_tui.ledger.index.ingest import ingest
from smartup_tui.ledger.index.store import Index
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.ledger.tree import MappingTree
from smartup_tui.workspace.places import Places

ROUNDS = 15


def journal(tree: MappingTree) -> Iterator[str]:
    """The SC transactions as hledger reads them."""
    for row in Snapshot(tree).rows(tables.CREDITS):
        day: datetime = row.timestamp
        yield f"{day:%Y-%m-%d} {row.description}\n    owners:{row.to}  {row.amount} SC\n    minted\n\n"


def medians(kinds: dict[str, Callable[[], Run]]) -> dict[str, Run]:
    """The median run of each kind, one after the other in every round."""
    found: dict[str, list[Run]] = {name: [] for name in kinds}
    for _ in range(ROUNDS + 1):
        for name, call in kinds.items():
            found[name].append(call())
    return {name: Run(statistics.median(r.seconds for r in runs[1:]), 0.0, "") for name, runs in found.items()}


def main() -> None:
    """Measure both in turn."""
    size, _ = size_from(argparse.ArgumentParser(description="smartup wallet beside hledger balance."))
    tree = read_tree(large_repository(size))
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        home = new_home(folder / "home", Served("http://127.0.0.1:9", "unused", folder))
        index_file = Places.of(home, "smartup").index
        with Index(index_file, writable=True) as index:
            ingest(index, tree)
            index.connection.execute("INSERT INTO meta VALUES('as_of', '2026-11-01T00:00:00Z')")
        kinds: dict[str, Callable[[], Run]] = {
            "python -c pass": lambda: run([sys.executable, "-c", "pass"]),
            "smartup wallet": lambda: smartup(folder / "home", "wallet"),
        }
        if shutil.which("hledger"):
            file = folder / "all.journal"
            file.write_text("".join(journal(tree)))
            kinds["hledger balance owners:maria"] = lambda: run(
                ["hledger", "-f", str(file), "balance", "owners:maria$"]
            )
        for name, cost in medians(kinds).items():
            print(f"  {name:<30} {cost.seconds * 1000:8.1f} ms")


if __name__ == "__main__":
    main()
