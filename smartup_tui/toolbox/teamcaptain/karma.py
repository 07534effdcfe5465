"""`award_sk`: karma for something that the ledger can show (ledger.md §4, SK)."""

from __future__ import annotations

from datetime import datetime

from smartup_tui.ledger import tables
from smartup_tui.ledger.actor import Actor
from smartup_tui.ledger.aliases import names_of
from smartup_tui.ledger.arguments import Arguments
from smartup_tui.ledger.change import Append, Audit, Change, Entity, Outcome, Refusal
from smartup_tui.ledger.economy import sk
from smartup_tui.ledger.rows import KarmaTransaction
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.toolbox.found import active_owner
from smartup_tui.toolbox.karma_room import cut_words, earns, within_day
from smartup_tui.toolbox.wording import conflict, forbidden, malformed, rule


def award_sk(snapshot: Snapshot, actor: Actor, args: Arguments, now: datetime) -> Outcome:
    """Give the amount of the table, cut to the room that the day's cap leaves."""
    owner = active_owner(snapshot, args.text("alias"))
    if isinstance(owner, Refusal):
        return owner
    category, entity_id = args.text("category").lower().replace("-", "_"), args.text("entity_id")
    rules = snapshot.policies.karma
    amount = rules.awards.get(category)
    if amount is None:
        hint = f"It can be {', '.join(rules.awards)}."
        return malformed("bad_category", f"“{category[:40]}” is no category of karma.", hint, "category")
    if owner.alias == actor.alias:
        return forbidden("own_karma", "You can't award karma to yourself.", "Another captain can, if it was earned.")
    if not earns(snapshot, owner, category):
        message = f"A {owner.license} license does not earn {category}."
        return rule("license", message, "Other categories may do.", "category")
    if any(
        snapshot.rows(tables.KARMA).where(type=sk.KARMA, to=name, category=category, reference=entity_id)
        for name in names_of(snapshot, owner.alias)
    ):
        message = f"{owner.alias} was given {category} for {entity_id} before."
        return conflict("awarded", message, "It is given once for one thing.", "entity_id")
    given = within_day(snapshot, owner, amount, now, "It can be awarded tomorrow.")
    if isinstance(given, Refusal):
        return given
    row = KarmaTransaction(
        timestamp=now,
        type=sk.KARMA,
        amount=given,
        from_=None,
        to=owner.alias,
        reference=entity_id,
        description=args.text("reason"),
        awarded_by=actor.alias,
        category=category,
        evidence_link=args.optional("evidence"),
    )
    message = f"{given} SK for {owner.alias} ({category}, {entity_id}){cut_words(given, amount)}."
    return Change(
        markdown=(),
        index=(Append(tables.KARMA, row),),
        audit=(Audit("award_sk", Entity("owner", owner.alias), message),),
        message=message,
        data={"alias": owner.alias, "category": category, "entity_id": entity_id, "amount": given, "full": amount},
    )
