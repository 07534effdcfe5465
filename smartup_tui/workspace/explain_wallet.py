"""An owner's wallet explained: every SC and SK that moved, what is on its way, and what is asked back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Final

from smartup_tui.ledger import tables
from smartup_tui.ledger.economy import sc as credits_
from smartup_tui.ledger.economy import sk as karma
from smartup_tui.ledger.economy.amounts import ZERO
from smartup_tui.ledger.economy.redemption import QUEUED
from smartup_tui.ledger.index.placed import Placed
from smartup_tui.ledger.policies import PolicyError
from smartup_tui.ledger.rows import CreditTransaction, KarmaTransaction, PendingSC, Redemption
from smartup_tui.workspace import words
from smartup_tui.workspace.explain_rows import Evidence, added, compared, count, eur, sc, signed, silence, sk, where
from smartup_tui.workspace.explanation import Explanation

LIVE: Final = "ledger.md §4, Award flow"
_REDEMPTION: Final = "ledger.md §4, Redemption"
_SK: Final = "ledger.md §4, SK"
_MINTED: Final = ("mint", "release", "import")
_GIVEN: Final = ("award_sk", "kudos", "decay")


def wallet(evidence: Evidence, alias: str) -> Explanation:
    """All that `smartup wallet` and the screen Wallet show of an owner."""
    reader, now = evidence.reader, evidence.now
    shown = reader.wallet_of(alias, now)
    names = evidence.names(alias)
    moved, earned = evidence.movements(tables.CREDITS, alias), evidence.movements(tables.KARMA, alias)
    awards = evidence.rows(tables.PENDING, "beneficiary = ? ", (alias,), order="row")
    requests = evidence.rows(tables.REDEMPTIONS, "alias = ?", (alias,))
    queued = [row for row in requests if row.value.status == QUEUED]
    open_ = [row for row in awards if row.value.status in credits_.OPEN]
    parts = [
        _live(evidence, alias, moved, shown.live),
        added(
            Explanation(
                "Pending",
                sc(shown.pending_total),
                f"Awards that are assessed and not yet minted: validation, then {silence(evidence)}.",
                LIVE,
                parts=tuple(pending_part(evidence, row) for row in open_),
            ),
            sum((row.value.amount for row in open_), ZERO),
            shown.pending_total,
            write=sc,
        ),
        added(
            Explanation(
                "Queued for redemption",
                sc(shown.queued),
                "Asked back and not yet paid; queued SC are reserved, first in, first out.",
                _REDEMPTION,
                parts=tuple(request_part(evidence, row) for row in queued),
            ),
            sum((row.value.amount for row in queued), ZERO),
            shown.queued,
            write=sc,
        ),
        _redeemed(evidence, alias, moved, shown.redeemed),
        _karma(evidence, names, earned, shown.sk),
        *_decay(evidence, names, earned, shown.next_decay),
    ]
    # What is nothing and comes from nothing needs no reason.
    kept = [part for part in parts if part.parts or part.doubt or part.title in ("Live", "SK", "Next decay")]
    value = f"{sc(shown.live)} live, {sc(shown.pending_total)} pending, {sk(shown.sk)}"
    return Explanation(f"Wallet of {alias}", value, about=alias, entity=alias, parts=tuple(kept))


def _live(evidence: Evidence, alias: str, moved: Sequence[Placed[CreditTransaction]], shown: Decimal) -> Explanation:
    names = evidence.names(alias)
    references = [row.value.reference or "" for row in moved]
    evidence.gather_deeds(references)
    evidence.gather_awards(name for name in references if name.startswith("g_"))
    parts = tuple(movement(evidence, row, names) for row in moved)
    tally = credits_.tally(row.value for row in moved)
    reckoned = sum((tally.of(name) for name in names), ZERO)
    how = f"What was minted, less what was redeemed or destroyed: {count(len(moved), 'row')} of the credit log."
    return added(Explanation("Live", sc(shown), how, LIVE, parts=parts), reckoned, shown, write=sc)


def movement(evidence: Evidence, row: Placed[CreditTransaction], names: Sequence[str] = ()) -> Explanation:
    """A row of the credit log, compared with the award or the request that it names."""
    found = row.value
    owner = found.to or found.from_ or ""
    names = names or (evidence.names(owner) if owner else ())
    taken = found.type in (credits_.REDEEM, credits_.DESTROY)
    part = Explanation(
        f"{found.type} {found.reference or ''}".strip(),
        f"{signed(-found.amount if taken else found.amount)} SC",
        note=found.description,
        where=where(tables.CREDITS, row),
        at=found.timestamp,
        entity=found.reference or "",
    )
    if found.type == credits_.MINT:
        deed = evidence.deed(found.reference, _MINTED, says=f"minted for {found.to}")
        part = compared(part, _mint_doubt(evidence, found, names))
    elif found.type == credits_.REDEEM:
        deed = evidence.deed(found.reference, ("pay_redemption",))
        part = compared(part, _redeem_doubt(evidence, found, names))
    else:
        deed = evidence.deed(found.reference, ("correct",), says=f"for {found.from_}")
    return evidence.written_by(part, deed)


def _mint_doubt(evidence: Evidence, found: CreditTransaction, names: Sequence[str]) -> str:
    """Why a mint is not what its award says; empty where it is."""
    reference = found.reference or ""
    if not reference.startswith("g_"):
        return ""
    rows = evidence.awards(reference)
    if not rows:
        return f"there is no award {reference}"
    own = [row for row in rows if row.beneficiary in names]
    if not own:
        return f"{reference} is not an award of {found.to}"
    if all(row.amount != found.amount for row in own):
        return f"{reference} says {sc(own[0].amount)}"
    return "" if any(row.status == "paid" for row in own) else f"{reference} is {own[0].status}, not paid"


def _redeem_doubt(evidence: Evidence, found: CreditTransaction, names: Sequence[str]) -> str:
    rows = evidence.rows(tables.REDEMPTIONS, "redemption_id = ?", (found.reference or "",))
    if not rows:
        return f"there is no request {found.reference or 'named'}"
    request = rows[0].value
    if request.alias not in names or request.amount != found.amount:
        return f"{request.redemption_id} says {sc(request.amount)} of {request.alias}"
    return "" if request.status == "paid" else f"{request.redemption_id} is {request.status}, not paid"


def _redeemed(
    evidence: Evidence, alias: str, moved: Iterable[Placed[CreditTransaction]], shown: Decimal
) -> Explanation:
    names = evidence.names(alias)
    own = [row for row in moved if row.value.type == credits_.REDEEM and row.value.from_ in names]
    part = Explanation(
        "Redeemed",
        sc(shown),
        "SC that were paid out in EUR.",
        _REDEMPTION,
        parts=tuple(movement(evidence, row, names) for row in own),
    )
    return added(part, sum((row.value.amount for row in own), ZERO), shown, write=sc)


def _karma(
    evidence: Evidence, names: Sequence[str], rows: Sequence[Placed[KarmaTransaction]], shown: int
) -> Explanation:
    reckoned = _points(rows, names)
    how = f"What was earned, less the monthly decay: {count(len(rows), 'row')} of the karma log."
    parts = tuple(karma_movement(evidence, row) for row in rows)
    return added(Explanation("SK", sk(shown), how, _SK, parts=parts), reckoned, shown, write=sk)


def _points(rows: Iterable[Placed[KarmaTransaction]], names: Iterable[str]) -> int:
    """The SK of an owner who has these aliases, by the rules of the economy."""
    tally = karma.tally(row.value for row in rows)
    return sum(tally.of(name) for name in names)


def _decay(
    evidence: Evidence, names: Sequence[str], moved: Sequence[Placed[KarmaTransaction]], on: date
) -> list[Explanation]:
    """What the next first of a month takes, if nothing is earned until then; nothing where no SK decay."""
    try:
        decay = evidence.snapshot.policies.karma.decay
    except PolicyError:
        return []
    rule = karma.DecayRule(decay.percent, decay.grace_days, decay.active_bonus)
    at, has = datetime.combine(on, time(), UTC), _points(moved, names)
    recent = sum(row.value.amount for row in moved if row.value.to in names and karma.in_grace(row.value, at, rule))
    lost = karma.decayed(has, recent, rule)
    if not lost:
        return []
    how = (
        f"{rule.percent} % of {sk(has)} less {sk(recent)} that were earned in the {rule.grace_days} days before,"
        f" rounded down; who was active that month gets {rule.active_bonus} SK."
    )
    return [Explanation("Next decay", f"{sk(lost)} on {words.day(on)}", how, _SK)]


def karma_movement(evidence: Evidence, row: Placed[KarmaTransaction]) -> Explanation:
    """A row of the karma log."""
    found = row.value
    points = -found.amount if found.type == karma.DECAY else found.amount
    monthly = found.category in (karma.ACTIVE_MONTH, "decay")
    part = Explanation(
        (found.category or found.type).replace("_", " "),
        f"{signed(points)} SK",
        note=found.description,
        where=where(tables.KARMA, row),
        at=found.timestamp,
        entity="" if monthly else found.reference or "",
    )
    deed = evidence.deed(found.reference if monthly else found.to, _GIVEN, at=found.timestamp)
    return evidence.written_by(part, deed)


def pending_part(evidence: Evidence, row: Placed[PendingSC]) -> Explanation:
    """One owner's part of an award that is on its way."""
    found = row.value
    part = Explanation(
        f"{found.pending_id} {found.adm_role}",
        sc(found.amount),
        note=words.standing(found.status, found.consensus_ends_at, evidence.now),
        where=where(tables.PENDING, row),
        at=found.timestamp,
        entity=found.pending_id,
    )
    return evidence.written_by(part, evidence.deed(found.pending_id, ("assess_work", "register_smartup")))


