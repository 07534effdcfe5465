"""A server name leads to its homeserver, as the Matrix specification says; what can not be used is said in words."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from smartup_tui.matrix.discovery import discover, is_server_name
from smartup_tui.matrix.errors import NotAMatrixServer, Unreachable

Page = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def server(well_known: web.Response | None, versions: str = '{"versions": ["v1.11"]}') -> AsyncIterator[str]:
    """A web server on this machine; its name and port."""

    async def named(_request: web.Request) -> web.StreamResponse:
        return well_known if well_known is not None else web.Response(status=404)

    async def spoken(_request: web.Request) -> web.StreamResponse:
        return web.Response(text=versions, content_type="application/json")

    app = web.Application()
    app.router.add_get("/.well-known/matrix/client", named)
    app.router.add_get("/_matrix/client/versions", spoken)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        yield f"127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def test_the_server_says_where_its_homeserver_is() -> None:
    async with server(None) as elsewhere:
        # Many serve the file as plain text.
        said = web.Response(text=f'{{"m.homeserver": {{"base_url": "http://{elsewhere}/"}}}}')
        async with server(said, versions="no") as asked:
            assert await discover(asked) == f"http://{elsewhere}"


@pytest.mark.parametrize("said", [None, "<html>", "[]", '{"m.homeserver": 3}', '{"m.homeserver": {"base_url": "x"}}'])
async def test_a_server_that_says_nothing_useful_may_be_the_homeserver_itself(said: str | None) -> None:
    async with server(None if said is None else web.Response(text=said)) as asked:
        assert await discover(asked) == f"http://{asked}"


async def test_what_is_no_homeserver_is_said_with_the_way_out() -> None:
    async with server(None, versions="{}") as neither:
        with pytest.raises(NotAMatrixServer, match="does not say where its homeserver is") as raised:
            await discover(neither)
        assert "Write the homeserver's address" in raised.value.hint
        said = web.Response(text=f'{{"m.homeserver": {{"base_url": "http://{neither}"}}}}')
        async with server(said) as asked:
            with pytest.raises(NotAMatrixServer, match=f"its homeserver is http://{neither}"):
                await discover(asked)
    with pytest.raises(Unreachable, match="can not be asked"):
        await discover("127.0.0.1:9")
    with pytest.raises(NotAMatrixServer, match="no server's name"):
        await discover("example.org/path")


def test_server_names() -> None:
    assert all(map(is_server_name, ("example.org", "matrix.example.org:8448", "localhost", "[::1]:8008")))
    assert not any(map(is_server_name, ("", "two words", "example.org/x", "a@b", "https://example.org", "x:123456")))
