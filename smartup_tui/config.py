"""The owner's configuration: profiles (one organisation each) and settings, read from and written to `config.toml`.

Tokens and passwords are never in it; they live in the secret store (`smartup_tui.secrets`).
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar, get_args
from urllib.parse import urlsplit

import msgspec

from smartup_tui.config_error import ConfigError, explain, not_a_table
from smartup_tui.home import directory

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

ThemeName = Literal["auto", "light", "dark", "high-contrast", "ansi"]
SecretKind = Literal["auto", "keyring", "file"]

_PROFILE_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_USER_ID = re.compile(r"@[^\s:]+:[^\s]+")
_S = TypeVar("_S", bound=msgspec.Struct)
_WIZARD = "Start `smartup` in a terminal and the wizard asks for it, or try `smartup lab up`."
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True, slots=True)
class Home:
    """The three directories of the program; `find` follows `SMARTUP_HOME`, `--home` or the platform."""

    config: Path
    state: Path
    cache: Path

    @classmethod
    def find(cls, home: Path | None = None, env: Mapping[str, str] = os.environ) -> Home:
        """The directories for this run. They need not exist yet."""
        root = str(home) if home is not None else None
        return cls(*(Path(directory(kind, root, env)) for kind in ("config", "state", "cache")))

    @property
    def config_file(self) -> Path:
        return self.config / "config.toml"

    @property
    def log_file(self) -> Path:
        return self.state / "smartup.log"

    def profile_state(self, profile: str) -> Path:
        """Where one profile keeps what can not be derived again: outbox, command history, session."""
        return self.state / "profiles" / profile

    def profile_cache(self, profile: str) -> Path:
        """Where one profile keeps what can be derived again: index, objects of the forge."""
        return self.cache / "profiles" / profile


class Profile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One organisation as one owner sees it."""

    organisation: str
    homeserver: str
    user_id: str
    alias: str
    forge_url: str
    forge_owner: str
    device_id: str = ""
    ledger_repo: str = "2_workplace"
    branch: str = "main"
    engelbot: tuple[str, ...] = ()
    """Matrix ids whose answers are believed; nobody is believed for a display name."""
    rooms: dict[str, str] = {}
    """Rooms by purpose (`desk`, a group or an entity id), where they are not found by themselves."""


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the workspace behaves, for every profile."""

    theme: ThemeName = "auto"
    mouse: bool = False
    one_key_sending: bool = False
    keep_frame: bool = True
    ascii: bool = False
    command_max_age: Annotated[int, msgspec.Meta(ge=0, le=82_800)] = 600
    """Seconds after which an unsent command waits for the owner's decision. Below the 23 hours in which the
    homeserver certainly still knows a transaction id."""
    restore_session: bool = True
    """Whether the workspace opens where it was left: screen, views, filters and what was marked."""
    export_folder: str = ""
    """Where exported tables and pictures go; the folder that `smartup` was started in when it is empty."""
    keymap: dict[str, str] = {}
    """Keys by the id of their action (docs/keys.md), where the owner wants other ones."""


@dataclass(frozen=True, slots=True)
class Config:
    """All of `config.toml`, checked. `file` need not exist: then everything has its default."""

    file: Path
    settings: Settings
    profiles: Mapping[str, Profile]
    default_profile: str | None
    secrets: SecretKind

    def choose(self, name: str | None = None) -> tuple[str, Profile]:
        """The profile named, or the default one, or the only one; else a `ConfigError` that lists what there is."""
        wanted = name or self.default_profile
        if wanted is None and len(self.profiles) == 1:
            wanted = next(iter(self.profiles))
        if wanted is None:
            what = "several profiles and no default_profile" if self.profiles else "no profile yet"
            way = f"Name one with --profile: {', '.join(self.profiles)}." if self.profiles else _WIZARD
            raise ConfigError(self.file, "", what, way)
        if wanted not in self.profiles:
            way = f"There are: {', '.join(self.profiles)}." if self.profiles else _WIZARD
            raise ConfigError(self.file, f"profile.{wanted}", "there is no such profile", way)
        return wanted, self.profiles[wanted]


def load(home: Home) -> Config:
    """Read and check the configuration. Raises `ConfigError`; a missing file is an empty one."""
    file = home.config_file
    try:
        document: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        document = {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(file, "", f"this is not valid TOML: {error}") from None
    except OSError as error:
        raise ConfigError(file, "", f"can not be read: {error.strerror}", "Check the file's owner and mode.") from None
    top = _convert(file, "", {k: v for k, v in document.items() if k not in {"profile", "settings"}}, _Top)
    profiles = document.get("profile", {})
    if not isinstance(profiles, dict):
        raise not_a_table(file, "profile", profiles)
    return Config(
        file=file,
        settings=_convert(file, "settings", document.get("settings", {}), Settings),
        profiles={name: _profile(file, name, table) for name, table in profiles.items()},
        default_profile=top.default_profile,
        secrets=top.secrets,
    )


def write_profile(home: Home, name: str, profile: Profile, *, default: bool = False) -> None:
    """Add or replace one profile; the owner's other keys and comments stay. Atomic; raises `ConfigError`."""
    _check(home.config_file, name, profile)

    def change(document: TOMLDocument) -> None:
        profiles = document.setdefault("profile", {})
        profiles[name] = {k: v for k, v in msgspec.to_builtins(profile).items() if v not in ("", [], {})}
        if default:
            document["default_profile"] = name

    _edit(home, change)


