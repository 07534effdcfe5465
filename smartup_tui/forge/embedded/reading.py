"""The reading endpoints: branches, trees, blobs, raw files, contents and commits."""

from __future__ import annotations

import re
from itertools import islice

from flask import Blueprint, Response, request

from smartup_tui.forge.embedded import history, shapes
from smartup_tui.forge.embedded.access import WRITE, may_push
from smartup_tui.forge.embedded.context import MAX_PAGE, Forge, Place, answer, flag, paging
from smartup_tui.forge.embedded.objects import Entry, GitRepository
from smartup_tui.forge.embedded.problems import ApiError, not_found
from smartup_tui.forge.embedded.store import RepositoryRecord

_REPO = "/repos/<owner>/<name>"
_TREE_PAGE = 1000
_NUMBER = re.compile("[0-9]{1,18}")


def reading_routes(forge: Forge) -> Blueprint:
    """All reading endpoints of a repository."""
    routes = Blueprint("reading", __name__)

    @routes.get(_REPO + "/branches")
    def branches(owner: str, name: str) -> Response:
        place = forge.repository(owner, name)
        page, size = paging()
        names = place.git.branches()
        part = [_branch(forge, place, each) for each in names[(page - 1) * size : page * size]]
        return answer(part if names else None, headers={"X-Total-Count": str(len(names))})

    @routes.get(_REPO + "/branches/<path:branch>")
    def branch(owner: str, name: str, branch: str) -> Response:
        return answer(_branch(forge, forge.repository(owner, name), branch))

    @routes.get(_REPO + "/git/trees/<sha>")
    def tree(owner: str, name: str, sha: str) -> Response:
        _, _, git = forge.repository(owner, name)
        page, size = paging("per_page", default=_TREE_PAGE, most=_TREE_PAGE)
        return _tree(git, sha, page, size, recursive=flag("recursive"))

    @routes.get(_REPO + "/git/blobs/<sha>")
    def blob(owner: str, name: str, sha: str) -> Response:
        _, _, git = forge.repository(owner, name)
        return answer(_blob(git, sha))

    @routes.get(_REPO + "/git/blobs")
    def blobs(owner: str, name: str) -> Response:
        _, _, git = forge.repository(owner, name)
        shas = request.args.get("shas", "")
        if not shas:
            raise ApiError(400, "shas not provided")
        return answer([_blob(git, sha) for sha in shas.split(",")[:MAX_PAGE]])

    @routes.get(_REPO + "/raw/<path:path>")
    @routes.get(_REPO + "/media/<path:path>")
    def raw(owner: str, name: str, path: str) -> Response:
        _, record, git = forge.repository(owner, name)
        return _raw(git, record, path)

    @routes.get(_REPO + "/contents")
    @routes.get(_REPO + "/contents/<path:path>")
    def contents(owner: str, name: str, path: str = "") -> Response:
        _, record, git = forge.repository(owner, name)
        return _contents(git, record, path.strip("/"))

    @routes.get(_REPO + "/commits")
    def commits(owner: str, name: str) -> Response:
        _, record, git = forge.repository(owner, name)
        return _commits(git, record, limit_with_path=forge.mode == "v16")

    @routes.get(_REPO + "/git/commits/<sha>")
    def commit(owner: str, name: str, sha: str) -> Response:
        _, _, git = forge.repository(owner, name)
        sha, _, form = sha.partition(".")
        found = git.resolve(sha)
        if found is None:
            raise not_found()
        if form in {"diff", "patch"}:
            facts = git.commit(found)
            parent = git.commit(facts.parents[0]).tree if facts.parents else None
            return Response(git.diff(parent, facts.tree), content_type="text/plain; charset=utf-8")
        files, signature = (request.args.get(name, "true") != "false" for name in ("files", "verification"))
        return answer(shapes.commit(git, found, files=files, verification=signature))

    return routes


def _blob(git: GitRepository, sha: str) -> shapes.Json:
    if len(sha) != 40:
        raise ApiError(400, f"length {len(sha)} has no matched object format: {sha}")
    # The real server asks git for any object of that id, whatever its kind.
    data = git.any_object(sha)
    if data is None:
        raise ApiError(400, f"object does not exist [id: {sha}, rel_path: ]")
    return shapes.blob(sha, data)


def _branch(forge: Forge, place: Place, branch: str) -> shapes.Json:
    tip = place.git.tip(branch)
    if tip is None:
        raise not_found()
    user = place.caller.user
    writes = forge.store.access_level(place.record, user) >= WRITE
    return {
        "name": branch,
        "commit": shapes.branch_commit(place.git, tip),
        "protected": branch in place.record.protected,
        "user_can_push": writes and may_push(place.record, user, branch),
    }


