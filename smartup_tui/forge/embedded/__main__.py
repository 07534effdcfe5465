"""``python -m smartup_tui.forge.embedded --root DIR [--port N]``: serve a forge from a folder."""

from __future__ import annotations

import argparse
from pathlib import Path

from smartup_tui.forge.embedded.server import serve


def main() -> None:
    """Read the options and serve until a signal."""
    parser = argparse.ArgumentParser(description="Serve the embedded forge.")
    parser.add_argument("--root", type=Path, required=True, help="folder of the forge's data")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (this machine only, by default)")
    parser.add_argument("--port", type=int, default=0, help="port to listen on; 0 takes a free one")
    parser.add_argument("--mode", choices=["v15", "v16"], default="v15", help="which Forgejo to imitate")
    parser.add_argument("--faults", action="store_true", help="let administrators plan faults over HTTP (tests only)")
    options = parser.parse_args()
    serve(options.root, options.host, options.port, mode=options.mode, fault_endpoint=options.faults)


if __name__ == "__main__":
    main()
