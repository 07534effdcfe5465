"""`create_owner`: an owner's row, license and page. Names and e-mail addresses have no place here.

An owner is entered with a payment reference, or by two captains: the first enters, the second confirms by the same
command (ledger.md §4, Votes). Until then the owner is in the book, suspended.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from smartup_tui.ledger import pages, paths, tables
from smartup_tui.ledger.actor import ACTIVE, LEFT, SUSPENDED, Actor
from smartup_tui.ledger.aliases import present_name
from smartup_tui.ledger.arguments import Arguments
from smartup_tui.ledger.cells import summary
from smartup_tui.ledger.change import Append, Audit, Change, Entity, Outcome, PageWrite, Refusal, Update
from smartup_tui.ledger.rows import LicenseTransaction, Owner
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.toolbox.found import next_owner_id
from smartup_tui.toolbox.teamcaptain.renaming import ever_used
from smartup_tui.toolbox.wording import conflict, eur, malformed

PURCHASE, ENTERED, CONFIRMED = "purchase", "entered", "confirmed"
"""Types of license rows: paid for; entered without a payment by one captain; confirmed by a second one."""

ACTION: Final = "create_owner"


def create_owner(snapshot: Snapshot, actor: Actor, args: Arguments, now: datetime) -> Outcome:
    """Enter an owner in the book of owners, confirm one whom another captain entered, or enter again who had left."""
    alias, matrix_id = args.text("alias"), args.text("matrix_id")
    if not paths.is_alias(alias):
        hint = "Use 2 to 40 of a-z, 0-9, _ and -, beginning with a letter."
        return malformed("bad_alias", f"{alias} can not be an alias.", hint, "alias")
    known = snapshot.owner(alias)
    if known is not None and known.matrix_id == matrix_id and known.status != ACTIVE:
        if known.status == LEFT:
            return _entered(snapshot, actor, args, now, known)
        if _waits(snapshot, known):
            return _confirmed(snapshot, actor, args, now, known)
    if known is not None or ever_used(snapshot, alias):
        return conflict("alias_taken", f"The alias {alias} is taken.", "Choose another one.", "alias")
    holder = snapshot.rows(tables.OWNERS).where(matrix_id=matrix_id)
    if holder:
        hint = "Each owner has an account of their own."
        return conflict("matrix_id_taken", f"{matrix_id} belongs to {holder[0].alias}.", hint, "matrix_id")
    return _entered(snapshot, actor, args, now, None)


def _waits(snapshot: Snapshot, owner: Owner) -> bool:
    """Whether an owner was entered without a payment and nobody has confirmed it yet."""
    bought = snapshot.rows(tables.LICENSES).last(alias=owner.alias)
    if bought is None or bought.type != ENTERED:
        return False
    # The leadership may have decided otherwise since: a suspension is not lifted by this.
    events = snapshot.rows(tables.EVENTS).where(entity_id=owner.alias)
    last = next((event for event in reversed(events) if event.action in (ACTION, "set_owner")), None)
    # A repair may have completed an entering of which only the row in the log of licenses tells.
    return last is not None and (last.action == ACTION or bought.timestamp > last.timestamp)


def _entered(snapshot: Snapshot, actor: Actor, args: Arguments, now: datetime, before: Owner | None) -> Change:
    """The change that enters an owner, or enters one again who had left (`before`)."""
    alias, license_ = args.text("alias"), args.text("license")
    reference = args.optional("reference")
    status = ACTIVE if reference else SUSPENDED
    bought = _license_row(snapshot, actor, args, now)
    message = f"{alias} is owner {before.owner_id if before else next_owner_id(snapshot)} with a {license_} license"
    message += "." if reference else ", when a second captain confirms it."
    data: dict[str, object] = {
        "owner_id": before.owner_id if before else next_owner_id(snapshot),
        "alias": alias,
        "license": license_,
        "matrix_id": args.text("matrix_id"),
        "status": status,
    }
    step = (
        "!assign_role gives a role."
        if reference
        else "Another captain, the leadership or the founder confirms it by the same command."
    )
    audit = (Audit(ACTION, Entity("owner", alias), message),)
    if before is not None:
        update = Update(tables.OWNERS, (before.owner_id,), {"license": license_, "status": status})
        return Change((), (update, Append(tables.LICENSES, bought)), audit, message, (f"{bought.note}.",), step, data)
    owner = Owner(
        owner_id=next_owner_id(snapshot),
        alias=alias,
        matrix_id=args.text("matrix_id"),
        license=license_,
        status=status,
        roles=(),
        privacy_level="alias_only",
        joined_at=now,
        wiki_path=paths.owner_page_path(alias),
    )
    text = pages.owner_page(alias, author=actor.alias, at=now, license_name=license_)
    return Change(
        markdown=(PageWrite(owner.wiki_path or "", text),),
        index=(Append(tables.OWNERS, owner), Append(tables.LICENSES, bought)),
        audit=audit,
        message=message,
        figures=(f"{bought.note}.",),
        next_step=step,
        data=data,
    )


def _confirmed(snapshot: Snapshot, actor: Actor, args: Arguments, now: datetime, owner: Owner) -> Change | Refusal:
    """The change by which a second captain confirms an owner, or a payment that came in does."""
    license_, reference = args.text("license"), args.optional("reference")
    if license_ != owner.license:
        hint = f"Confirm it as {owner.license}; !set_owner changes it afterwards."
        return conflict("other_license", f"{owner.alias} was entered with a {owner.license} license.", hint, "license")
    entered = snapshot.rows(tables.EVENTS).last(entity_id=owner.alias, action=ACTION)
    by = present_name(snapshot, entered.actor) if entered is not None else None
    if by == actor.alias and not reference:
        message = f"You entered {owner.alias} yourself; somebody else confirms."
        hint = "Another captain, the leadership or the founder can; a payment reference does it too."
        return conflict("second_captain", message, hint, "reference")
    bought = _license_row(snapshot, actor, args, now, confirms=by)
    message = f"{owner.alias} is confirmed as owner {owner.owner_id} with a {license_} license."
    return Change(
        markdown=(),
        index=(Update(tables.OWNERS, (owner.owner_id,), {"status": ACTIVE}), Append(tables.LICENSES, bought)),
        audit=(Audit(ACTION, Entity("owner", owner.alias), message),),
        message=message,
        figures=(f"{bought.note}.",),
        next_step="!assign_role gives a role.",
        data={"owner_id": owner.owner_id, "alias": owner.alias, "license": license_, "status": ACTIVE},
    )


def _license_row(
    snapshot: Snapshot, actor: Actor, args: Arguments, now: datetime, *, confirms: str | None = None
) -> LicenseTransaction:
    """The row of the license log: with what was paid, or with who vouches."""
    alias, license_, reference = args.text("alias"), args.text("license"), args.optional("reference")
    rules = snapshot.policies.licenses
    price = rules.price(license_)
    if reference:
        note = f"Price of a {license_} license in the {rules.phase} phase: {eur(price)}"
        return LicenseTransaction(now, PURCHASE, alias, None, license_, price, summary(reference), note)
    if confirms is not None:
        note = f"Entered by {confirms} and confirmed by {actor.alias}, without a payment"
        return LicenseTransaction(now, CONFIRMED, alias, license_, license_, None, None, note)
    note = f"Entered by {actor.alias}, without a payment; a second captain confirms"
    return LicenseTransaction(now, ENTERED, alias, None, license_, None, None, note)
