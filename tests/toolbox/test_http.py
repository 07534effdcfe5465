"""The whole service over real HTTP, on a real embedded forge: what Engelbot meets."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from smartup_tui.forge.embedded.faults import Fault, FaultKind
from smartup_tui.service_settings import SettingsError
from smartup_tui.toolbox.ids import new_request_id
from smartup_tui.toolbox.main import ApiServer
from smartup_tui.toolbox.settings import ServerSettings
from tests.toolbox.scenario import Place, new_ledger, running, task_id

TOKEN = "service-token"
SETTINGS = ServerSettings(token_file="unused", port=0, burst=500)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with running(tmp_path, new_ledger()) as found:
        yield found


@pytest.fixture
def client(place: Place) -> Iterator[httpx.Client]:
    with ApiServer(place.toolbox(), SETTINGS, TOKEN) as server:
        address = f"http://127.0.0.1:{server.port}"
        limits = httpx.Limits(max_connections=64)
        with httpx.Client(
            base_url=address, headers={"Authorization": f"Bearer {TOKEN}"}, timeout=30, limits=limits
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
    place.faults.plan(Fault(FaultKind.SLOW, "POST", "/contents", delay=1.0))
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(claim, client, "maria", 2)
        time.sleep(0.1)
        started = time.monotonic()
        answer = client.post("/api/open_tasks", json={"actor": "jonas", "request_id": "$q"})
        took = time.monotonic() - started
        assert slow.result().status_code == 200
    assert answer.status_code == 200
    assert took < 0.6
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


def test_a_burst_is_written_in_few_commits(client: httpx.Client, place: Place) -> None:
    with ThreadPoolExecutor(50) as pool:
        responses = list(pool.map(lambda n: claim(client, ("maria", "jonas", "lena")[n % 3], n), range(100)))
    assert {response.status_code for response in responses} == {200}
    assert len(place.commits()) < 60
    place.whole()


def test_more_connections_than_threads_are_all_served(client: httpx.Client) -> None:
    """A client that keeps its connections must not shut out the next one."""
    with ThreadPoolExecutor(130) as pool:
        query = {"actor": "jonas", "request_id": "$q"}
        with httpx.Client(
            base_url=client.base_url, headers=client.headers, timeout=30, limits=httpx.Limits(max_connections=130)
        ) as wide:
            answers = list(pool.map(lambda _: wide.post("/api/open_tasks", json=query), range(400)))
        assert client.get("/health").status_code == 200
    assert {answer.status_code for answer in answers} == {200}


def test_listening_beyond_this_machine_is_refused(place: Place) -> None:
    with pytest.raises(SettingsError):
        ApiServer(place.toolbox(), ServerSettings(token_file="unused", port=0, host="0.0.0.0"), TOKEN)
