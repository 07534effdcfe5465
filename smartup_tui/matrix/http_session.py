"""The one place that speaks HTTP with a homeserver: the `Session` made with httpx.

What is asked is in `requests`, what an answer holds in `wire`, which trusts nothing. Here is the connection, and what
it means when it fails.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import logging
import ssl
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from smartup_tui.matrix import requests
from smartup_tui.matrix.device import Account
from smartup_tui.matrix.errors import (
    Forbidden,
    LoginNeeded,
    MatrixError,
    NotAMatrixServer,
    NotFound,
    RateLimited,
    Refused,
    ServerTrouble,
    Unreachable,
    WrongPassword,
)
from smartup_tui.matrix.requests import Call
from smartup_tui.matrix.wire import (
    Json,
    Page,
    SyncBatch,
    as_object,
    identifier,
    read_context,
    read_page,
    read_sync,
)
from smartup_tui.text import clean_line

if TYPE_CHECKING:
    from smartup_tui.matrix.session import NewRoom

REQUEST_SECONDS: Final = 20.0
CONNECT_SECONDS: Final = 10.0
FIRST_SYNC_SECONDS: Final = 180.0
"""A first response takes a server many seconds on large accounts."""
_DEFAULT_RETRY = timedelta(seconds=5)
_LONGEST_RETRY = timedelta(hours=1)
_LOGIN_CODES = frozenset({"M_UNKNOWN_TOKEN", "M_MISSING_TOKEN", "M_USER_DEACTIVATED", "M_USER_LOCKED"})


async def password_login(homeserver: str, user: str, password: str, device_id: str, device_name: str) -> Account:
    """See `account.login`."""
    await asyncio.to_thread(importlib.import_module, "httpx")  # the caller's loop may be drawing a screen
    session = HttpSession(Account(homeserver, user, device_id, ""))
    try:
        answer = await session.log_in(password, device_name)
    finally:
        await session.close()
    user_id, device, token = (answer.get(key) for key in ("user_id", "device_id", "access_token"))
    if identifier(user_id) is None or not isinstance(token, str) or not token:
        raise NotAMatrixServer("The address answers, but not like a Matrix homeserver.")
    return Account(homeserver, str(user_id), device if isinstance(device, str) and device else device_id, token)


class HttpSession:
    """`Session` on httpx's client. Made and used inside one event loop."""

    def __init__(self, account: Account) -> None:
        import httpx  # noqa: PLC0415 (44 ms: never before it is needed)

        silence_loggers()
        self._account = account
        headers = {"User-Agent": "smartup (terminal workspace)"}
        if account.access_token:
            headers["Authorization"] = f"Bearer {account.access_token}"
        self._client = httpx.AsyncClient(
            headers=headers,
            # The system's certificates: a homeserver may have one of its own house.
            verify=ssl.create_default_context(),
            follow_redirects=False,  # the token is for the homeserver alone
            limits=httpx.Limits(keepalive_expiry=30.0),
            timeout=httpx.Timeout(None, connect=CONNECT_SECONDS),
            trust_env=False,
        )

    @property
    def user_id(self) -> str:
        return self._account.user_id

    @property
    def server_name(self) -> str:
        return self._account.server_name

    async def log_in(self, password: str, device_name: str) -> Json:
        """The answer to a login with a password."""
        call = requests.login(self._account.user_id, password, self._account.device_id, device_name)
        try:
            return await self._call(call)
        except Forbidden as refused:
            raise WrongPassword("The user name or the password is not right.") from refused
        except (Refused, ServerTrouble) as odd:
            if isinstance(odd, ServerTrouble) and odd.status >= 500:
                raise
            raise NotAMatrixServer("The address answers, but not like a Matrix homeserver.") from odd

    async def whoami(self) -> tuple[str, str]:
        answer = await self._call(requests.whoami())
        return _need(answer, "user_id"), identifier(answer.get("device_id")) or ""

    async def sync(self, since: str | None, wait: float) -> SyncBatch:
        limit = FIRST_SYNC_SECONDS if since is None else wait + REQUEST_SECONDS
        return read_sync(await self._call(requests.sync(since, wait), seconds=limit))

    async def send(self, room_id: str, txn_id: str, content: Mapping[str, object]) -> str:
        return _need(await self._call(requests.send(room_id, txn_id, content)), "event_id")

    async def history(self, room_id: str, start: str | None, until: str | None, limit: int) -> Page:
        return read_page(await self._call(requests.messages(room_id, start, until, limit)))

    async def before(self, room_id: str, event_id: str, limit: int) -> Page:
        # Half of the limit is for what comes after the event.
        return read_context(await self._call(requests.context(room_id, event_id, 2 * limit)))

    async def event(self, room_id: str, event_id: str) -> Json:
        return await self._call(requests.event(room_id, event_id))

    async def state(self, room_id: str, event_type: str, state_key: str = "") -> Json | None:
        try:
            return await self._call(requests.state(room_id, event_type, state_key))
        except NotFound:
            return None

    async def put_state(self, room_id: str, event_type: str, content: Mapping[str, object], state_key: str = "") -> str:
        return _need(await self._call(requests.put_state(room_id, event_type, state_key, content)), "event_id")

    async def create_room(self, room: NewRoom) -> str:
        return _need(await self._call(requests.create_room(room)), "room_id")

    async def invite(self, room_id: str, user_id: str) -> None:
        await self._call(requests.invite(room_id, user_id))

    async def join(self, room: str) -> str:
        return _need(await self._call(requests.join(room)), "room_id")

    async def leave(self, room_id: str, reason: str | None = None) -> None:
        await self._call(requests.leave(room_id, reason))

    async def joined_members(self, room_id: str) -> list[str]:
        answer = await self._call(requests.joined_members(room_id))
        return [user for user in as_object(answer.get("joined")) if identifier(user) is not None]

    async def hierarchy(self, space_id: str, page: str | None) -> Json:
        return await self._call(requests.hierarchy(space_id, page))

    async def resolve_alias(self, alias: str) -> str:
        return _need(await self._call(requests.resolve_alias(alias)), "room_id")

    async def logout(self) -> None:
        await self._call(requests.logout())

    async def close(self) -> None:
        await self._client.aclose()

    async def _call(self, call: Call, *, seconds: float = REQUEST_SECONDS) -> Json:
        import httpx  # noqa: PLC0415 (as above)

        headers = {} if call.body is None else {"Content-Type": "application/json"}
        address = self._account.homeserver.rstrip("/") + call.path
        try:
            async with asyncio.timeout(seconds):
                answer = await self._client.request(call.method, address, content=call.body, headers=headers)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise _no_connection(error) from None
        except (httpx.InvalidURL, httpx.UnsupportedProtocol):
            raise NotAMatrixServer("The homeserver address is not a web address.") from None
        except TimeoutError:
            raise Unreachable("The homeserver did not answer in time.", reached=True) from None
        except (httpx.HTTPError, OSError):
            raise Unreachable("The connection to the homeserver broke off.", reached=True) from None
        return read_answer(answer.status_code, answer.content, answer.headers.get("Retry-After"))


