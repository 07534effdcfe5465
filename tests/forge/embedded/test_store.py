"""Accounts, tokens and rights: kept privately, noticed by a running server, refused when taken."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from smartup_tui.forge.embedded.access import identify
from smartup_tui.forge.embedded.problems import ApiError
from smartup_tui.forge.embedded.store import ForgeStore, NameTakenError, UnknownNameError
from smartup_tui.forge.models import RepoRef

REPO = RepoRef("Smartup_Zero", "2_workplace")


@pytest.fixture
def store(tmp_path: Path) -> ForgeStore:
    found = ForgeStore(tmp_path / "forge")
    found.create_user("toolbox")
    found.create_user("sanna")
    found.create_organization(REPO.owner, owners=["toolbox"])
    found.create_repository(REPO)
    return found


def level(store: ForgeStore, login: str | None) -> int:
    registry = store.read()
    record = store.find_repository(REPO.owner, REPO.name)
    assert record is not None
    return store.access_level(record, None if login is None else registry.users[login])


def test_tokens_are_kept_as_hashes_in_a_private_file(store: ForgeStore, tmp_path: Path) -> None:
    token = store.create_token("sanna", "laptop")
    file = tmp_path / "forge" / "forge.json"
    assert token.encode() not in file.read_bytes()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    found = store.login_by_token(token)
    assert found is not None
    assert found[0].login == "sanna"
    store.revoke_tokens("sanna")
    assert store.login_by_token(token) is None


def test_rights_add_up(store: ForgeStore) -> None:
    assert [level(store, login) for login in (None, "sanna", "toolbox")] == [0, 0, 3]
    store.grant_access(REPO, "sanna", "read")
    assert level(store, "sanna") == 1
    store.grant_access(REPO, "sanna", "write")
    assert level(store, "sanna") == 2
    store.grant_access(REPO, "sanna", None)
    assert level(store, "sanna") == 0


def test_another_process_sees_a_change_at_once(store: ForgeStore, tmp_path: Path) -> None:
    other = ForgeStore(tmp_path / "forge")
    assert other.find_repository("smartup_zero", "2_WORKPLACE") is not None
    token = store.create_token("sanna", "laptop")
    assert other.login_by_token(token) is not None
    other.create_user("ben")
    assert "ben" in store.read().users


def test_names_are_taken_once_whatever_their_case(store: ForgeStore) -> None:
    with pytest.raises(NameTakenError):
        store.create_user("Sanna")
    with pytest.raises(NameTakenError):
        store.create_organization("SANNA")
    with pytest.raises(NameTakenError):
        store.create_repository(RepoRef("smartup_zero", "2_Workplace"))
    with pytest.raises(UnknownNameError):
        store.create_repository(RepoRef("nobody", "x"))
    with pytest.raises(UnknownNameError):
        store.create_token("nobody", "x")


@pytest.mark.parametrize("name", ["", "..", "a/b", "a b", "x" * 101])
def test_names_that_could_leave_the_folder_are_refused(store: ForgeStore, name: str) -> None:
    with pytest.raises(ValueError, match="not a name"):
        store.create_user(name)


def test_a_folder_left_by_a_killed_creation_is_replaced(store: ForgeStore, tmp_path: Path) -> None:
    half = tmp_path / "forge" / "repositories" / "smartup_zero" / "new.git"
    half.mkdir(parents=True)
    (half / "HEAD").write_text("half")
    store.create_repository(RepoRef(REPO.owner, "new"))
    assert store.git(RepoRef(REPO.owner, "new")).branches() == []


def test_what_is_deleted_is_gone(store: ForgeStore) -> None:
    path = store.repository_path(REPO)
    with pytest.raises(NameTakenError):
        store.delete_organization(REPO.owner)
    store.delete_repository(REPO)
    assert not path.exists()
    store.delete_organization(REPO.owner)
    assert store.find_repository(REPO.owner, REPO.name) is None


@pytest.mark.parametrize("header", ["token x", "Bearer x", "Basic !!!", "Basic eDp5", "Digest x", "token"])
def test_a_wrong_login_is_refused(store: ForgeStore, header: str) -> None:
    with pytest.raises(ApiError) as caught:
        identify(store, header)
    assert caught.value.status == 401


def test_every_form_of_a_right_login_is_taken(store: ForgeStore) -> None:
    import base64

    token = store.create_token("sanna", "laptop", ["read:repository"])
    as_password = base64.b64encode(f"anything:{token}".encode()).decode()
    as_name = base64.b64encode(f"{token}:".encode()).decode()
    for header in (f"token {token}", f"bearer {token}", f"Basic {as_password}", f"Basic {as_name}"):
        found = identify(store, header)
        assert found.user is not None
        assert found.user.login == "sanna"
    assert identify(store, None).user is None
