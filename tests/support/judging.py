"""An organisation in which there is something to judge: sessions, awards and proposals in every state."""

from __future__ import annotations

from datetime import timedelta
from functools import cache

from tests.support.organisation import FOUNDER, Organisation
from tests.support.owner_home import NOW

GUIDE, TREASURY, TOKEN, DRILL = "6_7_0_0", "6_7_0_1", "6_7_0_2", "6_2_0_0"
TO_ASSESS, AT_LIMIT, UNCONFIRMED = "s_7", "s_6", "s_8"
PAID, REJECTED, PENDING, CONTESTED, RUNNING = "g_4", "g_5", "g_6", "g_7", "g_8"
ACCEPTED, WITHDRAWN, OPEN, VOTING = "p_1", "p_2", "p_3", "p_4"
PEOPLE = (FOUNDER, "aisha", "tomas", "lena", "maria", "jonas", "wim")


@cache
def judging() -> Organisation:
    """Aisha, Tomas and Lena are captains, Maria leads an objective, Jonas works, Wim watches. Read it only."""
    org = Organisation().register().teams()
    org.owner("aisha", "4_1_7").owner("tomas", "4_1_2").owner("lena", "4_1_5")
    org.owner("maria", "4_3_1").owner("jonas", "4_3_7").owner("wim", license_="watch")
    _planned(org)
    org.do("propose", at=NOW - timedelta(days=20), title="Office hours on Fridays",
           text="One hour a week for whoever has a question.")  # fmt: skip
    org.do("propose", title="A second logo", text="It would be nice.")
    org.do("withdraw", entity_id=WITHDRAWN)
    org.settle(NOW - timedelta(days=12))
    _paid(org)
    org.settle(NOW - timedelta(days=5))
    org.seats(TREASURY, "jonas", "aisha").seats(TOKEN, "jonas", "tomas").seats(DRILL, "maria", "tomas")
    _awards(org)
    _proposals(org)
    org.settle(NOW - timedelta(minutes=5))
    return org


def _planned(org: Organisation) -> None:
    org.do("create_objective", parent="organisation", title="SmartupOS MVP ready", abstract="All of it.")
    org.do("create_objective", parent="5_0", team="3_7", title="Task management operational", abstract="Pay for work.")
    org.do("create_objective", parent="5_0", team="3_2", title="Servers stand", abstract="They run by themselves.")
    org.do("set_objective", objective_id="5_2_0", field="mission_leader", value="maria")
    for objective, size, title in (
        ("5_7_0", "large", "Draft the owners' guide"),
        ("5_7_0", "medium", "Write the treasury page"),
        ("5_7_0", "small", "Test the invitation token"),
        ("5_2_0", "complex", "Backup drill"),
    ):
        org.do("create_task", objective_id=objective, size=size, title=title, why="It is asked for.")


def _paid(org: Organisation) -> None:
    """Two sessions of the guide: one award is paid, the other was rejected."""
    org.seats(GUIDE, "maria", "jonas")
    for share, decision in ((30, "approve"), (20, "reject")):
        session = org.session(GUIDE, "maria", "jonas", minutes=75)
        award = org.do("assess_work", "aisha", session_id=session, effort=9, learning=8, collaboration=9, share=share)
        reason = "The page is not there." if decision == "reject" else None
        org.do("validate_sc", "tomas", pending_id=award.entity.id, decision=decision, reason=reason)


def _awards(org: Organisation) -> None:
    """An award to validate, one that is contested, one whose window runs; and sessions that wait, or can not."""
    org.now = NOW - timedelta(days=1, hours=6)
    pending = org.session(TREASURY, "jonas", "aisha", minutes=50)
    contested = org.session(TOKEN, "jonas", "tomas", minutes=35)
    running = org.session(DRILL, "maria", "tomas", minutes=130)
    org.do("assess_work", session_id=pending, effort=7, learning=7, collaboration=8, share=60, note="Clear figures")
    org.do("assess_work", session_id=contested, effort=6, learning=5, collaboration=7)
    org.do("assess_work", session_id=running, effort=10, learning=9, collaboration=10, share=50)
    org.do("validate_sc", "lena", pending_id=CONTESTED, decision="approve")
    org.do("object", "maria", entity_id=CONTESTED, reason="The token page is missing, see the objective")
    org.do("validate_sc", "lena", pending_id=RUNNING, decision="approve")
    org.do("start_work", "tomas", task_id=DRILL)  # nobody confirms it, and nobody stops it: the limit does
    org.session(GUIDE, "maria", "jonas", minutes=98)
    org.now = NOW - timedelta(hours=2)
    org.do("start_work", "jonas", task_id=TREASURY)
    org.wait(minutes=20).do("stop_work", "jonas", notes="Alone, since Aisha was away.")


def _proposals(org: Organisation) -> None:
    """One whose window runs, one that is voted on."""
    org.do("propose", title="A longer vote", kind="policy", text="Ten days give everybody a weekend.\n\n"
           "policies/validation-rules.yml: vote_days = 10")  # fmt: skip
    org.do("propose", title="Close the office in August", text="Nobody is there anyhow.")
    org.do("object", "tomas", entity_id=VOTING, reason="The servers need somebody")
    org.do("vote", "maria", proposal_id=VOTING, choice="no", reason="I am there")
    org.do("vote", "jonas", proposal_id=VOTING, choice="yes")
