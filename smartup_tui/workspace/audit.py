"""The audit trail as it is looked at: what a filter's words mean, what is known of one row, what was found."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final

from smartup_tui.config import Profile
from smartup_tui.ledger.index import audit, queries
from smartup_tui.ledger.index.audit import Trail, TrailFilter, TrailWindow
from smartup_tui.ledger.rows import MasterEvent
from smartup_tui.workspace.commit_values import Asked, CommitChanges
from smartup_tui.workspace.proof_store import FindingState, ProofStore, StoredFinding
from smartup_tui.workspace.reader import Reader

if TYPE_CHECKING:
    from smartup_tui.workspace.workspace import Workspace

_COLUMNS: Final = {
    "actor": "actor",
    "action": "action",
    "entity": "entity_id",
    "type": "entity_type",
    "script": "script",
    "request": "request_id",
    "result": "result",
}
_DAYS: Final = ("from", "to")
KEYS: Final = (*_COLUMNS, *_DAYS)
"""What may stand before a colon in a filter."""
_DAY: Final = re.compile(r"([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?")
_PREFIXED: Final = re.compile(r"([A-Za-z_]+):(.*)")


@dataclass(frozen=True, slots=True)
class Understood:
    """A filter as it is read: what to look for, and in words what was not understood (and so is left out)."""

    filter: TrailFilter
    complaints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """The room message that a row came from: who said what where, as it was received. All of it is foreign text."""

    room: str
    sender: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class EventProof:
    """All that is known of an audit row: where it stands, who says so, and what its commit changed.

    `commit_id` is known where this machine watched it come, or the forge was asked.
    """

    event: MasterEvent
    path: str
    line: int
    commit_id: str | None
    changes: Asked[CommitChanges]
    said: Said | None = None


@dataclass(frozen=True, slots=True)
class Integrity:
    """What the watch has found, what could not be read, and how far this machine has checked the ledger's past."""

    findings: tuple[StoredFinding, ...]
    problems: tuple[tuple[str, int | None, str | None, str], ...]
    tip: str | None
    since: str
    commits: int
    at: datetime | None

    @property
    def open(self) -> int:
        """How many findings wait for somebody."""
        return sum(one.state is FindingState.OPEN for one in self.findings)


def understand(reader: Reader, trail: Trail, text: str) -> Understood:
    """Read the words of a filter: plain words, and `actor:maria`, `from:2026-10-01` and their like."""
    wanted = TrailFilter(trail, reader.alias, reader.teams() if trail is Trail.TEAMS else ())
    complaints: list[str] = []
    for word in text.split():
        found = _PREFIXED.fullmatch(word)
        if found is None or found[1].lower() not in KEYS:
            if found is not None and not found[2].startswith("//"):
                complaints.append(f"{found[1]}: is not known; there are {', '.join(f'{key}:' for key in KEYS)}.")
            else:
                wanted = replace(wanted, words=(*wanted.words, word))
            continue
        key, value = found[1].lower(), found[2]
        if not value:
            complaints.append(_lacks(key))
        elif key in _COLUMNS:
            wanted = replace(wanted, exact=(*wanted.exact, (_COLUMNS[key], value.removeprefix("@"))))
        elif (day := _day(value, last=key == "to")) is None:
            complaints.append(f"{key}:{value} is no day; write {key}:2026-10-01, or {key}:2026-10 for a month.")
        else:
            wanted = replace(wanted, first=day) if key == "from" else replace(wanted, last=day)
    return Understood(wanted, tuple(complaints))


def _lacks(key: str) -> str:
    examples = {"actor": "maria", "action": "claim_task", "entity": "6_1_2_0", "type": "task", "script": "settle"}
    example = examples.get(key, "2026-10-01" if key in _DAYS else "…")
    return f"{key}: wants a value, such as {key}:{example}."


def _day(text: str, *, last: bool) -> date | None:
    """A day, or the first or last one of a month or a year."""
    found = _DAY.fullmatch(text)
    if found is None:
        return None
    year = int(found[1])
    month = int(found[2]) if found[2] else (12 if last else 1)
    try:
        length = calendar.monthrange(year, month)[1]
        return date(year, month, int(found[3]) if found[3] else (length if last else 1))
    except (ValueError, calendar.IllegalMonthError):
        return None


