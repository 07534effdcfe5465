"""`vest`: opening the vote on a tranche of the founding work (ledger.md §4, Founder's tranches)."""

from __future__ import annotations

from datetime import datetime

from smartup_tui.ledger.actor import Actor
from smartup_tui.ledger.arguments import Arguments
from smartup_tui.ledger.change import Outcome, Refusal
from smartup_tui.ledger.economy.minting import FOUNDER
from smartup_tui.ledger.governance import voting
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.toolbox.owners.propose import Draft, new_proposal, with_result
from smartup_tui.toolbox.wording import conflict, not_found, rule, sc


def vest(snapshot: Snapshot, actor: Actor, args: Arguments, now: datetime) -> Outcome:
    """Open the vote; it mints nothing itself. A tranche that was refused may be voted on again later."""
    pending_id = args.text("pending_id")
    rows = snapshot.award(pending_id)
    if not rows:
        return not_found("not_found", f"There is no tranche {pending_id}.", field="pending_id")
    tranche = rows[0]
    if tranche.adm_role != FOUNDER:
        hint = "Awards of tasks are validated, not voted on."
        return rule("no_tranche", f"{pending_id} is no tranche of the founding work.", hint, "pending_id")
    if tranche.status != "pending":
        return conflict("decided", f"{pending_id} is {tranche.status} already.", field="pending_id")
    running = voting.vote_on(snapshot, pending_id)
    if running is not None:
        hint = f"It is {running.proposal_id}."
        return conflict("voting", f"{pending_id} is being voted on.", hint, "pending_id")
    title = f"{pending_id}: {sc(tranche.amount)} of the founding work for {tranche.beneficiary}"
    text = f"{tranche.note}\n\n{args.text('text')}"
    opened = new_proposal(snapshot, actor.alias, Draft(voting.VESTING, title, text), now)
    return opened if isinstance(opened, Refusal) else with_result(opened, "vest")
