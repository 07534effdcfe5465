"""What the screens show is what the rules of the economy count."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from smartup_tui.ledger.economy.wallet import wallet as economy_wallet
from smartup_tui.ledger.index.store import Index
from smartup_tui.workspace import wallet_acts
from smartup_tui.workspace.describe import describe_task
from smartup_tui.workspace.places import Places
from smartup_tui.workspace.reader import Reader
from tests.support.organisation import FOUNDER, Organisation
from tests.support.owner_home import NOW, PROFILE, make_home, organisation


@pytest.fixture
def org() -> Organisation:
    return organisation()


def read(folder: Path, org: Organisation) -> Iterator[Reader]:
    home = make_home(folder, org)
    with Index(Places.of(home, "smartup").index) as index:
        yield Reader(index, PROFILE)


@pytest.fixture
def reader(tmp_path: Path, org: Organisation) -> Iterator[Reader]:
    yield from read(tmp_path, org)


def test_the_wallet_is_the_economys(reader: Reader, org: Organisation) -> None:
    shown, counted = reader.wallet(NOW), economy_wallet(org.snapshot, "maria", NOW)
    assert shown.live == counted.live
    assert shown.pending_total == counted.pending_total
    assert sorted(p.amount for p in shown.pending) == sorted(p.amount for p in counted.pending)
    assert shown.sk == counted.sk
    assert shown.queued == counted.queued
    assert shown.next_decay == counted.next_decay.on


def test_the_newest_request_to_redeem_is_what_is_taken_back(tmp_path: Path, org: Organisation) -> None:
    for amount in ("1", "2"):
        org.wait(minutes=1).do("redeem", "maria", amount=amount)
    for reader in read(tmp_path, org):
        assert wallet_acts.hindrance(reader, wallet_acts.Act.TAKE_BACK, NOW) is None
        assert wallet_acts.compose(reader, wallet_acts.Act.TAKE_BACK).text == "!withdraw r_2"
        assert wallet_acts.hindrance(reader, wallet_acts.Act.REDEEM, NOW) is None
        assert not wallet_acts.compose(reader, wallet_acts.Act.REDEEM).complete


def test_what_settles_next(reader: Reader) -> None:
    wallet = reader.wallet(NOW)
    settling = wallet.settling_next(NOW)
    assert settling is not None
    assert settling[1] == wallet.pending_total
    assert wallet.settling_next(NOW + timedelta(days=30)) is None  # every window is over


def test_what_is_contested_settles_on_no_day(reader: Reader) -> None:
    wallet = reader.wallet(NOW)
    contested = tuple(replace(part, status="contested") for part in wallet.pending)
    assert replace(wallet, pending=contested).settling_next(NOW) is None


def test_the_clock_and_the_days_minutes(reader: Reader) -> None:
    today = reader.today(NOW)
    assert today.clock is not None
    assert (today.clock.task_id, today.clock.partner, today.clock.confirmed) == ("6_1_0_0", FOUNDER, True)
    assert today.clock.minutes(NOW) == 84
    assert today.minutes(NOW) == 84 + 98
    assert today.session_hours == 12
    assert not today.over_limit(NOW)
    assert today.over_limit(today.clock.started_at + timedelta(hours=12))
    assert today.tasks[0].task_id == "6_1_0_0"


def test_minutes_are_those_of_the_utc_day(reader: Reader) -> None:
    midnight = datetime(2026, 3, 3, tzinfo=UTC)
    assert reader.today(midnight).minutes(midnight) == 0
    assert reader.today(midnight).minutes(midnight + timedelta(minutes=5)) == 5


def test_a_session_that_waits_for_its_partner(tmp_path: Path, org: Organisation) -> None:
    org.now = NOW
    org.do("stop_work", "maria", notes="done")
    org.do("start_work", FOUNDER, task_id="6_1_0_0")
    for reader in read(tmp_path, org):
        assert reader.clock() is None
        waiting = reader.to_confirm("6_1_0_0")
        assert waiting is not None
        assert waiting.partner == FOUNDER
        assert reader.to_confirm("6_7_0_0") is None
        detail = reader.task("6_1_0_0")
        assert detail is not None
        assert "not confirmed yet" in describe_task(detail)
        assert f"maria and {FOUNDER}" in describe_task(detail)


def test_ones_own_session_names_who_has_not_confirmed(tmp_path: Path, org: Organisation) -> None:
    org.now = NOW
    org.do("stop_work", "maria", notes="done")
    org.do("start_work", "maria", task_id="6_1_0_0")
    for reader in read(tmp_path, org):
        clock = reader.clock()
        assert clock is not None
        assert (clock.partner, clock.confirmed) == (FOUNDER, False)


def test_a_page_has_facts_notes_and_history_and_no_empty_headings(reader: Reader) -> None:
    detail = reader.task("6_7_0_0")
    assert detail is not None
    text = describe_task(detail)
    assert text.startswith("# 6_7_0_0 Backup drill\n")
    assert "- attacker: maria" in text
    assert "Done and noted." in text or "s_1" in text
    assert "## Awards" in text
    assert "## Audit trail" in text
    assert "## How" not in text
    assert "## Done when" not in text
    assert reader.task("6_9_9_9") is None


def test_an_owner_with_another_alias_is_known_by_the_account(tmp_path: Path) -> None:
    import msgspec

    home = make_home(tmp_path, organisation())
    with Index(Places.of(home, "smartup").index) as index:
        reader = Reader(index, msgspec.structs.replace(PROFILE, alias="mary"))
        assert reader.alias == "maria"
        assert reader.owner().known


def test_an_owner_nobody_knows_is_said_so(tmp_path: Path, org: Organisation) -> None:
    import msgspec

    home = make_home(tmp_path, org)
    with Index(Places.of(home, "smartup").index) as index:
        reader = Reader(index, msgspec.structs.replace(PROFILE, alias="nobody", user_id="@nobody:smartup0.org"))
        today = reader.today(NOW)
        assert not today.owner.known
        # An alias of somebody else's makes nobody that one.
        other = Reader(index, msgspec.structs.replace(PROFILE, user_id="@nobody:smartup0.org"))
        assert (other.owner().license, other.owner().known) == ("work", False)
        assert today.tasks == ()
        assert today.wallet.live == 0
