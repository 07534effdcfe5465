"""A homeserver as the set-up sees it, in memory: one user with one password, and tokens that stand or do not."""

from __future__ import annotations

import asyncio

import pytest

from smartup_tui.matrix.account import Account
from smartup_tui.matrix.errors import LoginNeeded, MatrixError, WrongPassword
from smartup_tui.workspace import checks, setup_login


class FakeHomeserver:
    """Put in the place of the real one by `install`."""

    user_id = "@maria:smartup0.org"
    password = "correct horse"

    def __init__(self) -> None:
        self.tokens = {"token-of-maria": "DEVICE"}
        self.fault: MatrixError | None = None
        self.logged_out: list[str] = []
        self.named = {"smartup0.org": "matrix.smartup0.org"}
        """What servers say of where their homeserver is."""
        self.answers = asyncio.Event()
        """Cleared while it takes its time."""
        self.answers.set()

    def install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(setup_login, "login", self.login)
        monkeypatch.setattr(setup_login, "open_session", self.open_session)
        monkeypatch.setattr(setup_login, "discover", self.discover)
        monkeypatch.setattr(checks, "check", self.check)

    async def discover(self, server: str) -> str:
        """The homeserver of a server name; a name that is a homeserver's own says itself."""
        if self.fault is not None:
            raise self.fault
        return f"https://{self.named.get(server, server)}"

    async def login(self, homeserver: str, user: str, password: str, device_id: str, _name: str) -> Account:
        await self.answers.wait()
        if self.fault is not None:
            raise self.fault
        if (user, password) != (self.user_id, self.password):
            raise WrongPassword("The user name or the password is not right.")
        self.tokens["token-by-password"] = device_id
        return Account(homeserver, user, device_id, "token-by-password")

    async def check(self, account: Account) -> None:
        if account.access_token not in self.tokens:
            raise LoginNeeded("The homeserver does not accept the login.")

    async def open_session(self, account: Account) -> FakeSession:
        if self.fault is not None:
            raise self.fault
        return FakeSession(self, account)


class FakeSession:
    """One token's session."""

    def __init__(self, server: FakeHomeserver, account: Account) -> None:
        self._server, self._token = server, account.access_token

    async def whoami(self) -> tuple[str, str]:
        if self._token not in self._server.tokens:
            raise LoginNeeded("The homeserver does not accept the login.")
        return self._server.user_id, self._server.tokens[self._token]

    async def logout(self) -> None:
        self._server.logged_out.append(self._token)

    async def close(self) -> None:
        """Nothing is open."""
