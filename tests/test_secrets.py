from __future__ import annotations

import stat
from pathlib import Path

import keyring
import keyring.backend
import keyring.errors
import pytest
from keyring.backends import fail

from smartup_tui.config import Home
from smartup_tui.secrets import AutoStore, FileStore, KeyringStore, SecretError, SecretStore, open_store

TOKEN = "syt_not_to_be_seen"


class Ring(keyring.backend.KeyringBackend):
    """A keyring in memory."""

    priority = 5

    def __init__(self) -> None:
        self.held: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.held.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.held[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.held.pop((service, username), None) is None:
            raise keyring.errors.PasswordDeleteError("not found")


class Locked(Ring):
    def get_password(self, service: str, username: str) -> str | None:
        raise keyring.errors.KeyringLocked(TOKEN)


@pytest.fixture
def ring() -> Ring:
    return Ring()


@pytest.fixture(params=["file", "keyring", "auto"])
def store(request: pytest.FixtureRequest, ring: Ring, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SecretStore:
    monkeypatch.setattr(keyring, "get_keyring", lambda: ring)
    monkeypatch.setattr(keyring.core, "_keyring_backend", ring)
    return open_store(request.param, Home.find(tmp_path))


def test_a_secret_is_kept_replaced_and_forgotten(store: SecretStore) -> None:
    assert store.get("zero", "matrix-token") is None
    store.set("zero", "matrix-token", "old")
    store.set("zero", "matrix-token", TOKEN)
    store.set("zero", "forge-token", "other")
    store.set("lab", "matrix-token", "third")
    assert store.get("zero", "matrix-token") == TOKEN
    store.delete("zero", "matrix-token")
    store.delete("zero", "matrix-token")
    assert store.get("zero", "matrix-token") is None
    assert store.get("zero", "forge-token") == "other"
    assert store.get("lab", "matrix-token") == "third"


def test_no_value_is_in_a_representation(store: SecretStore) -> None:
    store.set("zero", "matrix-token", TOKEN)
    assert TOKEN not in repr(store) + str(vars(store) if hasattr(store, "__dict__") else "")


def test_the_file_is_private(tmp_path: Path) -> None:
    FileStore(tmp_path / "secrets").set("zero", "matrix-token", TOKEN)
    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "secrets" / "zero.toml").stat().st_mode) == 0o600


def test_a_file_that_others_can_read_is_refused_with_the_way_out(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    store.set("zero", "matrix-token", TOKEN)
    (tmp_path / "zero.toml").chmod(0o644)
    with pytest.raises(SecretError) as caught:
        store.get("zero", "matrix-token")
    assert "chmod 600" in caught.value.hint
    assert TOKEN not in caught.value.message + caught.value.hint


def test_a_link_in_place_of_the_file_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere.toml").write_text('matrix-token = "x"')
    (tmp_path / "zero.toml").symlink_to(tmp_path / "elsewhere.toml")
    with pytest.raises(SecretError):
        FileStore(tmp_path).get("zero", "matrix-token")


def test_a_damaged_file_is_said_without_its_content(tmp_path: Path) -> None:
    file = tmp_path / "zero.toml"
    file.write_text(f"matrix-token = {TOKEN}")
    file.chmod(0o600)
    with pytest.raises(SecretError, match="damaged") as caught:
        FileStore(tmp_path).get("zero", "matrix-token")
    assert TOKEN not in str(caught.value)


def test_a_profile_name_can_not_leave_the_directory(tmp_path: Path) -> None:
    with pytest.raises(SecretError):
        FileStore(tmp_path).set("../zero", "matrix-token", TOKEN)


def test_a_locked_keyring_says_the_way_out_and_no_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyring.core, "_keyring_backend", Locked())
    with pytest.raises(SecretError) as caught:
        KeyringStore().get("zero", "matrix-token")
    assert "config.toml" in caught.value.hint
    assert TOKEN not in str(caught.value)
    assert caught.value.__suppress_context__


def test_without_a_keyring_the_file_is_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(keyring, "get_keyring", fail.Keyring)
    store = AutoStore(FileStore(tmp_path))
    store.set("zero", "matrix-token", TOKEN)
    assert (tmp_path / "zero.toml").exists()
    assert store.get("zero", "matrix-token") == TOKEN


def test_once_there_is_a_keyring_the_file_empties(ring: Ring, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    files = FileStore(tmp_path)
    files.set("zero", "matrix-token", "old")
    monkeypatch.setattr(keyring, "get_keyring", lambda: ring)
    monkeypatch.setattr(keyring.core, "_keyring_backend", ring)
    store = AutoStore(files)
    store.set("zero", "matrix-token", TOKEN)
    assert not (tmp_path / "zero.toml").exists()
    assert store.get("zero", "matrix-token") == TOKEN
