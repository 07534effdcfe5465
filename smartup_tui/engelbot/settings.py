"""What the process is told: one TOML file; tokens in files of their own, readable by their owner only.

Paths in the file are relative to its folder.
"""

from __future__ import annotations

import os
import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import msgspec

from smartup_tui.engelbot.deciding import Limits
from smartup_tui.matrix import Account, MatrixError

_Seconds = Annotated[int, msgspec.Meta(ge=1, le=82_800)]


class SettingsError(Exception):
    """Engelbot can not start as it is told to; `message` says why, `hint` the way out. Never holds a secret."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class MatrixSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Engelbot's account. The device id stays the same for ever: repeated answers are recognised by it.

    `inviters` may invite Engelbot beside the owners; `deaf_to` are other bots, whose messages are no commands.
    """

    homeserver: str
    user_id: str
    device_id: str
    token_file: str
    inviters: tuple[str, ...] = ()
    deaf_to: tuple[str, ...] = ()


class ForgeSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the ledger is, and a token that may read it."""

    url: str
    token_file: str
    owner: str
    repository: str = "2_workplace"
    branch: str = "main"


class ToolboxSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the Toolbox is, and its service token."""

    url: str
    token_file: str


class EngelbotSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All of the file. `state` is the folder of what is kept; without `log`, standard error is used."""

    matrix: MatrixSettings
    forge: ForgeSettings
    toolbox: ToolboxSettings
    state: str
    log: str = ""
    command_max_age: _Seconds = 600
    folder: str = ""

    def path(self, name: str) -> Path:
        """A path of the file, made absolute."""
        return Path(self.folder, name).expanduser()

    @property
    def state_directory(self) -> Path:
        """The folder of what is kept."""
        return self.path(self.state)

    @property
    def log_file(self) -> Path | None:
        """Where to log; None means standard error."""
        return self.path(self.log) if self.log else None

    @property
    def limits(self) -> Limits:
        """How old a command may be."""
        return Limits(command=timedelta(seconds=self.command_max_age))

    def account(self) -> Account:
        """Engelbot's account with its token. Raises SettingsError."""
        token = read_secret(self.path(self.matrix.token_file))
        try:
            return Account(self.matrix.homeserver, self.matrix.user_id, self.matrix.device_id, token)
        except MatrixError as error:
            raise SettingsError(error.message, error.hint) from None


def load(file: Path) -> EngelbotSettings:
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
        return msgspec.convert({**document, "folder": str(file.resolve().parent)}, EngelbotSettings)
    except msgspec.ValidationError as error:
        raise SettingsError(f"{file}: {error}.", "Correct the key that is named.") from None


def read_secret(file: Path) -> str:
    """The secret in a file of mode 0600. Raises SettingsError, which never holds the secret."""
    try:
        with file.open(encoding="utf-8") as opened:
            mode = os.fstat(opened.fileno()).st_mode
            secret = opened.read().strip()
    except (OSError, UnicodeDecodeError):
        raise SettingsError(f"The secret {file.name} can not be read.", "Check that it exists and is yours.") from None
    if mode & 0o077:
        raise SettingsError(f"Others can read the secret {file.name}.", "Give the file the mode 0600.")
    if not secret or not secret.isascii() or not secret.isprintable() or " " in secret:
        raise SettingsError(f"The secret {file.name} is empty or not one word.", "Put the token alone into the file.")
    return secret
