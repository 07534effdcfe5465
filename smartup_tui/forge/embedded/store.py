"""Accounts, tokens, organisations and repositories of the embedded forge, and the rights between them.

Everything but the repositories themselves is one small JSON file, replaced in one step; tokens are stored as hashes.
A running server notices changes that another process made to it.
"""

from __future__ import annotations

import hashlib
import secrets
import shutil
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, TypeVar

import msgspec
from filelock import FileLock
from werkzeug.security import check_password_hash, generate_password_hash

from smartup_tui.files.whole import replace_file
from smartup_tui.forge.embedded.objects import GitRepository
from smartup_tui.forge.models import RepoRef

Access = Literal["read", "write", "admin"]
_LEVELS = {"read": 1, "write": 2, "admin": 3}
_T = TypeVar("_T")


class TokenRecord(msgspec.Struct):
    """A token: who it stands for and what it may do. Its hash is the key it is stored under."""

    login: str
    name: str
    scopes: list[str]


class UserRecord(msgspec.Struct):
    """An account."""

    id: int
    login: str
    email: str
    full_name: str = ""
    admin: bool = False
    password: str = ""


class OrganizationRecord(msgspec.Struct):
    """An organisation; its owners administer all its repositories."""

    id: int
    name: str
    private: bool
    owners: list[str] = []


class RepositoryRecord(msgspec.Struct):
    """A repository. ``protected`` maps a branch to the accounts that may push to it."""

    id: int
    owner: str
    name: str
    private: bool
    default_branch: str
    description: str = ""
    archived: bool = False
    access: dict[str, str] = {}
    protected: dict[str, list[str]] = {}

    @property
    def ref(self) -> RepoRef:
        """Its owner and name."""
        return RepoRef(self.owner, self.name)


class Registry(msgspec.Struct):
    """Everything the store knows."""

    users: dict[str, UserRecord] = {}
    organizations: dict[str, OrganizationRecord] = {}
    repositories: dict[str, RepositoryRecord] = {}
    tokens: dict[str, TokenRecord] = {}
    former: dict[str, str] = {}
    """Where repositories are found (their key) that had another name before."""
    next_id: int = 1

    def take_id(self) -> int:
        """A number that was never used."""
        self.next_id += 1
        return self.next_id - 1


class NameTakenError(Exception):
    """An account, organisation or repository of that name exists."""


class UnknownNameError(LookupError):
    """There is no account, organisation or repository of that name."""


def hash_token(token: str) -> str:
    """Tokens are 160 random bits, so a plain hash can not be searched."""
    return hashlib.sha256(token.encode()).hexdigest()


def _key(ref: RepoRef) -> str:
    return f"{ref.owner}/{ref.name}".lower()


