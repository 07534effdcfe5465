"""Writing a commit: all files are checked against the branch's tip, then one tree, one commit, one branch move."""

from __future__ import annotations

import binascii
import stat
import time
from base64 import b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dulwich.objects import Commit as GitCommit

from smartup_tui.forge.embedded.objects import Entry, GitRepository, LostRaceError
from smartup_tui.forge.embedded.problems import ApiError, Mode, lost_race, stale

_FILE = 0o100644
_TREE = stat.S_IFDIR
_MAX_PATH = 500


@dataclass(frozen=True, slots=True)
class FileOperation:
    """One file of a write request, as it came. ``single_delete``: DELETE /contents/{path}, with statuses of its own."""

    operation: str
    path: str
    content: str = ""
    sha: str = ""
    from_path: str = ""
    single_delete: bool = False


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who and when: epoch seconds and the offset of the time zone in seconds."""

    name: str
    email: str
    time: int
    offset: int = 0


@dataclass(frozen=True, slots=True)
class WriteRequest:
    """A whole write request, identities and times resolved."""

    branch: str
    new_branch: str
    message: str
    files: Sequence[FileOperation]
    author: Stamp
    committer: Stamp


def stamp_now(name: str, email: str, moment: datetime | None) -> Stamp:
    """A stamp for a moment, or for now."""
    if moment is None:
        return Stamp(name, email, int(time.time()))
    offset = moment.utcoffset()
    return Stamp(name, email, int(moment.timestamp()), 0 if offset is None else int(offset.total_seconds()))


def write(git: GitRepository, request: WriteRequest, mode: Mode) -> str:
    """Make the commit and return its id. Raises ``ApiError``; nothing is visible then."""
    with git.lock:
        tip = git.tip(request.branch)
        if tip is None and (git.branches() or any(file.operation != "create" for file in request.files)):
            if not git.branches():
                raise ApiError(422, "repo is empty")
            raise ApiError(404, "branch does not exist [name: " + request.branch + "]")
        target = request.new_branch or request.branch
        if target != request.branch and git.tip(target) is not None:
            raise ApiError(422, f"branch already exists [name: {target}]")
        base = None if tip is None else git.commit(tip).tree
        changes = _changes(git, base, request.files)
        tree = build_tree(git, base, changes)
        commit = git.add_object(_commit(tree if tree is not None else git.add_tree(()), tip, request))
        try:
            git.move_branch(target, tip if target == request.branch else None, commit)
        except LostRaceError as error:
            raise lost_race(mode, in_flight=error.in_flight) from error
        return commit


def _commit(tree: str, parent: str | None, request: WriteRequest) -> Any:
    commit: Any = GitCommit()
    commit.tree = tree.encode("ascii")
    commit.parents = [] if parent is None else [parent.encode("ascii")]
    for role, stamp in (("author", request.author), ("commit", request.committer)):
        setattr(commit, f"{role}_time", stamp.time)
        setattr(commit, f"{role}_timezone", stamp.offset)
    commit.author = _person(request.author)
    commit.committer = _person(request.committer)
    commit.encoding = b"UTF-8"
    commit.message = request.message.strip().encode() + b"\n"
    return commit


def _person(stamp: Stamp) -> bytes:
    clean = str.maketrans("", "", "<>\n\r\0")
    return f"{stamp.name.translate(clean).strip()} <{stamp.email.translate(clean).strip()}>".encode()


# A change of a tree: path -> (mode, blob id), or None where the path goes away.
Changes = Mapping[str, tuple[int, str] | None]


def _changes(git: GitRepository, base: str | None, files: Sequence[FileOperation]) -> Changes:
    # All checks come before the first object is written: a refused request leaves nothing behind.
    checked = [_check(git, base, file) for file in files]
    changes: dict[str, tuple[int, str] | None] = {}
    for file, (mode, content) in zip(files, checked, strict=True):
        if file.from_path and file.from_path != file.path:
            changes[file.from_path] = None
        changes[file.path] = None if content is None else (mode, git.add_blob(content))
    return changes


def _check(git: GitRepository, base: str | None, file: FileOperation) -> tuple[int, bytes | None]:
    """The mode and the new bytes of a file (None: it goes away)."""
    parts = file.path.split("/")
    if len(file.path) > _MAX_PATH or any(p in {"", ".", ".."} or p.lower() == ".git" for p in parts):
        raise ApiError(422, f"path contains a malformed path component [path: {file.path}]")
    present = None if base is None else git.find(base, file.from_path or file.path)
    if file.operation == "create":
        if base is not None:
            _check_free(git, base, parts)
        return _FILE, _content(file)
    if file.operation not in {"update", "delete"}:
        raise ApiError(500, "unknown operation")
    if present is None:
        raise ApiError(404 if file.single_delete else 500, f"object does not exist [id: , rel_path: {file.path}]")
    if present.is_folder:
        raise ApiError(422, f"a directory is where you're trying to create a file [path: {file.path}]")
    if not file.sha:
        raise ApiError(422, "a SHA or commit ID must be provided when updating a file")
    if file.sha != present.sha:
        raise stale(file.sha, present.sha, status=400 if file.single_delete else 409)
    return present.mode, None if file.operation == "delete" else _content(file)


def _check_free(git: GitRepository, base: str, parts: Sequence[str]) -> None:
    path = "/".join(parts)
    for depth in range(1, len(parts)):
        above = git.find(base, "/".join(parts[:depth]))
        if above is not None and not above.is_folder:
            raise ApiError(422, f"a file exists where you're trying to create a subdirectory [path: {path}]")
    present = git.find(base, path)
    if present is not None and present.is_folder:
        raise ApiError(422, f"a directory exists where you're trying to create a file [path: {path}]")
    if present is not None:
        raise ApiError(422, f"repository file already exists [path: {path}]")


def _content(file: FileOperation) -> bytes:
    try:
        return b64decode(file.content, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ApiError(422, "illegal base64 data at input byte 0") from error


def build_tree(git: GitRepository, base: str | None, changes: Changes) -> str | None:
    """The tree with ``changes`` applied, its id; None when nothing is left. Only touched folders are written."""
    entries = {} if base is None else {entry.name: entry for entry in git.tree(base)}
    below: dict[str, dict[str, tuple[int, str] | None]] = {}
    for path, change in changes.items():
        name, _, rest = path.partition("/")
        if rest:
            below.setdefault(name, {})[rest] = change
        elif change is None:
            entries.pop(name, None)
        else:
            entries[name] = Entry(name, *change)
    for name, inner in below.items():
        known = entries.get(name)
        sha = build_tree(git, known.sha if known is not None and known.is_folder else None, inner)
        if sha is None:
            entries.pop(name, None)
        else:
            entries[name] = Entry(name, _TREE, sha)
    return git.add_tree(entries.values()) if entries else None
