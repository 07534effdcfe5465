"""The Toolbox over HTTP: what is definite, and what is asked again."""

from __future__ import annotations

import json
from datetime import timedelta

import httpx
import pytest

from smartup_tui.engelbot.toolbox_client import NotYet, ToolboxClient

OK = {"ok": True, "message": "Done."}
NO = {"ok": False, "error": {"code": "seat_taken", "message": "No."}}


def client(answer: httpx.Response | Exception, seen: list[httpx.Request] | None = None) -> ToolboxClient:
    """A client whose every request gets this answer."""

    def handle(request: httpx.Request) -> httpx.Response:
        if seen is not None:
            seen.append(request)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return ToolboxClient("http://127.0.0.1:8710", "s3cret", transport=httpx.MockTransport(handle))


async def ask(toolbox: ToolboxClient) -> object:
    """One command."""
    async with toolbox:
        return await toolbox.ask("claim_task", "maria", "$1", {"task_id": "6_1"}, timedelta(seconds=1.5))


async def test_a_command_is_posted_with_actor_request_id_and_age() -> None:
    seen: list[httpx.Request] = []
    assert await ask(client(httpx.Response(200, json=OK), seen)) == OK
    (request,) = seen
    assert request.url.path == "/api/claim_task"
    assert request.headers["Authorization"] == "Bearer s3cret"
    assert json.loads(request.content) == {"task_id": "6_1", "actor": "maria", "request_id": "$1", "age_ms": 1500}


@pytest.mark.parametrize("status", [400, 403, 404, 409, 413, 422])
async def test_a_refusal_is_definite(status: int) -> None:
    assert await ask(client(httpx.Response(status, json=NO))) == NO


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(503, json=NO),
        httpx.Response(401, json=NO),
        httpx.Response(429, json=NO),
        httpx.Response(502, text="<html>"),
        httpx.Response(200, text="<html>"),
        httpx.Response(200, json={"hello": 1}),
        httpx.Response(307, headers={"Location": "https://elsewhere.example"}),
        httpx.ConnectError("refused"),
        httpx.ReadTimeout("slow"),
    ],
    ids=["503", "401", "429", "502", "html", "other json", "redirect", "refused", "timeout"],
)
async def test_everything_else_is_asked_again(answer: httpx.Response | Exception) -> None:
    with pytest.raises(NotYet) as trouble:
        await ask(client(answer))
    assert "s3cret" not in str(trouble.value)
    assert not trouble.value.fault


async def test_the_pause_that_the_toolbox_asks_for_is_passed_on_within_reason() -> None:
    for header, seconds in (("7", 7.0), ("86400", 60.0), ("soon", None)):
        with pytest.raises(NotYet) as trouble:
            await ask(client(httpx.Response(503, json=NO, headers={"Retry-After": header})))
        assert trouble.value.retry_after == seconds


async def test_its_own_sentence_about_the_trouble_is_kept_for_the_owner() -> None:
    for status, said in ((503, "No."), (401, "The Toolbox does not answer.")):
        with pytest.raises(NotYet) as trouble:
            await ask(client(httpx.Response(status, json=NO)))
        assert trouble.value.said == said


async def test_a_fault_of_the_toolbox_itself_is_told_apart() -> None:
    with pytest.raises(NotYet) as trouble:
        await ask(client(httpx.Response(500, json=NO)))
    assert trouble.value.fault


async def test_settling_is_asked_in_engelbots_own_name() -> None:
    seen: list[httpx.Request] = []
    async with client(httpx.Response(200, json=OK), seen) as toolbox:
        await toolbox.settle()
    body = json.loads(seen[0].content)
    assert seen[0].url.path == "/api/settle"
    assert body["actor"] == "engelbot"


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="http"):
        ToolboxClient("toolbox:8710", "x")
