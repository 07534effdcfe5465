"""The workspace in a browser: for whoever has the key, from this machine, and nothing from elsewhere."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer
from yarl import URL

from smartup_tui.cli import main
from smartup_tui.cli.browser import BrowserServer


@pytest.fixture
async def served() -> AsyncIterator[tuple[BrowserServer, TestClient]]:  # type: ignore[type-arg] # generic since 3.12 only
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    server = BrowserServer("true", listener, (f"127.0.0.1:{port}", f"localhost:{port}"))
    listening = TestServer(await server._make_app(), port=port, socket_factory=lambda *_: listener)
    listening.skip_url_asserts = True
    async with TestClient(listening) as client:
        yield server, client


async def test_without_the_key_nothing_is_shown(served: tuple[BrowserServer, TestClient]) -> None:  # type: ignore[type-arg]
    _, client = served
    for path in ("/", "/?key=wrong", "/ws", "/focus.js", "/static/js/textual.js"):
        answer = await client.get(path)
        assert answer.status == 403, path
        assert "smartup serve" in await answer.text()


async def test_the_key_opens_it_and_leaves_the_address(served: tuple[BrowserServer, TestClient]) -> None:  # type: ignore[type-arg]
    server, client = served
    moved = await client.get(str(URL(server.address).relative()), allow_redirects=False)
    assert (moved.status, moved.headers["Location"]) == (303, "/")
    assert "HttpOnly" in moved.headers["Set-Cookie"]
    assert "SameSite=Strict" in moved.headers["Set-Cookie"]
    answer = await client.get("/", headers={"Cookie": moved.headers["Set-Cookie"].partition(";")[0]})
    page = await answer.text()
    assert answer.status == 200
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "https://" not in page
    assert f"ws:{server.public_url.partition(':')[2]}/ws" in page


async def test_the_keys_are_taken_without_a_click(served: tuple[BrowserServer, TestClient]) -> None:  # type: ignore[type-arg]
    server, client = served
    moved = await client.get(str(URL(server.address).relative()), allow_redirects=False)
    known = {"Cookie": moved.headers["Set-Cookie"].partition(";")[0]}
    assert 'src="/focus.js"' in await (await client.get("/", headers=known)).text()
    script = await client.get("/focus.js", headers=known)
    assert script.content_type == "text/javascript"
    assert ".focus()" in await script.text()


async def test_another_name_or_page_is_refused(served: tuple[BrowserServer, TestClient]) -> None:  # type: ignore[type-arg]
    server, client = served
    path = str(URL(server.address).relative())
    assert (await client.get(path, headers={"Host": "rebound.example"})).status == 403
    assert (await client.get(path, headers={"Origin": "https://other.example"})).status == 403


async def test_it_is_used_by_the_name_it_was_called_by(served: tuple[BrowserServer, TestClient]) -> None:  # type: ignore[type-arg]
    """`localhost` is this machine too, and behind a proxy the page speaks https."""
    server, client = served
    for scheme, ws in (("http", "ws"), ("https", "wss")):
        server._scheme = scheme
        for name in server._hosts:
            called = {"Host": name, "Origin": f"{scheme}://{name}"}
            moved = await client.get(str(URL(server.address).relative()), headers=called, allow_redirects=False)
            cookie = moved.headers["Set-Cookie"]
            assert ("Secure" in cookie) == (scheme == "https")
            answer = await client.get("/", headers={**called, "Cookie": cookie.partition(";")[0]})
            assert f'"{ws}://{name}/ws"' in await answer.text()
            assert f"{ws}://{name};" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1"])
def test_other_machines_only_when_told(tmp_path: Path, capsys: pytest.CaptureFixture[str], host: str) -> None:
    assert main(["--home", str(tmp_path), "serve", "--host", host]) == 2
    assert "--beyond-this-machine" in capsys.readouterr().err


def test_a_port_that_is_taken_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert main(["--home", str(tmp_path), "serve", "--port", str(taken.getsockname()[1])]) == 5
    assert "Choose another --port" in capsys.readouterr().err
