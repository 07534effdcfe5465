"""What answers of a homeserver mean, and that nothing private leaks."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from smartup_tui.matrix import Account, Link, Wake, errors, login, requests
from smartup_tui.matrix.http_session import read_answer


def body(code: str | None = None, **more: object) -> bytes:
    return json.dumps(({} if code is None else {"errcode": code, "error": "because\x1b[2J"}) | more).encode()


@pytest.mark.parametrize(
    ("status", "answer", "expected"),
    [
        (403, body("M_FORBIDDEN"), errors.Forbidden),
        (404, body("M_NOT_FOUND"), errors.NotFound),
        (400, body("M_BAD_JSON"), errors.Refused),
        (413, body("M_TOO_LARGE"), errors.Refused),
        (401, body("M_UNKNOWN_TOKEN", soft_logout=True), errors.LoginNeeded),
        (401, body("M_MISSING_TOKEN"), errors.LoginNeeded),
        (403, body("M_USER_DEACTIVATED"), errors.LoginNeeded),
        (429, body("M_LIMIT_EXCEEDED"), errors.RateLimited),
        (429, b"slow down", errors.RateLimited),
        (502, b"<html>", errors.ServerTrouble),
        (500, body("M_UNKNOWN"), errors.ServerTrouble),
        (404, b"<html>not here</html>", errors.ServerTrouble),
        (200, b"<html>sign in</html>", errors.ServerTrouble),
        (200, b"[1]", errors.ServerTrouble),
        (200, b"[" * 100_000, errors.ServerTrouble),
    ],
)
def test_every_bad_answer_has_its_meaning(status: int, answer: bytes, expected: type[errors.MatrixError]) -> None:
    with pytest.raises(errors.MatrixError) as caught:
        read_answer(status, answer)
    assert type(caught.value) is expected
    assert "\x1b" not in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize(
    ("answer", "header", "seconds"),
    [
        (body("M_LIMIT_EXCEEDED", retry_after_ms=1500), "9", 1.5),
        (body("M_LIMIT_EXCEEDED"), "9", 9),
        (body("M_LIMIT_EXCEEDED"), "soon", 5),
        (body("M_LIMIT_EXCEEDED", retry_after_ms=10**18), None, 3600),
        (body("M_LIMIT_EXCEEDED", retry_after_ms=-1), None, 5),
    ],
)
def test_a_rate_limit_says_how_long(answer: bytes, header: str | None, seconds: float) -> None:
    with pytest.raises(errors.RateLimited) as caught:
        read_answer(429, answer, header)
    assert caught.value.retry_after == timedelta(seconds=seconds)


def test_no_token_and_no_password_is_in_a_repr() -> None:
    assert "syt_secret" not in repr(Account("https://a.example", "@a:b", "D", "syt_secret"))
    assert "s3cret" not in repr(requests.login("maria", "s3cret", "D", "test"))


def test_what_the_homeserver_named_stays_one_part_of_the_path() -> None:
    call = requests.put_state("!a/b?c:d", "m.room.name", "#x y", {"name": "e"})
    assert call.path == "/_matrix/client/v3/rooms/%21a%2Fb%3Fc%3Ad/state/m.room.name/%23x%20y"
    assert requests.messages("!r:s", "t 1&x", None, 5).path.endswith("/messages?limit=5&from=t+1%26x&dir=b")


@pytest.mark.parametrize(
    "address",
    [
        "http://example.org",
        "example.org",
        "ftp://x",
        "https://",
        "https://a:b@example.org",
        "https://x?y=1",
        "https://x:99999",
        "https://[x",
        "https://x y",
    ],
)
def test_an_unsafe_or_odd_address_is_refused(address: str) -> None:
    with pytest.raises(errors.NotAMatrixServer):
        Account(address, "@a:b", "D", "t")


@pytest.mark.parametrize("address", ["http://127.0.0.1:8008", "http://localhost:1", "http://[::1]:1", "https://x.org"])
def test_an_address_of_this_machine_or_with_https_is_taken(address: str) -> None:
    assert Account(address, "@a:b:8448", "D", "t").server_name == "b:8448"


async def test_a_closed_port_is_unreachable_and_surely_nothing_was_sent() -> None:
    with pytest.raises(errors.Unreachable) as caught:
        await login("http://127.0.0.1:9", "maria", "secret-password", "D", "test")
    assert not caught.value.reached
    assert "secret-password" not in str(caught.value)


def test_the_packages_face_is_cheap_and_the_link_is_silent() -> None:
    program = (
        "import sys\n"
        "import smartup_tui.matrix as m\n"
        "heavy=[n for n in ('aiohttp','httpx','textual') if n in sys.modules]\n"
        "assert not heavy, heavy\n"
        "import pathlib,tempfile,time\n"
        "with tempfile.TemporaryDirectory() as d:\n"
        "    link=m.Link(m.Account('http://127.0.0.1:9','@a:b','D','syt_secret'),pathlib.Path(d))\n"
        "    link.outbox.put('!r','!wallet'); link.start()\n"
        "    while link.status.state!='offline' or link.status.error is None: time.sleep(.01)\n"
        "    assert link.stop(timeout=60)\n"
    )
    command = [sys.executable, "-W", "error", "-c", program]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=100)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


async def test_a_part_that_went_well_for_long_is_started_again_soon(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = Link(Account("http://127.0.0.1:9", "@a:b", "D", "token"), tmp_path)
    now, pauses = [0.0], []
    lives = iter([1.0, 1.0, 1.0, 1.0, 1.0, 3600.0])

    async def part() -> None:
        if (life := next(lives, None)) is not None:
            now[0] += life
            raise OSError("no space")

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    monkeypatch.setattr(link._loop, "time", lambda: now[0])
    monkeypatch.setattr(asyncio, "sleep", sleep)
    await link._steadily(part)
    monkeypatch.undo()
    assert link.stop()
    assert pauses[4] > 10
    assert pauses[5] < 2


async def test_what_was_stored_before_a_fault_is_told_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link, woken, faults = Link(Account("http://127.0.0.1:9", "@a:b", "D", "token"), tmp_path), list[Wake](), [OSError()]

    async def part() -> None:
        if faults:
            raise faults.pop()

    async def sleep(_seconds: float) -> None:
        link._flush()

    link.subscribe(woken.append)
    monkeypatch.setattr(asyncio, "sleep", sleep)
    await link._steadily(part)
    monkeypatch.undo()
    assert link.stop()
    assert {Wake.EVENTS, Wake.ROOMS, Wake.STATUS} <= set(woken)
