"""The endpoints around repositories: version, accounts, tokens, organisations, and the repositories themselves."""

from __future__ import annotations

import msgspec
from flask import Blueprint, Response

from smartup_tui.forge.embedded import shapes
from smartup_tui.forge.embedded.access import ADMIN, SCOPES, Caller
from smartup_tui.forge.embedded.context import DEFAULT_PAGE, MAX_PAGE, VERSIONS, Forge, answer, body, number, paging
from smartup_tui.forge.embedded.problems import ApiError, not_found
from smartup_tui.forge.embedded.store import NameTakenError, RepositoryRecord, UnknownNameError
from smartup_tui.forge.models import RepoRef

_REPO = "/repos/<owner>/<name>"


class _NewUser(msgspec.Struct):
    username: str
    email: str = ""
    password: str = ""
    full_name: str = ""


class _NewToken(msgspec.Struct):
    name: str
    scopes: list[str] = []


class _NewOrganization(msgspec.Struct):
    username: str
    visibility: str = "public"


class _NewRepository(msgspec.Struct):
    name: str
    private: bool = False
    default_branch: str = "main"
    description: str = ""


def administration_routes(forge: Forge) -> Blueprint:
    """All endpoints that are about no repository's content and rights."""
    routes = Blueprint("administration", __name__)
    _add_server(forge, routes)
    _add_accounts(forge, routes)
    _add_organizations(forge, routes)
    _add_repositories(forge, routes)
    return routes


def _add_server(forge: Forge, routes: Blueprint) -> None:
    @routes.get("/version")
    def version() -> Response:
        return answer({"version": VERSIONS[forge.mode]})

    @routes.get("/settings/api")
    def settings() -> Response:
        return answer(
            {
                "max_response_items": MAX_PAGE,
                "default_paging_num": DEFAULT_PAGE,
                "default_git_trees_per_page": 1000,
                "default_max_blob_size": shapes.MAX_BLOB,
            }
        )


def _add_accounts(forge: Forge, routes: Blueprint) -> None:
    store = forge.store

    @routes.get("/user")
    def user() -> Response:
        caller = forge.caller()
        known = caller.known()
        caller.need_scope("user", write=False)
        return answer(shapes.user(known))

    @routes.post("/admin/users")
    def create_user() -> Response:
        _administrator(forge.caller())
        wanted = body(_NewUser)
        try:
            store.create_user(
                wanted.username, email=wanted.email, full_name=wanted.full_name, password=wanted.password or None
            )
        except NameTakenError as error:
            raise ApiError(422, f"user already exists [name: {wanted.username}]") from error
        except ValueError as error:
            raise ApiError(422, "name is invalid [" + wanted.username + "]") from error
        return answer(shapes.user(store.read().users[wanted.username.lower()]), 201)

    @routes.delete("/admin/users/<login>")
    def delete_user(login: str) -> Response:
        _administrator(forge.caller())
        try:
            store.delete_user(login)
        except UnknownNameError as error:
            raise not_found() from error
        return Response(status=204)

    @routes.post("/users/<login>/tokens")
    def create_token(login: str) -> Response:
        caller = forge.caller()
        # A token may not make tokens: only a password proves the person.
        if not caller.by_password or caller.known().login.lower() != login.lower():
            raise ApiError(401, "auth method not allowed")
        wanted = body(_NewToken)
        if not wanted.scopes:
            raise ApiError(400, "access token must have a scope")
        for scope in wanted.scopes:
            if scope not in SCOPES:
                raise ApiError(400, f"invalid access token scope provided: invalid access token scope: {scope}")
        token = store.create_token(login, wanted.name, wanted.scopes)
        return answer({"name": wanted.name, "sha1": token, "scopes": wanted.scopes}, 201)


