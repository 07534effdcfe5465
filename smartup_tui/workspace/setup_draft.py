"""What the owner says while a profile is set up: how it is meant, what can be wrong with it, and keeping it."""

from __future__ import annotations

import contextlib
import re
from typing import Final
from urllib.parse import urlsplit

import msgspec

from smartup_tui.config import Home, Profile, write_private
from smartup_tui.matrix.device import LOOPBACK
from smartup_tui.matrix.discovery import is_server_name

LEDGER_REPO: Final = "2_workplace"
EXAMPLE: Final = f"Smartup_Zero/{LEDGER_REPO}"
_MATRIX_ID: Final = re.compile(r"@[^\s:]+:(?P<server>\S+)")


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What the owner has said so far. Never holds a password or a token, so that it may be kept."""

    homeserver: str = ""
    user: str = ""
    """A full Matrix id."""
    forge_url: str = ""
    repository: str = ""
    """Owner and name of the ledger's repository, `Smartup_Zero/2_workplace`."""
    branch: str = "main"
    alias: str = ""
    organisation: str = ""
    engelbot: str = ""
    name: str = ""
    """What the profile is called; empty for a name made of the organisation's."""


# What is typed


def address(text: str) -> str:
    """An address as it is meant: https where no scheme is written, http for this very machine.

    What is no host's name stays as it is, and so is no address: a token in the wrong line must not be asked for.
    """
    text = text.strip().rstrip("/")
    if not is_host(text):
        return text
    host = urlsplit(f"//{text}").hostname or ""
    return f"{'http' if host in LOOPBACK else 'https'}://{text}"


def is_host(text: str) -> bool:
    """Whether this names a host without a scheme: with a dot or a port in it, or this very machine."""
    name = text.partition("/")[0]
    return "://" not in text and is_server_name(name) and ("." in name or ":" in name or name in LOOPBACK)


def address_fault(text: str, what: str) -> str | None:
    """Why an address can not be used; None when it can."""
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        host = None
    if not host or parts.scheme not in ("http", "https") or not is_server_name(host.strip("[]")):
        return f"The {what}'s address is such as https://example.org."
    if parts.username or parts.password:
        return "An address holds no user name or password."
    if parts.scheme == "http" and host not in LOOPBACK:
        return f"Use https://{host}; http is for this machine only."
    return None


def user_fault(text: str) -> str | None:
    """Why a Matrix id can not be used; None when it can."""
    found = _MATRIX_ID.fullmatch(text)
    return None if found and is_server_name(found["server"]) else "A full Matrix id is such as @maria:example.org."


def repository_fault(text: str) -> str | None:
    """Why something can not be the ledger's repository; None when it can."""
    return None if text.count("/") == 1 else f"Owner and name are wanted, such as {EXAMPLE}."


def token_of(text: str) -> str | None:
    """A token as it was typed or read from a file; None for an empty one."""
    return text.strip() or None


def token_fault(token: str | None) -> str | None:
    """Why something can not be a token; None when it can."""
    if token is None or (token.isascii() and token.isprintable() and " " not in token):
        return None
    return "A token has no blanks and no special characters; copy it again."


# Leaving, and taking it up again


def keep_draft(home: Home, draft: Draft) -> None:
    """Keep what was said (never a password or a token), for the next time."""
    with contextlib.suppress(OSError):
        write_private(home.state / "setup.json", msgspec.json.encode(draft))


def draft_of(home: Home) -> Draft:
    """What was said the last time; empty where nothing was kept."""
    try:
        return msgspec.json.decode((home.state / "setup.json").read_bytes(), type=Draft)
    except (OSError, msgspec.MsgspecError):
        return Draft()


def forget_draft(home: Home) -> None:
    """It is stored: nothing is left to take up."""
    with contextlib.suppress(OSError):
        (home.state / "setup.json").unlink(missing_ok=True)


def draft_from(name: str, profile: Profile) -> Draft:
    """A profile that is there, to be changed."""
    return Draft(
        homeserver=profile.homeserver,
        user=profile.user_id,
        forge_url=profile.forge_url,
        repository=f"{profile.forge_owner}/{profile.ledger_repo}",
        branch=profile.branch,
        alias=profile.alias,
        organisation=profile.organisation,
        engelbot=" ".join(profile.engelbot),
        name=name,
    )


def changed(draft: Draft, **values: str) -> Draft:
    """The draft with other answers."""
    return msgspec.structs.replace(draft, **values)
