"""How the service is told where to work, and what it refuses to start with."""

from __future__ import annotations

from pathlib import Path

import pytest

from smartup_tui.service_settings import SettingsError, read_secret
from smartup_tui.toolbox.settings import load

GOOD = """
state = "state"
log = "logs/toolbox.log"

[forge]
url = "http://127.0.0.1:3000"
owner = "Smartup_Zero"
token_file = "secrets/forge"

[server]
token_file = "secrets/service"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "toolbox.toml"
    path.write_text(GOOD)
    (tmp_path / "secrets").mkdir()
    for name in ("forge", "service"):
        secret = tmp_path / "secrets" / name
        secret.write_text(f"{name}-token\n")
        secret.chmod(0o600)
    return path


def test_paths_are_relative_to_the_file(file: Path) -> None:
    settings = load(file)
    assert settings.state_directory == file.parent / "state"
    assert settings.log_file == file.parent / "logs" / "toolbox.log"
    assert settings.forge.repository == "2_workplace"
    assert (settings.forge_token(), settings.service_token()) == ("forge-token", "service-token")


def test_a_secret_that_others_can_read_is_refused(file: Path) -> None:
    secret = file.parent / "secrets" / "forge"
    secret.chmod(0o640)
    with pytest.raises(SettingsError) as caught:
        load(file).forge_token()
    assert "forge-token" not in str(caught.value)
    assert "0600" in caught.value.hint


def test_a_missing_or_empty_secret_is_refused(file: Path) -> None:
    with pytest.raises(SettingsError):
        read_secret(file.parent / "nothing")
    empty = file.parent / "secrets" / "service"
    empty.write_text("\n")
    with pytest.raises(SettingsError):
        load(file).service_token()


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.5", "toolbox.example.org"])
def test_listening_beyond_this_machine_must_be_said(file: Path, host: str) -> None:
    file.write_text(GOOD + f'host = "{host}"\n')
    with pytest.raises(SettingsError) as caught:
        load(file)
    assert "allow_remote" in caught.value.hint
    file.write_text(GOOD + f'host = "{host}"\nallow_remote = true\n')
    assert load(file).server.host == host


@pytest.mark.parametrize(
    ("text", "named"),
    [("state =", "TOML"), (GOOD + "prot = 3\n", "prot"), (GOOD.replace('owner = "Smartup_Zero"', ""), "owner")],
)
def test_a_wrong_file_is_named_with_its_key(file: Path, text: str, named: str) -> None:
    file.write_text(text)
    with pytest.raises(SettingsError) as caught:
        load(file)
    assert named in caught.value.message


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError):
        load(tmp_path / "absent.toml")
