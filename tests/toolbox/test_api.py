"""The Toolbox's HTTP face, before any ledger."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from smartup_tui import __version__
from smartup_tui.catalogue.commands import digest
from smartup_tui.toolbox.api import BODY_LIMIT, create_app
from smartup_tui.toolbox.rate import Buckets
from smartup_tui.toolbox.result import Failure, Request, Result

TOKEN = "the-service-token"


class Service:
    """Answers every command, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Request] = []
        self.answer: Result | None = None
        self.is_ready = True

    def perform(self, asked: Request) -> Result:
        self.asked.append(asked)
        return self.answer or Result(200, asked.command, asked.actor, asked.request_id, message="Done.")

    def ready(self) -> bool:
        return self.is_ready


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def client(service: Service) -> FlaskClient:
    return create_app(service, TOKEN, Buckets(burst=5, per_second=1)).test_client()


def post(client: FlaskClient, path: str, body: Any, token: str = TOKEN) -> TestResponse:
    return client.post(path, json=body, headers={"Authorization": f"Bearer {token}"})


BODY = {"actor": "maria", "request_id": "$event", "task_id": "6_1_2_0"}


def test_a_command_reaches_the_service(client: FlaskClient, service: Service) -> None:
    response = post(client, "/api/start_work", {**BODY, "age_ms": 1500})
    assert response.status_code == 200
    assert response.get_json()["message"] == "Done."
    asked = Request("start_work", "maria", "$event", {"task_id": "6_1_2_0"}, age=timedelta(seconds=1.5))
    assert service.asked == [asked]
    assert asked.script == "api:start_work"


def test_the_name_may_be_spelled_as_in_a_room(client: FlaskClient, service: Service) -> None:
    post(client, "/api/Start-Work", BODY)
    assert service.asked[0].command == "start_work"


@pytest.mark.parametrize("token", ["", "wrong", TOKEN + "x", TOKEN[:-1]])
def test_a_wrong_token_gets_nothing(client: FlaskClient, service: Service, token: str) -> None:
    response = post(client, "/api/start_work", BODY, token)
    assert response.status_code == 401
    assert response.get_json()["error"]["code"] == "unauthorized"
    assert service.asked == []


def test_no_token_gets_nothing(client: FlaskClient, service: Service) -> None:
    assert client.post("/api/start_work", json=BODY).status_code == 401
    assert service.asked == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ([1, 2], None),
        ("text", None),
        ({"request_id": "$event"}, "actor"),
        ({"actor": 5, "request_id": "$event"}, "actor"),
        ({"actor": "mar\u202eia", "request_id": "$event"}, "actor"),
        ({"actor": "maria"}, "request_id"),
        ({**BODY, "age_ms": -1}, "age_ms"),
        ({**BODY, "age_ms": True}, "age_ms"),
        ({**BODY, "age_ms": "soon"}, "age_ms"),
        ({**BODY, "effort": 7.5}, "effort"),
        ({**BODY, "effort": [7]}, "effort"),
        ({**BODY, "effort": {"a": 1}}, "effort"),
    ],
)
def test_a_malformed_body_is_named(client: FlaskClient, service: Service, body: Any, field: str | None) -> None:
    response = post(client, "/api/start_work", body)
    assert response.status_code == 400
    error = response.get_json()["error"]
    assert (error["code"], error["field"]) == ("malformed", field)
    assert service.asked == []


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[" * 50_000])
def test_what_is_no_json_is_refused(client: FlaskClient, body: bytes) -> None:
    response = client.post("/api/start_work", data=body, headers={"Authorization": f"Bearer {TOKEN}"})
    assert response.status_code == 400
    assert response.get_json()["error"]["code"] == "malformed"


def test_a_body_that_is_too_large_is_refused(client: FlaskClient, service: Service) -> None:
    response = post(client, "/api/stop_work", {**BODY, "notes": "x" * BODY_LIMIT})
    assert response.status_code == 413
    assert response.get_json()["error"]["code"] == "too_large"
    assert service.asked == []


def test_an_enormous_age_is_still_an_age(client: FlaskClient, service: Service) -> None:
    post(client, "/api/start_work", {**BODY, "age_ms": 10**30})
    age = service.asked[0].age
    assert age is not None
    assert age > timedelta(days=300)


def test_one_owner_can_not_flood_the_queue(client: FlaskClient, service: Service) -> None:
    responses = [post(client, "/api/start_work", BODY) for _ in range(6)]
    assert [r.status_code for r in responses] == [200] * 5 + [503]
    assert responses[-1].get_json()["error"]["code"] == "slow_down"
    assert int(responses[-1].headers["Retry-After"]) >= 1
    assert post(client, "/api/start_work", {**BODY, "actor": "jonas"}).status_code == 200


def test_a_failure_says_when_to_ask_again(client: FlaskClient, service: Service) -> None:
    asked = Request("start_work", "maria", "$event")
    service.answer = Result.failed(asked, Failure("forge_unavailable", "Not now."), retry_after=7)
    response = post(client, "/api/start_work", BODY)
    assert (response.status_code, response.headers["Retry-After"]) == (503, "7")


def test_health_follows_the_forge(client: FlaskClient, service: Service) -> None:
    assert client.get("/health").status_code == 200
    service.is_ready = False
    assert client.get("/health").status_code == 503


def test_the_version_carries_the_catalogue(client: FlaskClient) -> None:
    assert client.get("/api/version").get_json() == {"version": __version__, "catalogue": digest()}


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/api/start_work", 405), ("GET", "/", 404), ("POST", "/api/a/b", 404)]
)
def test_other_addresses_answer_in_json(client: FlaskClient, method: str, path: str, status: int) -> None:
    response = client.open(path, method=method)
    assert response.status_code == status
    assert response.get_json()["ok"] is False
