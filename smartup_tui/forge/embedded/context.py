"""What the endpoints share: the store, the imitated server, and how a request is read and answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, TypeVar

import msgspec
from flask import Response, g, request

from smartup_tui.forge.embedded.access import READ, Caller, identify, repository_for
from smartup_tui.forge.embedded.objects import GitRepository
from smartup_tui.forge.embedded.problems import ApiError, Mode
from smartup_tui.forge.embedded.store import ForgeStore, RepositoryRecord

_T = TypeVar("_T")
_JSON = "application/json;charset=utf-8"
DEFAULT_PAGE, MAX_PAGE = 30, 50
VERSIONS: dict[Mode, str] = {"v15": "15.0.3+gitea-1.22.0", "v16": "16.0.0+gitea-1.22.0"}


class Place(NamedTuple):
    """A repository as the current request meets it."""

    caller: Caller
    record: RepositoryRecord
    git: GitRepository


@dataclass(frozen=True, slots=True)
class Forge:
    """The parts every endpoint works with."""

    store: ForgeStore
    mode: Mode

    def caller(self) -> Caller:
        """Who sent the current request."""
        if "caller" not in g:
            g.caller = identify(self.store, request.headers.get("Authorization"))
        caller: Caller = g.caller
        return caller

    def repository(self, owner: str, name: str, needed: int = READ) -> Place:
        """The caller, and the repository of the current request if the caller has the right ``needed`` on it."""
        caller = self.caller()
        record = repository_for(self.store, caller, owner, name, needed)
        return Place(caller, record, self.store.git(record.ref))


def answer(value: object, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A JSON answer."""
    response = Response(msgspec.json.encode(value), status=status, content_type=_JSON)
    response.headers["Cache-Control"] = "max-age=0, private, must-revalidate, no-transform"
    for name, text in (headers or {}).items():
        response.headers[name] = text
    return response


def body(kind: type[_T]) -> _T:
    """The JSON body of the current request; 422 when it is not of the expected form."""
    try:
        return msgspec.json.decode(request.get_data() or b"{}", type=kind)
    except msgspec.DecodeError as error:
        raise ApiError(422, str(error)) from error


def flag(name: str) -> bool:
    """A query parameter that is on or off."""
    return request.args.get(name, "").lower() in {"1", "t", "true"}


def number(name: str) -> int:
    """A query parameter that is a number; 0 where it is none."""
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() else 0


def paging(limit_name: str = "limit", *, default: int = DEFAULT_PAGE, most: int = MAX_PAGE) -> tuple[int, int]:
    """Page (from 1) and page size of the current request; sizes over the limit are cut silently."""
    size = number(limit_name)
    return max(1, number("page")), min(size, most) if size > 0 else default
