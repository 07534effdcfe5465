"""`smartup profiles`: the organisations that are set up; which one opens by itself, and forgetting one."""

from __future__ import annotations

import shutil
import sqlite3
from argparse import ArgumentParser, Namespace

from smartup_tui import config, secrets
from smartup_tui.cli.exits import Exit
from smartup_tui.cli.failures import CommandFailed
from smartup_tui.cli.opening import home_of
from smartup_tui.cli.output import print_json, print_table
from smartup_tui.config import Config, Home, Profile, SecretKind
from smartup_tui.config_error import ConfigError
from smartup_tui.launch import forget_frames
from smartup_tui.ledger.index.store import Index
from smartup_tui.workspace.places import FORGE_TOKEN, MATRIX_TOKEN, Places
from smartup_tui.workspace.reader import Reader


def profiles(parser: ArgumentParser) -> None:
    """Complete the parser of `smartup profiles`."""
    parser.add_argument("--json", action="store_true", help="one JSON document, for programs")
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--default", metavar="NAME", help="open this one when none is named")
    choice.add_argument("--forget", metavar="NAME", help="remove a profile with its tokens and what it keeps here")
    parser.set_defaults(run=_run)


def _run(arguments: Namespace) -> int:
    home = home_of(arguments)
    loaded = config.load(home)
    if arguments.default or arguments.forget:
        name, profile = loaded.choose(arguments.default or arguments.forget)
        if arguments.default:
            config.write_profile(home, name, profile, default=True)
            print(f"{name} opens when none is named.")
        else:
            _forget(home, name, loaded.secrets)
            forget_frames(arguments.home)
        return Exit.OK
    default = _default(loaded)
    aliases = {name: _alias(home, name, profile) for name, profile in loaded.profiles.items()}
    if arguments.json:
        print_json([_plain(name, p, aliases[name], name == default) for name, p in loaded.profiles.items()])
        return Exit.OK
    if not loaded.profiles:
        raise CommandFailed(Exit.SET_UP, "No organisation is set up here.", "`smartup setup` sets one up.")
    rows = [
        (name, p.organisation, aliases[name], p.homeserver, "opens by itself" if name == default else "")
        for name, p in loaded.profiles.items()
    ]
    print_table(("PROFILE", "ORGANISATION", "ALIAS", "HOMESERVER", ""), rows)
    return Exit.OK


def _default(loaded: Config) -> str | None:
    """The one that opens when none is named."""
    try:
        return loaded.choose(None)[0]
    except ConfigError:
        return None


def _alias(home: Home, name: str, profile: Profile) -> str:
    """The owner's alias of today, as far as the ledger has been read here."""
    try:
        with Index(Places.of(home, name).index) as index:
            return Reader(index, profile).alias
    except (FileNotFoundError, sqlite3.Error):
        return profile.alias


def _plain(name: str, profile: Profile, alias: str, default: bool) -> dict[str, object]:
    return {
        "name": name,
        "default": default,
        "organisation": profile.organisation,
        "alias": alias,
        "user_id": profile.user_id,
        "homeserver": profile.homeserver,
        "forge": profile.forge_url,
    }


def _forget(home: Home, name: str, kind: SecretKind) -> None:
    """Take it out of the configuration last, so that what fails can be tried again."""
    store = secrets.open_store(kind, home)
    for secret in (MATRIX_TOKEN, FORGE_TOKEN):
        store.delete(name, secret)
    for folder in (home.profile_cache(name), home.profile_state(name), home.cache / "blobs" / name):
        shutil.rmtree(folder, ignore_errors=True)
    config.remove_profile(home, name)
    print(f"{name} is forgotten here. Its devices and tokens stay known to the servers until you end them there.")