def read_answer(status: int, body: bytes, wait_header: str | None = None) -> Json:
    """The JSON object of a good answer; a `MatrixError` that says what a bad one means."""
    try:
        decoded = json.loads(body)
    except (ValueError, RecursionError):
        decoded = None
    if status == 200 and isinstance(decoded, dict):
        return decoded
    answer = as_object(decoded)
    code = identifier(answer.get("errcode"))
    if status == 429 or code == "M_LIMIT_EXCEEDED":
        raise RateLimited(_retry_after(answer.get("retry_after_ms"), wait_header))
    if code is None or status >= 500 or status < 400:
        raise ServerTrouble(f"The homeserver answered with a fault ({status}).", status=status)
    if code in _LOGIN_CODES:
        raise LoginNeeded("The homeserver no longer accepts this login.")
    said = clean_line(answer.get("error"), 200) or code
    kind = {"M_FORBIDDEN": Forbidden, "M_NOT_FOUND": NotFound}.get(code, Refused)
    raise kind(f"The homeserver refused: {said}", code=code)


def silence_loggers() -> None:
    """Keep the libraries' log lines away from the terminal: without a handler Python writes them to stderr."""
    for name in ("httpx", "httpcore"):
        logger = logging.getLogger(name)
        logger.propagate = False
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())
    asyncio_logger = logging.getLogger("asyncio")
    if not asyncio_logger.handlers:
        asyncio_logger.addHandler(logging.NullHandler())


def _need(answer: Json, key: str) -> str:
    found = identifier(answer.get(key))
    if found is None:
        raise ServerTrouble("The homeserver's answer could not be read.", status=200)
    return found


def _retry_after(milliseconds: object, header: str | None) -> timedelta:
    if isinstance(milliseconds, int) and milliseconds >= 0:
        return min(timedelta(milliseconds=min(milliseconds, 10**9)), _LONGEST_RETRY)
    if header is not None and header.isascii() and header.isdigit() and len(header) < 9:
        return min(timedelta(seconds=int(header)), _LONGEST_RETRY)
    return _DEFAULT_RETRY


def _no_connection(error: BaseException) -> MatrixError:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return Unreachable(
                "The homeserver's certificate is not trusted.", reached=False, hint="Ask who runs the homeserver."
            )
        cause = cause.__cause__ or cause.__context__
    return Unreachable("The homeserver can not be reached.", reached=False)
