"""Answers of the forge as values: statuses become typed errors, JSON becomes models. Nothing is received here."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

import msgspec

from smartup_tui.forge import errors, wire
from smartup_tui.forge.blobs import blob_id
from smartup_tui.forge.models import (
    Branch,
    Commit,
    CommitRequest,
    CommitResult,
    CommitSignature,
    EntryKind,
    Identity,
    Operation,
    RawPart,
    RepoRef,
    Repository,
    Tree,
    TreeEntry,
    User,
    Version,
)

_T = TypeVar("_T")
_CONTENT_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
_LONGEST = 4000
_RACE_MARKS = ("cannot lock ref", "failed to update ref")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @property
    def ok(self) -> bool:
        """Whether the server says it did it."""
        return 200 <= self.status < 300


def decode(body: bytes, kind: type[_T]) -> _T:
    """JSON as a value; ``Malformed`` where it is none, or of another shape."""
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise errors.Malformed(detail=_CONTROLS.sub(" ", str(error))[:300]) from None


def decode_list(body: bytes, kind: type[_T]) -> list[_T]:
    """A JSON array as values; the server writes an empty one as null in places."""
    return [] if body.strip() == b"null" else decode(body, list[kind])  # type: ignore[valid-type]


def server_words(answer: Answer) -> str:
    """The server's own message, without control characters and of bounded length: for matching and for the log."""
    try:
        words = msgspec.json.decode(answer.body, type=wire.Failure).message
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""
    return _CONTROLS.sub(" ", words)[:_LONGEST]


def total_count(answer: Answer) -> int:
    """How many there are on all pages together; -1 where the server does not say."""
    total = answer.headers.get("x-total-count", "")
    return int(total) if total.isascii() and total.isdigit() else -1


def retry_after(answer: Answer, now: datetime | None = None) -> float | None:
    """Seconds of the header ``Retry-After`` (number or date), or None.

    A date is one of the server's clock, which may disagree with ours: the answer's own ``Date`` tells what it shows.
    """
    value = answer.headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return float(value)
    moment = _http_date(value)
    if moment is None:
        return None
    here = _http_date(answer.headers.get("date", "")) or now or datetime.now(UTC)
    return max(0.0, (moment - here).total_seconds())


