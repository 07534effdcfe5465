"""The JSON of the embedded forge's answers, field by field as Forgejo has it; links that nothing reads are empty."""

from __future__ import annotations

import stat
from base64 import b64encode
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from smartup_tui.forge.embedded.history import changed_files
from smartup_tui.forge.embedded.objects import Entry, GitRepository
from smartup_tui.forge.embedded.store import OrganizationRecord, RepositoryRecord, UserRecord

MAX_BLOB = 10 * 1024 * 1024
"""Over this size (bytes) the JSON endpoints answer with an empty content."""
Json = dict[str, Any]


def user(record: UserRecord) -> Json:
    """An account."""
    return {
        "id": record.id,
        "login": record.login,
        "username": record.login,
        "full_name": record.full_name,
        "email": record.email,
        "is_admin": record.admin,
    }


def organization(record: OrganizationRecord) -> Json:
    """An organisation."""
    return {
        "id": record.id,
        "name": record.name,
        "username": record.name,
        "visibility": "private" if record.private else "public",
    }


def repository(record: RepositoryRecord, level: int, *, owner_id: int, empty: bool) -> Json:
    """A repository, with the rights of who asks."""
    return {
        "id": record.id,
        "owner": {"id": owner_id, "login": record.owner, "username": record.owner},
        "name": record.name,
        "full_name": f"{record.owner}/{record.name}",
        "description": record.description,
        "empty": empty,
        "private": record.private,
        "archived": record.archived,
        "default_branch": record.default_branch,
        "permissions": {"admin": level >= 3, "push": level >= 2, "pull": level >= 1},
    }


def shown(name: str) -> str:
    """A file name as JSON can carry it."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def tree_entry(git: GitRepository, path: str, entry: Entry) -> Json:
    """One entry of a tree listing."""
    kind = "tree" if entry.is_folder else "commit" if stat.S_IFMT(entry.mode) == 0o160000 else "blob"
    return {
        "path": shown(path),
        "mode": f"{entry.mode:06o}",
        "type": kind,
        "size": git.blob_size(entry.sha) if kind == "blob" else 0,
        "sha": entry.sha,
        "url": "",
    }


def blob(sha: str, data: bytes) -> Json:
    """A blob with its content, unless it is too large."""
    content = b64encode(data).decode("ascii") if len(data) <= MAX_BLOB else ""
    return {"content": content, "encoding": "base64", "url": "", "sha": sha, "size": len(data)}


def contents(path: str, entry: Entry, data: bytes | None, last_commit: str) -> Json:
    """A file (with ``data``) or a name in a folder (without)."""
    kind = "dir" if entry.is_folder else "symlink" if stat.S_ISLNK(entry.mode) else "file"
    shape: Json = {
        "name": shown(path.rsplit("/", 1)[-1]),
        "path": shown(path),
        "sha": entry.sha,
        "last_commit_sha": last_commit,
        "type": kind,
        "size": 0 if data is None else len(data),
        "encoding": None,
        "content": None,
    }
    if data is not None:
        shape |= {key: value for key, value in blob(entry.sha, data).items() if key in {"encoding", "content", "size"}}
    return shape


def _moment(seconds: int, offset: int) -> str:
    zone = UTC if offset == 0 else timezone(timedelta(seconds=offset))
    return datetime.fromtimestamp(seconds, zone).isoformat().replace("+00:00", "Z")


def _person(line: bytes, seconds: int, offset: int) -> Json:
    name, _, rest = line.decode("utf-8", "replace").partition(" <")
    return {"name": name, "email": rest.rstrip(">"), "date": _moment(seconds, offset)}


def _verification(signature: bytes | None) -> Json:
    """What the server says of a signature: it knows no keys."""
    reason = "gpg.error.no_gpg_keys_found" if signature else "gpg.error.not_signed_commit"
    text = signature.decode("ascii", "replace") if signature else ""
    return {"verified": False, "reason": reason, "signature": text, "signer": None, "payload": ""}


def commit(git: GitRepository, sha: str, *, files: bool, verification: bool = False) -> Json:
    """A commit as the reading endpoints give it: ``commit.tree.sha`` holds the commit's id, as on a real server."""
    found = git.commit_object(sha)
    committer = _person(found.committer, found.commit_time, found.commit_timezone)
    return {
        "url": "",
        "sha": sha,
        "created": committer["date"],
        "html_url": "",
        "commit": {
            "url": "",
            "author": _person(found.author, found.author_time, found.author_timezone),
            "committer": committer,
            "message": found.message.decode("utf-8", "replace"),
            "tree": {"url": "", "sha": sha, "created": committer["date"]},
            "verification": _verification(found.gpgsig) if verification else None,
        },
        "author": None,
        "committer": None,
        "parents": [_link(parent) for parent in git.commit(sha).parents],
        "files": [{"filename": shown(path), "status": status} for path, status in changed_files(git, sha)]
        if files
        else None,
        "stats": None,
    }


def committed_at(git: GitRepository, sha: str) -> str:
    """When a commit was made."""
    found = git.commit_object(sha)
    return _moment(found.commit_time, found.commit_timezone)


def branch_commit(git: GitRepository, sha: str) -> Json:
    """A commit as a branch carries it."""
    inner = commit(git, sha, files=False)["commit"]
    people = {
        role: {"name": inner[role]["name"], "email": inner[role]["email"], "username": ""}
        for role in ("author", "committer")
    }
    return {"id": sha, "message": inner["message"], "url": "", "timestamp": inner["committer"]["date"], **people}


def written_commit(git: GitRepository, sha: str) -> Json:
    """A commit as the answer to a write gives it: here the tree's id is the tree's."""
    shape = commit(git, sha, files=False)
    inner = shape["commit"]
    return {
        "url": "",
        "sha": sha,
        "created": shape["created"],
        "html_url": "",
        "author": inner["author"],
        "committer": inner["committer"],
        "parents": shape["parents"],
        "message": inner["message"],
        "tree": _link(git.commit(sha).tree),
    }


def _link(sha: str) -> Json:
    return {"url": "", "sha": sha, "created": "0001-01-01T00:00:00Z"}
