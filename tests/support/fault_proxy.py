"""A proxy on loopback that fails on purpose, between a client and a real server."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Final

import aiohttp
from aiohttp import web
from yarl import URL

_HOP_HEADERS: Final = frozenset({"host", "content-length", "transfer-encoding", "connection", "accept-encoding"})


@dataclass(frozen=True, slots=True)
class DropBefore:
    """Cut the connection; the server never sees the request."""


@dataclass(frozen=True, slots=True)
class DropAfter:
    """Let the server act, then cut the connection before its answer."""


@dataclass(frozen=True, slots=True)
class Silence:
    """Let the server act, say nothing for so many seconds, then cut the connection, as a proxy's time limit does."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Truncate:
    """Let the server act, then pass half of its answer."""


@dataclass(frozen=True, slots=True)
class Slow:
    """Let the server act, and pass its answer so many seconds later."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Answer:
    """Answer ourselves; the server never sees the request."""

    status: int
    body: str = "<html>Bad gateway</html>"
    content_type: str = "text/html"
    retry_after: str | None = None


Fault = DropBefore | DropAfter | Silence | Truncate | Slow | Answer
Rule = Callable[[str, str], Fault | None]
"""From method and path (with query) to what goes wrong."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A request that came by."""

    method: str
    path: str
    fault: Fault | None


class FaultProxy:
    """Passes requests on to `upstream`; `rule` may be changed at any time, `seen` lists what came by.

    Where `upstream` is a function, it says for each request where it goes. `passed` is told the path and the body of
    each request before the server gets it.

    It runs in a thread of its own, so that a blocked test does not block it.
    """

    def __init__(self, upstream: str | Callable[[], str]) -> None:
        self.upstream = upstream
        self.rule: Rule = _no_fault
        self.passed: Callable[[str, bytes], None] = _nothing
        self.seen: list[Seen] = []
        self.url = ""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="fault-proxy", daemon=True)

    def __enter__(self) -> FaultProxy:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._open(), self._loop).result(10)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def count(self, part: str) -> int:
        """How many requests had this in their path."""
        return sum(1 for request in list(self.seen) if part in request.path)

    async def _open(self) -> None:
        self._client = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=120))
        app = web.Application(client_max_size=10**8)
        app.router.add_route("*", "/{tail:.*}", self._handle)
        self._runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        _, port = self._runner.addresses[0][:2]
        self.url = f"http://127.0.0.1:{port}"

    async def _close(self) -> None:
        await self._runner.cleanup()
        await self._client.close()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        path = request.raw_path
        fault = self.rule(request.method, path)
        self.seen.append(Seen(request.method, path, fault))
        if isinstance(fault, Answer):
            headers = {} if fault.retry_after is None else {"Retry-After": fault.retry_after}
            return web.Response(status=fault.status, text=fault.body, content_type=fault.content_type, headers=headers)
        if isinstance(fault, DropBefore):
            return _cut(request)
        headers = {key: value for key, value in request.headers.items() if key.lower() not in _HOP_HEADERS}
        sent = await request.read()
        self.passed(path, sent)
        try:
            async with self._client.request(
                request.method,
                URL((self.upstream if isinstance(self.upstream, str) else self.upstream()) + path, encoded=True),
                data=sent or None,
                headers=headers,
            ) as answer:
                status, body = answer.status, await answer.read()
        except (aiohttp.ClientError, OSError):
            return web.Response(status=502, text="<html>Bad gateway</html>", content_type="text/html")
        if isinstance(fault, DropAfter | Silence):
            await asyncio.sleep(fault.seconds if isinstance(fault, Silence) else 0)
            return _cut(request)
        if isinstance(fault, Slow):
            await asyncio.sleep(fault.seconds)
        if isinstance(fault, Truncate):
            response = web.StreamResponse(status=status, headers={"Content-Length": str(len(body))})
            await response.prepare(request)
            await response.write(body[: len(body) // 2])
            return _cut(request)
        return web.Response(status=status, body=body, content_type="application/json")


def _no_fault(_method: str, _path: str) -> Fault | None:
    return None


def _nothing(_path: str, _body: bytes) -> None:
    return


def _cut(request: web.Request) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.abort()
    raise asyncio.CancelledError
