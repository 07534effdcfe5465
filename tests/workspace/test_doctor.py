"""Each fault of a set-up, found and with its way out."""

from __future__ import annotations

import asyncio
import json
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from smartup_tui.cli import main
from smartup_tui.config import Home, write_profile
from smartup_tui.forge.embedded.faults import Fault, FaultKind
from smartup_tui.ledger.index.ingest import ingest
from smartup_tui.ledger.index.store import Index
from smartup_tui.secrets import open_store
from smartup_tui.workspace.doctor import Check, Health, examine
from smartup_tui.workspace.places import FORGE_TOKEN, MATRIX_TOKEN, Places
from tests.support.ledger_forge import LedgerForge, ledger_forge
from tests.support.owner_home import organisation


@pytest.fixture
def forge(tmp_path: Path) -> Iterator[LedgerForge]:
    with ledger_forge(tmp_path) as found:
        yield found


async def found(home: Home) -> dict[str, Check]:
    checks = await examine(home)
    assert all(check.mend for check in checks if check.health is not Health.WELL), "a fault without a way out"
    return {check.name: check for check in checks}


async def test_a_set_up_that_is_well_but_for_the_homeserver(forge: LedgerForge) -> None:
    org = organisation()
    await forge.publish(org.tree)
    with Index(Places.of(forge.home, "smartup").index, writable=True) as index:
        ingest(index, org.tree)
    open_store("file", forge.home).set("smartup", MATRIX_TOKEN, "secret-token")
    checks = await found(forge.home)
    assert checks["configuration"].health is Health.WELL
    assert checks["forge"].health is Health.WELL
    assert checks["ledger"].health is Health.WELL
    assert checks["owner"].health is Health.WELL
    assert checks["homeserver"].health is Health.FAULT  # nothing listens there
    assert "secret-token" not in f"{checks}"
    assert forge.token not in f"{checks}"


async def test_without_a_profile(tmp_path: Path) -> None:
    checks = await found(Home.find(tmp_path))
    assert checks["configuration"].health is Health.FAULT


async def test_a_disk_that_is_full_is_named(forge: LedgerForge, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "disk" not in await found(forge.home)
    usage = type(shutil.disk_usage(forge.home.state.anchor))
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: usage(10**9, 10**9, 0))
    check = (await found(forge.home))["disk"]
    assert check.health is Health.FAULT
    assert "0.0 MB left" in check.found


async def test_a_python_with_an_old_sqlite_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 26, 0))
    monkeypatch.setattr(sqlite3, "sqlite_version", "3.26.0")
    checks = await found(Home.find(tmp_path))
    assert checks["Python"].found == "SQLite 3.34 or newer is needed, this Python has 3.26.0"
    with pytest.raises(sqlite3.NotSupportedError, match=r"SQLite 3\.34 or newer"):
        Index(tmp_path / "index.db", writable=True)


async def test_without_logins(forge: LedgerForge) -> None:
    open_store("file", forge.home).delete("smartup", FORGE_TOKEN)
    checks = await found(forge.home)
    assert "no login is kept" in checks["homeserver"].found
    assert checks["ledger's repository"].health is Health.FAULT


async def test_a_forge_that_is_away_does_not_hide_the_rest(forge: LedgerForge) -> None:
    forge.server.close()
    checks = await found(forge.home)
    assert "can not be reached" in checks["forge"].found
    assert checks["homeserver"].health is Health.FAULT


async def test_an_old_forge_is_only_read(forge: LedgerForge, monkeypatch: pytest.MonkeyPatch) -> None:
    from smartup_tui.forge.client import ForgeClient
    from smartup_tui.forge.models import Version

    async def version(_: ForgeClient) -> Version:
        return Version("11.0.1", 11)

    monkeypatch.setattr(ForgeClient, "version", version)
    checks = await found(forge.home)
    assert checks["forge"].health is Health.ADVICE
    assert "12" in checks["forge"].mend


async def test_a_ledger_that_is_not_there(forge: LedgerForge) -> None:
    write_profile(forge.home, "smartup", msgspec.structs.replace(forge.profile, ledger_repo="other"), default=True)
    checks = await found(forge.home)
    assert "other" in checks["ledger's repository"].found


