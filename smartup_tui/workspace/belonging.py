"""What a profile keeps on this machine is that of one account and one ledger.

Where the profile is given another one, by `smartup setup` or by hand, nothing of the one before is shown, recalled or
sent: it is set aside, and comes back with it.
"""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from smartup_tui.config import Home, Profile, write_private

_MARKER: Final = "belongs.json"
_ASIDE: Final = "of-"
_WHOSE: Final = "whose"
"""The file that says whose things lie there."""
_PROOF: Final = "proof.db"
"""Begins the names of what is known of the ledger's past; all else in the state is the account's."""


def keep_apart(home: Home, name: str, profile: Profile) -> None:
    """To be called before anything that a profile keeps is opened. It never raises: a place that can not be written is
    told by who needs it.
    """
    folder = home.profile_state(name)
    ledger = f"{profile.forge_url} {profile.forge_owner}/{profile.ledger_repo} {profile.branch}"
    now, before = (profile.user_id, ledger), _marked(folder / _MARKER)
    if before == now:
        return
    with contextlib.suppress(OSError):
        if before is not None:
            shutil.rmtree(home.profile_cache(name), ignore_errors=True)
            if before[0] != now[0]:
                _exchange(folder, before[0], now[0], lambda file: not file.startswith(_PROOF))
            if before[1] != now[1]:
                _exchange(folder, before[1], now[1], lambda file: file.startswith(_PROOF))
        write_private(folder / _MARKER, json.dumps(now).encode())


def set_aside(folder: Path) -> Iterator[tuple[str, Path]]:
    """The accounts and ledgers whose things lie aside in the state of a profile, and where."""
    for place in sorted(folder.glob(f"{_ASIDE}*")):
        with contextlib.suppress(OSError):
            yield (place / _WHOSE).read_text("utf-8"), place


def _marked(file: Path) -> tuple[str, str] | None:
    """The account and the ledger that were kept last; None where that is not known."""
    try:
        account, ledger = json.loads(file.read_bytes())
    except (OSError, ValueError, TypeError):
        return None
    return str(account), str(ledger)


def _exchange(folder: Path, before: str, now: str, takes: Callable[[str], bool]) -> None:
    """Set aside what `takes` wants, and bring back what was set aside of the new one."""
    place = _aside(folder, before)
    place.mkdir(mode=0o700, exist_ok=True)
    write_private(place / _WHOSE, before.encode())
    _move(folder, place, takes)
    _move(_aside(folder, now), folder, takes)


def _move(source: Path, target: Path, takes: Callable[[str], bool]) -> None:
    names = [file.name for file in source.iterdir()] if source.is_dir() else []
    for file in names:
        if takes(file) and file not in {_MARKER, _WHOSE} and not file.startswith(_ASIDE):
            (source / file).rename(target / file)


def _aside(folder: Path, whose: str) -> Path:
    import hashlib  # noqa: PLC0415 - once in a profile's life

    return folder / f"{_ASIDE}{hashlib.sha256(whose.encode()).hexdigest()[:16]}"