def suggestion(reader: Reader, text: str) -> str | None:
    """The whole filter with its last word completed: a key, an alias, an action, a task; None when none fits."""
    head, word = text[: text.rfind(" ") + 1], text[text.rfind(" ") + 1 :]
    if not word:
        return None
    key, colon, value = word.partition(":")
    if not colon:
        fits = next((known for known in KEYS if known.startswith(word.lower())), None) if len(word) > 1 else None
        return f"{head}{fits}:" if fits else None
    column = _COLUMNS.get(key.lower())
    if column is None or not value:
        return None
    if column == "action":
        from smartup_tui.catalogue.commands import CATALOGUE  # noqa: PLC0415 - it is big, and seldom needed here

        found = sorted(name for name in CATALOGUE if name.startswith(value))
    else:
        found = audit.beginnings(reader.index, column, value, 1)
    return f"{head}{key}:{found[0]}" if found else None


def trail_window(reader: Reader, understood: Understood) -> TrailWindow:
    """The rows that pass a filter, the newest first."""
    return TrailWindow(reader.index, understood.filter)


def event_proof(
    reader: Reader,
    row: int,
    *,
    look: Callable[[MasterEvent], tuple[str | None, Asked[CommitChanges]]],
    said: Callable[[str], Said | None] = lambda _: None,
) -> EventProof | None:
    """What is known of a row; None when there is none. `look` tells its commit and what that changed."""
    event, place = audit.event_of_row(reader.index, row), audit.place_of(reader.index, row)
    if event is None or place is None:
        return None
    return EventProof(event, *place, *look(event), said(event.request_id))


class Looker:
    """Finds the commits of audit rows for one workspace: where this machine watched them come, else by the forge."""

    def __init__(self, workspace: Workspace) -> None:
        """Nothing is opened before the first question."""
        self._workspace = workspace
        self._store: ProofStore | None = None

    @property
    def store(self) -> ProofStore | None:
        """What this machine has found about the past; None before the first synchronisation."""
        if self._store is None and self._workspace.places.proof.exists():
            self._store = ProofStore(self._workspace.places.proof)
        return self._store

    @property
    def ledger(self) -> str:
        """What tells this ledger from others in the store."""
        return ledger_name(self._workspace.profile)

    def close(self) -> None:
        """Close the store."""
        if self._store is not None:
            self._store.close()
            self._store = None

    def look(self, event: MasterEvent, *, ask: bool) -> tuple[str | None, Asked[CommitChanges]]:
        """The commit of a row, and what it changed as far as is known; `ask` asks the forge for the rest."""
        commits = self._workspace.pasts
        commit_id = self.store.commit_of(event.event_id) if self.store is not None else None
        if commit_id is None:
            found = commits.of_event(event, ask=ask)
            if found.value is None:
                return None, Asked(under_way=found.under_way, failure=found.failure)
            commit_id = found.value.sha
        return commit_id, commits.changes(commit_id, ask=ask)

    def said(self, request_id: str) -> Said | None:
        """The room message that a request was, where it is on this machine."""
        if not request_id.startswith("$"):
            return None
        found = self._workspace.connection.store.message(request_id)
        if found is None:
            return None
        room = self._workspace.room_name(found.room_id) or found.room_id
        at = datetime.fromtimestamp(found.origin_server_ts / 1000, UTC)
        return Said(room, found.sender, at, found.body)


def ledger_name(profile: Profile) -> str:
    """Forge, repository and branch, as the watch names a ledger."""
    return f"{profile.forge_url.rstrip('/')} {profile.forge_owner}/{profile.ledger_repo} {profile.branch}"


def integrity(reader: Reader, store: ProofStore | None, ledger: str) -> Integrity:
    """What was found about the ledger, and what of it could not be read."""
    problems = tuple(queries.problems(reader.index))
    if store is None:  # nothing was synchronised with a forge yet
        return Integrity((), problems, None, "", 0, None)
    watch = store.watch(ledger)
    return Integrity(tuple(store.findings()), problems, watch.tip, watch.since, watch.commits, watch.at)
