"""The supervisor's word about its parts, in a file, for `smartup lab status` and whoever waits for the lab."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

from smartup_tui.config import write_private
from smartup_tui.lab.parts import Condition
from smartup_tui.lab.processes import Process

Phase = Literal["starting", "building", "ready", "stopping", "failed"]


@dataclass(frozen=True, slots=True)
class Status:
    """The lab as its supervisor saw it last.

    `detail` says how far building is. `message` and `hint` are there when it failed.
    """

    supervisor: Process
    phase: Phase
    parts: tuple[Condition, ...] = ()
    detail: str = ""
    message: str = ""
    hint: str = ""

    @property
    def alive(self) -> bool:
        """Whether that supervisor still runs."""
        return self.supervisor.alive


def write(file: Path, status: Status) -> None:
    """Replace the file in one step."""
    write_private(file, msgspec.json.encode(status))


def read(file: Path) -> Status | None:
    """What was written last; None when there is nothing that can be read."""
    try:
        return msgspec.json.decode(file.read_bytes(), type=Status)
    except (OSError, msgspec.DecodeError, msgspec.ValidationError):
        return None
