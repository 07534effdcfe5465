"""`smartup toolbox | engelbot | forge`: the servers, each a process that runs until SIGTERM."""

from __future__ import annotations

import argparse
from argparse import ArgumentParser, Namespace
from pathlib import Path

from smartup_tui.cli.exits import Exit
from smartup_tui.cli.extras import with_servers
from smartup_tui.cli.failures import CommandFailed


def _config(parser: ArgumentParser) -> None:
    parser.add_argument("--config", type=Path, required=True, metavar="FILE", help="the settings, a TOML file")


def toolbox(parser: ArgumentParser) -> None:
    """Complete the parser of `smartup toolbox`."""
    actions = parser.add_subparsers(metavar="ACTION")
    serve = actions.add_parser("serve", help="serve the API")
    _config(serve)
    serve.set_defaults(run=with_servers(_toolbox_serve))
    for name, told in (("run", "run one operation"), ("settle", "apply what time alone decides and is due")):
        # The operation's own parser says what it takes, `--help` included.
        action = actions.add_parser(name, help=told, add_help=False, prefix_chars="\0")
        action.add_argument("rest", nargs=argparse.REMAINDER)
        action.set_defaults(run=with_servers(_toolbox_run if name == "run" else _toolbox_settle))


def _toolbox_serve(arguments: Namespace) -> int:
    from smartup_tui.toolbox.main import serve  # noqa: PLC0415 - brings Flask

    return serve(arguments.config)


def _toolbox_run(arguments: Namespace) -> int:
    from smartup_tui.toolbox.run import main  # noqa: PLC0415 - brings the HTTP client

    return main(arguments.rest)


def _toolbox_settle(arguments: Namespace) -> int:
    from smartup_tui.toolbox.run import main  # noqa: PLC0415

    return main(["settle", *arguments.rest])


def engelbot(parser: ArgumentParser) -> None:
    """Complete the parser of `smartup engelbot`."""
    actions = parser.add_subparsers(metavar="ACTION")
    action = actions.add_parser("run", help="listen to the rooms and answer")
    _config(action)
    action.set_defaults(run=with_servers(_engelbot_run))


def _engelbot_run(arguments: Namespace) -> int:
    from smartup_tui.engelbot.main import run  # noqa: PLC0415 - brings the HTTP client

    return run(arguments.config)


def forge(parser: ArgumentParser) -> None:
    """Complete the parser of `smartup forge`."""
    actions = parser.add_subparsers(metavar="ACTION")
    action = actions.add_parser("serve", help="serve a forge from a folder")
    action.add_argument("--root", type=Path, required=True, metavar="DIR", help="the folder of its data")
    action.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: this machine only)")
    action.add_argument("--port", type=int, default=0, help="the port; 0 takes a free one and prints it")
    action.set_defaults(run=with_servers(_forge_serve))


def _forge_serve(arguments: Namespace) -> int:
    from filelock import Timeout  # noqa: PLC0415

    from smartup_tui.forge.embedded.server import serve  # noqa: PLC0415 - brings Flask and dulwich

    try:
        serve(arguments.root, arguments.host, arguments.port)
    except Timeout:
        raise CommandFailed(
            Exit.SET_UP, "A forge serves this folder already.", "End it first, or name another folder."
        ) from None
    except OSError as error:
        raise CommandFailed(
            Exit.SET_UP, f"The forge can not listen there: {error.strerror or error}.", "Choose another port."
        ) from None
    return Exit.OK
