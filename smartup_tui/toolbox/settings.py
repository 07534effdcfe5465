"""What the Toolbox service is told: one TOML file; tokens in files of their own, readable by their owner only.

Paths in the file are relative to its folder.
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Annotated, Any

import msgspec

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})

_Name = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9._-]{1,100}$")]
_Port = Annotated[int, msgspec.Meta(ge=0, le=65_535)]


class SettingsError(Exception):
    """The service can not start as it is told to; `message` says why and `hint` the way out. Never holds a secret."""

    def __init__(self, message: str, hint: str) -> None:
        """Say what is wrong and how to put it right."""
        super().__init__(message)
        self.message = message
        self.hint = hint


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


class ToolboxSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All of the file. `state` keeps what can be derived again; `cli_actors` lets the command line act for anybody.

    In production `--actor` is for bootstrap and settle only (commands.md), so `cli_actors` is off unless said.
    """

    forge: ForgeSettings
    server: ServerSettings
    state: str
    log: str = ""
    cli_actors: bool = False
    folder: str = ""

    def path(self, name: str) -> Path:
        """A path of the file, made absolute."""
        return Path(self.folder, name).expanduser()

    @property
    def state_directory(self) -> Path:
        """The folder for the mirror and the cache."""
        return self.path(self.state)

    @property
    def log_file(self) -> Path | None:
        """Where to log; None means standard error."""
        return self.path(self.log) if self.log else None

    def forge_token(self) -> str:
        """The service account's token on the forge."""
        return read_secret(self.path(self.forge.token_file))

    def service_token(self) -> str:
        """The token that callers of the API send."""
        return read_secret(self.path(self.server.token_file))


def load(file: Path) -> ToolboxSettings:
    """Read and check the file. Raises SettingsError."""
    try:
        document: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file} is not valid TOML: {error}.", "Correct the line that is named.") from None
    except OSError as error:
        raise SettingsError(
            f"{file} can not be read: {error.strerror}.", "Check the path, its owner and mode."
        ) from None
    try:
        settings = msgspec.convert({**document, "folder": str(file.resolve().parent)}, ToolboxSettings)
    except msgspec.ValidationError as error:
        raise SettingsError(f"{file}: {error}.", "Correct the key that is named.") from None
    check_host(settings.server)
    return settings


def check_host(server: ServerSettings) -> None:
    """Refuse to listen beyond this machine unless told so: who holds the service token acts for every owner."""
    if server.host not in LOOPBACK and not server.allow_remote:
        raise SettingsError(
            f"The Toolbox would listen on {server.host}, beyond this machine.",
            "Use 127.0.0.1, or set allow_remote = true in [server] and protect the network yourself.",
        )


def read_secret(file: Path) -> str:
    """The secret in a file of mode 0600. Raises SettingsError, which never holds the secret."""
    try:
        with file.open(encoding="utf-8") as opened:
            mode = os.fstat(opened.fileno()).st_mode
            secret = opened.read().strip()
    except (OSError, UnicodeDecodeError):
        raise SettingsError(
            f"The secret {file.name} can not be read.", "Check that the file exists and is yours."
        ) from None
    if mode & 0o077:
        raise SettingsError(f"Others can read the secret {file.name}.", "Give the file the mode 0600.")
    if not secret or not secret.isascii() or not secret.isprintable() or " " in secret:
        raise SettingsError(f"The secret {file.name} is empty or not one word.", "Put the token alone into the file.")
    return secret
