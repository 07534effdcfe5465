"""A first download comes in one archive where the forge has one, and whole in every other case too."""

from __future__ import annotations

import gzip
import io
import tarfile
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smartup_tui.forge import errors, plan
from smartup_tui.forge.archive import Unpacker
from smartup_tui.forge.client import ForgeClient
from smartup_tui.forge.embedded.faults import Fault, FaultKind
from smartup_tui.forge.fetching import Progress
from smartup_tui.forge.models import FileChange
from smartup_tui.forge.sync import Mirror
from tests.forge.conftest import Place, write

LOG = b"timestamp,event\n" + b"".join(b"%06d,something happened\n" % index for index in range(3000))
FILES = {
    "log.csv": LOG,
    "empty.md": b"",
    **{f"wiki/6_{i % 4}/{'long-name-' * 12}{i}.md": b"p %d" % i for i in range(40)},
}


@pytest.fixture(autouse=True)
def archives_for_few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan, "ARCHIVE_FILES", 20)


async def filled(client: ForgeClient) -> None:
    await write(client, *(FileChange.create(path, data) for path, data in FILES.items()))


def asked_for(place: Place, part: str) -> int:
    return sum(part in path for _, path in place.asked)


async def whole(mirror: Mirror) -> list[Progress]:
    seen: list[Progress] = []
    view = (await mirror.refresh(seen.append)).view
    assert {path: view.read(path) for path in view.paths()} == FILES
    assert (seen[-1].files_done, seen[-1].bytes_done) == (seen[-1].files, seen[-1].bytes)
    assert {(each.files, each.bytes) for each in seen} == {(42, sum(map(len, FILES.values())))}
    return seen


async def test_all_files_come_in_one_request(place: Place, client: ForgeClient, mirror: Mirror) -> None:
    await filled(client)
    place.faults.clear()
    await whole(mirror)
    assert asked_for(place, "/archive/") == 1
    assert asked_for(place, "/raw/") + asked_for(place, "/git/blobs") == 0


@pytest.mark.parametrize(
    "fault",
    [
        Fault(FaultKind.STATUS, path="/archive/", status=404),
        Fault(FaultKind.STATUS, path="/archive/", status=500),
        Fault(FaultKind.STATUS, path="/archive/", status=429, retry_after="0"),
        Fault(FaultKind.DROP_BEFORE, path="/archive/"),
        Fault(FaultKind.CUT, path="/archive/"),
        Fault(FaultKind.SHORT, path="/archive/"),
        Fault(FaultKind.SPOILED, path="/archive/"),
        Fault(FaultKind.COMPRESSED, path="/archive/"),
        Fault(FaultKind.GARBAGE, path="/archive/"),
    ],
    ids=lambda fault: f"{fault.kind.value}-{fault.status}",
)
async def test_without_a_good_archive_it_comes_in_batches(
    place: Place, client: ForgeClient, mirror: Mirror, fault: Fault
) -> None:
    await filled(client)
    place.faults.clear()
    place.faults.plan(fault)
    await whole(mirror)
    assert asked_for(place, "/archive/") == 1


async def test_few_files_or_a_small_part_of_a_large_ledger_need_no_archive(
    place: Place, client: ForgeClient, mirror: Mirror
) -> None:
    await filled(client)
    await mirror.refresh()
    await write(client, *(FileChange.create(f"wiki/new/{i}.md", b"new %d" % i) for i in range(30)))
    place.faults.clear()
    await mirror.refresh()
    assert asked_for(place, "/archive/") == 0
    assert asked_for(place, "/git/blobs") == 1


async def test_a_long_pause_that_the_forge_asks_for_is_kept(place: Place, client: ForgeClient, mirror: Mirror) -> None:
    await filled(client)
    place.faults.clear()
    place.faults.plan(Fault(FaultKind.STATUS, path="/archive/", status=429, retry_after="3600"))
    with pytest.raises(errors.RateLimited) as caught:
        await mirror.refresh()
    assert caught.value.hint == "Try again in 60 minutes."
    assert asked_for(place, "/git/blobs") == 0
    await whole(mirror)


async def test_a_login_that_is_not_accepted_is_said(place: Place, client: ForgeClient, mirror: Mirror) -> None:
    await filled(client)
    place.faults.plan(Fault(FaultKind.STATUS, path="/archive/", status=401))
    with pytest.raises(errors.Unauthorized):
        await mirror.refresh()


def packed(files: dict[str, bytes], form: int) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz", format=form, compresslevel=1) as tar:
        folder = tarfile.TarInfo("repository/")
        folder.type = tarfile.DIRTYPE
        tar.addfile(folder)
        link = tarfile.TarInfo("repository/link")
        link.type, link.linkname = tarfile.SYMTYPE, "elsewhere"
        tar.addfile(link)
        for name, data in files.items():
            member = tarfile.TarInfo(f"repository/{name}")
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    return out.getvalue()


def pieces(data: bytes, size: int) -> Iterator[bytes]:
    return (data[at : at + size] for at in range(0, len(data), size))


@settings(max_examples=30, deadline=None)
@given(
    files=st.dictionaries(
        st.text(st.characters(codec="utf-8", exclude_characters="/\0"), min_size=1, max_size=200),
        st.binary(max_size=1200),
        max_size=6,
    ),
    form=st.sampled_from([tarfile.PAX_FORMAT, tarfile.GNU_FORMAT]),
    size=st.integers(1, 5000),
)
def test_every_file_of_an_archive_is_found_however_it_is_cut(files: dict[str, bytes], form: int, size: int) -> None:
    unpacker = Unpacker(1 << 30)
    found = [file for piece in pieces(packed(files, form), size) for file in unpacker.feed(piece)]
    assert found == list(files.values())
    assert unpacker.finished


def test_an_archive_larger_than_the_ledger_is_refused() -> None:
    bomb = packed({"zeros": bytes(30_000_000)}, tarfile.PAX_FORMAT)
    assert len(bomb) < 200_000
    unpacker = Unpacker(1_000_000)
    with pytest.raises(errors.Malformed):
        list(map(unpacker.feed, pieces(bomb, 4096)))


@pytest.mark.parametrize(
    "data",
    [b"<html>Please log in</html>", gzip.compress(b"<html>" * 200), gzip.compress(b"")],
    ids=["page", "packed page", "nothing"],
)
def test_what_is_no_archive_is_refused(data: bytes) -> None:
    with pytest.raises(errors.Malformed):
        Unpacker(1 << 20).feed(data)
