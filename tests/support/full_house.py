"""One organisation in which every screen has something to show, and a workspace on it that talks to nobody."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from pathlib import Path

import msgspec

from smartup_tui.config import Settings
from tests.support.judging import DRILL, judging
from tests.support.organisation import Organisation
from tests.support.owner_home import NOW, PROFILE
from tests.support.talking_workspace import TalkingWorkspace
from tests.support.wiki import with_handbook, with_past

RUNS_FOR = timedelta(minutes=84)


@cache
def full_house() -> Organisation:
    """Things to judge, a handbook, an application, money, and Maria's running clock. Read it only."""
    org = judging.__wrapped__()
    org.owner("sofia")
    org.do("apply", "sofia", role_id="4_2_2", motivation="I like to draw.")
    org.do("record_treasury", event_type="DEPOSIT", amount_eur="200", note="A license")
    org.do("start_work", "maria", at=NOW - RUNS_FOR, task_id=DRILL)
    org.do("start_work", "tomas", at=NOW - RUNS_FOR + timedelta(minutes=2), task_id=DRILL)
    org.now = NOW
    return with_handbook(org)


def house(root: Path, settings: Settings | None = None, alias: str = "maria") -> TalkingWorkspace:
    """The workspace of one of the owners, with rooms and the past of the handbook."""
    profile = msgspec.structs.replace(PROFILE, alias=alias, user_id=f"@{alias}:smartup0.org")
    workspace = TalkingWorkspace(root, settings, full_house(), profile)
    workspace.furnish()
    with_past(workspace)
    return workspace
