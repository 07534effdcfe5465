"""`smartup rooms`: the rooms, and what was said in one, as Rooms shows it."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from smartup_tui import config
from smartup_tui.cli.exits import Exit
from smartup_tui.cli.failures import CommandFailed
from smartup_tui.cli.opening import profile_of
from smartup_tui.cli.output import print_as_of, print_json, print_wrapped
from smartup_tui.workspace import words
from smartup_tui.workspace.rooms import RowKind, TreeRow
from smartup_tui.workspace.timeline import Entry
from smartup_tui.workspace.workspace import Workspace

_NEWEST: Final = 30
_SPOKEN_IN: Final = (RowKind.ROOM, RowKind.DESK)


def configure(parser: ArgumentParser) -> None:
    """Complete the parser of `smartup rooms`."""
    parser.add_argument("room", nargs="*", help="a room by its id, its name, or what it is about: what was said there")
    parser.add_argument("--limit", type=int, default=_NEWEST, help=f"the newest so many, 0 for all ({_NEWEST})")
    parser.add_argument("--json", action="store_true", help="one JSON document, for programs")
    parser.set_defaults(run=_rooms)


@contextmanager
def _workspace(arguments: Namespace) -> Iterator[Workspace]:
    """The profile's workspace, which talks to nobody: what the rooms said is read from this machine."""
    home, name, profile = profile_of(arguments)
    root = Path(arguments.home) if arguments.home else None
    opened = Workspace(home, name, profile, config.load(home).settings, root=root)
    try:
        yield opened
    finally:
        opened.stop()


def _rooms(arguments: Namespace) -> int:
    with _workspace(arguments) as workspace:
        wanted = " ".join(arguments.room)
        if wanted:
            _said(arguments, workspace, wanted)
        else:
            _all(arguments, workspace)
    return Exit.OK


def _said(arguments: Namespace, workspace: Workspace, wanted: str) -> None:
    """What was said in a room, the newest last."""
    tree, read_at, most = workspace.talk.tree(), workspace.connection.store.last_success, arguments.limit
    row = tree.row(wanted) or tree.of(wanted) or _called(tree.rows, wanted)
    view = workspace.talk.view(row.id)
    while (most <= 0 or len(view.entries) < most) and view.extend():
        pass
    said = view.entries[-most:] if most > 0 else view.entries
    if arguments.json:
        print_json({"as_of": read_at, "room": row.id, "name": row.name, "messages": [*map(_message, said)]})
        return
    for entry in said:
        _print_message(entry)
    print_as_of(read_at)


def _all(arguments: Namespace, workspace: Workspace) -> None:
    """The rooms as they hang together."""
    rows, read_at = workspace.talk.tree().rows, workspace.connection.store.last_success
    if arguments.json:
        print_json({"as_of": read_at, "rooms": [_room(row) for row in rows if row.kind is not RowKind.HEADING]})
        return
    for row in rows:
        print_wrapped(f"{row.name}  {row.note}".strip(), 2 * row.depth)
    if not rows:
        print("The rooms have not been read yet; they are while the workspace is open.")
    print_as_of(read_at)


def _called(rows: tuple[TreeRow, ...], wanted: str) -> TreeRow:
    """The one room that has these words."""
    spoken_in = [row for row in rows if row.kind in _SPOKEN_IN]
    found = [row for row in spoken_in if row.name == wanted] or [row for row in spoken_in if row.passes(wanted)]
    if len(found) != 1:
        reason = "Several rooms have" if found else "You are in no room with"
        raise CommandFailed(
            Exit.REFUSED, f"{reason} these words.", "`smartup rooms` lists them; an id names one alone."
        )
    return found[0]


def _room(row: TreeRow) -> dict[str, Any]:
    about = row.entity[1] if row.entity is not None else None
    return {"id": row.id, "kind": row.kind, "name": row.name, "note": row.note, "about": about}


def _message(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.event_id, "at": entry.at, "sender": entry.who.user_id, "name": entry.who.name,
        "kind": entry.kind, "text": entry.text,
    }  # fmt: skip


def _print_message(entry: Entry) -> None:
    kind = f" ({entry.kind})" if entry.kind else ""
    print_wrapped(f"{words.day_and_time(entry.at)}  {entry.who.name}{kind}", 0)
    for line in entry.text.splitlines():
        print_wrapped(line, 2)
