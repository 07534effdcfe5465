"""The async client: sends the calls of ``requests``, hands the answers to ``responses``, and retries reads only."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from types import TracebackType
from typing import Self, TypeVar

import httpx
import tenacity

from smartup_tui.forge import errors, requests, responses
from smartup_tui.forge.address import checked_base, origin_of
from smartup_tui.forge.models import (
    Branch,
    Commit,
    CommitRequest,
    CommitResult,
    RawPart,
    RepoRef,
    Repository,
    Tree,
    TreeEntry,
    User,
    Version,
)
from smartup_tui.forge.requests import Call
from smartup_tui.forge.responses import Answer
from smartup_tui.forge.retrying import RetryPolicy, network_error, pause, worth_retrying

_T = TypeVar("_T")
_MAX_REDIRECTS = 3
_PIECE = 256 * 1024
_ARCHIVE_PATIENCE = 120.0
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class ForgeClient:
    """Forgejo's REST API (or the embedded forge's), one connection pool, bound to one event loop.

    ``base_url`` is the address of the forge itself, without ``/api/v1``. The token is sent as a header to that origin
    only and is shown nowhere. Reads are repeated by ``retry`` when the forge is busy; a write is sent exactly once and
    raises ``Ambiguous`` when its outcome is not known. Methods raise ``ForgeError`` and nothing else of the network.
    """

    def __init__(
        self,
        base_url: str,
        token: str | None = None,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        timeout: float = 20.0,
        write_timeout: float = 60.0,
        retry: RetryPolicy | None = None,
    ) -> None:
        self._base = checked_base(base_url)
        headers = {"User-Agent": "smartup (terminal workspace)", "Accept": "application/json"}
        if token is not None:
            if not token or not token.isascii() or not token.isprintable() or " " in token:
                raise ValueError("the token holds characters that no token has")
            headers["Authorization"] = f"token {token}"
        self._retry = retry or RetryPolicy()
        self._read_timeout = httpx.Timeout(timeout, connect=min(timeout, 10.0))
        self._write_timeout = httpx.Timeout(write_timeout, connect=min(timeout, 10.0))
        self._archive_timeout = httpx.Timeout(max(timeout, _ARCHIVE_PATIENCE), connect=min(timeout, 10.0))
        self._http = httpx.AsyncClient(
            headers=headers,
            transport=transport,
            follow_redirects=False,
            limits=httpx.Limits(max_connections=8, max_keepalive_connections=8, keepalive_expiry=30.0),
            # A proxy from the environment must not be asked for this very machine.
            trust_env=self._base.host not in _LOOPBACK,
        )

    def __repr__(self) -> str:
        return f"ForgeClient({self.origin!r})"

    @property
    def origin(self) -> str:
        """The address this client talks to; holds no secret."""
        return str(self._base)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    # Accounts and repositories

    async def version(self) -> Version:
        """The server's version; needs no token on most servers."""
        return responses.version(await self._call(requests.version()))

    async def user(self) -> User:
        """The token's account. ``Forbidden`` for a token without the scope read:user: the identity is unknown then."""
        return responses.user(await self._call(requests.user()))

    async def repositories(self) -> tuple[Repository, ...]:
        """All repositories this login can see."""
        found: list[Repository] = []
        for page in range(1, 1000):
            answer = await self._call(requests.search_repositories(page))
            part = responses.repositories(answer)
            found.extend(part)
            # A page that is not full need not be the last: how much a page holds is for the server to say.
            total = responses.total_count(answer)
            if not part or (len(found) >= total if total >= 0 else len(part) < requests.PAGE_LIMIT):
                break
        return tuple(found)

    async def repository(self, repo: RepoRef) -> Repository:
        """One repository; ``NotFound`` also when it is invisible to this login."""
        return responses.repository(await self._call(requests.repository(repo)))

    async def create_organization(self, name: str, *, private: bool = False) -> None:
        """Create an organisation; ``Conflict`` (EXISTS) when the name is taken."""
        await self._call(requests.create_organization(name, private=private))

    async def delete_organization(self, name: str) -> None:
        """Delete an organisation that has no repositories left."""
        await self._call(requests.delete_organization(name))

    async def create_repository(
        self,
        organization: str | None,
        name: str,
        *,
        private: bool = True,
        default_branch: str = "main",
        description: str = "",
        auto_init: bool = False,
    ) -> Repository:
        """Create an empty repository in an organisation, or in the token's own account when that is None."""
        call = requests.create_repository(
            organization,
            name,
            private=private,
            default_branch=default_branch,
            description=description,
            auto_init=auto_init,
        )
        return self._written(await self._call(call), responses.repository)

    async def delete_repository(self, repo: RepoRef) -> None:
        """Delete a repository with all its history."""
        await self._call(requests.delete_repository(repo))

    async def protect_branch(self, repo: RepoRef, name: str, push_users: Iterable[str]) -> None:
        """Let only ``push_users`` push to a branch. Needs administration of the repository."""
        await self._call(requests.protect_branch(repo, name, push_users))

    async def protected_branches(self, repo: RepoRef) -> tuple[str, ...]:
        """Names and patterns of the protected branches. Needs administration of the repository."""
        return responses.protected_branches(await self._call(requests.branch_protections(repo)))

    # Git reads

    async def branch(self, repo: RepoRef, name: str) -> Branch:
        """The tip of a branch: the one cheap question "has anything changed?". ``NotFound`` in an empty repository."""
        return responses.branch(await self._call(requests.branch(repo, name)))

    async def tree(self, repo: RepoRef, sha: str, *, recursive: bool = False) -> Tree:
        """All entries of the tree of a commit or tree id, all pages of it. ``NotFound`` for an unknown id."""
        entries: list[TreeEntry] = []
        echoed, page = sha, 0
        while True:
            page += 1
            call = requests.tree(repo, sha, recursive=recursive, page=page)
            echoed, part, total = responses.tree_page(await self._object(call))
            entries.extend(part)
            if not part or len(entries) >= total:
                break
        if len(entries) != total:
            raise errors.Malformed(detail=f"a tree of {total} entries came with {len(entries)}")
        return responses.tree(echoed, tuple(entries))

    async def raw(self, repo: RepoRef, path: str, ref: str, start: int | None = None) -> bytes:
        """The bytes of a file at a commit, from ``start`` on; empty when the file ends there or before.

        Give a commit id as ``ref``: answers for a branch name may be minutes old behind a cache.
        """
        part = await self.raw_part(repo, path, ref, start)
        return part.data[(start or 0) - part.start :]

    async def raw_part(self, repo: RepoRef, path: str, ref: str, start: int | None = None) -> RawPart:
        """As ``raw``, but as the server gave it: where a proxy dropped the range, the whole file comes with start 0."""
        answer = await self._call(requests.raw(repo, path, ref, start), also=frozenset({416}))
        if answer.status == 416:
            if not start:
                raise errors.Malformed(detail="416 for a request without a range", status=416)
            return RawPart(start, b"")
        return responses.raw(answer, start or 0)

    async def archive(self, repo: RepoRef, commit: str) -> AsyncGenerator[bytes, None]:
        """A commit's files as a ``.tar.gz``, piece by piece; nothing in it is verified yet. Asked for once, no retries.

        The server packs it first, so the first piece may be long in coming.
        """
        call = requests.archive(repo, commit)
        address = str(self._base) + "/api/v1" + call.path
        try:
            for _ in range(_MAX_REDIRECTS + 1):
                request = self._http.build_request(
                    call.method, address, headers=list(call.headers), timeout=self._archive_timeout
                )
                response = await self._http.send(request, stream=True)
                try:
                    if response.is_redirect:
                        address = self._next_address(call, response)
                        continue
                    if not response.is_success:
                        await response.aread()
                        raise responses.failure(_answer(response), write=False)
                    async for piece in response.aiter_raw(_PIECE):
                        yield piece
                    return
                finally:
                    await response.aclose()
        except httpx.HTTPError as error:
            raise network_error(error, write=False) from error
        raise errors.Gone

    async def blob(self, repo: RepoRef, sha: str) -> bytes | None:
        """The bytes of a blob, verified against its id; None when the server leaves large ones out (use ``raw``)."""
        return responses.blob(await self._object(requests.blob(repo, sha)))

    async def blobs(self, repo: RepoRef, shas: Sequence[str]) -> dict[str, bytes | None]:
        """Many blobs by id, verified, in batches; None for those too large. What a server drops is asked for again."""
        found: dict[str, bytes | None] = {}
        wanted = list(dict.fromkeys(shas))
        while wanted:
            batch = wanted[: requests.BLOB_BATCH]
            answer = await self._object(requests.blobs(repo, batch))
            asked = set(batch)
            part = {sha: data for sha, data in responses.blobs(answer).items() if sha in asked}
            if not part:
                raise errors.Malformed(detail="none of the blobs asked for came back")
            found.update(part)
            wanted = [sha for sha in wanted if sha not in found]
        return found

    async def commits(
        self,
        repo: RepoRef,
        sha: str,
        *,
        path: str | None = None,
        not_: str | None = None,
        page: int = 1,
        limit: int = requests.PAGE_LIMIT,
        files: bool = False,
        retry: RetryPolicy | None = None,
    ) -> tuple[tuple[Commit, ...], int]:
        """A page of the history of ``sha``, newest first, and the number of commits on all pages (-1: unknown).

        ``path`` keeps commits that touch a file (``NotFound`` when none does; servers before 16 ignore ``limit``
        then), ``not_`` leaves out what is reachable from another commit. An empty repository has no commits.
        """
        call = requests.commits(repo, sha, path=path, not_=not_, page=page, limit=limit, files=files)
        answer = await self._call(call, also=frozenset({409}), retry=retry)
        return ((), 0) if answer.status == 409 else responses.commits(answer)

    async def commit(self, repo: RepoRef, sha: str, *, files: bool = True, signature: bool = False) -> Commit:
        """One commit, with the files it touched unless ``files`` is off, and its signature if that is asked for."""
        return responses.commit(await self._call(requests.commit(repo, sha, files=files, signature=signature)))

    async def diff(self, repo: RepoRef, sha: str) -> str:
        """What a commit changed against its first parent, as a unified diff. Untrusted text."""
        answer = await self._call(requests.diff(repo, sha))
        return answer.body.decode("utf-8", errors="replace")

    # Writing

    async def change_files(self, repo: RepoRef, request: CommitRequest) -> CommitResult:
        """Write several files as one commit: all or nothing, and only if every named blob id still holds.

        ``Conflict``: nothing was written, read again. ``Ambiguous``: it may have been written, look before repeating.
        Every other error means that nothing was written and repeating will not help.
        """
        answer = await self._call(requests.change_files(repo, request))
        return self._written(answer, lambda received: responses.commit_result(received, request))

    # One exchange

    async def read(self, call: Call) -> Answer:
        """Send a call that only reads, with the retries of all reads."""
        if call.is_write:
            raise ValueError("a write is not repeated, and not sent here")
        return await self._call(call)

    @staticmethod
    def _written(answer: Answer, parse: Callable[[Answer], _T]) -> _T:
        """Parse the answer to a write; unreadable means the write may be there."""
        try:
            return parse(answer)
        except errors.Malformed as error:
            raise errors.Ambiguous(status=answer.status, detail=error.detail) from error

    async def _object(self, call: Call) -> Answer:
        """A read of a git object: the server says 400 where it means that there is no such object."""
        try:
            return await self._call(call)
        except errors.Invalid as error:
            if error.status == 400:
                raise errors.NotFound(status=400, detail=error.detail) from error
            raise

    async def _call(
        self, call: Call, *, also: frozenset[int] = frozenset(), retry: RetryPolicy | None = None
    ) -> Answer:
        """Send a call, reads with retries. Statuses in ``also`` are returned like success."""
        if call.is_write:
            return await self._once(call, also)
        policy = retry or self._retry
        attempts = tenacity.AsyncRetrying(
            sleep=asyncio.sleep,
            stop=tenacity.stop_after_attempt(policy.attempts) | tenacity.stop_after_delay(policy.total),
            retry=tenacity.retry_if_exception(lambda error: worth_retrying(error, policy)),
            wait=lambda state: pause(state, policy),
            reraise=True,
        )
        return await attempts(self._once, call, also)

    async def _once(self, call: Call, also: frozenset[int]) -> Answer:
        response = await self._send(call, str(self._base) + "/api/v1" + call.path, call.params)
        for _ in range(_MAX_REDIRECTS):
            if not response.is_redirect:
                break
            response = await self._send(call, self._next_address(call, response), ())
        answer = _answer(response)
        if answer.ok or answer.status in also:
            return answer
        if response.is_redirect:
            raise errors.Gone(status=answer.status)
        raise responses.failure(answer, write=call.is_write)

    def _next_address(self, call: Call, response: httpx.Response) -> str:
        """Where a redirect leads: only within this origin, since the token travels along."""
        try:
            target = response.url.join(response.headers["location"])
        except httpx.InvalidURL as error:
            raise errors.Malformed(detail="a redirect to an unreadable address", status=response.status_code) from error
        if origin_of(target) != origin_of(self._base):
            raise errors.Gone(status=response.status_code)
        if call.is_write and response.status_code not in {307, 308}:
            raise errors.Gone(status=response.status_code)
        return str(target)

    async def _send(self, call: Call, address: str, params: tuple[tuple[str, str], ...]) -> httpx.Response:
        request = self._http.build_request(
            call.method,
            address,
            params=params or None,
            content=call.body,
            headers=list(call.headers),
            timeout=self._write_timeout if call.is_write else self._read_timeout,
        )
        try:
            return await self._http.send(request)
        except httpx.HTTPError as error:
            raise network_error(error, write=call.is_write) from error


def _answer(response: httpx.Response) -> Answer:
    return Answer(response.status_code, dict(response.headers), response.content)
