"""The values that pass between the client and its callers. All frozen; times are aware datetimes, sizes are bytes."""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from smartup_tui.forge.blobs import is_object_id

_NAME = re.compile(r"[A-Za-z0-9._-]{1,100}")
_MAX_PATH = 500


@dataclass(frozen=True, slots=True)
class RepoRef:
    """One repository: its owner (a user or an organisation) and its name."""

    owner: str
    name: str

    def __post_init__(self) -> None:
        for part in (self.owner, self.name):
            if not _NAME.fullmatch(part) or part in {".", ".."}:
                raise ValueError(f"not a name on a forge: {part!r}")

    def __str__(self) -> str:
        return f"{self.owner}/{self.name}"


@dataclass(frozen=True, slots=True)
class Version:
    """What ``/version`` says, e.g. ``15.0.3+gitea-1.22.0``. ``major`` is 0 when it can not be read."""

    text: str
    major: int

    @property
    def safe_writes(self) -> bool:
        """Whether a stale multi-file write is refused. Below 12 a missing SHA silently overwrites: read only there."""
        return self.major >= 12


@dataclass(frozen=True, slots=True)
class User:
    """The account a token belongs to."""

    login: str
    is_admin: bool


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository as the current login sees it. ``owner_id`` is 0, ``updated_at`` None where the server is silent."""

    ref: RepoRef
    default_branch: str
    private: bool
    empty: bool
    archived: bool
    can_push: bool
    owner_id: int = 0
    description: str = ""
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Branch:
    """The tip of a branch. ``can_push`` is about the current login."""

    name: str
    commit: str
    protected: bool
    can_push: bool


class EntryKind(enum.Enum):
    """What a name in a tree stands for."""

    FILE = "blob"
    FOLDER = "tree"
    SUBMODULE = "commit"


@dataclass(frozen=True, slots=True)
class TreeEntry:
    """One name in a tree. ``path`` is relative to the tree asked for; ``size`` is 0 for folders and submodules."""

    path: str
    kind: EntryKind
    sha: str
    size: int
    mode: str


@dataclass(frozen=True, slots=True)
class Tree:
    """All entries of one tree, every page of it. ``sha`` echoes the tree or commit asked for."""

    sha: str
    entries: tuple[TreeEntry, ...]


@dataclass(frozen=True, slots=True)
class RawPart:
    """Bytes of a file from ``start`` to its end. ``start`` is 0 when a proxy dropped the range we asked for."""

    start: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Identity:
    """A name and an address stamped on a commit. The address need not exist."""

    name: str
    email: str

    def __post_init__(self) -> None:
        # The server falls back to the token's own account when the address is empty, which would falsify the author.
        for text in (self.name, self.email):
            if not text.strip() or any(character in "<>\n\r\0" for character in text):
                raise ValueError("an identity needs a name and an address, each on one line and without angle brackets")


@dataclass(frozen=True, slots=True)
class CommitSignature:
    """What the forge says of a commit's signature: whether it holds, why not (the forge's word), and whose it is."""

    verified: bool
    reason: str
    signer: str


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit. ``files`` (path, ``added`` | ``modified`` | ``removed``) is filled only when it was asked for.

    ``signature`` is None where there is none, and where it was not asked for.
    """

    sha: str
    message: str
    author: Identity
    committer: Identity
    authored_at: datetime
    committed_at: datetime
    parents: tuple[str, ...]
    files: tuple[tuple[str, str], ...] = ()
    signature: CommitSignature | None = None


class Operation(enum.Enum):
    """What a write does to one file."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file of a commit. ``sha`` is the blob id that was read: required for update and delete, it is the lock."""

    operation: Operation
    path: str
    content: bytes = field(default=b"", repr=False)
    sha: str | None = None

    def __post_init__(self) -> None:
        parts = self.path.split("/")
        odd = any(part in {"", ".", ".."} or part.lower() == ".git" for part in parts)
        if odd or len(self.path) > _MAX_PATH or not self.path.isprintable():
            raise ValueError(f"not a path inside a repository: {self.path!r}")
        if self.operation is Operation.CREATE:
            if self.sha is not None:
                raise ValueError("a file that is created has no blob id to compare with")
        elif self.sha is None or not is_object_id(self.sha):
            raise ValueError("update and delete need the blob id that was read")

    @classmethod
    def create(cls, path: str, content: bytes) -> FileChange:
        """Write a file that must not exist yet."""
        return cls(Operation.CREATE, path, content)

    @classmethod
    def update(cls, path: str, content: bytes, sha: str) -> FileChange:
        """Replace a file, if it still is the blob ``sha``."""
        return cls(Operation.UPDATE, path, content, sha)

    @classmethod
    def delete(cls, path: str, sha: str) -> FileChange:
        """Remove a file, if it still is the blob ``sha``."""
        return cls(Operation.DELETE, path, b"", sha)


@dataclass(frozen=True, slots=True)
class CommitRequest:
    """Several files, one commit: all of it is written, or nothing.

    ``authored_at`` and ``committed_at`` default to the server's clock. Both identities are required, since the server
    would stamp one with the other.
    """

    branch: str
    message: str
    files: tuple[FileChange, ...]
    author: Identity
    committer: Identity
    authored_at: datetime | None = None
    committed_at: datetime | None = None
    new_branch: str | None = None

    def __post_init__(self) -> None:
        if not self.files:
            raise ValueError("a commit needs at least one file")
        if len({change.path for change in self.files}) != len(self.files):
            raise ValueError("a commit names each file once")
        if not self.message.strip():
            raise ValueError("a commit needs a message")
        for moment in (self.authored_at, self.committed_at):
            if moment is not None and moment.tzinfo is None:
                raise ValueError("a commit's time needs a time zone")


@dataclass(frozen=True, slots=True)
class CommitResult:
    """A commit that was written. ``blobs`` maps each written path to its blob id (computed here, deletes left out)."""

    sha: str
    tree: str
    parents: tuple[str, ...]
    blobs: Mapping[str, str]
