"""`create_owner`: an owner's row, license and page. Names and e-mail addresses have no place here."""

from __future__ import annotations

from datetime import datetime

from smartup_tui.ledger import pages, paths, tables
from smartup_tui.ledger.actor import Actor
from smartup_tui.ledger.arguments import Arguments
from smartup_tui.ledger.cells import summary
from smartup_tui.ledger.change import Append, Audit, Change, Entity, Outcome, PageWrite
from smartup_tui.ledger.rows import LicenseTransaction, Owner
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.toolbox.wording import conflict, eur, malformed


def create_owner(snapshot: Snapshot, actor: Actor, args: Arguments, now: datetime) -> Outcome:
    """Enter an owner in the book of owners."""
    alias, license_, matrix_id = args.text("alias"), args.text("license"), args.text("matrix_id")
    if not paths.is_alias(alias):
        hint = "Use 2 to 40 of a-z, 0-9, _ and -, beginning with a letter."
        return malformed("bad_alias", f"{alias} can not be an alias.", hint, "alias")
    if snapshot.owner(alias) is not None:
        return conflict("alias_taken", f"The alias {alias} is taken.", "Choose another one.", "alias")
    holder = snapshot.rows(tables.OWNERS).where(matrix_id=matrix_id)
    if holder:
        hint = "Each owner has an account of their own."
        return conflict("matrix_id_taken", f"{matrix_id} belongs to {holder[0].alias}.", hint, "matrix_id")
    rules = snapshot.policies.licenses
    price = rules.price(license_)
    owner = Owner(
        owner_id=next_owner_id(snapshot),
        alias=alias,
        matrix_id=matrix_id,
        license=license_,
        status="active",
        roles=(),
        privacy_level="alias_only",
        joined_at=now,
        wiki_path=paths.owner_page_path(alias),
    )
    reference = summary(args.text("reference"))
    note = f"Price of a {license_} license in the {rules.phase} phase: {eur(price)}"
    bought = LicenseTransaction(now, "purchase", alias, None, license_, price, reference, note)
    message = f"{alias} is owner {owner.owner_id} with a {license_} license."
    text = pages.owner_page(alias, author=actor.alias, at=now, license_name=license_)
    return Change(
        markdown=(PageWrite(owner.wiki_path or "", text),),
        index=(Append(tables.OWNERS, owner), Append(tables.LICENSES, bought)),
        audit=(Audit("create_owner", Entity("owner", alias), message),),
        message=message,
        figures=(f"{note}.",),
        next_step="!assign_role gives a role.",
        data={"owner_id": owner.owner_id, "alias": alias, "license": license_, "matrix_id": matrix_id},
    )


def next_owner_id(snapshot: Snapshot) -> str:
    """The number after the largest in the book of owners, such as `002`."""
    used = [int(o.owner_id) for o in snapshot.rows(tables.OWNERS) if o.owner_id.isascii() and o.owner_id.isdigit()]
    return f"{max(used, default=0) + 1:03}"
