"""A Toolbox whose own disk is full: what it can not keep is trouble that passes, and no fault of the command."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from smartup_tui.files.whole import replace_file
from smartup_tui.forge import cache
from smartup_tui.ledger.actor import Actor
from smartup_tui.ledger.arguments import Arguments
from smartup_tui.ledger.change import Outcome
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.toolbox.result import Request
from smartup_tui.toolbox.writer import Rules
from tests.toolbox.scenario import Place, claim, claim_task, codes, new_ledger, running, seed

PAGE = "wiki/home.md"


class Disk:
    """The disk on which blobs are kept."""

    full = False


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    found = Disk()

    def keep(path: Path, data: bytes) -> None:
        if found.full:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        replace_file(path, data)

    monkeypatch.setattr(cache, "replace_file", keep)
    return found


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with running(tmp_path, new_ledger()) as found:
        yield found


def test_what_can_not_be_kept_is_asked_for_again_later(
    place: Place, disk: Disk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    toolbox, disk.full = place.toolbox(), True
    asked, query = claim("maria", 1), Request("open_tasks", "maria", "$query")
    for result in (toolbox.perform(asked), toolbox.perform(query)):
        assert (result.status, codes([result])) == (503, ["forge_unavailable"])
        assert result.retry_after
        assert str(place.folder) not in str(result.to_json())
    assert not toolbox.ready()
    assert os.strerror(errno.ENOSPC) in caplog.text  # which tells the operator what to do
    disk.full = False
    assert toolbox.ready()
    assert toolbox.perform(asked).ok
    assert toolbox.perform(query).ok
    place.whole()


def test_a_page_that_can_not_be_kept_is_no_fault_of_its_command(place: Place, disk: Disk) -> None:
    def with_a_look(snapshot: Snapshot, actor: Actor, args: Arguments, now: datetime) -> Outcome:
        assert snapshot.tree.read(PAGE) == b"# Home\n"
        return claim_task(snapshot, actor, args, now)

    seed(place, {PAGE: b"# Home\n"})
    toolbox = place.toolbox(Rules({"claim_task": with_a_look}, place.rules.next_effect))
    assert toolbox.ready()  # and all tables are at hand
    disk.full = True
    assert codes([toolbox.perform(claim("maria", 1))]) == ["forge_unavailable"]
    disk.full = False
    assert toolbox.perform(claim("maria", 1)).ok


def test_what_was_written_is_confirmed_though_it_can_not_be_kept(place: Place, disk: Disk) -> None:
    toolbox = place.toolbox()
    assert toolbox.ready()
    disk.full = True
    result = toolbox.perform(claim("maria", 1))
    assert result.ok
    assert not result.repeated
    assert result.commits == {"2_workplace": place.commits()[-1]}
    disk.full = False
    assert toolbox.perform(claim("maria", 2)).ok
    place.whole()
