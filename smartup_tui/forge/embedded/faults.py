"""Failing on purpose: what a network, a proxy or a busy forge may do, switched on for the next matching requests."""

from __future__ import annotations

import enum
import gzip
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

import msgspec
from flask import Blueprint, Response
from waitress.channel import ClientDisconnected

from smartup_tui.forge.embedded.context import Forge, body
from smartup_tui.forge.embedded.problems import ApiError, Mode, lost_race

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_REMEMBERED = 10_000


class FaultKind(enum.Enum):
    """What goes wrong."""

    STATUS = "status"
    """Answer ``status`` without doing anything."""
    RACE = "race"
    """A lost race: 500 in mode v15, 403 in mode v16; nothing is written."""
    SLOW = "slow"
    """Do it ``delay`` seconds later."""
    SILENT = "silent"
    """Do it, then say nothing for ``delay`` seconds and close the connection."""
    DROP_BEFORE = "drop_before"
    """Close the connection without doing anything."""
    DROP_AFTER = "drop_after"
    """Do it, then close the connection without an answer."""
    CUT = "cut"
    """Do it, then send half of the answer's body."""
    NO_RANGE = "no_range"
    """Overlook a range that was asked for, as some proxies do."""
    OTHER_RANGE = "other_range"
    """Answer a range with one that begins a byte later."""
    SHORT = "short"
    """Do it, then send half of the answer's body as if that were all of it."""
    SPOILED = "spoiled"
    """Do it, then send a body of the same length of which one bit is another."""
    COMPRESSED = "compressed"
    """Do it, and compress the answer whether or not that was asked for, as some proxies do."""
    GARBAGE = "garbage"
    """Do it, then answer with a page that is no JSON, as a proxy's login page."""


class Fault(msgspec.Struct, frozen=True):
    """One planned fault: for the next ``times`` requests of ``method`` (any, if empty) whose path holds ``path``."""

    kind: FaultKind
    method: str = ""
    path: str = ""
    times: int = 1
    skip: int = 0
    status: int = 500
    message: str = ""
    retry_after: str = ""
    delay: float = 0.0


class Faults:
    """The faults that are planned. Used by tests directly, or over HTTP when the server allows it."""

    def __init__(self) -> None:
        self._planned: list[Fault] = []
        self._lock = threading.Lock()
        self._over = threading.Event()
        self.requests: deque[tuple[str, str]] = deque(maxlen=_REMEMBERED)
        """Method and path (with query) of the requests since the last ``clear``."""
        self.page = 0
        """How many entries or blobs an answer holds at most, as an administrator may set it; 0: as many as usual."""

    def plan(self, fault: Fault) -> None:
        """Add a fault."""
        with self._lock:
            self._planned.append(fault)

    def clear(self) -> None:
        """Forget all planned faults and recorded requests, and end waits that are under way."""
        with self._lock:
            self._planned.clear()
            self.requests.clear()
        self._over.set()
        self._over = threading.Event()

    def take(self, method: str, path: str, query: str) -> Fault | None:
        """The fault for a request, counted off."""
        with self._lock:
            self.requests.append((method, f"{path}?{query}" if query else path))
            for index, fault in enumerate(self._planned):
                if fault.method not in {"", method} or fault.path not in path:
                    continue
                if fault.skip > 0:
                    self._planned[index] = msgspec.structs.replace(fault, skip=fault.skip - 1)
                    continue
                if fault.times <= 1:
                    del self._planned[index]
                else:
                    self._planned[index] = msgspec.structs.replace(fault, times=fault.times - 1)
                return fault
        return None

    def wait(self, seconds: float) -> None:
        """Pass time; ``clear`` ends it early."""
        self._over.wait(seconds)


