"""The whole service over real HTTP, on a real embedded forge: what Engelbot meets."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from smartup_tui.forge.embedded.faults import Fault, FaultKind
from smartup_tui.service_settings import SettingsError
from smartup_tui.toolbox.ids import new_request_id
from smartup_tui.toolbox.main import ApiServer
from smartup_tui.toolbox.result import Request, Result
from smartup_tui.toolbox.service import Toolbox
from smartup_tui.toolbox.settings import ServerSettings
from tests.support.users import until
from tests.toolbox.scenario import Place, new_ledger, running, task_id

TOKEN = "service-token"
SETTINGS = ServerSettings(token_file="unused", port=0, burst=500)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with running(tmp_path, new_ledger()) as found:
        yield found


@pytest.fixture
def toolbox(place: Place) -> Toolbox:
    return place.toolbox(write_timeout=60)


@pytest.fixture
def client(toolbox: Toolbox) -> Iterator[httpx.Client]:
    with ApiServer(toolbox, SETTINGS, TOKEN) as server:
        address = f"http://127.0.0.1:{server.port}"
        limits = httpx.Limits(max_connections=64)
        with httpx.Client(
            base_url=address, headers={"Authorization": f"Bearer {TOKEN}"}, timeout=100, limits=limits
        ) as found:
            yield found


def claim(client: httpx.Client, actor: str, number: int, name: str | None = None) -> httpx.Response:
    fields: dict[str, Any] = {"actor": actor, "request_id": name or new_request_id(), "task_id": task_id(number)}
    return client.post("/api/claim_task", json=fields)


def test_a_command_over_http_is_in_the_ledger(client: httpx.Client, place: Place) -> None:
    response = claim(client, "maria", 1, "$event")
    assert response.status_code == 200
    body = response.json()
    assert body["commits"] == {"2_workplace": place.commits()[-1]}
    assert body["data"] == {"sc": "50.00"}
    again = claim(client, "maria", 1, "$event")
    assert (again.status_code, again.json()["repeated"]) == (200, True)
    assert claim(client, "jonas", 1, "$event").status_code == 409
    place.whole()


def test_each_no_has_its_status(client: httpx.Client) -> None:
    claim(client, "maria", 1)
    assert claim(client, "jonas", 1).status_code == 409
    assert claim(client, "nobody", 2).status_code == 403
    assert claim(client, "maria", 999).status_code == 404
    assert client.post("/api/claim_task", json={"actor": "maria", "request_id": "$a"}).status_code == 400
    assert client.post("/api/clame_task", json={"actor": "maria", "request_id": "$b"}).status_code == 404
    commanded = client.post("/api/register_smartup", json={"actor": "maria", "request_id": "$c"})
    assert (commanded.status_code, commanded.json()["error"]["code"]) == (403, "command_line_only")
    wrong = client.post("/api/claim_task", json={}, headers={"Authorization": "Bearer wrong"})
    assert wrong.status_code == 401


def test_text_with_control_characters_is_refused_with_its_place(client: httpx.Client) -> None:
    fields = {"actor": "maria", "request_id": "$a", "task_id": "6_1_2\x1b_1"}
    error = client.post("/api/claim_task", json=fields).json()["error"]
    assert (error["code"], error["field"]) == ("bad_character", "task_id")
    assert "\x1b" not in error["message"]


def test_queries_do_not_wait_for_the_writer(client: httpx.Client, place: Place) -> None:
    claim(client, "maria", 1)
    place.faults.clear()
    place.faults.plan(Fault(FaultKind.SLOW, "POST", "/contents", delay=50))
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(claim, client, "maria", 2)
        place.until_asked("POST", "/contents")
        answer = client.post("/api/open_tasks", json={"actor": "jonas", "request_id": "$q"})
        assert not slow.done()
        place.faults.clear()  # which ends the wait
        assert slow.result().status_code == 200
    assert answer.status_code == 200
    assert answer.json()["events"] == []


def test_a_query_sees_what_was_just_written(client: httpx.Client) -> None:
    query = {"actor": "jonas", "request_id": "$q"}
    before = client.post("/api/open_tasks", json=query).json()["data"]["tasks"]
    claim(client, "maria", 1)
    after = client.post("/api/open_tasks", json=query).json()["data"]["tasks"]
    assert set(before) - set(after) == {task_id(1)}


def test_the_forge_down_is_said_and_over_when_it_is_back(client: httpx.Client, place: Place) -> None:
    assert client.get("/health").status_code == 200
    port = place.server.port
    place.server.close()
    down = claim(client, "maria", 1)
    assert (down.status_code, down.json()["error"]["code"]) == (503, "forge_unavailable")
    assert int(down.headers["Retry-After"]) > 0
    assert str(port) not in down.text
    place.restart(port)
    assert claim(client, "maria", 1).status_code == 200
    assert client.get("/health").status_code == 200


def test_what_comes_while_one_is_written_is_written_in_one_commit(
    client: httpx.Client, place: Place, toolbox: Toolbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    queued: list[Request] = []
    submit = toolbox.submit

    def counted(request: Request) -> Future[Result]:
        future = submit(request)
        queued.append(request)
        return future

    monkeypatch.setattr(toolbox, "submit", counted)
    before = len(place.commits())
    place.faults.plan(Fault(FaultKind.SLOW, "POST", "/contents", delay=50))
    with ThreadPoolExecutor(60) as pool:
        answers = [pool.submit(claim, client, ("maria", "jonas", "lena")[n % 3], n) for n in range(60)]
        until(lambda: len(queued) == 60)
        place.faults.clear()  # which ends the wait
        assert {answer.result().status_code for answer in answers} == {200}
    assert len(place.commits()) - before <= 2
    place.whole()


def test_more_connections_than_threads_are_all_served(client: httpx.Client) -> None:
    """A client that keeps its connections must not shut out the next one."""
    with ThreadPoolExecutor(130) as pool:
        query = {"actor": "jonas", "request_id": "$q"}
        with httpx.Client(
            base_url=client.base_url, headers=client.headers, timeout=100, limits=httpx.Limits(max_connections=130)
        ) as wide:
            answers = list(pool.map(lambda _: wide.post("/api/open_tasks", json=query), range(400)))
        assert client.get("/health").status_code == 200
    assert {answer.status_code for answer in answers} == {200}


def test_listening_beyond_this_machine_is_refused(place: Place) -> None:
    with pytest.raises(SettingsError):
        ApiServer(place.toolbox(), ServerSettings(token_file="unused", port=0, host="0.0.0.0"), TOKEN)
