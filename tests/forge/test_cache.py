"""The cache keeps what was put, notices damage, stays within bounds and is private."""

from __future__ import annotations

import multiprocessing
import os
import stat
import time
from pathlib import Path

import pytest

from smartup_tui.forge.blobs import EMPTY_BLOB, blob_id
from smartup_tui.forge.cache import BlobCache


def stored(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("??/*") if path.is_file())


def test_ids_are_gits() -> None:
    assert blob_id(b"hello\n") == "ce013625030ba8dba906f756967f9e9ca394464a"
    assert blob_id(b"") == EMPTY_BLOB


def test_what_is_put_comes_back(cache: BlobCache) -> None:
    for data in (b"", b"hello", bytes(range(256)) * 1000):
        sha = cache.put(data)
        assert sha == blob_id(data)
        assert sha in cache
        assert cache.get(sha) == data
    assert cache.get("1" * 40) is None
    assert "1" * 40 not in cache


@pytest.mark.parametrize("damage", [b"", b"hellO", b"hello plus more"])
def test_a_damaged_blob_is_absent_and_removed_and_can_be_put_again(
    cache: BlobCache, tmp_path: Path, damage: bytes
) -> None:
    sha = cache.put(b"hello")
    stored(tmp_path / "blobs")[0].write_bytes(damage)
    assert cache.get(sha) is None
    assert sha not in cache
    cache.put(b"hello")
    assert cache.get(sha) == b"hello"


def test_names_that_are_no_ids_are_refused(cache: BlobCache) -> None:
    for name in ("../../etc/passwd", "", "G" * 40, "1" * 39):
        with pytest.raises(ValueError, match="not a git object id"):
            cache.get(name)


def test_only_the_owner_can_read_it(cache: BlobCache, tmp_path: Path) -> None:
    cache.put(b"hello")
    file = stored(tmp_path / "blobs")[0]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    for folder in (file.parent, file.parent.parent):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_least_recently_used_go_first(tmp_path: Path) -> None:
    cache = BlobCache(tmp_path / "blobs", max_bytes=3500)
    first, second, third = (cache.put(letter * 1000) for letter in (b"a", b"b", b"c"))
    now = time.time()
    for age, sha in zip((9000, 8000, 7000), (first, second, third), strict=True):
        os.utime(tmp_path / "blobs" / sha[:2] / sha[2:], (now - age, now - age))
    assert cache.get(first) is not None
    fourth = cache.put(b"d" * 1000)
    assert [sha in cache for sha in (first, second, third, fourth)] == [True, False, True, True]


def test_leftovers_of_a_killed_writer_are_swept(cache: BlobCache, tmp_path: Path) -> None:
    sha = cache.put(b"hello")
    leftover = tmp_path / "blobs" / sha[:2] / ".new-abc"
    leftover.write_bytes(b"half")
    old = time.time() - 90_000
    os.utime(leftover, (old, old))
    cache.sweep()
    assert not leftover.exists()
    assert cache.get(sha) == b"hello"


def _fill(folder: Path, seed: int) -> None:
    cache = BlobCache(folder, max_bytes=200_000)
    for index in range(150):
        data = b"%d" % ((index * (seed + 3)) % 97) * 500
        sha = cache.put(data)
        assert cache.get(sha) in {data, None}


def test_processes_share_it_without_tearing(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_fill, args=(tmp_path / "blobs", seed)) for seed in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    for path in stored(tmp_path / "blobs"):
        assert blob_id(path.read_bytes()) == path.parent.name + path.name
