"""What was due is written before a command, whatever became of the first try to write it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from smartup_tui.forge.embedded.faults import Fault, FaultKind
from smartup_tui.ledger import tables
from smartup_tui.ledger.settle import next_effect
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.toolbox.result import Request
from smartup_tui.toolbox.service import standard_rules
from tests.support.organisation import company
from tests.toolbox.scenario import running


@pytest.mark.parametrize("kind", [None, FaultKind.RACE, FaultKind.DROP_BEFORE, FaultKind.DROP_AFTER])
def test_a_first_try_that_failed_leaves_nothing_due_behind(tmp_path: Path, kind: FaultKind | None) -> None:
    org = company()
    task = org.task()
    for category in ("conflict_resolution", "governance_participation"):
        org.do("award_sk", "captain", alias="maria", category=category, entity_id=task, reason="For a beginning.")
    with running(tmp_path, {path: org.tree.read(path) or b"" for path in org.tree.paths()}) as place:
        place.clock.now = org.now + timedelta(days=70)  # the karma has decayed by then
        if kind is not None:
            place.faults.plan(Fault(kind, "POST", "/contents"))
        toolbox = place.toolbox(standard_rules())
        result = toolbox.perform(Request("claim_task", "maria", "$claim", {"task_id": task, "seat": "attacker"}))
        assert result.ok, result.error
        ledger = place.ledger()
        assert next_effect(Snapshot(ledger.tree), place.clock.now) is None
        trail = [(row.script, row.request_id) for row in ledger.rows(tables.EVENTS)]
        assert trail[-1] == ("api:claim_task", "$claim")
        assert "settle:decay:2026-03:2026-03-01T00:00:00Z" in {name for _, name in trail}
