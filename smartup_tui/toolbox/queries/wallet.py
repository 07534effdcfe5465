"""`wallet`: credits, karma and the room left today."""

from __future__ import annotations

from datetime import datetime

from smartup_tui.ledger import tables
from smartup_tui.ledger.actor import Actor
from smartup_tui.ledger.arguments import Arguments
from smartup_tui.ledger.change import Answer, Entity, Outcome
from smartup_tui.ledger.economy import three_x
from smartup_tui.ledger.economy.amounts import ZERO, money
from smartup_tui.ledger.economy.wallet import PendingPart, Wallet
from smartup_tui.ledger.economy.wallet import wallet as look_into
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.toolbox.wording import date_time, sc, stamp


def wallet(snapshot: Snapshot, actor: Actor, args: Arguments, now: datetime) -> Outcome:
    """An owner's wallet; the actor's own where no alias is given."""
    alias = args.optional("alias") or actor.alias
    found = look_into(snapshot, alias, now)
    backed = three_x.treasury(snapshot.rows(tables.TREASURY)).ever_held
    pending = "" if backed else " PENDING: the treasury holds no money yet."
    whose = "Your wallet" if alias == actor.alias else f"The wallet of {alias}"
    lines = [f"{sc(found.live)} live.{pending}", _pending(found, now), _karma(found)]
    lines.append(f"{sc(found.room_today)} of awards can still be minted on this UTC day.")
    if found.queued > ZERO:
        lines[0] = f"{sc(found.live)} live, {sc(found.queued)} of it queued for redemption.{pending}"
    data = {
        "alias": alias,
        "sc": {
            "live": money(found.live),
            "pending": [_part(part) for part in found.pending],
            "queued": money(found.queued),
            "backed": backed,
        },
        "sk": {
            "balance": found.sk,
            "next_decay": {"on": found.next_decay.on.isoformat(), "amount": found.next_decay.amount},
        },
        "room_today": money(found.room_today),
    }
    message = f"{whose}: {sc(found.live)} and {found.sk} SK."
    return Answer(message, tuple(lines), data=data, entity=Entity("owner", alias))


def _pending(found: Wallet, now: datetime) -> str:
    if not found.pending:
        return "Nothing is pending."
    parts = "1 part" if len(found.pending) == 1 else f"{len(found.pending)} parts"
    said = f"{sc(found.pending_total)} pending in {parts}"
    ends = [part.ends for part in found.pending if part.ends is not None]
    running = [end for end in ends if end > now]
    if running:
        said += f"; the next window ends {date_time(min(running))}"
    if len(ends) > len(running):
        said += f"; {len(ends) - len(running)} past the window, next in the queue"
    return f"{said}."


def _karma(found: Wallet) -> str:
    decay = found.next_decay
    lost = f"{decay.amount} SK decay on {decay.on.isoformat()}" if decay.amount else "nothing decays next month"
    return f"{found.sk} SK; {lost}."


def _part(part: PendingPart) -> dict[str, object]:
    return {
        "id": part.id,
        "task": part.task_id,
        "seat": part.seat,
        "amount": money(part.amount),
        "status": part.status,
        "ends": stamp(part.ends) if part.ends is not None else None,
    }
