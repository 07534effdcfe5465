"""`smartup lab` and `smartup demo`: the whole system on this machine."""

from __future__ import annotations

import asyncio
import shlex
import signal
import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from smartup_tui.cli.exits import Exit
from smartup_tui.cli.extras import with_servers
from smartup_tui.cli.failures import CommandFailed
from smartup_tui.text import clean_line

if TYPE_CHECKING:
    from smartup_tui.lab.check.steps import Step
    from smartup_tui.lab.layout import Layout

_AS = "maria"


def lab(parser: ArgumentParser) -> None:
    """Complete the parser of `smartup lab`."""
    actions = parser.add_subparsers(metavar="ACTION")

    def action(name: str, told: str, run: Callable[[Namespace], int]) -> ArgumentParser:
        made: ArgumentParser = actions.add_parser(name, help=told)
        made.add_argument("--dir", type=Path, metavar="DIR", help="the lab's directory (default: this user's lab)")
        made.set_defaults(run=with_servers(run))
        return made

    up = action("up", "start the lab; the first time it is built", _up)
    up.add_argument("--detach", action="store_true", help="leave it running in the background")
    action("down", "end the lab", _down)
    status = action("status", "show how the parts of the lab are", _status)
    status.add_argument("--json", action="store_true", help="one JSON document, for programs")
    parser_of_check = actions.add_parser("check", help="play a contributor's day on a throw-away lab")
    parser_of_check.add_argument("--json", action="store_true", help="one JSON document, for programs")
    parser_of_check.set_defaults(run=with_servers(_check))
    action("reset", "end the lab and remove its data; the next start builds it anew", _reset)


def _layout(arguments: Namespace) -> Layout:
    from smartup_tui.lab.layout import Layout  # noqa: PLC0415

    return Layout.of(arguments.dir)


def _command(name: str, arguments: Namespace) -> str:
    """The command that does something else with the same lab."""
    folder = f" --dir {shlex.quote(str(arguments.dir))}" if arguments.dir is not None else ""
    return f"smartup lab {name}{folder}"


def _up(arguments: Namespace) -> int:
    from smartup_tui.lab.running import LINES, Lab, serve  # noqa: PLC0415 - brings the servers' libraries
    from smartup_tui.lab.show import Lines  # noqa: PLC0415

    layout = _layout(arguments)
    if arguments.detach:
        return _up_detached(layout, arguments)
    lines = Lines(LINES, sys.stdout)

    def ready(_: Lab) -> None:
        lines.end()
        _tell_ready(layout)
        print("Ctrl+C ends the lab.", flush=True)

    asyncio.run(serve(layout, lines.line, ready))
    return Exit.OK


def _up_detached(layout: Layout, arguments: Namespace) -> int:
    from smartup_tui.lab import control  # noqa: PLC0415
    from smartup_tui.lab.running import LINES, RunsAlreadyError  # noqa: PLC0415
    from smartup_tui.lab.show import Lines  # noqa: PLC0415

    if control.is_running(layout):
        raise RunsAlreadyError
    control.wait_ready(layout, Lines(LINES, sys.stdout).line, control.launch(layout, tethered=False))
    _tell_ready(layout)
    print(f"`{_command('down', arguments)}` ends the lab.")
    return Exit.OK


def _tell_ready(layout: Layout) -> None:
    print("The lab is ready. To open the workspace as an owner of the sample organisation:")
    print(f"  smartup --home {layout.home(_AS)}", flush=True)


def _down(arguments: Namespace) -> int:
    from smartup_tui.lab import control  # noqa: PLC0415

    print("The lab has ended." if control.end(_layout(arguments)) else "The lab was not running.")
    return Exit.OK


def _status(arguments: Namespace) -> int:
    from smartup_tui.cli.output import print_json, print_table  # noqa: PLC0415
    from smartup_tui.lab import control, labfile  # noqa: PLC0415

    layout = _layout(arguments)
    found = control.current(layout)
    if arguments.json:
        built = labfile.load(layout).built
        print_json(
            {
                "directory": str(layout.root),
                "built": built,
                "running": found is not None,
                "phase": found.phase if found is not None else None,
                "detail": found.detail if found is not None else "",
                "parts": [asdict(part) for part in found.parts] if found is not None else [],
            }
        )
        return Exit.OK if found is not None else Exit.UNREACHABLE
    if found is None:
        print(f"The lab is not running. `{_command('up', arguments)}` starts it.")
        return Exit.UNREACHABLE
    print(f"The lab is {found.phase}{f' ({found.detail})' if found.detail else ''}, in {layout.root}.")
    rows = [
        (
            part.name,
            part.state,
            str(part.pid or ""),
            str(part.port or ""),
            _for(part.since),
            str(part.restarts),
            part.detail,
        )
        for part in found.parts
    ]
    print_table(("part", "state", "process", "port", "since", "restarts", ""), rows, right=(2, 3, 5))
    return Exit.OK


