"""What tests of governance begin with: owners who may propose, and short ways to read what became of it."""

from __future__ import annotations

from typing import Any

from smartup_tui.ledger import tables
from smartup_tui.ledger.rows import PendingSC, Proposal
from tests.support.organisation import Organisation, company

TASK = "6_7_0_0"
SCORES: dict[str, Any] = {"effort": 8, "learning": 7, "collaboration": 9}


def assembly() -> Organisation:
    """The company (founder, captain, designer, maria, jonas), in which maria has the SK to propose."""
    return with_karma(company(), "maria", 50)


def with_karma(org: Organisation, alias: str, amount: int, *, by: str = "designer") -> Organisation:
    """The same organisation in which an owner was awarded SK, 25 for each of some entities, within one day's cap."""
    for entity_id in ("3_1", "3_2", "3_3", "3_4")[: amount // 25]:
        org.do("award_sk", by, alias=alias, category="conflict_resolution", entity_id=entity_id, reason="Well solved.")
    return org


def proposal(org: Organisation, proposal_id: str = "p_1") -> Proposal:
    """A proposal's row."""
    row = org.snapshot.rows(tables.PROPOSALS).get(proposal_id)
    assert row is not None
    return row


def page(org: Organisation, proposal_id: str = "p_1") -> str:
    """A proposal's page."""
    return (org.tree.read(proposal(org, proposal_id).wiki_path or "") or b"").decode()


def opened(org: Organisation, alias: str = "maria", **values: Any) -> str:
    """Open a proposal; its id."""
    given = {"title": "Meet on Fridays", "text": "A short meeting keeps us together."} | values
    return org.do("propose", alias, **given).entity.id


def validated_award(org: Organisation) -> str:
    """An award of maria and jonas, assessed by the captain and validated by the designer; its id."""
    task = org.task()
    org.seats(task, "maria", "jonas")
    session = org.session(task, "maria", "jonas")
    pending_id = org.do("assess_work", "captain", session_id=session, **SCORES).entity.id
    org.do("validate_sc", "designer", pending_id=pending_id, decision="approve")
    return pending_id


def status(org: Organisation, pending_id: str) -> str:
    """The status of an award; both rows have it."""
    rows: tuple[PendingSC, ...] = org.snapshot.award(pending_id)
    (found,) = {row.status for row in rows}
    return found


def actions(org: Organisation, entity_id: str) -> list[str]:
    """What the audit trail says was done to something, in order."""
    return [event.action for event in org.snapshot.rows(tables.EVENTS).where(entity_id=entity_id)]
