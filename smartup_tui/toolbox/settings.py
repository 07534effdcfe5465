"""What the Toolbox service is told."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec

from smartup_tui.service_settings import ServiceSettings, SettingsError, load_settings, read_secret

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})

_Name = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9._-]{1,100}$")]
_Port = Annotated[int, msgspec.Meta(ge=0, le=65_535)]


class ForgeSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the ledger is, and the service account's token for it."""

    url: str
    token_file: str
    owner: _Name
    repository: _Name = "2_workplace"
    branch: str = "main"


class ServerSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the API listens, and the token that its callers send.

    `allow_remote` must be set to listen on anything but this machine. `burst` commands of one owner are taken at once,
    `per_second` after that.
    """

    token_file: str
    host: str = "127.0.0.1"
    port: _Port = 8710
    allow_remote: bool = False
    threads: Annotated[int, msgspec.Meta(ge=1, le=256)] = 64
    burst: Annotated[int, msgspec.Meta(ge=1)] = 60
    per_second: Annotated[float, msgspec.Meta(gt=0)] = 10.0


class ToolboxSettings(ServiceSettings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All of the file. In `state` is what can be derived again; `cli_actors` lets the command line act for anybody.

    In production `--actor` is for bootstrap and settle only (commands.md), so `cli_actors` is off unless said.
    """

    forge: ForgeSettings
    server: ServerSettings
    cli_actors: bool = False

    def forge_token(self) -> str:
        """The service account's token on the forge."""
        return read_secret(self.path(self.forge.token_file))

    def service_token(self) -> str:
        """The token that callers of the API send."""
        return read_secret(self.path(self.server.token_file))


def load(file: Path) -> ToolboxSettings:
    """Read and check the file. Raises SettingsError."""
    settings = load_settings(file, ToolboxSettings)
    check_host(settings.server)
    return settings


def check_host(server: ServerSettings) -> None:
    """Refuse to listen beyond this machine unless told so: who holds the service token acts for every owner."""
    if server.host not in LOOPBACK and not server.allow_remote:
        raise SettingsError(
            f"The Toolbox would listen on {server.host}, beyond this machine.",
            "Use 127.0.0.1, or set allow_remote = true in [server] and protect the network yourself.",
        )
