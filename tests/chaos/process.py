"""A Toolbox as a process of its own, on simulated time: `python -m tests.chaos.process FORGE STATE CLOCK FILE`.

The forge's token comes on standard input; the port is written to FILE; CLOCK holds the time of decisions.
"""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

from smartup_tui.forge.client import ForgeClient
from smartup_tui.forge.retrying import RetryPolicy
from smartup_tui.ledger.segment_index import SegmentIndex
from smartup_tui.toolbox.main import ApiServer
from smartup_tui.toolbox.publish import ForgeStore
from smartup_tui.toolbox.service import Toolbox, standard_rules
from smartup_tui.toolbox.settings import ServerSettings
from tests.toolbox.scenario import REPO

TOKEN = "service-token"


def main(address: str, state: str, clock: str, file: str) -> None:
    retry = RetryPolicy(attempts=2, first_wait=0.01, longest_wait=0.05, total=2.0)
    client = ForgeClient(address, sys.stdin.readline().strip(), timeout=2.0, write_timeout=1.5, retry=retry)
    store = ForgeStore(client, REPO, "main", Path(state))
    toolbox = Toolbox(
        store,
        standard_rules(),
        clock=lambda: datetime.fromisoformat(Path(clock).read_text()),
        bound=20,
        segments=SegmentIndex(Path(state) / "segments.sqlite"),
    )
    server = ApiServer(toolbox.start(), ServerSettings(token_file="unused", port=0, burst=100_000), TOKEN)
    ready = Path(file)
    ready.with_suffix(".new").write_text(str(server.port))
    ready.with_suffix(".new").rename(ready)
    server.run()


if __name__ == "__main__":
    main(*sys.argv[1:])