class ForgeStore:
    """The data of one embedded forge in the folder ``root``. Safe for several threads and processes."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._file = root / "forge.json"
        self._mutex = threading.RLock()
        self._between = FileLock(root / "forge.json.lock", mode=0o600)
        self._stamp: tuple[int, int, int] | None = None
        self._registry = Registry()
        self._open: dict[str, GitRepository] = {}

    def close(self) -> None:
        """Release open repositories."""
        with self._mutex:
            for git in self._open.values():
                git.close()
            self._open.clear()

    # The registry

    def read(self) -> Registry:
        """The current registry. Not to be changed by the caller."""
        with self._mutex:
            try:
                status = self._file.stat()
            except FileNotFoundError:
                return self._registry
            stamp = (status.st_mtime_ns, status.st_size, status.st_ino)
            if stamp != self._stamp:
                self._registry = msgspec.json.decode(self._file.read_bytes(), type=Registry)
                self._stamp = stamp
            return self._registry

    @contextmanager
    def _change(self) -> Iterator[Registry]:
        with self._mutex, self._between:
            registry = msgspec.json.decode(msgspec.json.encode(self.read()), type=Registry)
            yield registry
            replace_file(self._file, msgspec.json.encode(registry))

    # Accounts

    def create_user(
        self, login: str, *, email: str = "", full_name: str = "", admin: bool = False, password: str | None = None
    ) -> None:
        """Add an account. Without a password it can only use tokens. ``NameTakenError`` when the name is in use."""
        RepoRef(login, login)
        with self._change() as registry:
            self._refuse_taken(registry, login)
            registry.users[login.lower()] = UserRecord(
                id=registry.take_id(),
                login=login,
                email=email or f"{login.lower()}@noreply.invalid",
                full_name=full_name,
                admin=admin,
                password=generate_password_hash(password) if password else "",
            )

    @staticmethod
    def _refuse_taken(registry: Registry, name: str) -> None:
        if name.lower() in registry.users or name.lower() in registry.organizations:
            raise NameTakenError(name)

    def delete_user(self, login: str) -> None:
        """Remove an account and its tokens; commits that carry its name stay."""
        with self._change() as registry:
            _known(registry.users.pop(login.lower(), None), login)
            kept = {key: token for key, token in registry.tokens.items() if token.login.lower() != login.lower()}
            registry.tokens = kept

    def create_token(self, login: str, name: str, scopes: Iterable[str] = ("all",)) -> str:
        """Make a token and return it; only its hash is kept. Scopes have Forgejo's names (``write:repository``)."""
        token = secrets.token_hex(20)
        with self._change() as registry:
            user = _known(registry.users.get(login.lower()), login)
            registry.tokens[hash_token(token)] = TokenRecord(user.login, name, sorted(scopes))
        return token

    def revoke_tokens(self, login: str) -> None:
        """Make every token of an account useless."""
        with self._change() as registry:
            kept = {key: token for key, token in registry.tokens.items() if token.login.lower() != login.lower()}
            registry.tokens = kept

    def login_by_token(self, token: str) -> tuple[UserRecord, frozenset[str]] | None:
        """Who a token stands for, and its scopes."""
        registry = self.read()
        record = registry.tokens.get(hash_token(token))
        user = None if record is None else registry.users.get(record.login.lower())
        return None if record is None or user is None else (user, frozenset(record.scopes))

    def login_by_password(self, login: str, password: str) -> UserRecord | None:
        """The account, if the password is right."""
        user = self.read().users.get(login.lower())
        return user if user is not None and user.password and check_password_hash(user.password, password) else None

    # Organisations and repositories

    def create_organization(self, name: str, *, owners: Iterable[str] = (), private: bool = False) -> None:
        """Add an organisation. ``NameTakenError`` when the name is in use."""
        RepoRef(name, name)
        with self._change() as registry:
            self._refuse_taken(registry, name)
            registry.organizations[name.lower()] = OrganizationRecord(
                registry.take_id(), name, private, [owner.lower() for owner in owners]
            )

    def delete_organization(self, name: str) -> None:
        """Remove an organisation that has no repositories."""
        with self._change() as registry:
            if any(repo.owner.lower() == name.lower() for repo in registry.repositories.values()):
                raise NameTakenError(name)
            _known(registry.organizations.pop(name.lower(), None), name)

    def create_repository(
        self, ref: RepoRef, *, private: bool = True, default_branch: str = "main", description: str = ""
    ) -> None:
        """Add an empty bare repository of an organisation or an account. ``NameTakenError`` when it exists."""
        with self._change() as registry:
            owner = registry.organizations.get(ref.owner.lower())
            user = registry.users.get(ref.owner.lower())
            if owner is None and user is None:
                raise UnknownNameError(ref.owner)
            if _key(ref) in registry.repositories:
                raise NameTakenError(str(ref))
            path = self._path(ref)
            if path.exists():
                # Left by a process that died between the folder and the registry.
                shutil.rmtree(path)
            GitRepository.create(path, default_branch).close()
            registry.repositories[_key(ref)] = RepositoryRecord(
                registry.take_id(), ref.owner, ref.name, private, default_branch, description
            )

    def delete_repository(self, ref: RepoRef) -> None:
        """Remove a repository with its history."""
        with self._change() as registry:
            _known(registry.repositories.pop(_key(ref), None), str(ref))
            git = self._open.pop(_key(ref), None)
            if git is not None:
                git.close()
            shutil.rmtree(self._path(ref), ignore_errors=True)

    def rename_repository(self, ref: RepoRef, name: str) -> None:
        """Give a repository another name; who asks for the old one is led to it."""
        fresh = RepoRef(ref.owner, name)
        with self._change() as registry:
            if _key(fresh) in registry.repositories:
                raise NameTakenError(str(fresh))
            record = _known(registry.repositories.pop(_key(ref), None), str(ref))
            git = self._open.pop(_key(ref), None)
            if git is not None:
                git.close()
            self._path(ref).rename(self._path(fresh))
            record.name = name
            registry.repositories[_key(fresh)] = record
            registry.former[_key(ref)] = _key(fresh)

    def grant_access(self, ref: RepoRef, login: str, access: Access | None) -> None:
        """Give an account a right on a repository, or take it away with None."""
        with self._change() as registry:
            user = _known(registry.users.get(login.lower()), login)
            rights = _known(registry.repositories.get(_key(ref)), str(ref)).access
            rights.pop(user.login.lower(), None)
            if access is not None:
                rights[user.login.lower()] = access

    def protect_branch(self, ref: RepoRef, branch: str, push_users: Iterable[str]) -> None:
        """Let only ``push_users`` push to a branch."""
        with self._change() as registry:
            record = _known(registry.repositories.get(_key(ref)), str(ref))
            record.protected[branch] = sorted(login.lower() for login in push_users)

    def set_archived(self, ref: RepoRef, *, archived: bool) -> None:
        """Make a repository read-only, or writable again."""
        with self._change() as registry:
            _known(registry.repositories.get(_key(ref)), str(ref)).archived = archived

    def set_default_branch(self, ref: RepoRef, branch: str) -> None:
        """Name the branch that is meant where none is named; git's own HEAD follows."""
        with self._change() as registry:
            _known(registry.repositories.get(_key(ref)), str(ref)).default_branch = branch
            self.git(ref).set_head(branch)

    def find_repository(self, owner: str, name: str) -> RepositoryRecord | None:
        """A repository by its name, in any case of letters."""
        return self.read().repositories.get(f"{owner}/{name}".lower())

    def moved_repository(self, owner: str, name: str) -> RepositoryRecord | None:
        """The repository that had this name before and has another one now."""
        registry = self.read()
        return registry.repositories.get(registry.former.get(f"{owner}/{name}".lower(), ""))

    def access_level(self, record: RepositoryRecord, user: UserRecord | None) -> int:
        """What an account may do there: 0 nothing, 1 read, 2 write, 3 administer."""
        public = 0 if record.private else 1
        if user is None:
            return public
        login = user.login.lower()
        organization = self.read().organizations.get(record.owner.lower())
        owns = record.owner.lower() == login or (organization is not None and login in organization.owners)
        if user.admin or owns:
            return 3
        return max(public, _LEVELS.get(record.access.get(login, ""), 0))

    # Git

    def _path(self, ref: RepoRef) -> Path:
        return self.root / "repositories" / ref.owner.lower() / f"{ref.name.lower()}.git"

    def repository_path(self, ref: RepoRef) -> Path:
        """Where the bare repository lies."""
        return self._path(_known(self.find_repository(ref.owner, ref.name), str(ref)).ref)

    def git(self, ref: RepoRef) -> GitRepository:
        """The open repository; one object per repository and process."""
        with self._mutex:
            found = self._open.get(_key(ref))
            if found is None:
                found = self._open[_key(ref)] = GitRepository(self.repository_path(ref))
            return found

    def recover(self) -> None:
        """Remove what a killed server left behind. Only while no other process uses the repositories."""
        for record in self.read().repositories.values():
            self.git(record.ref).remove_stale_locks()


def _known(found: _T | None, name: str) -> _T:
    if found is None:
        raise UnknownNameError(name)
    return found
