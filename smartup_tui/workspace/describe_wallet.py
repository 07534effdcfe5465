"""What moved in a wallet and what is on its way to it, each as a page."""

from __future__ import annotations

from datetime import datetime

from smartup_tui.ledger.economy import sc, sk
from smartup_tui.ledger.rows import CreditTransaction, KarmaTransaction, PendingSC
from smartup_tui.workspace import words

Movement = CreditTransaction | KarmaTransaction


def signed(row: Movement) -> str:
    """How much was given or taken."""
    if isinstance(row, CreditTransaction):
        return f"{'+' if row.type == sc.MINT else '-'}{words.sc(row.amount)}"
    return f"{'-' if row.type == sk.DECAY else '+'}{row.amount}"


def kind(row: Movement) -> str:
    """What kind of movement it was."""
    if isinstance(row, CreditTransaction):
        return row.type.lower()
    return (row.category or row.type.lower()).replace("_", " ")


def describe_movement(row: Movement, leads: str = "") -> str:
    """All that the ledger says of a movement; `leads` is what Enter opens."""
    currency = "SC" if isinstance(row, CreditTransaction) else "SK"
    return _page(
        f"{signed(row)} {currency}, {kind(row)}",
        row.description,
        ("on", words.day_and_time(row.timestamp)),
        ("for", row.reference),
        ("given by", row.awarded_by),
        ("evidence:", row.evidence_link),
        leads=leads,
    )


def describe_pending(row: PendingSC, now: datetime, leads: str = "") -> str:
    """Where SC stand that are on their way, and what they are for."""
    said = words.standing(row.status, row.consensus_ends_at, now)
    return _page(
        f"{words.sc(row.amount)} SC, {row.status}",
        f"{said[:1].upper()}{said[1:]}.",
        ("award", row.pending_id),
        ("for", " on ".join(part for part in (row.session_id, row.task_id) if part)),
        ("as", row.adm_role),
        ("assessed by", row.assessed_by),
        ("note:", row.note),
        leads=leads,
    )


def _page(title: str, text: str, *facts: tuple[str, str | None], leads: str) -> str:
    listed = "\n".join(f"- {name} {value}" for name, value in facts if value)
    return "\n\n".join(part for part in (f"# {title}", text, listed, leads) if part)
