from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from smartup_tui import home as places
from smartup_tui.config import Home, Profile, load, remove_profile, write_profile
from smartup_tui.config_error import ConfigError

PROFILE = """
[profile.zero]
organisation = "Smartup Zero"
homeserver = "http://127.0.0.1:8008"
user_id = "@maria:smartup0.org"
alias = "maria"
forge_url = "https://forge.example.org"
forge_owner = "Smartup_Zero"
engelbot = ["@engelbot:smartup0.org"]
"""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.find(tmp_path / "home")


def write(home: Home, text: str) -> None:
    home.config.mkdir(parents=True, exist_ok=True)
    home.config_file.write_text(text, encoding="utf-8")


def test_without_a_file_everything_has_its_default(home: Home) -> None:
    config = load(home)
    assert config.settings.theme == "auto"
    assert config.settings.mouse is False
    assert config.settings.keep_frame is True
    assert config.settings.command_max_age == 600
    with pytest.raises(ConfigError, match="no profile yet"):
        config.choose()


def test_a_profile_needs_few_lines(home: Home) -> None:
    write(home, PROFILE)
    name, profile = load(home).choose()
    assert name == "zero"
    assert (profile.ledger_repo, profile.branch) == ("2_workplace", "main")
    assert profile.engelbot == ("@engelbot:smartup0.org",)


@pytest.mark.parametrize(
    ("text", "key", "said"),
    [
        ("[settings]\nmouse = 'yes'", "settings.mouse", "expected true or false, found text in quotes"),
        ("[settings]\nthema = 'dark'", "settings.thema", "not known"),
        ("[settings]\ntheme = 'pink'", "settings.theme", "high-contrast"),
        ("[settings]\ncommand_max_age = -1", "settings.command_max_age", "expected a whole number >= 0"),
        ("[settings.keymap]\nquit = 3", "settings.keymap", "expected text in quotes"),
        ("settings = 3", "settings", "expected a table"),
        ("profile = 3", "profile", "expected a table"),
        ("secrets = 'cloud'", "secrets", "keyring"),
        ("colour = 'red'", "colour", "not known"),
        (PROFILE.replace("alias", "nick"), "profile.zero.nick", "not known"),
        (PROFILE.replace('alias = "maria"', ""), "profile.zero.alias", "missing"),
        (PROFILE.replace("http://127.0.0.1:8008", "http://example.org"), "profile.zero.homeserver", "https"),
        (PROFILE.replace("https://forge", "https://me:pw@forge"), "profile.zero.forge_url", "no user name"),
        (PROFILE.replace("@maria:smartup0.org", "maria"), "profile.zero.user_id", "full Matrix id"),
        (PROFILE.replace("profile.zero", "profile.'Smartup Zero'"), "profile.Smartup Zero", "small letters"),
        ("[settings", "", "not valid TOML"),
    ],
)
def test_a_wrong_line_gives_one_error_that_names_file_key_and_expectation(
    home: Home, text: str, key: str, said: str
) -> None:
    write(home, text)
    with pytest.raises(ConfigError) as caught:
        load(home)
    assert caught.value.key == key
    assert said in caught.value.message
    assert str(home.config_file) in caught.value.message
    assert caught.value.hint


def test_a_misspelt_key_is_guessed(home: Home) -> None:
    write(home, "[settings]\nkeep_fame = true")
    with pytest.raises(ConfigError) as caught:
        load(home)
    assert caught.value.hint == "Did you mean keep_frame?"


def test_with_several_profiles_the_default_or_the_named_one_is_taken(home: Home) -> None:
    write(home, "default_profile = 'two'" + PROFILE + PROFILE.replace("profile.zero", "profile.two"))
    config = load(home)
    assert config.choose()[0] == "two"
    assert config.choose("zero")[0] == "zero"
    with pytest.raises(ConfigError, match="no such profile") as caught:
        config.choose("three")
    assert "zero, two" in caught.value.hint


def test_writing_a_profile_keeps_the_owners_words_and_is_private(home: Home) -> None:
    write(home, "# mine\n[settings]\ntheme = 'dark'  # at night\n" + PROFILE)
    profile = msgspec.structs.replace(load(home).profiles["zero"], device_id="SMARTUP1", rooms={"desk": "!a:b"})
    write_profile(home, "zero", profile)
    write_profile(home, "lab", profile, default=True)
    text = home.config_file.read_text(encoding="utf-8")
    assert "# mine" in text
    assert "# at night" in text
    config = load(home)
    assert config.choose() == ("lab", profile)
    assert config.profiles["zero"] == profile
    assert stat.S_IMODE(home.config_file.stat().st_mode) == 0o600
    remove_profile(home, "lab")
    assert load(home).choose() == ("zero", profile)


def test_a_profile_that_could_not_be_read_again_is_not_written(home: Home) -> None:
    write(home, PROFILE)
    profile: Profile = msgspec.structs.replace(load(home).profiles["zero"], homeserver="ftp://example.org")
    with pytest.raises(ConfigError):
        write_profile(home, "zero", profile)
    assert home.config_file.read_text(encoding="utf-8") == PROFILE


def test_a_broken_file_is_not_written_over(home: Home) -> None:
    write(home, PROFILE)
    profile = load(home).profiles["zero"]
    write(home, "[settings")
    with pytest.raises(ConfigError):
        write_profile(home, "lab", profile)
    assert home.config_file.read_text(encoding="utf-8") == "[settings"


def test_smartup_home_holds_everything_and_the_option_wins(tmp_path: Path) -> None:
    env = {"SMARTUP_HOME": str(tmp_path / "a")}
    assert Home.find(env=env).state == tmp_path / "a" / "state"
    assert Home.find(tmp_path / "b", env=env).config_file == tmp_path / "b" / "config" / "config.toml"


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the library is asked directly")
def test_the_quick_answer_is_that_of_the_library(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import platformdirs

    monkeypatch.delenv("SMARTUP_HOME", raising=False)
    for variable in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
        for value in (None, str(tmp_path / "x")):
            if value is None:
                monkeypatch.delenv(variable, raising=False)
            else:
                monkeypatch.setenv(variable, value)
            dirs = platformdirs.PlatformDirs(places.NAME, appauthor=False)
            expected = (dirs.user_config_dir, dirs.user_state_dir, dirs.user_cache_dir)
            assert tuple(places.directory(kind) for kind in ("config", "state", "cache")) == expected


def test_reading_the_configuration_loads_nothing_heavy() -> None:
    code = (
        "import sys, smartup_tui.config, smartup_tui.secrets, smartup_tui.launch, smartup_tui.text; "
        "print([m for m in ('textual', 'rich', 'httpx', 'keyring', 'tomlkit', 'wcwidth') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=dict(os.environ))
    assert run.stdout.strip() == "[]"
