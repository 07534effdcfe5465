"""The JSON of Forgejo's answers, as far as it is read. Unknown fields are ignored, missing ones are an error."""

from __future__ import annotations

import msgspec


class Failure(msgspec.Struct):
    """Body of an error; the message of a 500 is empty for everyone but administrators."""

    message: str = ""


class Version(msgspec.Struct):
    """GET /version."""

    version: str


class User(msgspec.Struct):
    """An account."""

    login: str
    is_admin: bool = False
    id: int = 0


class Permissions(msgspec.Struct):
    """What the current login may do."""

    push: bool = False


class Repository(msgspec.Struct):
    """A repository."""

    name: str
    owner: User
    default_branch: str
    private: bool
    empty: bool = False
    archived: bool = False
    description: str = ""
    updated_at: str | None = None
    permissions: Permissions | None = None


class RepositoryPage(msgspec.Struct):
    """GET /repos/search."""

    data: list[Repository] | None


class BranchCommit(msgspec.Struct):
    """The tip inside a branch."""

    id: str


class Branch(msgspec.Struct):
    """GET /branches/{name}."""

    name: str
    commit: BranchCommit
    protected: bool = False
    user_can_push: bool = False


class Protection(msgspec.Struct):
    """One rule of branch protection; older servers fill only ``branch_name``."""

    rule_name: str = ""
    branch_name: str = ""


class TreeEntry(msgspec.Struct):
    """One name in a tree."""

    path: str
    mode: str
    type: str
    sha: str
    size: int = 0


class Tree(msgspec.Struct):
    """GET /git/trees/{sha}. A page past the end has null entries."""

    sha: str
    tree: list[TreeEntry] | None
    total_count: int = 0


class Blob(msgspec.Struct):
    """GET /git/blobs. ``content`` is empty over the server's size limit although ``size`` is not."""

    sha: str
    size: int
    content: str | None = None


class Signature(msgspec.Struct):
    """Who and when, on a commit."""

    name: str
    email: str
    date: str


class Parent(msgspec.Struct):
    """A commit or tree that is pointed at."""

    sha: str


class Signer(msgspec.Struct):
    """Whose key a signature was made with, as the server knows it."""

    name: str = ""
    username: str = ""


class Verification(msgspec.Struct):
    """What the server says of a commit's signature; ``signature`` is empty where there is none."""

    verified: bool = False
    reason: str = ""
    signature: str | None = None
    signer: Signer | None = None


class InnerCommit(msgspec.Struct):
    """The git part of a commit."""

    message: str
    author: Signature
    committer: Signature
    verification: Verification | None = None


class CommitFile(msgspec.Struct):
    """A file a commit touched."""

    filename: str
    status: str = ""


class Commit(msgspec.Struct):
    """GET /git/commits/{sha} and entries of GET /commits. ``commit.tree`` holds the commit's id there: not read."""

    sha: str
    commit: InnerCommit
    parents: list[Parent] | None = None
    files: list[CommitFile] | None = None


class WrittenCommit(msgspec.Struct):
    """The commit in the answer to a write; here the tree id is the tree's."""

    sha: str
    tree: Parent | None = None
    parents: list[Parent] | None = None


class FilesResponse(msgspec.Struct):
    """POST /contents."""

    commit: WrittenCommit
