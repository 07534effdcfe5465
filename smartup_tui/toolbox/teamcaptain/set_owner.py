"""`set_owner`: an owner's license, status, alias and account (ledger.md §4, Owners; domain.md §2, Licenses)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from typing import Final

from smartup_tui.ledger import tables
from smartup_tui.ledger.actor import ACTIVE, LEFT, SUSPENDED, Actor
from smartup_tui.ledger.arguments import Arguments, is_matrix_id
from smartup_tui.ledger.cells import summary
from smartup_tui.ledger.change import Append, Audit, Change, Entity, Outcome, Refusal, RowWrite, Update
from smartup_tui.ledger.economy.amounts import ZERO
from smartup_tui.ledger.holdings import freed
from smartup_tui.ledger.policies import LicensePolicies
from smartup_tui.ledger.rows import LicenseTransaction, Owner
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.toolbox.teamcaptain.freeing import freed_figures
from smartup_tui.toolbox.teamcaptain.renaming import renamed
from smartup_tui.toolbox.teamcaptain.roles import WAIVED, threshold
from smartup_tui.toolbox.wording import conflict, eur, forbidden, malformed, not_found, rule

STATUSES: Final = (ACTIVE, SUSPENDED, LEFT)


def set_owner(snapshot: Snapshot, actor: Actor, args: Arguments, now: datetime) -> Outcome:
    """Change one field of an owner in the book of owners, with everything that follows from it."""
    owner = snapshot.owner(args.text("alias"))
    if owner is None:
        return not_found("not_found", "There is no such owner.", "Check the alias in the book of owners.", "alias")
    field, value = args.text("field"), args.text("value")
    note = summary(args.optional("reference") or "")
    if field == "alias":
        return renamed(snapshot, owner, value, note, now)
    if field == "matrix_id":
        return _account(snapshot, owner, value)
    if field == "status":
        return _status(snapshot, owner, value.lower(), note, now)
    return _license(snapshot, actor, owner, value.lower(), reference=note, now=now)


def _account(snapshot: Snapshot, owner: Owner, value: str) -> Outcome:
    if not is_matrix_id(value):
        message = f"“{value[:60]}” is no Matrix id such as @maria:smartup0.org."
        return malformed("bad_argument", message, field="value")
    known = snapshot.rows(tables.OWNERS).where(matrix_id=value)
    if any(row.owner_id == owner.owner_id for row in known):
        return conflict("no_change", f"That is the account of {owner.alias} already.", field="value")
    if known:
        hint = "Each owner has an account of their own."
        return conflict("matrix_id_taken", f"That account belongs to {known[0].alias}.", hint, "value")
    message = f"{owner.alias} has another account in Matrix now; the one before gives no commands any more."
    return _changed(
        owner, "matrix_id", value, (Update(tables.OWNERS, (owner.owner_id,), {"matrix_id": value}),), message
    )


def _status(snapshot: Snapshot, owner: Owner, value: str, note: str, now: datetime) -> Outcome:
    if value not in STATUSES:
        return malformed("bad_argument", f"“{value[:40]}” is none of {', '.join(STATUSES)}.", field="value")
    if value == owner.status:
        return conflict("no_change", f"{owner.alias} is {value} already.", field="value")
    update = Update(tables.OWNERS, (owner.owner_id,), {"status": value})
    because = f": {note}" if note else ""
    if value == ACTIVE:
        return _changed(owner, "status", value, (update,), f"{owner.alias} is active again{because}.")
    running = snapshot.running_session(owner.alias)
    if value == LEFT and running is not None:
        hours = snapshot.policies.validation.max_session_hours
        hint = f"It ends with !stop_work, or at its limit of {hours} hours; then {owner.alias} can leave."
        message = f"The clock of {owner.alias} runs on {running.task_id}."
        return conflict("session_running", message, hint, "alias")
    why = "left" if value == LEFT else "is suspended"
    gone = freed(snapshot, owner.alias, why, now, founder_too=value == LEFT)
    said = "has left" if value == LEFT else "is suspended"
    message = f"{owner.alias} {said}{because}."
    return Change(
        markdown=gone.markdown,
        index=(*gone.index, update),
        audit=(Audit("set_owner", Entity("owner", owner.alias), message), *gone.audit),
        message=message,
        figures=(*freed_figures(gone), "Earned awards go on, votes stand, and SC can be redeemed."),
        data={"alias": owner.alias, "field": "status", "value": value},
    )


@dataclass(frozen=True, slots=True)
class Step:
    """What changing a license asks: SK and EUR, zero for a step down."""

    kind: str
    sk: int
    eur: Decimal


def _license(snapshot: Snapshot, actor: Actor, owner: Owner, value: str, *, reference: str, now: datetime) -> Outcome:
    rules = snapshot.policies.licenses
    if value not in rules.licenses:
        return malformed("bad_argument", f"“{value[:40]}” is none of {', '.join(rules.licenses)}.", field="value")
    if value == owner.license:
        return conflict("no_change", f"{owner.alias} has a {value} license already.", field="value")
    if owner.alias == actor.alias:
        hint = "Another of the leadership or the founder can."
        return forbidden("own_license", "You can't change your own license.", hint)
    step = _step(rules, owner.license, value)
    if isinstance(step, Refusal):
        return step
    if step.eur and not reference:
        hint = f"Say where the payment is recorded: !set_owner {owner.alias} license {value} <reference>."
        return rule("payment_reference", f"A {value} license costs {eur(step.eur)} more.", hint, "reference")
    result = threshold(snapshot, actor, owner.alias, step.sk, f"A {value} license") if step.sk else "ok"
    if isinstance(result, Refusal):
        return result
    message = f"{owner.alias} has a {value} license now, instead of {owner.license}."
    if result == WAIVED:
        message = f"{message[:-1]}; the founder waived the threshold."
    bought = LicenseTransaction(now, step.kind, owner.alias, owner.license, value, step.eur, reference or None, "")
    index: tuple[RowWrite, ...] = (
        Append(tables.LICENSES, bought),
        Update(tables.OWNERS, (owner.owner_id,), {"license": value}),
    )
    main = Audit("set_owner", Entity("owner", owner.alias), message, result)
    data = {"alias": owner.alias, "field": "license", "value": value, "waived": result == WAIVED}
    if rules.licenses[value].work:
        return Change((), index, (main,), message, data=data)
    gone = freed(snapshot, owner.alias, f"has a {value} license", now, founder_too=False)
    return Change(gone.markdown, (*gone.index, *index), (main, *gone.audit), message, freed_figures(gone), data=data)


def _step(rules: LicensePolicies, before: str, after: str) -> Step | Refusal:
    """What the way from one license to another asks, over the licenses between them."""
    order = list(rules.licenses)
    if order.index(after) < order.index(before):
        return Step("downgrade", 0, ZERO)
    way = [f"{low}_{high}" for low, high in pairwise(order[order.index(before) : order.index(after) + 1])]
    missing = [name for name in way if name not in rules.upgrades]
    if missing:
        return rule("no_upgrade", f"The policy has no way from {before} to {after}.", field="value")
    steps = [rules.upgrades[name] for name in way]
    return Step("upgrade", max(step.sk for step in steps), sum((step.eur for step in steps), ZERO))


def _changed(owner: Owner, field: str, value: str, index: tuple[RowWrite, ...], message: str) -> Change:
    return Change(
        markdown=(),
        index=index,
        audit=(Audit("set_owner", Entity("owner", owner.alias), message),),
        message=message,
        data={"alias": owner.alias, "field": field, "value": value},
    )
