"""The Toolbox on HTTP: `POST /api/<command>`, for Engelbot and nobody else; `/api/version` and `/health`.

Source: commands.md, From room to ledger.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final, Protocol

from flask import Flask, Response, json, request
from werkzeug.exceptions import HTTPException

from smartup_tui import __version__
from smartup_tui.catalogue.commands import canonical, digest
from smartup_tui.text import refuse
from smartup_tui.toolbox.rate import Buckets
from smartup_tui.toolbox.result import Failure, Request, Result

BODY_LIMIT: Final = 128 * 1024
"""Bytes of a request's body: the longest texts of any command fit several times."""

_OWN_FIELDS = ("actor", "request_id", "age_ms")


class Service(Protocol):
    """What the API needs of the Toolbox."""

    def perform(self, asked: Request) -> Result:
        """Run one command and wait for its outcome."""
        ...

    def ready(self) -> bool:
        """Whether commands can be served now."""
        ...


class _BadBodyError(Exception):
    """The body can not be a command; carries what is wrong."""

    def __init__(self, error: Failure) -> None:
        super().__init__(error.message)
        self.error = error


def create_app(service: Service, token: str, buckets: Buckets) -> Flask:
    """The WSGI application. `token` is the only one whose bearer may give commands."""
    app = Flask("smartup-toolbox", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = BODY_LIMIT
    expected = f"Bearer {token}".encode()

    @app.post("/api/<name>")
    def command(name: str) -> Response:
        given = request.headers.get("Authorization", "").encode("utf-8", "replace")
        if not hmac.compare_digest(given, expected):
            return _failure(401, Failure("unauthorized", "The service token is missing or wrong."))
        try:
            asked = _read(canonical(name), request.get_data())
        except _BadBodyError as bad:
            return _failure(400, bad.error)
        wait = buckets.take(asked.actor)
        if wait:
            hint = "Nothing was written; ask again in a moment."
            error = Failure("slow_down", f"{asked.actor} gives commands faster than they are taken.", hint)
            return _respond(Result.failed(asked, error, retry_after=wait))
        return _respond(service.perform(asked))

    @app.get("/api/version")
    def version() -> Response:
        return _json(200, {"version": __version__, "catalogue": digest()})

    @app.get("/health")
    def health() -> Response:
        ready = service.ready()
        return _json(200 if ready else 503, {"status": "ok" if ready else "waiting for the forge"})

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> Response:
        status = error.code or 500
        words = {
            404: Failure("unknown_address", "There is nothing at this address."),
            405: Failure("wrong_method", "This address takes another HTTP method."),
            413: Failure("too_large", "The command is too large.", "Shorten its text."),
        }
        return _failure(status, words.get(status, Failure("internal_error", "The Toolbox could not do this.")))

    return app


def _read(name: str, body: bytes) -> Request:
    """The command a body asks for; its arguments are judged later. Raises _BadBodyError."""
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError):
        raise _bad("The body is not JSON.") from None
    if not isinstance(fields, dict):
        raise _bad("The body is not a JSON object.")
    actor, request_id, age = (fields.pop(key, None) for key in _OWN_FIELDS)
    if not isinstance(actor, str) or not actor or refuse(actor, multiline=False):
        raise _bad("The actor is missing.", "actor")
    if not isinstance(request_id, str) or not request_id:
        raise _bad("The request id is missing.", "request_id")
    if age is not None and (not isinstance(age, int) or isinstance(age, bool) or age < 0):
        raise _bad("The age is not a number of milliseconds.", "age_ms")
    for key, value in fields.items():
        if value is not None and not isinstance(value, (str, int)):
            raise _bad("An argument is a text or a whole number.", key)
    # A year is older than anything that is taken, and still a time span.
    past = None if age is None else timedelta(milliseconds=min(age, 31_536_000_000))
    return Request(name, actor, request_id, fields, age=past)


def _bad(message: str, field: str | None = None) -> _BadBodyError:
    return _BadBodyError(
        Failure("malformed", message, "Send a JSON object with actor, request_id and arguments.", field)
    )


def _respond(result: Result) -> Response:
    response = _json(result.status, result.to_json())
    if result.retry_after is not None:
        response.headers["Retry-After"] = str(result.retry_after)
    return response


def _failure(status: int, error: Failure) -> Response:
    fields = {"code": error.code, "message": error.message, "hint": error.hint, "field": error.field}
    return _json(status, {"ok": False, "error": fields})


def _json(status: int, body: Mapping[str, Any]) -> Response:
    return Response(json.dumps(body), status, mimetype="application/json")
