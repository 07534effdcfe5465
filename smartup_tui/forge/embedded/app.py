"""The embedded forge as a WSGI application."""

from __future__ import annotations

import logging
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from smartup_tui.forge.embedded.administration import administration_routes
from smartup_tui.forge.embedded.archive import archive_routes
from smartup_tui.forge.embedded.context import Forge, answer
from smartup_tui.forge.embedded.faults import Faults, FaultyServer, fault_routes
from smartup_tui.forge.embedded.issues import issue_routes
from smartup_tui.forge.embedded.problems import ApiError, Mode, Moved
from smartup_tui.forge.embedded.reading import reading_routes
from smartup_tui.forge.embedded.rights import rights_routes
from smartup_tui.forge.embedded.store import ForgeStore
from smartup_tui.forge.embedded.writing import writing_routes

_API = "/api/v1"
_log = logging.getLogger(__name__)


def create_app(
    root: Path,
    *,
    store: ForgeStore | None = None,
    mode: Mode = "v15",
    faults: Faults | None = None,
    fault_endpoint: bool = False,
) -> Flask:
    """Serve the forge in ``root`` (or an open ``store``).

    ``mode`` is the server imitated: ``v15`` or ``v16``. ``faults`` makes requests fail on purpose; with
    ``fault_endpoint`` an administrator's token may plan faults over HTTP too (tests only).
    """
    forge = Forge(store or ForgeStore(root), mode)
    app = Flask("smartup_forge", static_folder=None)
    app.url_map.merge_slashes = False
    app.url_map.strict_slashes = False
    parts = (administration_routes, rights_routes, reading_routes, archive_routes, writing_routes, issue_routes)
    for build in parts:
        app.register_blueprint(build(forge), url_prefix=_API)
    faults = faults if faults is not None else Faults() if fault_endpoint else None
    if faults is not None:
        if fault_endpoint:
            app.register_blueprint(fault_routes(forge, faults), url_prefix=_API)
        app.wsgi_app = FaultyServer(app.wsgi_app, faults, mode)  # type: ignore[method-assign]

    @app.before_request
    def check() -> None:
        if request.path.startswith(_API):
            if request.method == "HEAD":
                raise ApiError(405, "")
            # A wrong login is refused even where none is needed.
            forge.caller()

    app.add_url_rule("/api/healthz", "health", lambda: answer({"status": "pass"}))
    app.register_error_handler(ApiError, _refusal(forge))
    app.register_error_handler(Moved, _redirect)
    app.register_error_handler(Exception, _failure)
    return app


def _refusal(forge: Forge) -> Callable[[ApiError], Response]:
    def handle(error: ApiError) -> Response:
        message = error.message
        if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR and not _asked_by_administrator(forge):
            message = ""
        value: dict[str, object] = {"message": message, "url": "/api/swagger"}
        if error.status == HTTPStatus.NOT_FOUND:
            value["errors"] = []
        return answer(value, error.status)

    return handle


def _redirect(moved: Moved) -> Response:
    """The same path below the new name, as the real server answers for writes too."""
    path = request.full_path if request.query_string else request.path
    return Response(status=301, headers={"Location": path.replace(moved.old, moved.new, 1)})


def _asked_by_administrator(forge: Forge) -> bool:
    try:
        return forge.caller().is_admin
    except ApiError:
        return False


def _failure(error: Exception) -> Response:
    if isinstance(error, HTTPException) and error.code is not None:
        return answer({"message": error.name, "url": "/api/swagger"}, error.code)
    _log.error("request failed", exc_info=error)
    return answer({"message": "", "url": "/api/swagger"}, 500)
