"""The Toolbox over HTTP: either its definite word on a request, or `NotYet`.

A request is asked again with the same id after `NotYet`, whatever the reason was: the Toolbox knows requests that it
has met, so none takes effect twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from types import TracebackType
from typing import Any, Final, Self

import httpx
from uuid6 import uuid7

from smartup_tui.text import clean_line

ANSWER_SECONDS: Final = 130.0
"""The Toolbox itself gives up after 120 s and says so."""
_DEFINITE: Final = frozenset({200, 400, 403, 404, 409, 413, 422})
_LONGEST_RETRY: Final = 60.0
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})


class NotYet(Exception):  # noqa: N818 (it says what is the case, and is no fault)
    """No definite answer; `message` is for the log, `retry_after` (seconds) what the Toolbox asks to wait.

    `fault`: the Toolbox was there and failed at this very request (status 500). `said` is its own sentence about the
    trouble, for the owner.
    """

    def __init__(
        self, message: str, retry_after: float | None = None, *, fault: bool = False, said: str | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.retry_after = retry_after
        self.fault = fault
        self.said = said or "The Toolbox does not answer."


class ToolboxClient:
    """The Toolbox's API with the service token, which is shown nowhere. Bound to one event loop."""

    def __init__(self, url: str, token: str, *, transport: httpx.AsyncBaseTransport | None = None) -> None:
        base = httpx.URL(url.rstrip("/") + "/")
        if base.scheme not in {"http", "https"} or not base.host:
            raise ValueError("the Toolbox's address begins with http:// or https:// and names a host")
        self._http = httpx.AsyncClient(
            base_url=base,
            headers={"Authorization": f"Bearer {token}", "User-Agent": "engelbot"},
            timeout=httpx.Timeout(ANSWER_SECONDS, connect=5.0),
            limits=httpx.Limits(max_connections=64, max_keepalive_connections=32),
            transport=transport,
            follow_redirects=False,
            # A proxy from the environment must not be asked for this very machine.
            trust_env=base.host not in _LOOPBACK,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()

    async def ask(
        self, command: str, actor: str, request_id: str, arguments: Mapping[str, str], age: timedelta
    ) -> dict[str, Any]:
        """The definite result of a command. Raises NotYet."""
        age_ms = max(0, round(age.total_seconds() * 1000))
        return await self._post(command, {**arguments, "actor": actor, "request_id": request_id, "age_ms": age_ms})

    async def settle(self) -> dict[str, Any]:
        """Apply what time alone decides; effects know by themselves whether they were applied. Raises NotYet."""
        return await self._post("settle", {"actor": "engelbot", "request_id": str(uuid7())})

    async def catalogue(self) -> str:
        """The hash of the commands that the Toolbox knows. Raises NotYet."""
        try:
            answer = await self._http.get("api/version")
        except httpx.HTTPError as error:
            raise NotYet(f"no answer: {type(error).__name__}") from None
        return str(_json(answer).get("catalogue", ""))

    async def _post(self, command: str, body: Mapping[str, Any]) -> dict[str, Any]:
        try:
            answer = await self._http.post(f"api/{command}", json=body)
        except httpx.HTTPError as error:
            raise NotYet(f"no answer: {type(error).__name__}") from None
        result = _json(answer)
        status = answer.status_code
        if status not in _DEFINITE:
            wait = _retry_after(answer.headers.get("Retry-After"))
            raise NotYet(f"status {status}", wait, fault=status == 500, said=_sentence(result, status))
        if not isinstance(result.get("ok"), bool):
            raise NotYet(f"status {status} without a result")
        return result


def _json(answer: httpx.Response) -> dict[str, Any]:
    try:
        found = answer.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _sentence(result: Mapping[str, Any], status: int) -> str | None:
    """What the Toolbox says of its trouble; a wrong service token is no concern of the owner."""
    error = result.get("error")
    if status != 503 or not isinstance(error, dict):
        return None
    return clean_line(error.get("message"), 200) or None


def _retry_after(value: str | None) -> float | None:
    try:
        return None if value is None else min(max(float(value), 0.0), _LONGEST_RETRY)
    except ValueError:
        return None
