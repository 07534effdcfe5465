"""A history in which every writing command of the catalogue is given, and what time decides happens too.

What must hold whatever command is given is tried on it: writes that were cut off, texts that must stay texts.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

from smartup_tui.ledger import tables
from smartup_tui.ledger.change import Change, Outcome
from smartup_tui.ledger.tree import Tree
from tests.support.organisation import FOUNDER, Organisation

ROLL_LATE: Final = "policies/validation-rules.yml: roll_days = 3000"
SCORES: Final[dict[str, Any]] = {"effort": 8, "learning": 7, "collaboration": 9}


Given = tuple[str, str, dict[str, Any]]
"""A command, who gave it, and its arguments."""


class Paced(Organisation):
    """An organisation whose owners take a minute for each command, so that times tell what came first."""

    def __init__(self) -> None:
        """Nothing is given yet; `given` holds each command with who gave it, by the place of its change in `sealed`."""
        super().__init__()
        self.given: dict[int, Given] = {}
        self.before: dict[int, Tree] = {}
        """The ledger before each of them, settled."""

    def attempt(self, command: str, actor: str, /, *, at: datetime | str | None = None, **arguments: Any) -> Outcome:
        """Give a command a minute after the one before."""
        self.wait(minutes=1)
        self.settle()
        before = self.tree
        outcome = super().attempt(command, actor, at=at, **arguments)
        if isinstance(outcome, Change):
            number = len(self.sealed) - 1
            self.given[number], self.before[number] = (command, actor, arguments), before
        return outcome


@cache
def whole_story() -> Paced:
    """The organisation at the end; `sealed` holds all that was written, in order. Treat it as read-only."""
    org = Paced().register().teams()
    org.owner("captain", "4_1_7").owner("designer", "4_1_2")
    org.owner("maria", "4_2_7").owner("jonas", "4_3_7")
    _planned(org)
    _worked(org)
    _contested(org)
    _applied(org)
    _proposed(org)
    _paid(org)
    _left(org)
    _vested(org)
    org.wait(days=40).settle()
    return org


def _planned(org: Organisation) -> None:
    """Objectives, tasks and roles are made and changed."""
    org.task()
    org.task("small", "Answer the letters")
    org.task("large", "Build the bridge")
    org.do("set_task", "captain", task_id="6_7_0_1", field="title", value="Answer all letters")
    org.do("set_task", "captain", task_id="6_7_0_1", field="due", value="2026-05-01")
    org.do("set_task", "captain", task_id="6_7_0_1", field="size", value="medium")
    org.do("set_objective", objective_id="5_7_0", field="mission_leader", value="maria")
    org.do("set_objective", objective_id="5_7_0", field="title", value="Tasks work well")
    org.do("set_objective", objective_id="5_0", field="tick", value="5_7_0")
    org.do("set_objective", objective_id="5_0", field="status", value="done")
    org.do("set_role", role_id="4_2_3", field="name", value="senior_builder")
    org.do("set_role", role_id="4_2_3", field="weekly", value="120")
    org.do("set_role", role_id="4_2_4", field="description", value="Counts what there is.")
    org.do("record_treasury", event_type="DEPOSIT", amount_eur="5000", note="Licenses")
    org.do("create_owner", "captain", alias="lena", license="work", matrix_id="@lena:smartup0.org")
    org.do("create_owner", "designer", alias="lena", license="work", matrix_id="@lena:smartup0.org")
    org.do("create_owner", alias="wanda", license="watch", matrix_id="@wanda:smartup0.org", reference="OC-7")
    for entity_id in ("3_1", "3_2"):
        org.do("award_sk", "designer", alias="maria", category="conflict_resolution", entity_id=entity_id, reason="So.")
    org.do("kudos", "jonas", alias="maria", amount=3, reason="For the tea.")


def _worked(org: Organisation) -> None:
    """Seats, sessions, an assessment and a validation."""
    org.seats("6_7_0_0", "maria", "jonas")
    org.do("claim_task", "jonas", task_id="6_7_0_1")
    org.do("release_task", "jonas", task_id="6_7_0_1", reason="For somebody else.")
    org.do("assign_task", "captain", task_id="6_7_0_1", alias="jonas", seat="attacker")
    org.do("assign_task", "captain", task_id="6_7_0_1", alias="maria", seat="attacker")
    org.session("6_7_0_0", "maria", "jonas")
    org.do("correct_session", "maria", session_id="s_1", stopped=f"{org.now - timedelta(hours=1):%Y-%m-%dT%H:%MZ}",
           notes="Half an hour less.")  # fmt: skip
    org.do("assess_work", "captain", session_id="s_1", share=40, note="Clear.", **SCORES)
    org.do("validate_sc", "designer", pending_id="g_4", decision="approve")
    org.do("comment", "jonas", entity_id="6_7_0_0", text="Two examples are missing.")
    org.do("comment", "jonas", entity_id="maria", text="Thank you.")
    org.do("comment", "jonas", entity_id="5_7_0", text="On its way.")
    org.wait(days=3).settle()


def _contested(org: Organisation) -> None:
    """Objections to awards: withdrawn, dismissed, upheld, and one that nobody decides."""
    for share, decision in ((20, "dismiss"), (20, "uphold")):
        session = org.session("6_7_0_0", "maria", "jonas")
        award = org.do("assess_work", "captain", session_id=session, share=share, **SCORES).entity.id
        org.do("validate_sc", "designer", pending_id=award, decision="approve")
        if decision == "dismiss":
            org.do("object", "wanda", entity_id=award, reason="It was less.")
            org.do("withdraw", "wanda", entity_id=award)
        org.do("object", "lena", entity_id=award, reason="It was much less.")
        org.do("resolve", FOUNDER, pending_id=award, decision=decision, reason="I have read it.")
        org.wait(days=3).settle()
    session = org.session("6_7_0_0", "maria", "jonas")
    award = org.do("assess_work", "captain", session_id=session, share=10, **SCORES).entity.id
    org.do("validate_sc", "designer", pending_id=award, decision="reject", reason="Once more, please.")
    award = org.do("assess_work", "captain", session_id=session, share=10, **SCORES).entity.id
    org.do("validate_sc", "designer", pending_id=award, decision="approve")
    org.do("object", "lena", entity_id=award, reason="Nobody looks at it.")
    org.wait(days=8).settle()
    for alias in ("maria", "jonas", "captain"):
        org.attempt("vote", alias, proposal_id="p_1", choice="yes", reason="It was good.")
    org.wait(days=8).settle()


def _applied(org: Organisation) -> None:
    """Applications for roles: withdrawn, declined, accepted; and a role given back."""
    org.do("set_role", role_id="4_3_7", field="holder", value="none")
    org.do("assign_role", alias="jonas", role_id="4_3_7")
    org.do("apply", "lena", role_id="4_2_2", motivation="I like to draw.")
    org.do("withdraw", "lena", entity_id="a_1")
    org.do("apply", "lena", role_id="4_2_3", motivation="I like to build.")
    org.do("decline_application", FOUNDER, application_id="a_2", reason="Not now.")
    org.do("apply", "lena", role_id="4_3_2", motivation="I like to learn.")
    org.do("accept_application", "designer", application_id="a_3", reason="Welcome.")
    org.do("resign", "lena", role_id="4_3_2")


def _proposed(org: Organisation) -> None:
    """Proposals: withdrawn, contested, voted on, and carried out."""
    org.do("propose", "maria", title="Meet on Fridays", text="It keeps us together.")
    org.do("comment", "jonas", entity_id="p_2", text="Why Fridays?")
    org.do("object", "jonas", entity_id="p_2", reason="Not on Fridays.")
    org.do("withdraw", "jonas", entity_id="p_2")
    org.do("object", "lena", entity_id="p_2", reason="Not every week.")
    org.do("vote", "captain", proposal_id="p_2", choice="no", reason="No.")
    org.do("vote", "captain", proposal_id="p_2", choice="abstain")
    org.do("propose", "maria", title="Meet on Mondays", text="Then Mondays.")
    org.do("withdraw", "maria", entity_id="p_3")
    org.do("propose", "maria", kind="policy", title="Keep rows", text=ROLL_LATE)
    org.do("propose", "maria", kind="role", title="A captain", text="give 4_1_3 to lena")
    paid = next(row for row in org.snapshot.award("g_4") if row.beneficiary == "maria")
    org.do("propose", "maria", kind="correction", title="Too much",
           text=f"destroy {paid.amount / 4:.2f} of g_4 from maria")  # fmt: skip
    org.wait(days=10).settle()


def _paid(org: Organisation) -> None:
    """Redemptions, and awards that wait for money."""
    org.do("redeem", "jonas", amount="1")
    org.do("withdraw", "jonas", entity_id="r_1")
    org.do("redeem", "maria", amount="2.50")
    org.do("pay_redemption", FOUNDER, redemption_id="r_2", reference="Transfer 1")
    org.do("record_treasury", event_type="EXPENSE", amount_eur="-4990", note="A ship")
    org.seats("6_7_0_0", "maria", "jonas")
    session = org.session("6_7_0_0", "maria", "jonas")
    award = org.do("assess_work", "captain", session_id=session, share=20, **SCORES).entity.id
    org.do("validate_sc", "designer", pending_id=award, decision="approve")
    org.wait(days=3).settle()  # held
    org.do("record_treasury", event_type="GRANT", amount_eur="40000", note="A grant")
    org.settle()


def _left(org: Organisation) -> None:
    """Licenses, accounts and aliases change; somebody is suspended and comes back; somebody leaves."""
    org.do("set_owner", alias="wanda", field="license", value="work", reference="OC-8")
    org.do("set_owner", alias="wanda", field="matrix_id", value="@wanda2:smartup0.org")
    org.do("claim_task", "maria", task_id="6_7_0_2", seat="attacker")
    org.do("redeem", "maria", amount="1")
    org.do("set_owner", alias="maria", field="alias", value="mara", reference="Married")
    org.do("set_owner", alias="mara", field="status", value="suspended", reference="A rest")
    org.do("set_owner", alias="mara", field="status", value="active")
    org.do("assign_role", alias="mara", role_id="4_2_7")
    org.do("set_owner", alias="wanda", field="license", value="watch")
    org.do("set_owner", alias="wanda", field="status", value="left")
    org.do("create_owner", alias="wanda", license="watch", matrix_id="@wanda2:smartup0.org", reference="OC-9")


def _vested(org: Organisation) -> None:
    """A tranche is voted on, a forgotten clock closed, an unused seat freed, a task cancelled."""
    org.do("vest", pending_id="g_1", text="Two captains lead their teams.")
    org.do("claim_task", "mara", task_id="6_7_0_2", seat="attacker")
    org.do("claim_task", "jonas", task_id="6_7_0_2", seat="defender")
    org.do("start_work", "mara", task_id="6_7_0_2")
    org.do("start_work", "jonas", task_id="6_7_0_2")
    org.wait(hours=13).settle()
    for alias in ("mara", "jonas", "captain"):
        org.do("vote", alias, proposal_id=org.snapshot.rows(tables.PROPOSALS)[-1].proposal_id, choice="yes")
    org.wait(days=20).settle()
    org.do("cancel_task", "captain", task_id="6_7_0_2", reason="No bridge is needed.")
