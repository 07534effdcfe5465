"""How a service (the Toolbox, Engelbot) is told what to do: one TOML file, and tokens in private files of their own."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any, TypeVar

import msgspec


class SettingsError(Exception):
    """A service can not start as it is told to; `message` says why and `hint` the way out. Never holds a secret."""

    def __init__(self, message: str, hint: str) -> None:
        """Say what is wrong and how to put it right."""
        super().__init__(message)
        self.message = message
        self.hint = hint


class ServiceSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the file of every service says: `state` is the folder of what it keeps, without `log` it logs to standard
    error. Paths are relative to the file's folder, which is filled in as `folder`.
    """

    state: str
    log: str = ""
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


_S = TypeVar("_S", bound=ServiceSettings)


def load_settings(file: Path, kind: type[_S]) -> _S:
    """Read and check a settings file. Raises SettingsError."""
    try:
        document: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file} is not valid TOML: {error}.", "Correct the line that is named.") from None
    except OSError as error:
        raise SettingsError(f"{file} can not be read: {error.strerror}.", "Check the path, owner and mode.") from None
    try:
        return msgspec.convert({**document, "folder": str(file.resolve().parent)}, kind)
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
