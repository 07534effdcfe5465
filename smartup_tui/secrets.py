"""Where tokens are kept: the system's keyring, or a private file where there is none.

Values never appear in a representation, an error or a log.
"""

from __future__ import annotations

import os
import stat
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from smartup_tui.config import Home, SecretKind, write_private

if TYPE_CHECKING:
    from types import ModuleType

SERVICE = "smartup"


class SecretError(Exception):
    """The secret store can not be used; `message` says why and `hint` the way out. Never holds a value."""

    def __init__(self, message: str, hint: str) -> None:
        self.message = message
        self.hint = hint
        super().__init__(message)


class SecretStore(Protocol):
    """Secrets by profile and name (`matrix-token`, `forge-token`)."""

    def get(self, profile: str, name: str) -> str | None:
        """The secret, or None if there is none."""

    def set(self, profile: str, name: str, value: str) -> None:
        """Keep a secret, replacing an older one."""

    def delete(self, profile: str, name: str) -> None:
        """Forget a secret; nothing happens if there is none."""


class KeyringStore:
    """The keyring of the desktop or the operating system."""

    def get(self, profile: str, name: str) -> str | None:
        keyring = _keyring()
        try:
            found: str | None = keyring.get_password(SERVICE, f"{profile}/{name}")
        except keyring.errors.KeyringError as error:
            raise _locked(error) from None
        return found

    def set(self, profile: str, name: str, value: str) -> None:
        keyring = _keyring()
        try:
            keyring.set_password(SERVICE, f"{profile}/{name}", value)
        except keyring.errors.KeyringError as error:
            raise _locked(error) from None

    def delete(self, profile: str, name: str) -> None:
        keyring = _keyring()
        try:
            keyring.delete_password(SERVICE, f"{profile}/{name}")
        except keyring.errors.PasswordDeleteError:
            return
        except keyring.errors.KeyringError as error:
            raise _locked(error) from None


class FileStore:
    """One file per profile, mode 0600, in a directory of mode 0700. A file that others can read is refused."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def __repr__(self) -> str:
        return f"FileStore({str(self._directory)!r})"

    def get(self, profile: str, name: str) -> str | None:
        return self._read(profile).get(name)

    def set(self, profile: str, name: str, value: str) -> None:
        self._write(profile, {**self._read(profile), name: value})

    def delete(self, profile: str, name: str) -> None:
        held = self._read(profile)
        if held.pop(name, None) is None:
            return
        if held:
            self._write(profile, held)
        else:
            self._file(profile).unlink(missing_ok=True)

    def _file(self, profile: str) -> Path:
        if not profile or Path(profile).name != profile:
            raise SecretError("This profile's name can not name a file.", "Rename the profile.")
        return self._directory / f"{profile}.toml"

    def _read(self, profile: str) -> dict[str, str]:
        file = self._file(profile)
        try:
            descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise SecretError(f"{file} can not be read: {error.strerror}.", "Check its owner and mode.") from None
        with os.fdopen(descriptor, "rb") as held:
            state = os.fstat(held.fileno())
            if state.st_uid != os.getuid() or stat.S_IMODE(state.st_mode) & 0o077:
                raise SecretError(
                    f"{file} holds secrets and can be read by others.",
                    f"Make it yours alone (chmod 600 {file}), then replace the tokens in it.",
                )
            try:
                values = tomllib.load(held)
            except (tomllib.TOMLDecodeError, UnicodeDecodeError):
                raise SecretError(f"{file} is damaged.", "Remove it and log in again.") from None
        return {name: value for name, value in values.items() if isinstance(value, str)}

    def _write(self, profile: str, values: dict[str, str]) -> None:
        import tomlkit  # noqa: PLC0415 (only writing needs it)

        file = self._file(profile)
        self._directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._directory.chmod(0o700)
        write_private(file, tomlkit.dumps(values).encode())


class AutoStore:
    """The keyring where it works, else the file; what is in either is found."""

    def __init__(self, files: FileStore) -> None:
        self._files = files
        self._ring = KeyringStore()

    def get(self, profile: str, name: str) -> str | None:
        # The file first: it costs nothing to look, and opening a keyring may ask the owner for a password.
        if (held := self._files.get(profile, name)) is not None or not _keyring_works():
            return held
        return self._ring.get(profile, name)

    def set(self, profile: str, name: str, value: str) -> None:
        if _keyring_works():
            self._ring.set(profile, name, value)
            self._files.delete(profile, name)
        else:
            self._files.set(profile, name, value)

    def delete(self, profile: str, name: str) -> None:
        self._files.delete(profile, name)
        if _keyring_works():
            self._ring.delete(profile, name)


def open_store(kind: SecretKind, home: Home) -> SecretStore:
    """The store that `secrets = …` in the configuration names. Touches nothing yet."""
    files = FileStore(home.config / "secrets")
    if kind == "file":
        return files
    return KeyringStore() if kind == "keyring" else AutoStore(files)


def place(kind: SecretKind, home: Home) -> str:
    """Where a new secret is kept, in words. Loads the keyring's library to ask it."""
    if kind == "keyring" or (kind == "auto" and _keyring_works()):
        return "the keyring of this machine"
    reason = "; this machine has no keyring that works" if kind == "auto" else ""
    return f"a file that only you can read, in {home.config / 'secrets'}{reason}"


def _keyring() -> ModuleType:
    import keyring  # noqa: PLC0415 (33 ms, and never needed before the first picture)
    import keyring.errors  # noqa: PLC0415

    return keyring


def _keyring_works() -> bool:
    return float(_keyring().get_keyring().priority) >= 1


def _locked(error: Exception) -> SecretError:
    if type(error).__name__ == "NoKeyringError":
        return SecretError(
            "This machine has no keyring that works.",
            'Set secrets = "file" in config.toml; `smartup setup` then takes the tokens again.',
        )
    return SecretError(
        f"The keyring did not answer ({type(error).__name__}).",
        'Unlock it and try again, or set secrets = "file" in config.toml.',
    )
