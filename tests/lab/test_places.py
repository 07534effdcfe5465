"""What a lab keeps on disk: ports, secrets, homes; and what may be removed."""

from __future__ import annotations

import socket
import stat
from pathlib import Path

import msgspec
import pytest
from filelock import FileLock

from smartup_tui import config
from smartup_tui.config import Home
from smartup_tui.lab import control, labfile
from smartup_tui.lab.errors import LabError
from smartup_tui.lab.homes import PROFILE, write_homes
from smartup_tui.lab.keys import Keys
from smartup_tui.lab.labfile import LabFile
from smartup_tui.lab.layout import Layout
from smartup_tui.lab.system import FORGE_OF, MATRIX_OF, System
from smartup_tui.secrets import open_store


def test_ports_stay_unless_somebody_has_taken_them() -> None:
    first = labfile.with_free_ports(LabFile())
    assert labfile.with_free_ports(first).ports == first.ports

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", first.ports["forge"]))
        taken.listen()
        second = labfile.with_free_ports(first)

    assert second.ports["forge"] != first.ports["forge"]
    assert second.ports["synapse"] == first.ports["synapse"]
    assert len(set(second.ports.values())) == len(second.ports)


def test_the_file_is_read_as_it_was_written(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    assert labfile.load(layout) == LabFile()
    file = msgspec.structs.replace(labfile.with_free_ports(LabFile()), devices={"maria": "DEVICE"})

    labfile.save(layout, file)

    assert labfile.load(layout) == file


def test_a_damaged_file_names_the_way_out(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    layout.file.write_text("ports = 3")

    with pytest.raises(LabError) as caught:
        labfile.load(layout)

    assert "smartup lab reset" in caught.value.hint


def test_secrets_are_random_private_and_kept(tmp_path: Path) -> None:
    keys = Keys(tmp_path / "secrets")

    made = keys.make("toolbox-service")

    assert keys.make("toolbox-service") == made
    assert made != keys.make("another")
    assert stat.S_IMODE(keys.path("another").stat().st_mode) == 0o600


@pytest.fixture
def system(tmp_path: Path) -> System:
    made = System(Layout(tmp_path / "lab"), labfile.with_free_ports(LabFile()))
    for secret in (FORGE_OF, MATRIX_OF):
        made.keys.put(secret.format("maria"), f"{secret.format('maria')}-token")
    return made


def test_a_home_opens_the_workspace_as_its_owner(system: System) -> None:
    write_homes(system, {"maria": "DEVICE"}, ["maria"])

    home = Home.find(system.layout.home("maria"))
    loaded = config.load(home)
    name, profile = loaded.choose()
    assert (name, profile.alias, profile.device_id) == (PROFILE, "maria", "DEVICE")
    assert profile.engelbot == (system.engelbot_id,)
    store = open_store(loaded.secrets, home)
    assert store.get(PROFILE, "matrix-token") == "matrix-maria-token"
    assert store.get(PROFILE, "forge-token") == "forge-maria-token"


def test_writing_a_home_again_keeps_what_the_owner_has_set(system: System) -> None:
    write_homes(system, {"maria": "DEVICE"}, ["maria"])
    home = Home.find(system.layout.home("maria"))
    home.config_file.write_text(home.config_file.read_text() + '\n[settings]\ntheme = "dark"\n')

    write_homes(system, {"maria": "DEVICE"}, ["maria"])

    assert config.load(home).settings.theme == "dark"


def test_settings_files_hold_no_secret(system: System) -> None:
    system.write_settings()
    system.write_engelbot("DEVICE")

    secrets = [path.read_text().strip() for path in system.layout.secrets.iterdir()]
    for file in (system.toolbox_settings, system.engelbot_settings):
        assert not any(secret in file.read_text() for secret in secrets)


def test_only_a_lab_that_does_not_run_is_removed(tmp_path: Path) -> None:
    layout = Layout(tmp_path / "lab")
    layout.make()
    labfile.save(layout, LabFile())
    with FileLock(layout.lock), pytest.raises(LabError, match="This lab runs"):
        control.remove(layout)

    control.remove(layout)

    assert not layout.root.exists()


def test_a_folder_that_is_no_lab_is_never_removed(tmp_path: Path) -> None:
    (tmp_path / "holiday.jpg").touch()

    with pytest.raises(LabError, match="is no lab"):
        control.remove(Layout(tmp_path))

    assert (tmp_path / "holiday.jpg").exists()


def test_ending_what_does_not_run_changes_nothing(tmp_path: Path) -> None:
    layout = Layout(tmp_path / "nothing")

    assert control.end(layout) is False
    assert not layout.root.exists()
