"""Writing a commit: all files are checked against the branch's tip, then one tree, one commit, one branch move."""

from __future__ import annotations

import binascii
import posixpath
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
        target = request.new_branch or request.branch
        is_new = target != request.branch
        if tip is None and (git.branches() or any(file.operation == "delete" for file in request.files)):
            raise ApiError(404, f"branch does not exist [name: {request.branch}]")
        if is_new and git.tip(target) is not None:
            raise ApiError(422, f"branch already exists [name: {target}]")
        base = None if tip is None else git.commit(tip).tree
        changes = _changes(git, base, request.files, locked=not is_new)
        tree = build_tree(git, base, changes)
        commit = git.add_object(_commit(tree if tree is not None else git.add_tree(()), tip, request))
        try:
            git.move_branch(target, None if is_new else tip, commit)
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


def _changes(git: GitRepository, base: str | None, files: Sequence[FileOperation], *, locked: bool) -> Changes:
    # All checks come before the first object is written: a refused request leaves nothing behind.
    paths = [clean_path(file.path) for file in files]
    for file, path in zip(files, paths, strict=True):
        if file.operation == "delete" and _file(git, base, path) is None:
            raise ApiError(404 if file.single_delete else 500, f"repository file does not exist [path: {path}]")
    modes = [_check(git, base, file, path, locked=locked) for file, path in zip(files, paths, strict=True)]
    contents: dict[str, tuple[int, bytes] | None] = {}
    for file, path, mode in zip(files, paths, modes, strict=True):
        if file.operation not in {"create", "update", "delete"}:
            raise ApiError(500, f"invalid file operation: {file.operation} {path}")
        if file.path.startswith(("/", "../")):
            raise ApiError(500, f"{file.path} is outside repository")
        if file.operation == "create" and contents.get(path) is not None:
            raise ApiError(422, f"repository file already exists [path: {path}]")
        if file.from_path and clean_path(file.from_path) != path:
            contents[clean_path(file.from_path)] = None
        contents[path] = None if file.operation == "delete" else (mode, _content(file))
    return {path: None if new is None else (new[0], git.add_blob(new[1])) for path, new in contents.items()}


def clean_path(path: str) -> str:
    """The path as the server takes it: ``a//b``, ``./a`` and ``x/../a`` are put right, ``.git`` is refused."""
    clean = posixpath.normpath("/" + path).lstrip("/")
    if not clean or any(part.lower() == ".git" for part in clean.split("/")):
        raise ApiError(422, f"path contains a malformed path component [path: {path}]")
    return clean


def _file(git: GitRepository, base: str | None, path: str) -> Entry | None:
    found = None if base is None else git.find(base, path)
    return None if found is None or found.is_folder else found


def _check(git: GitRepository, base: str | None, file: FileOperation, path: str, *, locked: bool) -> int:
    """The mode the file will have. ``locked``: what is there must be named by its blob id (not so on a new branch).

    In an empty repository nothing is checked; an update makes the file there.
    """
    if base is None:
        return _FILE
    mode = _FILE
    source = clean_path(file.from_path) if file.from_path else path
    if file.operation in {"update", "delete"}:
        present = git.find(base, source)
        if present is None:
            raise ApiError(500, f"object does not exist [id: , rel_path: {source}]")
        if not file.sha and locked:
            raise ApiError(422, "a SHA or commit ID must be provided when updating a file")
        if file.sha and file.sha != present.sha:
            raise stale(file.sha, present.sha, status=400 if file.single_delete else 409)
        mode = present.mode
    if file.operation in {"create", "update"}:
        _check_free(git, base, path, may_exist=file.operation == "update" and source == path)
    return mode


def _check_free(git: GitRepository, base: str, path: str, *, may_exist: bool) -> None:
    parts = path.split("/")
    for depth in range(1, len(parts)):
        above = "/".join(parts[:depth])
        found = git.find(base, above)
        if found is None:
            return
        if not found.is_folder:
            raise ApiError(422, f"a file exists where you’re trying to create a subdirectory [path: {above}]")
    present = git.find(base, path)
    if present is not None and present.is_folder:
        raise ApiError(422, f"a directory exists where you’re trying to create a file [path: {path}]")
    if present is not None and not may_exist:
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
