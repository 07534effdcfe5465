"""`kudos`: karma from one owner to another, as thanks (ledger.md §4, SK)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from smartup_tui.ledger import tables
from smartup_tui.ledger.actor import Actor
from smartup_tui.ledger.aliases import names_of
from smartup_tui.ledger.arguments import Arguments
from smartup_tui.ledger.change import Append, Audit, Change, Entity, Outcome, Refusal
from smartup_tui.ledger.economy import sk, totals
from smartup_tui.ledger.rows import KarmaTransaction, Owner
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.toolbox.found import active_owner
from smartup_tui.toolbox.karma_room import cut_words, earns, within_day
from smartup_tui.toolbox.wording import forbidden, malformed, rule

KUDOS: Final = "kudos"
WEEK, MONTH = timedelta(days=7), timedelta(days=30)


def kudos(snapshot: Snapshot, actor: Actor, args: Arguments, now: datetime) -> Outcome:
    """Thank an owner. What is given counts for the giver in full, also where the receiver's day has less room."""
    owner = active_owner(snapshot, args.text("alias"))
    if isinstance(owner, Refusal):
        return owner
    amount = args.integer("amount")
    refusal = _refused(snapshot, actor, owner, amount, now)
    if refusal is not None:
        return refusal
    if not earns(snapshot, owner, KUDOS):
        return rule("license", f"A {owner.license} license does not earn kudos.", "Thank them in words.", "alias")
    given = within_day(snapshot, owner, amount, now, "Thank them tomorrow.")
    if isinstance(given, Refusal):
        return given
    row = KarmaTransaction(
        timestamp=now,
        type=sk.KARMA,
        amount=given,
        from_=None,
        to=owner.alias,
        reference=None,
        description=args.text("reason"),
        awarded_by=actor.alias,
        category=KUDOS,
        evidence_link=None,
    )
    message = f"{actor.alias} thanks {owner.alias} with {given} SK{cut_words(given, amount)}."
    return Change(
        markdown=(),
        index=(Append(tables.KARMA, row),),
        audit=(Audit("kudos", Entity("owner", owner.alias), message),),
        message=message,
        data={"alias": owner.alias, "amount": given, "full": amount},
    )


def _refused(snapshot: Snapshot, actor: Actor, owner: Owner, amount: int, now: datetime) -> Refusal | None:
    rules = snapshot.policies.karma.kudos
    if owner.alias == actor.alias:
        return forbidden("own_karma", "You can't thank yourself.", "Others can thank you.", "alias")
    if not rules.minimum <= amount <= rules.maximum:
        message = f"Kudos are {rules.minimum} to {rules.maximum} SK, not {amount}."
        return malformed("bad_amount", message, field="amount")
    karma = snapshot.rows(tables.KARMA)
    mine = names_of(snapshot, actor.alias)
    given = [r for name in mine for r in totals.since(karma, now - MONTH, awarded_by=name, category=KUDOS)]
    week = sum(row.amount for row in given if row.timestamp > now - WEEK)
    if week + amount > rules.giver_week:
        message = f"You gave {week} SK in the last 7 days; {rules.giver_week} is the most."
        return rule("giver_week", message, _left(rules.giver_week - week), "amount")
    theirs = names_of(snapshot, owner.alias)
    month = sum(row.amount for row in given if row.to in theirs and row.timestamp > now - MONTH)
    if month + amount > rules.pair_month:
        message = f"You gave {owner.alias} {month} SK in the last 30 days; {rules.pair_month} is the most."
        return rule("pair_month", message, _left(rules.pair_month - month), "amount")
    return None


def _left(room: int) -> str:
    return f"{room} SK can still be given." if room > 0 else "Later there is room again."
