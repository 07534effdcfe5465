"""What the process is told."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import msgspec

from smartup_tui.engelbot.deciding import Limits
from smartup_tui.matrix import Account, MatrixError
from smartup_tui.service_settings import ServiceSettings, SettingsError, load_settings, read_secret

_Seconds = Annotated[int, msgspec.Meta(ge=1, le=82_800)]


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


class EngelbotSettings(ServiceSettings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All of the file. `command_max_age` in seconds."""

    matrix: MatrixSettings
    forge: ForgeSettings
    toolbox: ToolboxSettings
    command_max_age: _Seconds = 600

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
    return load_settings(file, EngelbotSettings)
