"""Who we are on the homeserver, and how to get there with a password."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from smartup_tui.matrix.errors import LoginNeeded, NotAMatrixServer

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Account:
    """One device of one user. The device id stays the same for the life of a profile: the homeserver tells repeated
    sends apart by user, device and transaction id."""

    homeserver: str
    user_id: str
    device_id: str
    access_token: str = field(repr=False)

    def __post_init__(self) -> None:
        checked_homeserver(self.homeserver)

    @property
    def server_name(self) -> str:
        """The part after the colon of the user id, as `via` of rooms and aliases."""
        return self.user_id.partition(":")[2]


def checked_homeserver(address: str) -> str:
    """The address without a trailing slash; refused unless https, or http on this very machine."""
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise NotAMatrixServer("The homeserver address must begin with https:// and name a host.")
    if parts.username is not None or parts.query or parts.fragment:
        raise NotAMatrixServer("The homeserver address must hold no user name, query or fragment.")
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise NotAMatrixServer(
            "A homeserver on another machine must be reached over https.",
            hint=f"Use https://{parts.hostname} instead.",
        )
    return address.rstrip("/")


async def login(homeserver: str, user: str, password: str, device_id: str, device_name: str) -> Account:
    """Log in with a password and keep nothing of it.

    `user` is a full id (`@maria:example.org`) or its local part. Raises `WrongPassword`, `RateLimited` (with the time
    to wait), `Unreachable`, `NotAMatrixServer`.
    """
    from smartup_tui.matrix.nio_session import password_login  # noqa: PLC0415 (keeps matrix-nio out of start-up)

    return await password_login(checked_homeserver(homeserver), user, password, device_id, device_name)


async def check(account: Account) -> None:
    """Ask the homeserver whether the account's token still stands for its user and device; `LoginNeeded` if not."""
    from smartup_tui.matrix.session import open_session  # noqa: PLC0415 (keeps matrix-nio out of start-up)

    session = await open_session(account)
    try:
        user_id, device_id = await session.whoami()
    finally:
        await session.close()
    if user_id != account.user_id:
        raise LoginNeeded("The saved login belongs to another user of the homeserver.")
    if device_id and device_id != account.device_id:
        raise LoginNeeded("The saved login belongs to another device of this user.")
