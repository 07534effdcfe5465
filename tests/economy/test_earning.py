"""Whose license earns SC: by the policy of the day of the assessment, and the license that was held in the session."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from smartup_tui.ledger import tables
from smartup_tui.ledger.economy.earning import licenses_in, unpaid_seats
from smartup_tui.ledger.policies import CREDIT_RATES, LICENSE_POLICIES
from smartup_tui.ledger.verify import verify
from tests.support.organisation import Organisation, company, edited
from tests.toolbox.operations.governing import SCORES

EARNS = b"  work:\n    work: true\n    earn_sc: true"
UNPAID = EARNS.replace(b"earn_sc: true", b"earn_sc: false")


def worked(org: Organisation) -> str:
    """A confirmed session of maria and jonas; its id."""
    task = org.task()
    return org.seats(task, "maria", "jonas").session(task, "maria", "jonas")


def amounts(org: Organisation) -> dict[str, Decimal]:
    """What the award of the session says for each of the pair."""
    return {row.adm_role: row.amount for row in org.snapshot.rows(tables.PENDING) if row.session_id is not None}


def assessed(org: Organisation, session: str, **scores: Any) -> tuple[str, ...]:
    """Assess the session; the figures of the answer."""
    return org.do("assess_work", "captain", session_id=session, **(SCORES | scores)).figures


def test_a_license_that_earns_nothing_is_told_so_and_not_paid() -> None:
    """Before the work and at the assessment; the rest of the flow goes on, and nothing is minted."""
    org = edited(company(), LICENSE_POLICIES, EARNS, UNPAID)
    task = org.task()
    org.seats(task, "maria", "jonas")
    begun = org.do("start_work", "maria", task_id=task)
    why = f"a work license earns no SC (licenses.work.earn_sc in {LICENSE_POLICIES})"
    assert f"Your work is not paid: {why}." in begun.figures
    assert any(why in line for line in org.do("start_work", "jonas", task_id=task).figures)
    org.wait(minutes=90)
    org.do("stop_work", "maria", notes="Done.")
    figures = assessed(org, begun.entity.id)
    assert f"maria is not paid: {why}." in figures
    assert f"jonas is not paid: {why}." in figures
    assert amounts(org) == {"attacker": 0, "defender": 0}
    org.do("validate_sc", "designer", pending_id="g_4", decision="approve")
    org.wait(days=3).settle()
    assert {row.status for row in org.snapshot.award("g_4")} == {"paid"}
    assert not org.snapshot.rows(tables.CREDITS)
    assert verify(org.tree).errors == ()


def test_only_the_one_without_such_a_license_is_not_paid() -> None:
    """The other one's part does not grow by it."""
    org = edited(company(), LICENSE_POLICIES, b"organizational:\n    work: true\n    earn_sc: true",
                 b"organizational:\n    work: true\n    earn_sc: false")  # fmt: skip
    org.owner("works_ltd", "4_3_2", license_="organizational")
    task = org.task()
    session = org.seats(task, "maria", "works_ltd").session(task, "maria", "works_ltd")
    assert any(line.startswith("works_ltd is not paid") for line in assessed(org, session))
    assert amounts(org) == {"attacker": Decimal("36.00"), "defender": Decimal(0)}


def test_a_step_down_takes_nothing_from_what_was_worked_before() -> None:
    """The license of the session counts, not the one of the assessment."""
    org = company()
    session = worked(org)
    org.do("set_owner", alias="maria", field="license", value="watch")
    assert not any("not paid" in line for line in assessed(org, session))
    assert amounts(org) == {"attacker": Decimal("36.00"), "defender": Decimal("4.00")}


def test_a_license_that_is_changed_during_a_session_is_read_in_the_owners_favour() -> None:
    """Also a step up whose row is younger than the message that began the session."""
    org = edited(company(), LICENSE_POLICIES, EARNS, UNPAID)
    task = org.task()
    org.seats(task, "maria", "jonas")
    session = org.do("start_work", "maria", task_id=task).entity.id
    org.do("start_work", "jonas", task_id=task)
    org.wait(minutes=10).do("set_owner", alias="maria", field="license", value="organizational", reference="OC-2")
    org.wait(minutes=80).do("stop_work", "maria", notes="Done.")
    assessed(org, session)
    assert amounts(org) == {"attacker": Decimal("36.00"), "defender": Decimal(0)}


def test_what_an_import_brought_is_paid() -> None:
    """The older ledger let somebody with a watch license work; its rules were others."""
    org = company()
    session = worked(org)
    clock = org.snapshot.session(session)
    assert clock is not None
    org = edited(org, LICENSE_POLICIES, EARNS, UNPAID)
    assert set(unpaid_seats(org.snapshot, clock)) == {"attacker", "defender"}
    events = org.tree.read(tables.EVENTS.path) or b""
    brought = events.splitlines(keepends=True)[-1].split(b",")
    row = b",".join([brought[0], b"E99999999", b"engelbot", b"import", b"work_clock", session.encode(), b"x,cli,ok,r"])
    org = edited(org, tables.EVENTS.path, events, events + row + b"\n")
    assert unpaid_seats(org.snapshot, clock) == {}


def test_the_licenses_of_a_time_are_read_off_the_log() -> None:
    """Also under an alias of before, and before the first row."""
    org = company()
    entered = org.now
    org.wait(days=1).do("set_owner", alias="maria", field="license", value="watch")
    down = org.now
    org.wait(days=1).do("set_owner", alias="maria", field="alias", value="mary")
    snapshot, second = org.snapshot, timedelta(seconds=1)
    for alias in ("maria", "mary"):
        assert licenses_in(snapshot, alias, entered, down - second) == ("work",)
        assert licenses_in(snapshot, alias, entered - second, down - second)[0] == "work"
        assert licenses_in(snapshot, alias, entered, down) == ("work", "watch")
        assert set(licenses_in(snapshot, alias, down, None)) == {"watch"}
    assert licenses_in(snapshot, "nobody", entered, None) == ()


@pytest.mark.parametrize(
    ("midfielder", "defender", "parts"), [("0", "10", ("36.00", "4.00")), ("5", "5", ("36.00", "2.00"))]
)
def test_the_midfielders_part_is_not_minted(midfielder: str, defender: str, parts: tuple[str, str]) -> None:
    """Engelbot holds no SC, and what it would get is nobody else's either."""
    org = edited(company(), CREDIT_RATES, b"defender: 10\n  midfielder: 0",
                 f"defender: {defender}\n  midfielder: {midfielder}".encode())  # fmt: skip
    figures = assessed(org, worked(org))
    assert tuple(str(amount) for amount in amounts(org).values()) == parts
    assert any("split.midfielder" in line for line in figures) == (midfielder != "0")