class FaultyServer:
    """WSGI middleware that makes the planned faults happen."""

    def __init__(self, inner: WSGIApplication, faults: Faults, mode: Mode) -> None:
        self._inner = inner
        self._faults = faults
        self._mode = mode

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        fault = self._faults.take(environ["REQUEST_METHOD"], environ["PATH_INFO"], environ.get("QUERY_STRING", ""))
        if self._faults.page:
            environ["QUERY_STRING"] = _for_fewer(environ.get("QUERY_STRING", ""), self._faults.page)
        if fault is None:
            return self._inner(environ, start_response)
        match fault.kind:
            case FaultKind.SLOW:
                self._faults.wait(fault.delay)
            case FaultKind.NO_RANGE:
                environ.pop("HTTP_RANGE", None)
            case FaultKind.STATUS:
                return _plain(environ, start_response, fault.status, fault.message, fault.retry_after)
            case FaultKind.RACE:
                error = lost_race(self._mode, in_flight=True)
                return _plain(environ, start_response, error.status, error.message if error.status == 403 else "", "")
            case FaultKind.DROP_BEFORE:
                raise ClientDisconnected
            case FaultKind.DROP_AFTER | FaultKind.SILENT:
                _drain(self._inner(environ, _ignore))
                self._faults.wait(fault.delay)
                raise ClientDisconnected
            case FaultKind.GARBAGE:
                _drain(self._inner(environ, _ignore))
                start_response("200 OK", [("Content-Type", "text/html")])
                return [b"<html>Please log in</html>"]
            case FaultKind.CUT:
                return _halved(self._inner(environ, start_response))
            case FaultKind.OTHER_RANGE:
                environ["HTTP_RANGE"] = _later(environ.get("HTTP_RANGE", ""))
            case kind if kind in _CHANGES:
                return _changed(self._inner, environ, start_response, kind)
        return self._inner(environ, start_response)


def _for_fewer(query: str, most: int) -> str:
    """A query as a server reads it that gives at most so much at once: what is over is cut without a word."""
    values = dict(parse_qsl(query))
    for name in ("limit", "per_page"):
        if values.get(name, "").isdigit():
            values[name] = str(min(int(values[name]), most))
    if "shas" in values:
        values["shas"] = ",".join(values["shas"].split(",")[:most])
    return urlencode(values)


def _ignore(*_values: Any) -> Callable[[bytes], object]:
    return len


def _drain(parts: Iterable[bytes]) -> bytes:
    try:
        return b"".join(parts)
    finally:
        close = getattr(parts, "close", None)
        if close is not None:
            close()


def _halved(parts: Iterable[bytes]) -> Iterator[bytes]:
    whole = _drain(parts)
    yield whole[: len(whole) // 2]


def _later(wanted: str) -> str:
    start, dash, end = wanted.removeprefix("bytes=").partition("-")
    return f"bytes={int(start) + 1}{dash}{end}" if start.isdigit() else wanted


def _spoil(data: bytes) -> bytes:
    middle = len(data) // 2
    return data[:middle] + bytes(byte ^ 1 for byte in data[middle : middle + 1]) + data[middle + 1 :]


_CHANGES: dict[FaultKind, Callable[[bytes], bytes]] = {
    FaultKind.SHORT: lambda data: data[: len(data) // 2],
    FaultKind.SPOILED: _spoil,
    FaultKind.COMPRESSED: gzip.compress,
}


def _changed(
    inner: WSGIApplication, environ: WSGIEnvironment, start_response: StartResponse, kind: FaultKind
) -> Iterable[bytes]:
    """The answer of ``inner`` with another body, of whose length the headers tell."""
    begun: list[tuple[str, list[tuple[str, str]]]] = []

    def begin(status: str, headers: list[tuple[str, str]], _trace: object = None) -> Callable[[bytes], object]:
        begun.append((status, headers))
        return len

    data = _CHANGES[kind](_drain(inner(environ, begin)))
    status, headers = begun[-1]
    headers = [(name, value) for name, value in headers if name.lower() != "content-length"]
    headers.append(("Content-Length", str(len(data))))
    if kind is FaultKind.COMPRESSED:
        headers.append(("Content-Encoding", "gzip"))
    start_response(status, headers)
    return [data]


def _plain(
    environ: WSGIEnvironment, start_response: StartResponse, status: int, message: str, retry_after: str
) -> Iterable[bytes]:
    data = msgspec.json.encode({"message": message, "url": "/api/swagger"})
    headers = {"Retry-After": retry_after} if retry_after else {}
    return Response(data, status, headers, content_type="application/json;charset=utf-8")(environ, start_response)


def fault_routes(forge: Forge, faults: Faults) -> Blueprint:
    """POST and DELETE /testing/faults, for an administrator's token only. Not part of Forgejo."""
    routes = Blueprint("faults", __name__)

    def allow() -> None:
        if not forge.caller().is_admin:
            raise ApiError(403, "user should be the site admin")

    @routes.post("/testing/faults")
    def plan() -> Response:
        allow()
        faults.plan(body(Fault))
        return Response(status=204)

    @routes.delete("/testing/faults")
    def clear() -> Response:
        allow()
        faults.clear()
        return Response(status=204)

    return routes