def _commit_of(git: GitRepository, record: RepositoryRecord) -> str | None:
    return git.resolve(request.args.get("ref") or record.default_branch)


def _tree(git: GitRepository, sha: str, page: int, size: int, *, recursive: bool) -> Response:
    commit = git.resolve(sha)
    try:
        listing = git.listing(git.commit(commit).tree if commit is not None else sha, recursive=recursive)
    except KeyError as error:
        raise ApiError(400, f"sha not found [{sha}]") from error
    part = listing[(page - 1) * size : page * size]
    value = {
        "sha": commit or sha,
        "url": "",
        # A page past the end is null, and the mark says "more than one page", even on the last of them.
        "tree": [shapes.tree_entry(git, path, entry) for path, entry in part] or None,
        "truncated": len(listing) > size and bool(part),
        "page": page,
        "total_count": len(listing),
    }
    return answer(value, headers={"X-Total-Count": str(len(listing))})


def _raw(git: GitRepository, record: RepositoryRecord, path: str) -> Response:
    commit = _commit_of(git, record)
    entry = None if commit is None else git.find(git.commit(commit).tree, path)
    data = None if entry is None or entry.is_folder else git.blob(entry.sha)
    if entry is None or data is None:
        raise not_found()
    tag = f'"{entry.sha}"'
    headers = {"Etag": tag, "X-Forgejo-Object-Type": "file", "Cache-Control": "private, max-age=300"}
    known = [each.strip().removeprefix("W/") for each in request.headers.get("If-None-Match", "").split(",")]
    if tag in known:
        return Response(status=304, headers=headers)
    text = "text/plain; charset=utf-8"
    wanted = request.headers.get("Range", "")
    if not wanted.startswith("bytes=") or not data:
        return Response(data, headers=headers, content_type=text)
    first, _, last = wanted.removeprefix("bytes=").partition("-")
    start = int(first) if _NUMBER.fullmatch(first) else len(data)
    if start >= len(data):
        return Response("invalid start range\n", 416, headers, content_type=text)
    end = len(data) - 1 if not last else min(int(last), len(data) - 1) if _NUMBER.fullmatch(last) else -1
    if end < start:
        return Response("invalid end range\n", 400, headers, content_type=text)
    headers["Content-Range"] = f"bytes {start}-{end}/{len(data)}"
    return Response(data[start : end + 1], 206, headers, content_type=text)


def _contents(git: GitRepository, record: RepositoryRecord, path: str) -> Response:
    commit = _commit_of(git, record)
    if commit is None:
        if not git.branches():
            return answer([])
        raise not_found()
    entry = git.find(git.commit(commit).tree, path)
    if entry is None:
        raise not_found()

    def shape(at: str, each: Entry, data: bytes | None) -> shapes.Json:
        return shapes.contents(at, each, data, history.last_touching(git, commit, at))

    if entry.is_folder:
        prefix = path + "/" if path else ""
        return answer([shape(prefix + each.name, each, None) for each in git.tree(entry.sha)])
    return answer(shape(path, entry, git.blob(entry.sha)))


def _commits(git: GitRepository, record: RepositoryRecord, *, limit_with_path: bool) -> Response:
    if not git.branches():
        raise ApiError(409, "Git Repository is empty.")
    start = git.resolve(request.args.get("sha") or record.default_branch)
    if start is None:
        raise not_found()
    hidden, path = request.args.get("not"), request.args.get("path")
    exclude = git.resolve(hidden) if hidden else None
    if hidden and exclude is None:
        raise ApiError(500, "git rev-list: bad revision")
    page, shown = paging()
    size = shown if limit_with_path or not path else MAX_PAGE
    with git.lock:
        found = history.walk(git, start, exclude)
        if path:
            found = history.touching(git, found, path)
        everything = list(found)
        if path and not everything:
            raise not_found()
        first = (page - 1) * size
        files = request.args.get("files", "true") != "false"
        part = [shapes.commit(git, sha, files=files) for sha in islice(everything, first, first + size)]
    total = len(everything)
    headers = {
        "X-Page": str(page),
        "X-PerPage": str(shown),
        "X-Total": str(total),
        "X-Total-Count": str(total),
        "X-PageCount": str(-(-total // size)),
        "X-HasMore": "true" if first + size < total else "false",
    }
    return answer(part, headers=headers)
