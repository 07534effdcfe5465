"""Does a command cost the same in a young ledger and in an old one: 1,000 and 1,000,000 audit rows?

Prints for each the median time of a command, the bytes its commit sends to the forge, and the ratio of the two; and how
long the first command takes after the first start of a Toolbox, and after a later one. The old audit trail is written
with git itself, as segments of 1,000 rows; `python -m benchmarks.segments 100000` takes another number of rows.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from smartup_tui.ledger.compose import CommitDraft
from smartup_tui.ledger.economy.sk import first_of_month
from smartup_tui.ledger.segment_index import SegmentIndex
from smartup_tui.ledger.tables import EVENTS, KARMA
from smartup_tui.toolbox.publish import ForgeStore, Published
from smartup_tui.toolbox.service import Toolbox, standard_rules
from tests.support.organisation import company
from tests.toolbox.scenario import Place, running

YOUNG, OLD = 1_000, 1_000_000
SEGMENT = 1_000
COMMANDS = 60
WARM = 5


class Counting(ForgeStore):
    """A store that notes how many bytes of files each commit sends."""

    sent: list[int]

    def publish(self, draft: CommitDraft) -> Published:
        """Write a commit."""
        self.sent.append(sum(len(file.content) for file in draft.files))
        return super().publish(draft)


def trail(rows: int, header: bytes, until: datetime) -> Iterator[bytes]:
    """Old segments of the audit trail, oldest first."""
    start = until - timedelta(minutes=rows)
    for first in range(0, rows, SEGMENT):
        lines = [header]
        for number in range(first, min(first + SEGMENT, rows)):
            at = f"{start + timedelta(minutes=number):%Y-%m-%dT%H:%M:%SZ}"
            lines.append(
                f"{at},OLD{number:023},maria,claim_task,task,6_1_2_{number % 5000},maria took the attacker's seat of "
                f"6_1_2_{number % 5000}.,api:claim_task,ok,$old-{number}:x\n".encode()
            )
        yield b"".join(lines)


def karma(rows: int, until: datetime) -> bytes:
    """What the first of each month has left in the karma log of a ledger of that age."""
    lines, day = [",".join(KARMA.header).encode() + b"\n"], until - timedelta(minutes=rows)
    while (day := datetime.combine(first_of_month(day, 1), datetime.min.time(), UTC)) < until:
        lines.append(
            f"{day:%Y-%m-%dT%H:%M:%SZ},KARMA,5,,maria,{first_of_month(day, -1):%Y-%m},,,active_month,\n".encode()
        )
    return b"".join(lines)


def age(place: Place, rows: int, until: datetime) -> None:
    """Put an old audit trail below the ledger, in one commit by git."""
    header = (place.files()[EVENTS.path]).partition(b"\n")[0] + b"\n"
    parts = [b"commit refs/heads/main\ncommitter hand <hand@owners.invalid> 1700000000 +0000\ndata 3\nold\n"]
    parts.append(b"from refs/heads/main^0\n")
    for number, data in enumerate(trail(rows, header, until), start=1):
        path = f"{EVENTS.segments}{number:06}.csv".encode()
        parts.append(b"M 100644 inline %s\ndata %d\n%s\n" % (path, len(data), data))
    data = karma(rows, until)
    parts.append(b"M 100644 inline %s\ndata %d\n%s\n" % (KARMA.path.encode(), len(data), data))
    command = ["git", "-C", str(place.repository), "fast-import", "--quiet", "--date-format=raw-permissive"]
    subprocess.run(command, input=b"".join(parts), check=True)


def measure(rows: int) -> tuple[float, float]:
    """Milliseconds and bytes of a command, medians, in a ledger with so many audit rows."""
    org = company()
    task = org.task()
    files = {path: org.tree.read(path) or b"" for path in org.tree.paths()}
    with tempfile.TemporaryDirectory() as folder, running(Path(folder), files) as place:
        place.clock.now = org.now + timedelta(minutes=1)
        age(place, rows, datetime(2026, 1, 4, tzinfo=UTC))
        store = place.store()
        store.__class__ = Counting
        assert isinstance(store, Counting)
        store.sent = []
        state = Path(folder) / "state-1"
        began = time.perf_counter()

        def one(toolbox: Toolbox, number: int) -> float:
            name = "release_task" if number % 2 else "claim_task"
            arguments = {"task_id": task, **({"reason": "For the next."} if number % 2 else {})}
            started = time.perf_counter()
            result = toolbox.execute(name, "maria", arguments=arguments)
            assert result.ok, result.error
            return (time.perf_counter() - started) * 1000

        def toolbox(store: ForgeStore) -> Toolbox:
            segments = SegmentIndex(state / "segments.sqlite")
            return Toolbox(store, standard_rules(), clock=place.clock, segments=segments)

        with toolbox(store) as running_one:
            times = [one(running_one, number) for number in range(COMMANDS + WARM)]
        with toolbox(place.store(state=state.name)) as started_again:
            later = one(started_again, COMMANDS + WARM)
        print(f"  {rows:>9,} audit rows: first command after {times[0] / 1000:.2f} s", end="")
        print(f", {later / 1000:.2f} s after a later start ({time.perf_counter() - began:.0f} s in all)")
    return statistics.median(times[WARM:]), statistics.median(store.sent[WARM:])


def main() -> None:
    """Measure both and print the ratio."""
    old = int(sys.argv[1]) if len(sys.argv) > 1 else OLD
    young_ms, young_bytes = measure(YOUNG)
    old_ms, old_bytes = measure(old)
    print(f"{YOUNG:>9,} audit rows: {young_ms:6.1f} ms, {young_bytes:,.0f} bytes a command")
    print(f"{old:>9,} audit rows: {old_ms:6.1f} ms, {old_bytes:,.0f} bytes a command")
    print(f"ratio: time {old_ms / young_ms:.2f}, bytes {old_bytes / young_bytes:.2f}")


if __name__ == "__main__":
    main()