def _for(since: float) -> str:
    if not since:
        return ""
    minutes = int(time.time() - since) // 60
    return f"{minutes // 60} h {minutes % 60:02} min" if minutes >= 60 else f"{minutes} min"


def _reset(arguments: Namespace) -> int:
    from smartup_tui.lab import control  # noqa: PLC0415

    layout = _layout(arguments)
    control.end(layout)
    control.remove(layout)
    print(f"The lab's data is removed; `{_command('up', arguments)}` builds it anew.")
    return Exit.OK


def _check(arguments: Namespace) -> int:
    from smartup_tui.cli.output import print_json, progress_end, progress_line  # noqa: PLC0415
    from smartup_tui.lab.check.day import check  # noqa: PLC0415 - brings the servers' libraries
    from smartup_tui.lab.running import until_told  # noqa: PLC0415

    def told(step: Step) -> None:
        progress_end()
        if not arguments.json:
            seen = clean_line(step.seen, 400)
            print(f"{'ok' if step.ok else 'FAILED':<7}{step.seconds:5.1f} s  {step.name}: {seen}", flush=True)

    began = time.monotonic()
    steps = asyncio.run(until_told(check(told, lambda name, word: progress_line(f"{name}: {word}"))))
    progress_end()
    if steps is None:
        return 128 + signal.SIGTERM
    took = time.monotonic() - began
    if arguments.json:
        print_json({"ok": steps.ok, "seconds": f"{took:.1f}", "steps": [_step_json(step) for step in steps.taken]})
    else:
        print(f"{'All holds' if steps.ok else 'Something does not hold'}; {took:.0f} s.")
    return Exit.OK if steps.ok else Exit.REFUSED


def _step_json(step: Step) -> dict[str, object]:
    return {"name": step.name, "ok": step.ok, "seconds": f"{step.seconds:.2f}", "seen": step.seen}


def demo(parser: ArgumentParser) -> None:
    """Complete the parser of `smartup demo`."""
    parser.add_argument("--as", dest="alias", default=_AS, metavar="ALIAS", help=f"the owner to be (default: {_AS})")
    parser.add_argument("--dir", type=Path, metavar="DIR", help="where the lab is kept (default: this user's cache)")
    parser.set_defaults(run=with_servers(_demo))


def _demo(arguments: Namespace) -> int:
    from smartup_tui import launch  # noqa: PLC0415

    if not launch.has_terminal():
        raise CommandFailed(
            Exit.USAGE, "The demo opens the workspace, which needs a terminal.", "Without one: smartup lab up --detach."
        )
    from smartup_tui.lab import control  # noqa: PLC0415
    from smartup_tui.lab.layout import Layout  # noqa: PLC0415
    from smartup_tui.lab.running import LINES  # noqa: PLC0415
    from smartup_tui.lab.sample import data  # noqa: PLC0415
    from smartup_tui.lab.show import Lines  # noqa: PLC0415

    if arguments.alias not in data.aliases():
        raise CommandFailed(Exit.USAGE, f"There is no {arguments.alias}.", f"There are: {', '.join(data.aliases())}.")
    layout = Layout.of(arguments.dir if arguments.dir is not None else _demo_directory())
    # A lab that was started by somebody else is used, and left to them.
    started = control.launch_unless_running(layout)
    try:
        lines = Lines(LINES, sys.stdout)
        control.wait_ready(layout, lines.line, started)
        home = str(layout.home(arguments.alias))
        with launch.Terminal(home, None) as terminal:
            from smartup_tui.app import run  # noqa: PLC0415

            return run(home, None, terminal)
    finally:
        if started is not None:
            started.terminate()
            started.wait()


def _demo_directory() -> Path:
    import platformdirs  # noqa: PLC0415

    return platformdirs.user_cache_path("smartup", appauthor=False) / "demo"
