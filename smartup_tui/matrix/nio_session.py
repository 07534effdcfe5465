"""The one place that knows matrix-nio: the `Session` made with it.

matrix-nio makes the requests' paths and bodies and holds the connection. Its own retries, sync loop, callbacks and
response classes are not used: they block for ever or spin on errors, hide rate limits, and stumble over odd events and
rooms of version 12. The decoded JSON goes to `wire`, which trusts nothing.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import logging
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

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
from smartup_tui.matrix.wire import (
    SYNC_FILTER,
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
    from smartup_tui.matrix.rooms import NewState

REQUEST_SECONDS: Final = 20.0
FIRST_SYNC_SECONDS: Final = 180.0
"""A first response takes a server many seconds on large accounts."""
_DEFAULT_RETRY = timedelta(seconds=5)
_LONGEST_RETRY = timedelta(hours=1)
_LOGIN_CODES = frozenset({"M_UNKNOWN_TOKEN", "M_MISSING_TOKEN", "M_USER_DEACTIVATED", "M_USER_LOCKED"})


async def password_login(homeserver: str, user: str, password: str, device_id: str, device_name: str) -> Account:
    """See `account.login`."""
    await asyncio.to_thread(importlib.import_module, "nio")  # the caller's loop may be drawing a screen
    session = NioSession(Account(homeserver, user, device_id, ""))
    try:
        answer = await session.log_in(password, device_name)
    finally:
        await session.close()
    user_id, device, token = (answer.get(key) for key in ("user_id", "device_id", "access_token"))
    if identifier(user_id) is None or not isinstance(token, str) or not token:
        raise NotAMatrixServer("The address answers, but not like a Matrix homeserver.")
    return Account(homeserver, str(user_id), device if isinstance(device, str) and device else device_id, token)


class NioSession:
    """`Session` on matrix-nio's client. Made and used inside one event loop."""

    def __init__(self, account: Account) -> None:
        import nio  # noqa: PLC0415 (335 ms: never before it is needed)

        silence_loggers()
        self._account = account
        self._api: Any = nio.Api
        self._nio: Any = nio
        config = nio.AsyncClientConfig(max_timeouts=0, max_limit_exceeded=0, encryption_enabled=False)
        self._client: Any = nio.AsyncClient(account.homeserver, account.user_id, account.device_id, config=config)

    @property
    def user_id(self) -> str:
        return self._account.user_id

    @property
    def server_name(self) -> str:
        return self._account.server_name

    async def log_in(self, password: str, device_name: str) -> Json:
        """The answer to a login with a password."""
        parts = self._api.login(
            self._account.user_id, password=password, device_name=device_name, device_id=self._account.device_id
        )
        try:
            return await self._call(*parts)
        except Forbidden as refused:
            raise WrongPassword("The user name or the password is not right.") from refused
        except (Refused, ServerTrouble) as odd:
            if isinstance(odd, ServerTrouble) and odd.status >= 500:
                raise
            raise NotAMatrixServer("The address answers, but not like a Matrix homeserver.") from odd

    async def whoami(self) -> tuple[str, str]:
        answer = await self._call(*self._api.whoami(""))
        return _need(answer, "user_id"), identifier(answer.get("device_id")) or ""

    async def sync(self, since: str | None, wait: float) -> SyncBatch:
        parts = self._api.sync("", since=since, timeout=int(wait * 1000), filter=SYNC_FILTER, set_presence="offline")
        limit = FIRST_SYNC_SECONDS if since is None else wait + REQUEST_SECONDS
        return read_sync(await self._call(*parts, seconds=limit))

    async def send(self, room_id: str, txn_id: str, content: Mapping[str, object]) -> str:
        answer = await self._call(*self._api.room_send("", room_id, "m.room.message", dict(content), txn_id))
        return _need(answer, "event_id")

    async def history(self, room_id: str, start: str | None, until: str | None, limit: int) -> Page:
        return read_page(await self._call(*self._api.room_messages("", room_id, start, until, "b", limit)))

    async def before(self, room_id: str, event_id: str, limit: int) -> Page:
        # Half of the limit is for what comes after the event.
        return read_context(await self._call(*self._api.room_context("", room_id, event_id, 2 * limit)))

    async def event(self, room_id: str, event_id: str) -> Json:
        return await self._call(*self._api.room_get_event("", room_id, event_id))

    async def state(self, room_id: str, event_type: str, state_key: str = "") -> Json | None:
        try:
            return await self._call(*self._api.room_get_state_event("", room_id, event_type, state_key))
        except NotFound:
            return None

    async def put_state(self, room_id: str, event_type: str, content: Mapping[str, object], state_key: str = "") -> str:
        parts = self._api.room_put_state("", room_id, event_type, dict(content), state_key)
        return _need(await self._call(*parts), "event_id")

    async def create_room(
        self,
        *,
        name: str,
        alias: str | None,
        topic: str | None,
        space: bool,
        public: bool,
        invite: Sequence[str],
        state: Sequence[NewState],
        power: Mapping[str, int],
    ) -> str:
        preset = self._nio.RoomPreset.public_chat if public else self._nio.RoomPreset.private_chat
        parts = self._api.room_create(
            "",
            name=name,
            alias=alias,
            topic=topic,
            space=space,
            preset=preset,
            invite=invite,
            initial_state=[{"type": s.type, "state_key": s.state_key, "content": s.content} for s in state],
            power_level_override={"users": dict(power)} if power else None,
        )
        return _need(await self._call(*parts), "room_id")

    async def invite(self, room_id: str, user_id: str) -> None:
        await self._call(*self._api.room_invite("", room_id, user_id))

    async def join(self, room: str) -> str:
        method, path = self._api.join("", room)
        return _need(await self._call(method, path, "{}"), "room_id")

    async def leave(self, room_id: str, reason: str | None = None) -> None:
        method, path = self._api.room_leave("", room_id)
        await self._call(method, path, json.dumps({} if reason is None else {"reason": reason}))

    async def joined_members(self, room_id: str) -> list[str]:
        answer = await self._call(*self._api.joined_members("", room_id))
        return [user for user in as_object(answer.get("joined")) if identifier(user) is not None]

    async def hierarchy(self, space_id: str, page: str | None) -> Json:
        return await self._call(*self._api.space_get_hierarchy("", space_id, from_page=page, limit=50))

    async def resolve_alias(self, alias: str) -> str:
        return _need(await self._call(*self._api.room_resolve_alias(alias)), "room_id")

    async def logout(self) -> None:
        method, path = self._api.logout("")
        await self._call(method, path, "{}")

    async def close(self) -> None:
        await self._client.close()

    async def _call(self, method: str, path: str, data: str | None = None, *, seconds: float = REQUEST_SECONDS) -> Json:
        import aiohttp  # noqa: PLC0415 (comes with matrix-nio)

        headers = {"Content-Type": "application/json"} if data is not None else {}
        if self._account.access_token:
            headers["Authorization"] = f"Bearer {self._account.access_token}"
        try:
            limit = aiohttp.ClientTimeout(total=seconds, sock_connect=10)
            async with await self._client.send(method, _without_token(path), data, headers, timeout=limit) as response:
                status, wait_header, body = response.status, response.headers.get("Retry-After"), await response.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise _no_connection(error) from None
        except aiohttp.InvalidURL:
            raise NotAMatrixServer("The homeserver address is not a web address.") from None
        except TimeoutError:
            raise Unreachable("The homeserver did not answer in time.", reached=True) from None
        except (aiohttp.ClientError, OSError):
            raise Unreachable("The connection to the homeserver broke off.", reached=True) from None
        return read_answer(status, body, wait_header)


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
    for name in ("nio", "aiohttp", "peewee"):
        logger = logging.getLogger(name)
        logger.propagate = False
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())
    asyncio_logger = logging.getLogger("asyncio")
    if not asyncio_logger.handlers:
        asyncio_logger.addHandler(logging.NullHandler())


def _without_token(path: str) -> str:
    """The token goes in a header; matrix-nio's paths have a place for it in the query, which servers log."""
    before, mark, query = path.partition("?")
    kept = "&".join(part for part in query.split("&") if part and not part.startswith("access_token="))
    return before + (mark + kept if kept else "")


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


def _no_connection(error: Exception) -> MatrixError:
    import aiohttp  # noqa: PLC0415

    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return Unreachable(
            "The homeserver's certificate is not trusted.", reached=False, hint="Ask who runs the homeserver."
        )
    return Unreachable("The homeserver can not be reached.", reached=False)
