"""`smartup setup` without a full screen, and `smartup profiles`."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from smartup_tui import config
from smartup_tui.cli import main
from smartup_tui.config import Home, write_profile
from smartup_tui.launch import frame_file
from smartup_tui.secrets import open_store
from tests.support.ledger_forge import LedgerForge, ledger_forge
from tests.support.owner_home import PROFILE, organisation
from tests.support.setting_up import FakeHomeserver


@pytest.fixture
def homeserver(monkeypatch: pytest.MonkeyPatch) -> FakeHomeserver:
    server = FakeHomeserver()
    server.install(monkeypatch)
    return server


@pytest.fixture(scope="module")
def forge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LedgerForge]:
    with ledger_forge(tmp_path_factory.mktemp("forge")) as found:
        asyncio.run(found.publish(organisation().tree))
        yield found


def given(folder: Path, forge: LedgerForge, **other: str) -> list[str]:
    """The arguments that set up Maria's profile."""
    (folder / "token").write_text("token-of-maria\n")
    (folder / "forge-token").write_text(f"{forge.token}\n")
    values = {
        "homeserver": "https://matrix.example.org",
        "user": "@maria:smartup0.org",
        "token-file": str(folder / "token"),
        "forge": forge.server.address,
        "forge-token-file": str(folder / "forge-token"),
        "repository": "Smartup_Zero/2_workplace",
        "secrets": "file",
        **other,
    }
    arguments = [word for name, value in values.items() if value for word in (f"--{name}", value)]
    return ["--home", str(folder / "home"), "setup", *arguments]


def test_all_at_once(
    tmp_path: Path, forge: LedgerForge, homeserver: FakeHomeserver, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(given(tmp_path, forge)) == 0
    said = capsys.readouterr().out
    assert "well    owner: maria, work license, active" in said
    assert "Stored as profile smartup-zero" in said
    assert "token-of-maria" not in said
    assert forge.token not in said
    home = Home.find(tmp_path / "home")
    name, profile = config.load(home).choose()
    assert (profile.alias, profile.device_id) == ("maria", "DEVICE")
    assert open_store("file", home).get(name, "forge-token") == forge.token


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"repository": ""}, "--repository"),
        ({"token-file": ""}, "--token-file"),
        ({"homeserver": "http://matrix.example.org"}, "Use https://matrix.example.org"),
        ({"user": "maria"}, "@maria:example.org"),
        ({"repository": "Smartup_Zero/none"}, "is not there or not visible"),
        ({"user": "@other:smartup0.org"}, "is that of @maria:smartup0.org"),
    ],
)
def test_what_is_wrong_stores_nothing(  # noqa: PLR0917 - fixtures
    tmp_path: Path,
    forge: LedgerForge,
    homeserver: FakeHomeserver,
    capsys: pytest.CaptureFixture[str],
    change: dict[str, str],
    said: str,
) -> None:
    assert main(given(tmp_path, forge, **change)) in (2, 5)
    shown = capsys.readouterr()
    assert said in shown.out + shown.err
    assert not Home.find(tmp_path / "home").config_file.exists()


def test_a_login_that_was_made_for_nothing_is_taken_back(
    tmp_path: Path, forge: LedgerForge, homeserver: FakeHomeserver
) -> None:
    (tmp_path / "password").write_text("correct horse\n")
    arguments = given(tmp_path, forge, **{"token-file": "", "repository": "Smartup_Zero/none"})
    assert main([*arguments, "--password-file", str(tmp_path / "password")]) == 5
    assert homeserver.logged_out == ["token-by-password"]


def answers(monkeypatch: pytest.MonkeyPatch, lines: list[str]) -> None:
    waiting = iter(lines)

    def ask(_prompt: str = "") -> str:
        try:
            return next(waiting)
        except StopIteration:
            raise EOFError from None

    monkeypatch.setattr("builtins.input", ask)
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)


def test_line_by_line(
    tmp_path: Path,
    forge: LedgerForge,
    homeserver: FakeHomeserver,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    lines = ["maria", "@maria:smartup0.org", "no address", "", "wrong", "", "", "correct horse"]
    lines += [forge.server.address, forge.token, "", "", "", "", "yes"]
    answers(monkeypatch, lines)
    home = ["--home", str(tmp_path / "home")]
    assert main([*home, "setup", "--plain", "--secrets", "file"]) == 0
    said = capsys.readouterr().out
    assert "A full Matrix id is such as" in said
    assert "The user name or the password is not right." in said
    assert "The homeserver's address is such as https://example.org." in said
    profile = config.load(Home.find(tmp_path / "home")).choose()[1]
    assert (profile.alias, profile.homeserver) == ("maria", "https://matrix.smartup0.org")
    # Once more: what is kept is not asked again.
    answers(monkeypatch, ["", "", "", "", "", "", "", "", "", "yes"])
    assert main(["setup", "--plain", *home, "--profile", "smartup-zero"]) == 0  # options are taken behind, too
    store = open_store("file", Home.find(tmp_path / "home"))
    kept = [store.get("smartup-zero", name) for name in ("matrix-token", "forge-token")]
    assert kept == ["token-by-password", forge.token]


def test_leaving_keeps_what_was_written(
    tmp_path: Path,
    homeserver: FakeHomeserver,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    answers(monkeypatch, ["@maria:smartup0.org", "matrix.example.org", "correct horse"])
    home = ["--home", str(tmp_path / "home")]
    assert main([*home, "setup", "--plain"]) == 5
    assert "`smartup setup` goes on" in capsys.readouterr().out
    assert homeserver.logged_out == ["token-by-password"]
    kept = (Home.find(tmp_path / "home").state / "setup.json").read_text()
    assert "@maria:smartup0.org" in kept
    assert "correct" not in kept


def test_profiles_are_listed_chosen_and_forgotten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = Home.find(tmp_path)
    arguments = ["--home", str(tmp_path), "profiles"]
    assert main(arguments) == 5
    assert "smartup setup" in capsys.readouterr().err
    write_profile(home, "first", PROFILE, default=True)
    home.config_file.write_text('secrets = "file"\n' + home.config_file.read_text())
    write_profile(home, "second", msgspec.structs.replace(PROFILE, organisation="Second Coop"))
    open_store("file", home).set("second", "matrix-token", "x")
    home.profile_state("second").mkdir(parents=True)
    picture = Path(frame_file(str(tmp_path), "second"))
    picture.parent.mkdir(parents=True)
    picture.write_text("live 93.97 SC")
    assert main([*arguments, "--json"]) == 0
    found = {row["name"]: row for row in json.loads(capsys.readouterr().out)}
    assert found["first"]["default"]
    assert found["second"]["organisation"] == "Second Coop"
    assert main([*arguments, "--default", "second"]) == 0
    assert config.load(home).default_profile == "second"
    assert main([*arguments, "--forget", "second"]) == 0
    assert list(config.load(home).profiles) == ["first"]
    assert open_store("file", home).get("second", "matrix-token") is None
    assert not home.profile_state("second").exists()
    assert not picture.exists()
    assert main([*arguments, "--forget", "none"]) == 5