def _add_organizations(forge: Forge, routes: Blueprint) -> None:
    store = forge.store

    @routes.post("/orgs")
    def create_organization() -> Response:
        caller = forge.caller()
        owner = caller.known()
        caller.need_scope("organization", write=True)
        wanted = body(_NewOrganization)
        try:
            store.create_organization(wanted.username, owners=[owner.login], private=wanted.visibility == "private")
        except NameTakenError as error:
            raise ApiError(422, f"user already exists [name: {wanted.username}]") from error
        except ValueError as error:
            raise ApiError(422, f"name is invalid [{wanted.username}]") from error
        return answer(shapes.organization(store.read().organizations[wanted.username.lower()]), 201)

    @routes.get("/orgs/<organization>")
    def get_organization(organization: str) -> Response:
        caller = forge.caller()
        caller.need_scope("organization", write=False)
        record = store.read().organizations.get(organization.lower())
        member = caller.user is not None and record is not None and caller.user.login.lower() in record.owners
        if record is None or (record.private and not member and not caller.is_admin):
            raise not_found()
        return answer(shapes.organization(record))

    @routes.delete("/orgs/<organization>")
    def delete_organization(organization: str) -> Response:
        _organization_owner(forge, organization)
        try:
            store.delete_organization(organization)
        except NameTakenError as error:
            raise ApiError(500, "the organization still owns repositories") from error
        return Response(status=204)


def _add_repositories(forge: Forge, routes: Blueprint) -> None:
    store = forge.store

    @routes.get("/repos/search")
    def search() -> Response:
        caller = forge.caller()
        caller.need_scope("repository", write=False)
        page, size = paging()
        wanted = number("uid")
        visible = [
            (record, level)
            for record in sorted(store.read().repositories.values(), key=lambda record: record.id)
            if (level := store.access_level(record, caller.user))
            and (not wanted or owner_id(forge, record) == wanted)
            and not (record.private and "public-only" in caller.scopes)
        ]
        part = [shape(forge, *found) for found in visible[(page - 1) * size : page * size]]
        return answer({"ok": True, "data": part}, headers={"X-Total-Count": str(len(visible))})

    @routes.get(_REPO)
    def get_repository(owner: str, name: str) -> Response:
        caller, record, _ = forge.repository(owner, name)
        return answer(shape(forge, record, store.access_level(record, caller.user)))

    @routes.delete(_REPO)
    def delete_repository(owner: str, name: str) -> Response:
        _, record, _ = forge.repository(owner, name, ADMIN)
        store.delete_repository(record.ref)
        return Response(status=204)

    @routes.post("/orgs/<organization>/repos")
    def create_for_organization(organization: str) -> Response:
        return create(_organization_owner(forge, organization), organization)

    @routes.post("/user/repos")
    def create_for_user() -> Response:
        caller = forge.caller()
        caller.need_scope("user", write=True)
        return create(caller, caller.known().login)

    def create(caller: Caller, owner: str) -> Response:
        caller.need_scope("repository", write=True)
        wanted = body(_NewRepository)
        try:
            ref = RepoRef(owner, wanted.name)
            store.create_repository(
                ref, private=wanted.private, default_branch=wanted.default_branch, description=wanted.description
            )
        except NameTakenError as error:
            raise ApiError(409, "The repository with the same name already exists.") from error
        except ValueError as error:
            raise ApiError(422, f"name is invalid [{wanted.name}]") from error
        record = store.read().repositories[f"{owner}/{wanted.name}".lower()]
        return answer(shape(forge, record, ADMIN), 201)


def shape(forge: Forge, record: RepositoryRecord, level: int) -> shapes.Json:
    """A repository as the answers show it."""
    git = forge.store.git(record.ref)
    branches = git.branches()
    tip = git.resolve(record.default_branch) if branches else None
    return shapes.repository(record, level, owner_id=owner_id(forge, record), empty=not branches) | {
        "updated_at": shapes.committed_at(git, tip) if tip else None
    }


def owner_id(forge: Forge, record: RepositoryRecord) -> int:
    """The number of the organisation or account that owns a repository."""
    registry = forge.store.read()
    owner = registry.organizations.get(record.owner.lower()) or registry.users.get(record.owner.lower())
    return owner.id if owner is not None else 0


def _administrator(caller: Caller) -> None:
    caller.known()
    caller.need_scope("admin", write=True)
    if not caller.is_admin:
        raise ApiError(403, "user should be the site admin")


def _organization_owner(forge: Forge, name: str) -> Caller:
    caller = forge.caller()
    user = caller.known()
    caller.need_scope("organization", write=True)
    record = forge.store.read().organizations.get(name.lower())
    if record is None:
        raise not_found()
    if not caller.is_admin and user.login.lower() not in record.owners:
        raise ApiError(403, "Must be an organization owner")
    return caller
