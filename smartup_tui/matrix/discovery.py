"""Finding the homeserver of a server name, as the Matrix client-server API says ("Server discovery")."""

from __future__ import annotations

import asyncio
import json
import re
import ssl
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from smartup_tui.matrix.device import LOOPBACK, checked_homeserver
from smartup_tui.matrix.errors import NotAMatrixServer, Unreachable

if TYPE_CHECKING:
    import httpx

_SERVER_NAME: Final = re.compile(r"(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")
_PATIENCE: Final = 15.0
"""Seconds for one answer."""
_LARGEST: Final = 65_536
"""Bytes of an answer; a longer one is no such answer."""
_WAY_OUT: Final = "Write the homeserver's address; whoever keeps it knows it."


def is_server_name(text: str) -> bool:
    """Whether this can be a server name, such as the part of a Matrix id behind its colon."""
    return _SERVER_NAME.fullmatch(text) is not None


async def discover(server: str) -> str:
    """The address of a server name's homeserver: what the server says, or the server itself where it says nothing.

    It has answered as a homeserver does when this returns. Raises `Unreachable` and `NotAMatrixServer`.
    """
    import httpx  # noqa: PLC0415 - only a set-up needs it

    if not is_server_name(server):
        raise NotAMatrixServer(f"{server} is no server's name.", _WAY_OUT)
    here = urlsplit(f"//{server}").hostname in LOOPBACK
    origin = f"{'http' if here else 'https'}://{server}"
    certificates = ssl.create_default_context()
    async with httpx.AsyncClient(
        verify=certificates, follow_redirects=True, max_redirects=5, timeout=_PATIENCE, trust_env=not here
    ) as http:
        named = _named(await _answer(http, server, f"{origin}/.well-known/matrix/client"), here=here)
        versions = await _answer(http, server, f"{named or origin}/_matrix/client/versions")
    if isinstance(versions.get("versions"), list):
        return named or origin
    if named:
        what = f"The server {server} says that its homeserver is {named}, which does not answer like one."
    else:
        what = f"The server {server} does not say where its homeserver is, and is none itself."
    raise NotAMatrixServer(what, _WAY_OUT)


async def _answer(http: httpx.AsyncClient, server: str, address: str) -> dict[str, Any]:
    """What is found at an address; empty where there is nothing of this kind."""
    import httpx  # noqa: PLC0415 - see `discover`

    try:
        async with asyncio.timeout(_PATIENCE), http.stream("GET", address) as answer:
            body = b""
            async for part in answer.aiter_bytes():
                body += part
                if len(body) > _LARGEST:
                    break
            secure = answer.url.scheme == "https" or answer.url.host in LOOPBACK
    except (httpx.HTTPError, httpx.InvalidURL, OSError, TimeoutError):
        what = f"The server {server} can not be asked where its homeserver is."
        raise Unreachable(what, reached=False, hint=f"Check the name and your network. {_WAY_OUT}") from None
    try:
        usable = answer.status_code == 200 and secure and len(body) <= _LARGEST
        found = json.loads(body) if usable else None
    except ValueError:
        found = None
    return found if isinstance(found, dict) else {}


def _named(found: dict[str, Any], *, here: bool) -> str | None:
    """The address that a server gives for its homeserver, None where it gives none that is safe to use."""
    place = found.get("m.homeserver")
    address = place.get("base_url") if isinstance(place, dict) else None
    if not isinstance(address, str) or len(address) > 300 or not address.isprintable():
        return None
    try:
        checked = checked_homeserver(address)
    except (NotAMatrixServer, ValueError):
        return None
    # Another machine must not lead a password to a port of this one.
    return checked if here or urlsplit(checked).hostname not in LOOPBACK else None
