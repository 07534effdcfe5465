"""Whatever happens to a branch, following it step by step gives the same view as downloading it anew."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smartup_tui.forge.blobs import blob_id
from smartup_tui.forge.cache import BlobCache
from smartup_tui.forge.client import ForgeClient
from smartup_tui.forge.models import CommitRequest, FileChange, RepoRef
from smartup_tui.forge.sync import Mirror
from tests.forge.conftest import SANNA, TOOLBOX, Place

PATHS = ["a.csv", "b.md", "x/a.csv", "x/y/b.md", "x/y/z/c.md", "x/w/d.md", "v/e.md", "v/f.csv"]
STEPS = st.lists(
    st.tuples(
        st.dictionaries(st.sampled_from(PATHS), st.sampled_from(["grow", "rewrite", "delete"]), min_size=1, max_size=5),
        st.booleans(),
        st.booleans(),
    ),
    min_size=1,
    max_size=7,
)
_numbers = iter(range(1_000_000))


def change(files: dict[str, bytes], path: str, action: str, number: int) -> FileChange | None:
    """One change, also made in ``files``."""
    old = files.get(path)
    if action == "delete":
        if old is None:
            return None
        del files[path]
        return FileChange.delete(path, blob_id(old))
    row = b"%08d,a row\n" % number
    new = (old or b"") + row * 1500 if action == "grow" else row * (number % 5)
    files[path] = new
    return FileChange.create(path, new) if old is None else FileChange.update(path, new, blob_id(old))


async def follow(place: Place, folder: Path, steps: list[tuple[dict[str, str], bool, bool]]) -> None:
    repo = RepoRef("Smartup_Zero", f"p{next(_numbers)}")
    place.server.store.create_repository(repo)
    async with place.client() as client:
        mirror = Mirror(client, repo, "main", BlobCache(folder / "blobs"), folder / "state")
        files: dict[str, bytes] = {}
        for number, (actions, look, own) in enumerate(steps):
            made = [change(files, path, action, number * 10 + i) for i, (path, action) in enumerate(actions.items())]
            changes = tuple(each for each in made if each is not None)
            if changes:
                request = CommitRequest("main", "m", changes, SANNA, TOOLBOX)
                result = await client.change_files(repo, request)
                if own:
                    await mirror.applied(request, result)
            if look:
                seen = (await mirror.refresh()).view
                assert {path: seen.read(path) for path in seen.paths()} == files
        await same_as_fresh(client, repo, mirror, folder, files)


async def same_as_fresh(
    client: ForgeClient, repo: RepoRef, mirror: Mirror, folder: Path, files: dict[str, bytes]
) -> None:
    followed = (await mirror.refresh()).view
    fresh = (await Mirror(client, repo, "main", BlobCache(folder / "b2"), folder / "s2").refresh()).view
    assert (followed.commit, followed.files) == (fresh.commit, fresh.files)
    assert {path: followed.read(path) for path in followed.paths()} == files


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(steps=STEPS)
def test_following_equals_downloading_anew(place: Place, steps: list[tuple[dict[str, str], bool, bool]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(follow(place, Path(folder), steps))
