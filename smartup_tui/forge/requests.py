"""Requests to the forge as values: what to send is decided here, without sending it."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import quote

import msgspec

from smartup_tui.forge.models import CommitRequest, FileChange, Identity, Operation, RepoRef

PAGE_LIMIT = 50
"""The server clamps ``limit`` to this, silently."""
TREE_PAGE_LIMIT = 1000
BLOB_BATCH = 45
"""Ids per batch: the server drops what is over 50, and addresses over some 2,000 characters are refused by proxies."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request. ``path`` is below ``/api/v1`` and already quoted; only a GET may ever be repeated."""

    method: str
    path: str
    params: tuple[tuple[str, str], ...] = ()
    body: bytes | None = field(default=None, repr=False)
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def is_write(self) -> bool:
        """Whether the outcome matters when the answer is lost."""
        return self.method != "GET"


def _segments(path: str) -> str:
    return "/".join(quote(segment, safe="") for segment in path.split("/"))


def _repo(repo: RepoRef, rest: str = "") -> str:
    return f"/repos/{quote(repo.owner, safe='')}/{quote(repo.name, safe='')}{rest}"


def _query(values: Mapping[str, str | int | bool | None]) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    for name, value in values.items():
        if isinstance(value, bool):
            found.append((name, "true" if value else "false"))
        elif value is not None:
            found.append((name, str(value)))
    return tuple(found)


def version() -> Call:
    """GET /version."""
    return Call("GET", "/version")


def user() -> Call:
    """GET /user; needs the scope read:user, which a token bound to one repository can not have."""
    return Call("GET", "/user")


def search_repositories(page: int, owner_id: int | None = None) -> Call:
    """GET /repos/search: what this login can see (of one owner), by id so that pages do not shift."""
    query: dict[str, str | int | bool | None] = {"page": page, "limit": PAGE_LIMIT, "sort": "id", "order": "asc"}
    if owner_id is not None:
        query |= {"uid": owner_id, "exclusive": True}
    return Call("GET", "/repos/search", _query(query))


def repository(repo: RepoRef) -> Call:
    """GET /repos/{owner}/{name}."""
    return Call("GET", _repo(repo))


def branch(repo: RepoRef, name: str) -> Call:
    """GET /branches/{name}: the cheapest question, answered from git itself."""
    return Call("GET", _repo(repo, f"/branches/{_segments(name)}"))


def tree(repo: RepoRef, sha: str, *, recursive: bool, page: int) -> Call:
    """GET /git/trees/{sha}."""
    query: dict[str, str | int | bool | None] = {
        "recursive": True if recursive else None,
        "page": page,
        "per_page": TREE_PAGE_LIMIT,
    }
    return Call("GET", _repo(repo, f"/git/trees/{quote(sha, safe='')}"), _query(query))


def raw(repo: RepoRef, path: str, ref: str, start: int | None) -> Call:
    """GET /raw/{path}: ``start`` asks for the bytes from there to the end.

    Compression by a proxy is refused, since a range of compressed bytes is not a range of the file.
    """
    headers: tuple[tuple[str, str], ...] = (("Accept-Encoding", "identity"), ("Accept", "*/*"))
    if start:
        headers = (*headers, ("Range", f"bytes={start}-"))
    return Call("GET", _repo(repo, f"/raw/{_segments(path)}"), (("ref", ref),), headers=headers)


def archive(repo: RepoRef, commit: str) -> Call:
    """GET /archive/{commit}.tar.gz: all files of a commit, compressed once for whoever asks for that commit."""
    headers = (("Accept-Encoding", "identity"), ("Accept", "*/*"))
    return Call("GET", _repo(repo, f"/archive/{quote(commit, safe='')}.tar.gz"), headers=headers)


def blob(repo: RepoRef, sha: str) -> Call:
    """GET /git/blobs/{sha}."""
    return Call("GET", _repo(repo, f"/git/blobs/{quote(sha, safe='')}"))


def blobs(repo: RepoRef, shas: Sequence[str]) -> Call:
    """GET /git/blobs?shas=: at most ``BLOB_BATCH`` ids."""
    return Call("GET", _repo(repo, "/git/blobs"), (("shas", ",".join(shas)),))


def commits(repo: RepoRef, sha: str, *, path: str | None, not_: str | None, page: int, limit: int, files: bool) -> Call:
    """GET /commits, newest first. Statistics and signatures are switched off: each costs a process per commit."""
    query: dict[str, str | int | bool | None] = {
        "sha": sha,
        "path": path,
        "not": not_,
        "page": page,
        "limit": limit,
        "stat": False,
        "verification": False,
        "files": files,
    }
    return Call("GET", _repo(repo, "/commits"), _query(query))


def commit(repo: RepoRef, sha: str, *, files: bool, signature: bool = False) -> Call:
    """GET /git/commits/{sha}. With ``signature`` the server checks it, which costs it a process."""
    query: dict[str, str | int | bool | None] = {"stat": False, "verification": signature, "files": files}
    return Call("GET", _repo(repo, f"/git/commits/{quote(sha, safe='')}"), _query(query))