async def test_an_unprotected_branch_is_advice(forge: LedgerForge) -> None:
    await forge.publish(organisation().tree)
    checks = await found(forge.home)
    assert checks["ledger's repository"].health is Health.ADVICE
    assert "not protected" in checks["ledger's repository"].found


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"alias": "nobody", "user_id": "@other:smartup0.org"}, "nobody called nobody"),
        ({"user_id": "@other:smartup0.org"}, "@maria:smartup0.org"),
    ],
)
async def test_an_owner_whom_the_book_does_not_know(forge: LedgerForge, change: dict[str, str], said: str) -> None:
    write_profile(forge.home, "smartup", msgspec.structs.replace(forge.profile, **change), default=True)
    with Index(Places.of(forge.home, "smartup").index, writable=True) as index:
        ingest(index, organisation().tree)
    checks = await found(forge.home)
    assert checks["owner"].health is Health.FAULT
    assert said in checks["owner"].found


async def test_an_alias_that_was_changed_since_is_taken_from_the_ledger(
    forge: LedgerForge, capsys: pytest.CaptureFixture[str]
) -> None:
    write_profile(forge.home, "smartup", msgspec.structs.replace(forge.profile, alias="mary"), default=True)
    with Index(Places.of(forge.home, "smartup").index, writable=True) as index:
        ingest(index, organisation().tree)
    checks = await found(forge.home)
    assert checks["owner"].health is Health.ADVICE
    assert checks["owner"].found == "maria, work license, active; the profile still says mary"
    assert main(["--home", str(forge.home.config.parent), "profiles", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["alias"] == "maria"


async def test_rows_that_can_not_be_read_are_named(forge: LedgerForge) -> None:
    with Index(Places.of(forge.home, "smartup").index, writable=True) as index:
        ingest(index, organisation().tree)
        index.connection.execute("INSERT INTO problems VALUES('work/x.csv', 7, 'size', 'expected small')")
    checks = await found(forge.home)
    assert "work/x.csv:7" in checks["ledger"].found


async def test_what_is_damaged_here_is_named(forge: LedgerForge, capsys: pytest.CaptureFixture[str]) -> None:
    await forge.publish(organisation().tree)
    file = Places.of(forge.home, "smartup").index
    with Index(file, writable=True) as index:
        ingest(index, organisation().tree)
    with file.open("r+b") as damaged:
        damaged.seek(8192)
        damaged.write(b"\xff" * (file.stat().st_size - 8192))
    checks = await found(forge.home)
    assert checks["ledger"].health is Health.FAULT
    assert str(file) in checks["ledger"].found
    home = ["--home", str(forge.home.config.parent)]
    assert await asyncio.to_thread(main, [*home, "today"]) == 5
    assert "smartup doctor" in capsys.readouterr().err
    assert await asyncio.to_thread(main, [*home, "sync", "--json"]) == 0
    assert set(json.loads(capsys.readouterr().out)) == {"changed", "rewritten", "findings"}
    assert (await found(forge.home))["ledger"].health is Health.WELL


async def test_logins_that_can_not_be_read(forge: LedgerForge, capsys: pytest.CaptureFixture[str]) -> None:
    kept = forge.home.config / "secrets" / "smartup.toml"
    kept.chmod(0o644)
    checks = await found(forge.home)
    assert "can be read by others" in checks["kept logins"].found
    assert checks["homeserver"].found.startswith("not asked")
    kept.chmod(0o600)
    text = forge.home.config_file.read_text(encoding="utf-8")
    forge.home.config_file.write_text(text + '\n[settings.keymap]\nno-such-action = "f2"\n', encoding="utf-8")
    open_store("file", forge.home).set("smartup", FORGE_TOKEN, "two words")
    home = ["--home", str(forge.home.config.parent)]
    assert await asyncio.to_thread(main, [*home, "sync"]) == 5
    assert await asyncio.to_thread(main, [*home, "doctor"]) == 5
    said = capsys.readouterr()
    assert "characters that no token has" in said.err
    assert "fault   forge's token:" in said.out
    assert "fault   keymap:" in said.out


async def test_a_terminal_that_is_not_utf_8_is_advice(forge: LedgerForge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("locale.getpreferredencoding", lambda **_: "ISO-8859-1")
    checks = await found(forge.home)
    assert checks["terminal"].health is Health.ADVICE
    assert checks["terminal"].found == "the character encoding is ISO-8859-1"
    assert "ASCII" in checks["terminal"].mend


async def test_engelbot_must_be_named(forge: LedgerForge) -> None:
    write_profile(forge.home, "smartup", msgspec.structs.replace(forge.profile, engelbot=()), default=True)
    checks = await found(forge.home)
    assert checks["Engelbot"].health is Health.FAULT


async def test_a_server_error_is_said_in_words(forge: LedgerForge) -> None:
    forge.faults.plan(Fault(FaultKind.STATUS, status=401, path="/version", times=9))
    checks = await found(forge.home)
    assert checks["forge's token"].health is Health.FAULT
    assert "does not accept this token" in checks["forge's token"].found
