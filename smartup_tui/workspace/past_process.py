"""The process that asks the forge about the past: a request a line in, an answer a line out.

Started by `PastDesk` as `python -m smartup_tui.workspace.past_process HOME PROFILE`; it reads the profile and the token
by itself, so that no secret is on a command line, and ends with its input.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec

from smartup_tui import config, secrets
from smartup_tui.config import Home
from smartup_tui.config_error import ConfigError
from smartup_tui.forge import errors
from smartup_tui.forge.client import ForgeClient
from smartup_tui.forge.models import RepoRef
from smartup_tui.secrets import SecretError
from smartup_tui.workspace import page_history
from smartup_tui.workspace.commit_asking import Deed, fetch_changes, find_commit
from smartup_tui.workspace.commit_values import CommitChanges, CommitLine
from smartup_tui.workspace.page_history import Past, Version
from smartup_tui.workspace.past_desk import PastAnswer, PastRequest, decode_request, encode
from smartup_tui.workspace.past_store import PastStore
from smartup_tui.workspace.places import FORGE_TOKEN, Places


class Asker:
    """Asks one forge about one branch, and keeps what it says."""

    def __init__(self, client: ForgeClient, repo: RepoRef, branch: str, store: PastStore) -> None:
        """Take the parts; nothing is asked yet."""
        self._client, self._repo, self._branch, self._store = client, repo, branch, store

    async def answer(self, request: PastRequest) -> PastAnswer:
        """Fetch and keep what is asked for; what failed is said in words."""
        answer = PastAnswer(request.path, request.shas, request.commit, request.event)
        try:
            if request.commit:
                await self.changes(request.commit)
            elif request.event:
                await self.commit_of(Deed(request.event, request.asked_by, request.at or page_history.now()))
            elif request.shas:
                await asyncio.gather(*(self._text(request.path, sha) for sha in request.shas))
            else:
                await self._past(request.path)
        except errors.ForgeError as error:
            return msgspec.structs.replace(answer, message=error.message, hint=error.hint)
        except OSError as error:
            text = f"It could not be kept on this machine: {error.strerror}."
            return msgspec.structs.replace(answer, message=text, hint="Make room on the disk.")
        return answer

    async def changes(self, sha: str) -> CommitChanges:
        """What a commit changed, and its signature; asked once. Raises `ForgeError`, `OSError`."""
        found = self._store.changes(sha)
        if found is None:
            found = await fetch_changes(self._client, self._repo, sha)
            self._store.save_changes(found)
        return found

    async def commit_of(self, deed: Deed) -> CommitLine:
        """The commit that added an audit row; asked once. Raises `ForgeError`, `OSError`."""
        found = self._store.commit_of(deed.event_id)
        if found is None:
            found = await find_commit(self._client, self._repo, self._branch, deed)
            self._store.save_commit_of(deed.event_id, found)
        return found

    async def _past(self, path: str) -> None:
        asked, found = page_history.now(), list[Version]()
        tip = (await self._client.branch(self._repo, self._branch)).commit
        page, total = 0, 1
        while len(found) < min(total, page_history.MOST):
            page += 1
            try:
                part, total = await self._client.commits(self._repo, tip, path=path, page=page)
            except errors.NotFound:
                break  # no commit touches it
            if not part:
                break
            found += [Version(c.sha, c.authored_at, c.author.name, c.message) for c in part]
            total = total if total >= 0 else len(found) + 1
            if len(found) < total:
                _say(PastAnswer(path, done=len(found), total=min(total, page_history.MOST)))
        self._store.save(Past(path, asked, tuple(found[: page_history.MOST]), len(found) >= total))

    async def _text(self, path: str, sha: str) -> None:
        if self._store.text(path, sha) is not None:
            return
        try:
            data = await self._client.raw(self._repo, path, sha)
        except errors.NotFound:
            self._store.save_text(path, sha, None)
        else:
            self._store.save_text(path, sha, data)


def _say(answer: PastAnswer) -> None:
    sys.stdout.buffer.write(encode(answer) + b"\n")
    sys.stdout.buffer.flush()


async def _serve(asker: Asker) -> None:
    async def answered(request: PastRequest) -> None:
        _say(await asker.answer(request))

    async with asyncio.TaskGroup() as group:
        while line := await asyncio.to_thread(sys.stdin.buffer.readline):
            group.create_task(answered(decode_request(line)))


@asynccontextmanager
async def asking(home: Home, wanted: str | None) -> AsyncIterator[Asker]:
    """An asker for a profile. Raises `ConfigError`, `SecretError`."""
    loaded = config.load(home)
    name, profile = loaded.choose(wanted)
    token = secrets.open_store(loaded.secrets, home).get(name, FORGE_TOKEN)
    repo = RepoRef(profile.forge_owner, profile.ledger_repo)
    async with ForgeClient(profile.forge_url, token) as client:
        yield Asker(client, repo, profile.branch, PastStore(Places.of(home, name)))


async def _run(home: Home, wanted: str) -> None:
    async with asking(home, wanted) as asker:
        await _serve(asker)


def _refuse(error: ConfigError | SecretError) -> None:
    for line in sys.stdin.buffer:
        request = decode_request(line)
        refused = PastAnswer(request.path, request.shas, request.commit, request.event, error.message, error.hint)
        _say(refused)


def main(home: str, profile: str) -> None:
    """Serve one profile until the input ends. `home` holds config, state and cache, as `Home.find` takes it."""
    where = Home.find(Path(home)) if home else Home.find()
    try:
        asyncio.run(_run(where, profile))
    except (ConfigError, SecretError) as error:
        _refuse(error)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
