"""`smartup serve`: the same workspace in a browser on this machine."""

from __future__ import annotations

import argparse
import shlex
import socket
import sys
from argparse import ArgumentParser, Namespace
from typing import Final

from smartup_tui.cli.exits import Exit
from smartup_tui.cli.failures import CommandFailed
from smartup_tui.launch import Terminal

_LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")


def serve(parser: ArgumentParser) -> None:
    """Complete the parser of `smartup serve`."""
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: this machine only)")
    parser.add_argument("--port", type=int, default=8000, help="the port; 0 takes a free one (default: 8000)")
    parser.add_argument(
        "--beyond-this-machine",
        action="store_true",
        help="listen on another address than this machine's own: only behind a proxy that speaks https",
    )
    parser.add_argument(
        "--name",
        metavar="HOST[:PORT]",
        help="the name by which browsers call it, where it differs; https://HOST behind a proxy",
    )
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    parser.set_defaults(run=_run)


def _run(arguments: Namespace) -> int:
    if arguments.inside:
        return _inside(arguments)
    if arguments.host not in _LOOPBACK and not arguments.beyond_this_machine:
        raise CommandFailed(
            Exit.USAGE,
            f"{arguments.host} can be reached from other machines, and whoever has the key works as you.",
            "If that is meant, say --beyond-this-machine, and put a proxy with https before it.",
        )
    try:
        from smartup_tui.cli.browser import BrowserServer  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        raise CommandFailed(
            Exit.SET_UP,
            f"The browser needs {(error.name or '').partition('.')[0].replace('_', '-')}, which is not installed.",
            "Install the extra `browser`: pip install 'smartup-tui[browser]'",
        ) from None
    try:
        family = socket.AF_INET6 if ":" in arguments.host else socket.AF_INET
        listener = socket.create_server((arguments.host, arguments.port), family=family)
    except OSError as error:
        raise CommandFailed(
            Exit.SET_UP,
            f"It can not listen there: {error.strerror or error}.",
            "Choose another --port; 0 takes a free one.",
        ) from None
    scheme = "https" if (arguments.name or "").startswith("https://") else "http"
    server = BrowserServer(_command(arguments), listener, _names(arguments, listener.getsockname()[1]), scheme)
    print(f"{server.address}\nOpen this address in a browser on this machine. Ctrl+C ends it.", flush=True)
    server.run()
    return Exit.OK


def _names(arguments: Namespace, port: int) -> tuple[str, ...]:
    """What a browser may call it, the first one as it is printed."""
    if arguments.name:
        return (arguments.name.removeprefix("https://").removeprefix("http://").rstrip("/"),)
    host = f"[{arguments.host}]" if ":" in arguments.host else arguments.host
    others = [f"{name}:{port}" for name in ("127.0.0.1", "localhost") if name != host]
    return (f"{host}:{port}", *(others if arguments.host in _LOOPBACK else ()))


def _command(arguments: Namespace) -> str:
    """What is run for each page that is opened."""
    words = [sys.executable, "-m", "smartup_tui.cli"]
    for option in ("home", "profile"):
        if value := getattr(arguments, option):
            words += [f"--{option}", value]
    return shlex.join([*words, "serve", "--inside"])


class _NoTerminal(Terminal):
    """A browser has no terminal of ours: no picture is kept, and what would be said goes to the error stream."""

    def keep(self, picture: str) -> None:
        """There is no next start that would show it."""

    def forget(self) -> None:
        """Nothing was kept."""


def _inside(arguments: Namespace) -> int:
    """The workspace itself, driven by the server."""
    from smartup_tui.app import run  # noqa: PLC0415 - brings Textual

    terminal = _NoTerminal(arguments.home, arguments.profile)
    code = run(arguments.home, arguments.profile, terminal)
    for line in (*terminal.words, *terminal.complaints):
        print(line, file=sys.stderr)
    return code
