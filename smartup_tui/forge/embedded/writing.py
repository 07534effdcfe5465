"""The writing endpoints of files: one by one (POST, PUT, DELETE) and several in one commit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec
from dulwich.refs import check_ref_format
from flask import Blueprint, Response

from smartup_tui.forge.embedded import shapes
from smartup_tui.forge.embedded.access import WRITE, may_push
from smartup_tui.forge.embedded.commits import FileOperation, Stamp, WriteRequest, clean_path, stamp_now, write
from smartup_tui.forge.embedded.context import Forge, Place, answer, body
from smartup_tui.forge.embedded.objects import GitRepository
from smartup_tui.forge.embedded.problems import ApiError
from smartup_tui.forge.embedded.store import UserRecord

_REPO = "/repos/<owner>/<name>/contents"
_MAX_PATH = 500


class _Person(msgspec.Struct):
    name: str = ""
    email: str = ""


class _Dates(msgspec.Struct):
    author: datetime | None = None
    committer: datetime | None = None


class _Options(msgspec.Struct):
    branch: str = ""
    new_branch: str = ""
    message: str = ""
    author: _Person = msgspec.field(default_factory=_Person)
    committer: _Person = msgspec.field(default_factory=_Person)
    dates: _Dates = msgspec.field(default_factory=_Dates)


class _OneFile(_Options):
    content: str = ""
    sha: str = ""
    from_path: str = ""


class _File(msgspec.Struct):
    operation: str = ""
    path: str = ""
    content: str = ""
    sha: str = ""
    from_path: str = ""


class _Files(_Options):
    files: list[_File] = []


def writing_routes(forge: Forge) -> Blueprint:
    """All writing endpoints of a repository's files."""
    routes = Blueprint("writing", __name__)

    @routes.post(_REPO)
    def change(owner: str, name: str) -> Response:
        place = forge.repository(owner, name, WRITE)
        options = body(_Files)
        for file in options.files:
            _check_form(file)
        operations = [FileOperation(f.operation, f.path, f.content, f.sha, f.from_path) for f in options.files]
        commit = _write(forge, place, options, operations, "Update files")
        return answer(_written(place.git, commit, operations, several=True), 201)

    @routes.post(_REPO + "/<path:path>")
    def create(owner: str, name: str, path: str) -> Response:
        return one(owner, name, path, "create")

    @routes.put(_REPO + "/<path:path>")
    def update(owner: str, name: str, path: str) -> Response:
        return one(owner, name, path, "update")

    @routes.delete(_REPO + "/<path:path>")
    def delete(owner: str, name: str, path: str) -> Response:
        return one(owner, name, path, "delete")

    def one(owner: str, name: str, path: str, operation: str) -> Response:
        place = forge.repository(owner, name, WRITE)
        options = body(_OneFile)
        if operation != "create" and not options.sha:
            raise ApiError(422, "[SHA]: Required")
        if operation == "update" and not place.git.branches():
            raise ApiError(422, "repo is empty")
        deletes = operation == "delete"
        file = FileOperation(operation, path, options.content, options.sha, options.from_path, single_delete=deletes)
        message = {"create": "Add", "update": "Update", "delete": "Delete"}[operation] + " " + path
        commit = _write(forge, place, options, [file], message)
        return answer(_written(place.git, commit, [file], several=False), 201 if operation == "create" else 200)

    return routes


def _check_form(file: _File) -> None:
    if not file.operation:
        raise ApiError(422, "[Operation]: Required")
    if not file.path:
        raise ApiError(422, "[Path]: Required")
    if len(file.path) > _MAX_PATH:
        raise ApiError(422, "[Path]: MaxSize")


def _write(forge: Forge, place: Place, options: _Options, files: Sequence[FileOperation], default_message: str) -> str:
    branch = options.branch or place.record.default_branch
    target = options.new_branch or branch
    if not check_ref_format(b"refs/heads/" + target.encode()):
        raise ApiError(422, "[NewBranchName]: GitRefName")
    user = place.caller.known()
    if not may_push(place.record, user, target):
        raise ApiError(403, f"user cannot commit to repo [user: {user.login}]")
    own = _Person(user.full_name or user.login, user.email)
    # Only a person with an address counts; one given alone stands for both.
    author = options.author if options.author.email else options.committer if options.committer.email else own
    committer = options.committer if options.committer.email else author
    request = WriteRequest(
        branch=branch,
        new_branch=options.new_branch,
        message=options.message.strip() or default_message,
        files=files,
        author=_stamp(author, options.dates.author, user),
        committer=_stamp(committer, options.dates.committer, user),
    )
    was_empty = not place.git.branches()
    commit = write(place.git, request, forge.mode)
    if was_empty and target != place.record.default_branch:
        # The first branch of a repository becomes its default.
        forge.store.set_default_branch(place.record.ref, target)
    return commit


def _stamp(person: _Person, moment: datetime | None, user: UserRecord) -> Stamp:
    if moment is not None and moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return stamp_now(person.name or f"user-{user.id}", person.email, moment)


def _written(git: GitRepository, commit: str, files: Sequence[FileOperation], *, several: bool) -> shapes.Json:
    tree = git.commit(commit).tree
    echoed: list[shapes.Json | None] = []
    for file in files:
        path = clean_path(file.path)
        entry = git.find(tree, path)
        gone = file.operation == "delete" or entry is None
        echoed.append(None if gone or entry is None else shapes.contents(path, entry, git.blob(entry.sha), commit))
    value: shapes.Json = {
        "commit": shapes.written_commit(git, commit),
        "verification": {"verified": False, "reason": "gpg.error.not_signed_commit", "signature": "", "payload": ""},
    }
    return value | ({"files": echoed} if several else {"content": echoed[0]})
