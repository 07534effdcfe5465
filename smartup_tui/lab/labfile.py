"""`lab.toml`: what a lab remembers between two runs. Secrets are not in it."""

from __future__ import annotations

import socket
import tomllib
from datetime import datetime

import msgspec

from smartup_tui.config import write_private
from smartup_tui.lab.errors import LabError
from smartup_tui.lab.layout import Layout
from smartup_tui.lab.synapse import SERVER_NAME

PORTS = ("synapse", "forge", "toolbox")


class LabFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The lab's ports by part, its homeserver's name, the Matrix device of each alias, and when its data was made
    (None: not yet, or not wholly)."""

    ports: dict[str, int] = {}
    devices: dict[str, str] = {}
    server_name: str = SERVER_NAME
    built: datetime | None = None


def load(layout: Layout) -> LabFile:
    """Read the file; a missing one is that of a new lab. Raises LabError."""
    try:
        return msgspec.convert(tomllib.loads(layout.file.read_text(encoding="utf-8")), LabFile)
    except FileNotFoundError:
        return LabFile()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise LabError(f"{layout.file} can not be read: {error}.", "`smartup lab reset` makes the lab anew.") from None


def save(layout: Layout, file: LabFile) -> None:
    """Replace the file in one step."""
    import tomlkit  # noqa: PLC0415

    values = {name: value for name, value in msgspec.structs.asdict(file).items() if value is not None}
    write_private(layout.file, tomlkit.dumps(values).encode())


def with_free_ports(file: LabFile) -> LabFile:
    """The same lab with a port for every part: the one it had, unless somebody else has taken it meanwhile."""
    ports: dict[str, int] = {}
    for name in PORTS:
        wanted = file.ports.get(name, 0)
        ports[name] = wanted if wanted and _is_free(wanted) else _free_port(taken=set(ports.values()))
    return msgspec.structs.replace(file, ports=ports)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As servers do, so that a port whose last connections are still closing counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _free_port(taken: set[int]) -> int:
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        if port not in taken:
            return port
