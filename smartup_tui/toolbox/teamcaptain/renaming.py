"""Another alias for an owner (ledger.md §4, Owners; domain.md §2, Identity).

What is open is written under the new alias: roles, seats, sessions and awards on their way, requests. Rows of the past
keep the old one, which stays theirs (`ledger.aliases`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from smartup_tui.ledger import aliases, paths, tables
from smartup_tui.ledger.actor import ACTIVE
from smartup_tui.ledger.change import Append, Audit, Change, Entity, Outcome, PageWrite, Refusal
from smartup_tui.ledger.holdings import UNDECIDED, led_by, under_new_alias
from smartup_tui.ledger.page_edits import retitled
from smartup_tui.ledger.rows import LicenseTransaction, Owner
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.toolbox.wording import conflict, counted, malformed, rule

YEAR: Final = timedelta(days=365)


def renamed(snapshot: Snapshot, owner: Owner, alias: str, note: str, now: datetime) -> Outcome:
    """Give an owner another alias."""
    alias = alias.removeprefix("@").lower()
    refusal = _not_possible(snapshot, owner, alias, now)
    if refusal is not None:
        return refusal
    old = owner.alias
    changed = LicenseTransaction(now, aliases.ALIAS, alias, owner.license, owner.license, None, old, note)
    led = [o for o in snapshot.rows(tables.OBJECTIVES).where(mission_leader=old) if o.status == ACTIVE]
    message = f"{old} is {alias} now, owner {owner.owner_id} as before."
    return Change(
        markdown=(*_own_page(snapshot, owner, alias), *led_by(snapshot, led, alias)),
        index=(Append(tables.LICENSES, changed), *under_new_alias(snapshot, owner, alias)),
        audit=(
            Audit("set_owner", Entity("owner", alias), message),
            Audit("set_owner", Entity("owner", old), message),
        ),
        message=message,
        figures=("What is open is under the new alias; rows of the past keep the old one and still count.",),
        data={"owner_id": owner.owner_id, "alias": alias, "was": old, "field": "alias"},
    )


def ever_used(snapshot: Snapshot, alias: str, owner: Owner | None = None) -> bool:
    """Whether somebody else than this owner has, or had, this alias."""
    mine = set(aliases.names_of(snapshot, owner.alias)) if owner is not None else set()
    if alias in mine:
        return False
    return snapshot.owner(alias) is not None or aliases.present_name(snapshot, alias) != alias


def _not_possible(snapshot: Snapshot, owner: Owner, alias: str, now: datetime) -> Refusal | None:
    if not paths.is_alias(alias):
        hint = "Use 2 to 40 of a-z, 0-9, _ and -, beginning with a letter."
        return malformed("bad_alias", f"“{alias[:40]}” can not be an alias.", hint, "value")
    if alias == owner.alias:
        return conflict("no_change", f"{alias} has that alias already.", field="value")
    if ever_used(snapshot, alias, owner):
        hint = "An alias that somebody had stays theirs; choose another one."
        return conflict("alias_taken", f"The alias {alias} is taken.", hint, "value")
    names = set(aliases.names_of(snapshot, owner.alias))
    recent = [row for row in aliases.changes(snapshot) if row.alias in names and row.timestamp > now - YEAR]
    limit = snapshot.policies.licenses.alias_changes_per_year
    if limit <= 0:
        return rule("alias_changes", "An alias can not be changed (alias_changes_per_year is 0).", field="value")
    if len(recent) >= limit:
        again = (recent[-limit].timestamp + YEAR).date().isoformat()
        message = f"{owner.alias} changed the alias {counted(len(recent), 'time')} within a year; {limit} is the most."
        return rule("alias_changes", message, f"It can change again after {again}.", "value")
    for entity_id in _undecided(snapshot, owner.alias):
        hint = "It can change when that is decided."
        return conflict(
            "undecided", f"{owner.alias} has a say in {entity_id}, which is not decided yet.", hint, "alias"
        )
    return None


def _undecided(snapshot: Snapshot, alias: str) -> Iterator[str]:
    """Proposals and awards that wait for a decision in which a vote or objection of this owner counts.

    Those are log rows under the old alias; under the new one the owner would have a second say.
    """
    for vote in snapshot.rows(tables.VOTES).where(alias=alias):
        proposal = snapshot.rows(tables.PROPOSALS).get(vote.proposal_id)
        if proposal is not None and proposal.status in UNDECIDED:
            yield proposal.proposal_id
    for row in snapshot.rows(tables.OBJECTIONS).where(alias=alias):
        proposal = snapshot.rows(tables.PROPOSALS).get(row.entity_id)
        statuses = {proposal.status} if proposal is not None else {a.status for a in snapshot.award(row.entity_id)}
        if statuses & {*UNDECIDED, "contested"}:
            yield row.entity_id


def _own_page(snapshot: Snapshot, owner: Owner, alias: str) -> tuple[PageWrite, ...]:
    """The owner's page with the new alias as its title; it stays where it is, since nothing is removed."""
    data = snapshot.tree.read(owner.wiki_path) if owner.wiki_path else None
    if data is None or owner.wiki_path is None:
        return ()
    return (PageWrite(owner.wiki_path, retitled(data.decode("utf-8", "replace"), alias)),)