def write_secret_kind(home: Home, kind: SecretKind) -> None:
    """Say where secrets are kept from now on."""

    def change(document: TOMLDocument) -> None:
        document["secrets"] = kind

    _edit(home, change)


def remove_profile(home: Home, name: str) -> None:
    """Forget one profile. Its files and secrets are the caller's to remove."""

    def change(document: TOMLDocument) -> None:
        document.get("profile", {}).pop(name, None)
        if document.get("default_profile") == name:
            del document["default_profile"]

    _edit(home, change)


class _Top(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    default_profile: str | None = None
    secrets: SecretKind = "auto"


def _profile(file: Path, name: str, table: Any) -> Profile:
    profile = _convert(file, f"profile.{name}", table, Profile)
    _check(file, name, profile)
    return profile


def _check(file: Path, name: str, profile: Profile) -> None:
    at = f"profile.{name}"
    if not _PROFILE_NAME.fullmatch(name):
        raise ConfigError(
            file, at, "a profile's name is small letters, digits, - and _", "Choose a shorter, plainer name."
        )
    for key, url in (("homeserver", profile.homeserver), ("forge_url", profile.forge_url)):
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ConfigError(file, f"{at}.{key}", "expected an address such as https://example.org")
        if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
            raise ConfigError(file, f"{at}.{key}", "expected https; http is for this machine only")
        if parts.username or parts.password:
            raise ConfigError(
                file, f"{at}.{key}", "an address holds no user name or password", "Secrets are kept apart."
            )
    for key, user in (("user_id", profile.user_id), *(("engelbot", bot) for bot in profile.engelbot)):
        if not _USER_ID.fullmatch(user):
            raise ConfigError(file, f"{at}.{key}", "expected a full Matrix id such as @maria:example.org")


def _convert(file: Path, table: str, value: Any, kind: type[_S]) -> _S:
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        choices = {
            "theme": ", ".join(get_args(ThemeName)),
            "secrets": ", ".join(get_args(SecretKind)),
        }
        raise explain(file, table, error, kind.__struct_fields__, choices) from None


def _edit(home: Home, change: Callable[[TOMLDocument], None]) -> None:
    import tomlkit  # noqa: PLC0415 (only writing needs it)

    load(home)  # what can not be read must not be written over
    try:
        document = tomlkit.parse(home.config_file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        document = tomlkit.document()
    change(document)
    write_private(home.config_file, tomlkit.dumps(document).encode())


def write_private(file: Path, content: bytes) -> None:
    """Replace what can not be made again: whole or not at all, for its owner alone, through a link to what it names."""
    from smartup_tui.files.whole import replace_file  # noqa: PLC0415 (only writing needs it)

    replace_file(file.resolve(), content, lasting=True)
