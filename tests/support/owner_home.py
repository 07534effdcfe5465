"""An owner's home on disk with the read model of a small organisation, so that screens and commands have what to show.

Nothing answers at its addresses: whoever opens it is offline, which the workspace must bear.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from smartup_tui.config import Home, Profile, write_profile
from smartup_tui.ledger.index.ingest import ingest
from smartup_tui.ledger.index.store import Index
from smartup_tui.workspace.places import Places
from tests.support.organisation import FOUNDER, Organisation

NOW = datetime(2026, 3, 2, 14, 5, tzinfo=UTC)
PROFILE = Profile(
    organisation="Smartup Zero",
    homeserver="http://127.0.0.1:9",
    user_id="@maria:smartup0.org",
    device_id="TEST",
    alias="maria",
    forge_url="http://127.0.0.1:9",
    forge_owner="Smartup_Zero",
    engelbot=("@engelbot:smartup0.org",),
)


def organisation() -> Organisation:
    """Maria and her colleagues after two months: work paid, work pending, a running clock."""
    org = Organisation().register().teams()
    org.owner("maria", "4_3_1").owner("jonas", "4_3_7").owner("aisha", "4_1_7").owner("tomas", "4_1_2")
    org.do("create_objective", parent="organisation", title="SmartupOS MVP ready", abstract="All of it.")
    org.do("create_objective", parent="5_0", team="3_1", title="Onboarding flow", abstract="From payment to work.")
    org.do("create_objective", parent="5_0", team="3_7", title="Task management operational", abstract="Pay for work.")
    owner = org.do("create_task", objective_id="5_1_0", size="large", title="Draft the owners' guide",
                   why="Newcomers ask the same five questions.\n\n- what is a seat\n- who pays\n")  # fmt: skip
    guide = owner.entity.id
    proof = org.do("create_task", objective_id="5_1_0", size="small", title="Proof-read the passport", why="Trust.")
    drill = org.do("create_task", objective_id="5_7_0", size="complex", title="Backup drill", why="We must know.")
    for number, title in enumerate(("Index the wiki", "Write the treasury page", "Test the invitation token"), 1):
        size = ("small", "medium", "large")[number - 1]
        org.do("create_task", objective_id="5_7_0", size=size, title=title, why="It is asked for.")
    org.wait(days=20).seats(drill.entity.id, "maria", "jonas")
    _paid(org, drill.entity.id, "jonas", share=40, minutes=130, wait=timedelta(days=5))
    org.wait(days=14)
    org.now = NOW - timedelta(days=1, hours=3)
    org.seats(guide, "maria", FOUNDER).seats(drill.entity.id, "maria", "jonas")
    org.do("claim_task", "maria", task_id=proof.entity.id, seat="defender")
    _paid(org, drill.entity.id, "jonas", share=30, minutes=75, wait=timedelta())
    org.now = NOW - timedelta(hours=4)
    org.session(drill.entity.id, "maria", "jonas", minutes=98)
    org.do("start_work", "maria", at=NOW - timedelta(minutes=84), task_id=guide)
    org.do("start_work", FOUNDER, at=NOW - timedelta(minutes=82), task_id=guide)
    return org


def _paid(org: Organisation, task_id: str, partner: str, *, share: int, minutes: int, wait: timedelta) -> None:
    """A session that is assessed and validated, and as long afterwards as is said."""
    session = org.session(task_id, "maria", partner, minutes=minutes)
    award = org.do(
        "assess_work", "aisha", session_id=session, effort=9, learning=8, collaboration=9, share=share, note="Well done"
    )
    org.do("validate_sc", "tomas", pending_id=award.entity.id, decision="approve")
    org.do("award_sk", "aisha", alias="maria", category="documentation", entity_id=session, reason="Clear notes")
    org.now += wait


def make_home(folder: Path, org: Organisation, profile: Profile = PROFILE, *, as_of: datetime = NOW) -> Home:
    """Write profile and read model of an owner under `folder`."""
    home = Home.find(folder)
    write_profile(home, "smartup", profile, default=True)
    with Index(Places.of(home, "smartup").index, writable=True) as index:
        ingest(index, org.tree)
        index.connection.execute(
            "INSERT OR REPLACE INTO meta VALUES('as_of', ?)", (as_of.strftime("%Y-%m-%dT%H:%M:%SZ"),)
        )
    return home
