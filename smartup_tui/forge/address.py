"""The forge's address: checked before it is used, compared before a token follows a redirect."""

from __future__ import annotations

import httpx


def origin_of(url: httpx.URL) -> tuple[str, str, int]:
    """Scheme, host and port: what two addresses share when they are of one server."""
    default = {"http": 80, "https": 443}.get(url.scheme, 0)
    return url.scheme, url.host, url.port if url.port is not None else default


def checked_base(base_url: str) -> httpx.URL:
    """The address without a trailing slash; one with a login inside is refused, since it would end up in messages."""
    try:
        url = httpx.URL(base_url.rstrip("/"))
    except httpx.InvalidURL as error:
        raise ValueError("the forge's address can not be read") from error
    if url.scheme not in {"http", "https"} or not url.host:
        raise ValueError("the forge's address must begin with https:// or http://")
    if url.userinfo or url.query or url.fragment:
        raise ValueError("the forge's address must not hold a login, a query or a fragment")
    return url
