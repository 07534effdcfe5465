"""Who asks, with which scopes, and what that allows: in the order and with the statuses of a real server."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Literal

from smartup_tui.forge.embedded.problems import ApiError, Moved, not_found
from smartup_tui.forge.embedded.store import ForgeStore, RepositoryRecord, UserRecord

Category = Literal["repository", "organization", "user", "admin", "issue"]
READ, WRITE, ADMIN = 1, 2, 3
_CATEGORIES = ["activitypub", "admin", "issue", "misc", "notification", "organization", "package", "repository", "user"]
SCOPES = {"all", "public-only"} | {f"{level}:{category}" for level in ("read", "write") for category in _CATEGORIES}
"""Every scope a token may have."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sent a request. ``user`` is None for a request without a login."""

    user: UserRecord | None
    scopes: frozenset[str]
    by_password: bool = False

    def known(self) -> UserRecord:
        """The account; 401 without one."""
        if self.user is None:
            raise ApiError(401, "token is required")
        return self.user

    @property
    def is_admin(self) -> bool:
        """Whether the account administers the forge."""
        return self.user is not None and self.user.admin

    def need_scope(self, category: Category, *, write: bool) -> None:
        """403 when the token lacks the scope. Writing includes reading; a login without a token has all scopes."""
        if self.user is None:
            return
        wanted = {"all", f"write:{category}"} if write else {"all", f"write:{category}", f"read:{category}"}
        if not wanted & self.scopes:
            level = "write" if write else "read"
            message = f"token does not have at least one of required scope(s): [{level}:{category}]"
            raise ApiError(403, message)


def identify(store: ForgeStore, header: str | None) -> Caller:
    """The caller named by an ``Authorization`` header. A wrong login is 401 even where none is needed."""
    if not header:
        return Caller(None, frozenset())
    kind, _, value = header.strip().partition(" ")
    if kind.lower() in {"token", "bearer"}:
        return _by_token(store, value.strip())
    if kind.lower() == "basic":
        try:
            login, _, secret = base64.b64decode(value, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError) as error:
            raise _refused() from error
        user = store.login_by_password(login, secret) if secret else None
        if user is not None:
            return Caller(user, frozenset({"all"}), by_password=True)
        return _by_token(store, login if secret in {"", "x-oauth-basic"} else secret)
    raise _refused()


def _by_token(store: ForgeStore, token: str) -> Caller:
    found = store.login_by_token(token)
    if found is None:
        raise _refused()
    return Caller(*found)


def _refused() -> ApiError:
    return ApiError(401, "user does not exist [uid: 0, name: ]")


def repository_for(  # noqa: PLR0917 - who asks for what, where
    store: ForgeStore, caller: Caller, owner: str, name: str, needed: int, category: Category = "repository"
) -> RepositoryRecord:
    """The repository, if the caller has the right ``needed`` on it. What is invisible is 404, never 403."""
    caller.need_scope(category, write=needed > READ)
    record = store.find_repository(owner, name)
    if record is None and (moved := store.moved_repository(owner, name)) is not None:
        raise Moved(f"{owner}/{name}", str(moved.ref))
    level = 0 if record is None else store.access_level(record, caller.user)
    if record is None or level < READ:
        raise not_found()
    if record.private and "public-only" in caller.scopes:
        raise ApiError(403, "token scope is limited to public repos")
    if needed > READ:
        caller.known()
        if level < needed:
            words = "user should have a permission to write to this branch"
            if needed > WRITE:
                words = "user should be an owner or a collaborator with admin write of a repository"
            raise ApiError(403, words)
        if record.archived and needed == WRITE:
            raise ApiError(423, f"<Repository {record.id}:{record.ref}> is archived")
    return record


def may_push(record: RepositoryRecord, user: UserRecord | None, branch: str) -> bool:
    """Whether branch protection lets an account push; administrators are bound by it too."""
    allowed = record.protected.get(branch)
    return user is not None and (allowed is None or user.login.lower() in allowed)
