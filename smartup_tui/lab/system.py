"""The four parts of a lab: their settings files, their commands, and how to see that they work."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

import httpx
import tomlkit

from smartup_tui.config import write_private
from smartup_tui.engelbot import health as engelbot_health
from smartup_tui.lab.keys import Keys
from smartup_tui.lab.labfile import LabFile
from smartup_tui.lab.layout import Layout
from smartup_tui.lab.parts import Part
from smartup_tui.lab.processes import Process
from smartup_tui.lab.synapse import Synapse

ORGANISATION: Final = "Smartup Zero"
FORGE_OWNER: Final = "Smartup_Zero"
LEDGER: Final = "2_workplace"
BRANCH: Final = "main"
ENGELBOT: Final = "engelbot"
SERVICE: Final = "toolbox"

# Names of the secrets in `secrets/`; an owner's are called by their alias.
FORGE_OF: Final = "forge-{}"
MATRIX_OF: Final = "matrix-{}"
TOOLBOX_TOKEN: Final = "toolbox-service"  # noqa: S105 (a name)


class System:
    """What runs in one lab, by its ports of now."""

    def __init__(self, layout: Layout, file: LabFile) -> None:
        self.layout = layout
        self.file = file
        self.keys = Keys(layout.secrets)
        self.synapse = Synapse(layout.synapse, file.ports["synapse"], server_name=file.server_name)

    @property
    def forge_url(self) -> str:
        """The forge's address."""
        return f"http://127.0.0.1:{self.file.ports['forge']}"

    @property
    def toolbox_url(self) -> str:
        """The Toolbox's address."""
        return f"http://127.0.0.1:{self.file.ports['toolbox']}"

    @property
    def toolbox_settings(self) -> Path:
        """The Toolbox's settings file."""
        return self.layout.toolbox / "toolbox.toml"

    @property
    def engelbot_settings(self) -> Path:
        """Engelbot's settings file."""
        return self.layout.engelbot / "engelbot.toml"

    @property
    def engelbot_id(self) -> str:
        """Engelbot's Matrix id."""
        return self.synapse.user_id(ENGELBOT)

    def parts(self) -> tuple[Part, ...]:
        """The parts, for a supervisor. Raises SynapseError when no Python has Synapse."""
        ports = self.file.ports
        smartup = (sys.executable, "-m", "smartup_tui.cli")
        return (
            Part(
                "synapse",
                tuple(self.synapse.command()),
                self.layout.synapse,
                lambda _: self.synapse.healthy(),
                port=ports["synapse"],
            ),
            Part(
                "forge",
                (*smartup, "forge", "serve", "--root", str(self.layout.forge), "--port", str(ports["forge"])),
                self.layout.forge,
                lambda _: _answers(f"{self.forge_url}/api/v1/version"),
                port=ports["forge"],
            ),
            Part(
                "toolbox",
                (*smartup, "toolbox", "serve", "--config", str(self.toolbox_settings)),
                self.layout.toolbox,
                lambda _: _answers(f"{self.toolbox_url}/health"),
                needs=("forge",),
                port=ports["toolbox"],
            ),
            Part(
                "engelbot",
                (*smartup, "engelbot", "run", "--config", str(self.engelbot_settings)),
                self.layout.engelbot,
                lambda _: self._engelbot_listens(),
                needs=("synapse", "forge", "toolbox"),
            ),
        )

    def write_settings(self) -> None:
        """Write the settings files of the parts, by the ports of now. The tokens they name may come later."""
        self.synapse.write_config()
        self.keys.make(TOOLBOX_TOKEN)
        forge = {"url": self.forge_url, "owner": FORGE_OWNER, "repository": LEDGER, "branch": BRANCH}
        _write(
            self.toolbox_settings,
            {
                "state": "state",
                # The lab's owner may act as anybody on the command line: all of it is theirs.
                "cli_actors": True,
                "forge": {**forge, "token_file": str(self.keys.path(FORGE_OF.format(SERVICE)))},
                "server": {"port": self.file.ports["toolbox"], "token_file": str(self.keys.path(TOOLBOX_TOKEN))},
            },
        )

    def write_engelbot(self, device_id: str) -> None:
        """Write Engelbot's settings; its device never changes."""
        forge = {"url": self.forge_url, "owner": FORGE_OWNER, "repository": LEDGER, "branch": BRANCH}
        _write(
            self.engelbot_settings,
            {
                "state": "state",
                "matrix": {
                    "homeserver": self.synapse.url,
                    "user_id": self.engelbot_id,
                    "device_id": device_id,
                    "token_file": str(self.keys.path(MATRIX_OF.format(ENGELBOT))),
                },
                "forge": {**forge, "token_file": str(self.keys.path(FORGE_OF.format(ENGELBOT)))},
                "toolbox": {"url": self.toolbox_url, "token_file": str(self.keys.path(TOOLBOX_TOKEN))},
            },
        )

    def _engelbot_listens(self) -> bool:
        found = engelbot_health.read(self.layout.engelbot / "state")
        # A file that a killed Engelbot left behind is no sign of life.
        return found is not None and found.ready and Process.of(found.pid).alive


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2.0, trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False


def _write(file: Path, values: dict[str, object]) -> None:
    write_private(file, tomlkit.dumps(values).encode())