def diff(repo: RepoRef, sha: str) -> Call:
    """GET /git/commits/{sha}.diff: a unified diff against the first parent, as bytes."""
    return Call("GET", _repo(repo, f"/git/commits/{quote(sha, safe='')}.diff"), headers=(("Accept", "*/*"),))


def search_issues(owner: str, since: datetime | None, page: int) -> Call:
    """GET /repos/issues/search: issues of all repositories of an owner, open and closed."""
    return Call("GET", "/repos/issues/search", (("owner", owner), *_issue_query(since, page)))


def issues(repo: RepoRef, since: datetime | None, page: int) -> Call:
    """GET /issues of one repository, open and closed."""
    return Call("GET", _repo(repo, "/issues"), _issue_query(since, page))


def _issue_query(since: datetime | None, page: int) -> tuple[tuple[str, str], ...]:
    # A plus sign in a query is a blank for some proxies, so the moment is given in UTC.
    moment = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if since is not None else None
    return _query({"state": "all", "type": "issues", "since": moment, "page": page, "limit": PAGE_LIMIT})


def issue(repo: RepoRef, number: int) -> Call:
    """GET /issues/{number}."""
    return Call("GET", _repo(repo, f"/issues/{number}"))


def issue_dependencies(repo: RepoRef, number: int, page: int) -> Call:
    """GET /issues/{number}/dependencies: what must be closed before it."""
    return Call("GET", _repo(repo, f"/issues/{number}/dependencies"), _query({"page": page, "limit": PAGE_LIMIT}))


def labels(repo: RepoRef, page: int) -> Call:
    """GET /labels."""
    return Call("GET", _repo(repo, "/labels"), _query({"page": page, "limit": PAGE_LIMIT}))


def milestones(repo: RepoRef, page: int) -> Call:
    """GET /milestones, open and closed."""
    return Call("GET", _repo(repo, "/milestones"), _query({"state": "all", "page": page, "limit": PAGE_LIMIT}))


def branch_protections(repo: RepoRef) -> Call:
    """GET /branch_protections; needs administration of the repository."""
    return Call("GET", _repo(repo, "/branch_protections"))


def _post(path: str, value: object) -> Call:
    return Call("POST", path, body=msgspec.json.encode(value), headers=(("Content-Type", "application/json"),))


def protect_branch(repo: RepoRef, name: str, push_users: Iterable[str]) -> Call:
    """POST /branch_protections: only ``push_users`` may push to ``name``, administrators included; nobody by force."""
    rule = {
        "rule_name": name,
        "enable_push": True,
        "enable_push_whitelist": True,
        "push_whitelist_usernames": sorted(push_users),
        "apply_to_admins": True,
    }
    return _post(_repo(repo, "/branch_protections"), rule)


def create_organization(name: str, *, private: bool) -> Call:
    """POST /orgs."""
    return _post("/orgs", {"username": name, "visibility": "private" if private else "public"})


def delete_organization(name: str) -> Call:
    """DELETE /orgs/{name}; its repositories must be gone."""
    return Call("DELETE", f"/orgs/{quote(name, safe='')}")


def create_repository(
    organization: str | None, name: str, *, private: bool, default_branch: str, description: str, auto_init: bool
) -> Call:
    """POST /orgs/{org}/repos, or /user/repos for a repository of the token's own account."""
    body = {
        "name": name,
        "private": private,
        "default_branch": default_branch,
        "description": description,
        "auto_init": auto_init,
    }
    path = "/user/repos" if organization is None else f"/orgs/{quote(organization, safe='')}/repos"
    return _post(path, body)


def delete_repository(repo: RepoRef) -> Call:
    """DELETE /repos/{owner}/{name}."""
    return Call("DELETE", _repo(repo))


def _identity(identity: Identity) -> dict[str, str]:
    return {"name": identity.name, "email": identity.email}


def _file(change: FileChange) -> dict[str, str]:
    entry = {"operation": change.operation.value, "path": change.path}
    if change.operation is not Operation.DELETE:
        entry["content"] = base64.b64encode(change.content).decode("ascii")
    if change.sha is not None:
        entry["sha"] = change.sha
    return entry


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def change_files(repo: RepoRef, request: CommitRequest) -> Call:
    """POST /contents: one commit of several files.

    ``force_overwrite_new_branch`` is never sent: version 16 passes it on even where no branch is new, which would
    switch off the guard against lost updates.
    """
    body: dict[str, object] = {
        "branch": request.branch,
        "message": request.message,
        "author": _identity(request.author),
        "committer": _identity(request.committer),
        "files": [_file(change) for change in request.files],
    }
    dates = {
        name: _moment(moment)
        for name, moment in (("author", request.authored_at), ("committer", request.committed_at))
        if moment is not None
    }
    if dates:
        body["dates"] = dates
    if request.new_branch is not None:
        body["new_branch"] = request.new_branch
    return _post(_repo(repo, "/contents"), body)
