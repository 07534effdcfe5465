"""Who we are on the homeserver, and how to get there with a password."""

from __future__ import annotations

from smartup_tui.matrix.device import Account, checked_homeserver
from smartup_tui.matrix.errors import LoginNeeded
from smartup_tui.matrix.session import Session

__all__ = ["Account", "check", "login", "open_session"]


async def login(homeserver: str, user: str, password: str, device_id: str, device_name: str) -> Account:
    """Log in with a password and keep nothing of it.

    `user` is a full id (`@maria:example.org`) or its local part. Raises `WrongPassword`, `RateLimited` (with the time
    to wait), `Unreachable`, `NotAMatrixServer`.
    """
    from smartup_tui.matrix.http_session import password_login  # noqa: PLC0415 (keeps httpx out of start-up)

    return await password_login(checked_homeserver(homeserver), user, password, device_id, device_name)


async def open_session(account: Account) -> Session:
    """A session of a logged-in account. Makes no request."""
    from smartup_tui.matrix.http_session import HttpSession  # noqa: PLC0415 (as above)

    return HttpSession(account)


async def check(account: Account) -> None:
    """Ask the homeserver whether the account's token still stands for its user and device; `LoginNeeded` if not."""
    session = await open_session(account)
    try:
        user_id, device_id = await session.whoami()
    finally:
        await session.close()
    if user_id != account.user_id:
        raise LoginNeeded("The saved login belongs to another user of the homeserver.")
    if device_id and device_id != account.device_id:
        raise LoginNeeded("The saved login belongs to another device of this user.")