def request_part(evidence: Evidence, row: Placed[Redemption]) -> Explanation:
    """A request to redeem."""
    found = row.value
    part = Explanation(
        found.redemption_id,
        sc(found.amount),
        note=found.status,
        where=where(tables.REDEMPTIONS, row),
        at=found.timestamp,
        entity=found.redemption_id,
    )
    return evidence.written_by(part, evidence.deed(found.redemption_id, ("redeem",)))


def redemption(evidence: Evidence, row: Placed[Redemption]) -> Explanation:
    """A request to redeem, with its place in the queue or what was paid for it."""
    found = row.value
    paid = evidence.rows(tables.CREDITS, "reference = ?", (found.redemption_id,))
    parts = [request_part(evidence, row), *(movement(evidence, one) for one in paid)]
    ahead = evidence.rows(
        tables.REDEMPTIONS, "status = 'queued' AND (timestamp, row) < (SELECT timestamp, row FROM redemptions"
        " WHERE redemption_id = ?)", (found.redemption_id,),
    )  # fmt: skip
    if found.status == QUEUED:
        amount = sum((one.value.amount for one in ahead), ZERO)
        how = (
            f"{count(len(ahead), 'request')} before it, of {sc(amount)}." if ahead else "It is the first in the queue."
        )
        parts.append(Explanation("Place in the queue", str(len(ahead) + 1), how, _REDEMPTION,
                                 parts=tuple(request_part(evidence, one) for one in ahead)))  # fmt: skip
    booked = evidence.rows(tables.TREASURY, "event_type = 'REDEEM' AND timestamp = ?", (_stamp(found),))
    parts += [
        Explanation("Treasury", f"{signed(one.value.amount_eur_delta)} EUR", note=one.value.notes,
                    where=where(tables.TREASURY, one), at=one.value.timestamp)
        for one in booked
        if one.value.notes.startswith(f"{found.redemption_id} ")
    ]  # fmt: skip
    parts.append(evidence.deeds(found.redemption_id))
    part = Explanation(
        f"Redemption {found.redemption_id}",
        f"{sc(found.amount)}, {found.status}",
        f"One SC is one EUR when it is paid: {eur(found.amount)} for {found.alias}, never so much that the reserve or"
        " the 3x rule would break.",
        _REDEMPTION,
        about=found.redemption_id,
        entity=found.alias,
        parts=tuple(parts),
    )
    gone = sum((one.value.amount for one in paid if one.value.type == credits_.REDEEM), ZERO)
    return added(part, gone, found.amount if found.status == "paid" else ZERO, write=sc)


def _stamp(found: Redemption) -> str:
    return f"{found.decided_at:%Y-%m-%dT%H:%M:%SZ}" if found.decided_at is not None else ""
