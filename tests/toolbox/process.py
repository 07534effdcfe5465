"""A Toolbox as a process of its own, with the test's operations: `python -m tests.toolbox.process FORGE STATE FILE`.

The forge's token comes on standard input; the port is written to FILE.
"""

from __future__ import annotations

import sys
from pathlib import Path

from smartup_tui.forge.client import ForgeClient
from smartup_tui.toolbox.main import ApiServer
from smartup_tui.toolbox.publish import ForgeStore
from smartup_tui.toolbox.service import Toolbox
from smartup_tui.toolbox.settings import ServerSettings
from tests.toolbox.scenario import NOW, REPO, RULES

TOKEN = "service-token"


def main(address: str, state: str, file: str) -> None:
    client = ForgeClient(address, sys.stdin.readline().strip())
    toolbox = Toolbox(ForgeStore(client, REPO, "main", Path(state)), RULES, clock=lambda: NOW).start()
    server = ApiServer(toolbox, ServerSettings(token_file="unused", port=0, burst=1000), TOKEN)
    ready = Path(file)
    ready.with_suffix(".new").write_text(str(server.port))
    ready.with_suffix(".new").rename(ready)
    server.run()


if __name__ == "__main__":
    main(*sys.argv[1:])