def _http_date(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def failure(answer: Answer, *, write: bool) -> errors.ForgeError:
    """The error that a status outside 2xx means. Text is looked at only where the status alone does not tell."""
    status = answer.status
    words = server_words(answer)
    plain: dict[int, type[errors.ForgeError]] = {
        401: errors.Unauthorized,
        404: errors.NotFound,
        413: errors.QuotaExceeded,
        423: errors.Archived,
    }
    if status in plain:
        return plain[status](status=status, detail=words)
    if status == 403:
        return _forbidden(words)
    if status == 429:
        return errors.RateLimited(retry_after=retry_after(answer), status=status, detail=words)
    if write:
        return _write_failure(status, words)
    if status >= 500:
        return errors.ServerError(retry_after=retry_after(answer), status=status, detail=words)
    return errors.Invalid(status=status, detail=words)


def _lost_race(words: str) -> bool:
    """Whether the server says that git refused its push because the branch had moved: then nothing was written."""
    return "PushOutOfDate" in words or ("PushRejected" in words and any(mark in words for mark in _RACE_MARKS))


def _forbidden(words: str) -> errors.ForgeError:
    if _lost_race(words):
        return errors.Conflict(errors.ConflictReason.RACE, status=403, detail=words)
    if "PushRejected" in words:
        return errors.Forbidden(
            "A rule of the repository refuses this write.",
            hint="Ask an administrator of the forge which rule it is (protection, quota, or a hook).",
            status=403,
            detail=words,
        )
    return errors.Forbidden(status=403, detail=words)


def _write_failure(status: int, words: str) -> errors.ForgeError:
    if status == 500 and _lost_race(words):
        # Up to version 15; only an administrator's token is shown the text, others get the ambiguous form.
        return errors.Conflict(errors.ConflictReason.RACE, status=status, detail=words)
    if status >= 500 or status == 408:
        return errors.Ambiguous(status=status, detail=words)
    # Names that a user chose stand in brackets at the end of the server's sentence and must not be matched.
    sentence = words.partition(" [")[0]
    if status in {400, 409, 422} and sentence.startswith("sha does not match"):
        return errors.Conflict(errors.ConflictReason.STALE, status=status, detail=words)
    if status in {409, 422} and "already exists" in sentence:
        return errors.Conflict(errors.ConflictReason.EXISTS, status=status, detail=words)
    if status == 409:
        return errors.Conflict(errors.ConflictReason.STALE, status=status, detail=words)
    return errors.Invalid(status=status, detail=words)


def version(answer: Answer) -> Version:
    """``15.0.3+gitea-1.22.0`` -> 15; a development build without a number counts as unknown (0)."""
    text = decode(answer.body, wire.Version).version
    leading = re.match(r"v?(\d+)\.", text)
    return Version(_CONTROLS.sub(" ", text)[:80], int(leading[1]) if leading else 0)


def user(answer: Answer) -> User:
    """The token's account."""
    found = decode(answer.body, wire.User)
    return User(found.login, found.is_admin)


def _repository(found: wire.Repository) -> Repository:
    permissions = found.permissions
    try:
        ref = RepoRef(found.owner.login, found.name)
    except ValueError as error:
        raise errors.Malformed(detail=str(error)) from None
    return Repository(
        ref=ref,
        default_branch=found.default_branch,
        private=found.private,
        empty=found.empty,
        archived=found.archived,
        can_push=permissions is not None and permissions.push,
        owner_id=found.owner.id,
        description=found.description,
        updated_at=moment(found.updated_at) if found.updated_at else None,
    )


def repository(answer: Answer) -> Repository:
    """One repository."""
    return _repository(decode(answer.body, wire.Repository))


def repositories(answer: Answer) -> tuple[Repository, ...]:
    """One page of the repositories this login can see."""
    return tuple(_repository(found) for found in decode(answer.body, wire.RepositoryPage).data or ())


def branch(answer: Answer) -> Branch:
    """The tip of a branch."""
    found = decode(answer.body, wire.Branch)
    return Branch(found.name, found.commit.id, found.protected, found.user_can_push)


def protected_branches(answer: Answer) -> tuple[str, ...]:
    """Names (or patterns) of the protected branches."""
    return tuple(rule.rule_name or rule.branch_name for rule in decode_list(answer.body, wire.Protection))


def tree_page(answer: Answer) -> tuple[str, tuple[TreeEntry, ...], int]:
    """One page of a tree: its id, its entries, and how many entries there are on all pages together."""
    found = decode(answer.body, wire.Tree)
    entries = tuple(_entry(entry) for entry in found.tree or ())
    return found.sha, entries, found.total_count


def _entry(entry: wire.TreeEntry) -> TreeEntry:
    try:
        kind = EntryKind(entry.type)
    except ValueError:
        raise errors.Malformed(detail="unknown kind of tree entry") from None
    return TreeEntry(entry.path, kind, entry.sha, entry.size if kind is EntryKind.FILE else 0, entry.mode)


def tree(sha: str, entries: tuple[TreeEntry, ...]) -> Tree:
    """All pages joined."""
    return Tree(sha, entries)


def _blob(found: wire.Blob) -> bytes | None:
    """The bytes of a blob, or None where the server left them out because of their size."""
    if found.size and not found.content:
        return None
    try:
        data = base64.b64decode(found.content or "", validate=False)
    except binascii.Error:
        raise errors.Malformed(detail="bad base64 in a blob") from None
    if blob_id(data) != found.sha:
        raise errors.Malformed(detail="a blob does not match its id")
    return data


def blob(answer: Answer) -> bytes | None:
    """The verified bytes of a blob, or None where the server left them out because of their size."""
    return _blob(decode(answer.body, wire.Blob))


def blobs(answer: Answer) -> dict[str, bytes | None]:
    """The verified bytes of a batch by id; None where the server left them out. Ids may be missing: ask again."""
    return {found.sha: _blob(found) for found in decode_list(answer.body, wire.Blob)}


def raw(answer: Answer, start: int) -> RawPart:
    """The bytes of a file. Who ignores the range answers 200 with the whole file: start is 0 then."""
    if answer.status == 206:
        span = _CONTENT_RANGE.fullmatch(answer.headers.get("content-range", ""))
        if span is None or int(span[1]) != start or int(span[2]) - start + 1 != len(answer.body):
            raise errors.Malformed(detail="the range that came back is not the range asked for")
        return RawPart(start, answer.body)
    return RawPart(0, answer.body)


def moment(text: str) -> datetime:
    """A moment with its zone; ``Malformed`` where it can not be read."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise errors.Malformed(detail="a time that can not be read") from None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def _signature(found: wire.Signature) -> Identity:
    # Commits by other programs may lack a name or an address; what is shown must still be an identity.
    name = _CONTROLS.sub(" ", found.name).translate({60: None, 62: None}).strip()
    email = _CONTROLS.sub("", found.email).translate({60: None, 62: None}).strip()
    return Identity(name or "unknown", email or "unknown")


def _commit(found: wire.Commit) -> Commit:
    inner = found.commit
    return Commit(
        sha=found.sha,
        message=inner.message,
        author=_signature(inner.author),
        committer=_signature(inner.committer),
        authored_at=moment(inner.author.date),
        committed_at=moment(inner.committer.date),
        parents=tuple(parent.sha for parent in found.parents or ()),
        files=tuple((file.filename, file.status) for file in found.files or ()),
        signature=_verification(inner.verification),
    )


def _verification(found: wire.Verification | None) -> CommitSignature | None:
    if found is None or not found.signature:
        return None
    signer = (found.signer.username or found.signer.name) if found.signer is not None else ""
    return CommitSignature(found.verified, _CONTROLS.sub(" ", found.reason)[:80], _CONTROLS.sub(" ", signer)[:80])


def commit(answer: Answer) -> Commit:
    """One commit."""
    return _commit(decode(answer.body, wire.Commit))


def commits(answer: Answer) -> tuple[tuple[Commit, ...], int]:
    """One page of commits, newest first, and the number of commits on all pages (-1 when the server is silent)."""
    return tuple(_commit(entry) for entry in decode_list(answer.body, wire.Commit)), total_count(answer)


def commit_result(answer: Answer, request: CommitRequest) -> CommitResult:
    """What a write made. Blob ids are computed here: the server reads them from the branch, maybe too late."""
    found = decode(answer.body, wire.FilesResponse).commit
    blobs_written = {
        change.path: blob_id(change.content) for change in request.files if change.operation is not Operation.DELETE
    }
    parents = tuple(parent.sha for parent in found.parents or ())
    return CommitResult(found.sha, found.tree.sha if found.tree else "", parents, blobs_written)
