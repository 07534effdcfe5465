"""The endpoints of a repository's rights: collaborators, branch protection, and the archive."""

from __future__ import annotations

import msgspec
from flask import Blueprint, Response

from smartup_tui.forge.embedded import shapes
from smartup_tui.forge.embedded.access import ADMIN
from smartup_tui.forge.embedded.administration import shape
from smartup_tui.forge.embedded.context import Forge, answer, body
from smartup_tui.forge.embedded.problems import ApiError
from smartup_tui.forge.embedded.store import Access, NameTakenError, UnknownNameError
from smartup_tui.forge.models import RepoRef

_REPO = "/repos/<owner>/<name>"
_LEVELS: dict[str, Access] = {"read": "read", "write": "write", "admin": "admin"}


class _NewRight(msgspec.Struct):
    permission: str = "write"


class _Edit(msgspec.Struct):
    archived: bool | None = None
    name: str = ""


class _NewProtection(msgspec.Struct):
    rule_name: str = ""
    branch_name: str = ""
    enable_push: bool = False
    enable_push_whitelist: bool = False
    push_whitelist_usernames: list[str] = []


def rights_routes(forge: Forge) -> Blueprint:
    """All endpoints about who may do what in a repository."""
    routes = Blueprint("rights", __name__)
    store = forge.store

    @routes.put(_REPO + "/collaborators/<login>")
    def grant(owner: str, name: str, login: str) -> Response:
        _, record, _ = forge.repository(owner, name, ADMIN)
        wanted = body(_NewRight).permission
        try:
            store.grant_access(record.ref, login, _LEVELS.get(wanted, "write"))
        except UnknownNameError as error:
            raise ApiError(422, f"user does not exist [uid: 0, name: {login}]") from error
        return Response(status=204)

    @routes.get(_REPO + "/branch_protections")
    def protections(owner: str, name: str) -> Response:
        _, record, _ = forge.repository(owner, name, ADMIN)
        return answer([_protection(branch, users) for branch, users in sorted(record.protected.items())])

    @routes.post(_REPO + "/branch_protections")
    def protect(owner: str, name: str) -> Response:
        _, record, _ = forge.repository(owner, name, ADMIN)
        wanted = body(_NewProtection)
        branch = wanted.rule_name or wanted.branch_name
        if branch in record.protected:
            raise ApiError(403, "Branch protection already exist")
        users = wanted.push_whitelist_usernames if wanted.enable_push and wanted.enable_push_whitelist else []
        store.protect_branch(record.ref, branch, users)
        return answer(_protection(branch, users), 201)

    @routes.patch(_REPO)
    def edit(owner: str, name: str) -> Response:
        caller, record, _ = forge.repository(owner, name, ADMIN)
        wanted = body(_Edit)
        if wanted.archived is not None:
            store.set_archived(record.ref, archived=wanted.archived)
        if wanted.name and wanted.name != record.name:
            _rename(forge, record.ref, wanted.name)
        found = store.find_repository(owner, wanted.name or name) or record
        return answer(shape(forge, found, store.access_level(found, caller.user)))

    return routes


def _rename(forge: Forge, ref: RepoRef, name: str) -> None:
    try:
        forge.store.rename_repository(ref, name)
    except NameTakenError as error:
        raise ApiError(422, f"repo name is already taken [name: {name}]") from error
    except ValueError as error:
        raise ApiError(422, f"name is invalid [{name}]") from error


def _protection(branch: str, users: list[str]) -> shapes.Json:
    return {
        "rule_name": branch,
        "branch_name": branch,
        "enable_push": bool(users),
        "enable_push_whitelist": True,
        "push_whitelist_usernames": users,
    }
