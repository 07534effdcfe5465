"""What moved in a wallet is found by the words that are seen of it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from smartup_tui.ledger import tables
from smartup_tui.ledger.economy import sc, sk
from smartup_tui.ledger.index.ingest import ingest
from smartup_tui.ledger.index.store import Index
from smartup_tui.ledger.index.treasury import outstanding
from smartup_tui.ledger.index.wallet import (
    award_window,
    credit_sums,
    credit_window,
    credits_of,
    karma_of,
    karma_sums,
    karma_window,
    row_for,
)
from smartup_tui.ledger.index.windows import Window
from smartup_tui.ledger.rows import CreditTransaction, KarmaTransaction, LicenseTransaction, PendingSC
from smartup_tui.workspace import words
from tests.ledger.files import award, ledger, owner

LATE = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
CREDITS = (
    CreditTransaction(LATE, "MINT", Decimal("1024.05"), None, "maria", "g_4", "6_7_0_0 attacker", "aisha", None, None),
    CreditTransaction(
        LATE - timedelta(days=400), "REDEEM", Decimal(30), "mary", None, "r_1", "50%_off", None, None, None
    ),
    CreditTransaction(LATE, "MINT", Decimal(7), None, "jonas", "g_4", "6_7_0_0 defender", "aisha", None, None),
)
KARMA = (
    KarmaTransaction(LATE, "KARMA", 15, None, "maria", "s_2", "Clear notes", "aisha", "team_work", None),
    KarmaTransaction(LATE, "DECAY", 1, "maria", None, "2026-02", "", None, None, None),
)
RENAMED = LicenseTransaction(LATE, "alias", "maria", "work", "work", None, "mary", "")


def awards() -> list[PendingSC]:
    first = replace(award("g_7", "s_1", "100", "consensus"), consensus_ends_at=LATE)
    second = replace(first, pending_id="g_6", consensus_ends_at=LATE - timedelta(days=1))
    return [
        replace(first, pending_id="g_8", status="pending", consensus_ends_at=None, note="Well done"),
        first,
        second,
        replace(first, pending_id="g_9", status="paid"),
        replace(first, beneficiary="jonas"),
    ]


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    with Index(tmp_path / "index.db", writable=True) as made:
        people = [owner("maria"), owner("jonas"), owner("aisha")]
        rows: dict[Any, Sequence[Any]] = {tables.OWNERS: people, tables.LICENSES: [RENAMED], tables.KARMA: KARMA}
        ingest(made, ledger({**rows, tables.CREDITS: CREDITS, tables.PENDING: awards()}))
        yield made


def found(window: Window[Any]) -> list[Any]:
    return [row for _, row in window.rows(0, 9)]


@pytest.mark.parametrize(
    ("text", "references"),
    [
        ("", ["r_1", "g_4"]),
        ("ATTACKER", ["g_4"]),
        ("mint", ["g_4"]),
        ("+1024.05", ["g_4"]),
        ("-30.00", ["r_1"]),
        ("aisha g_4", ["g_4"]),
        ("defender", []),
        ("mint redeem", []),
        ("50%_", ["r_1"]),
        ("%", ["r_1"]),
        ("'); DROP", []),
    ],
)
def test_sc_by_words(index: Index, text: str, references: list[str]) -> None:
    assert [row.reference for row in found(credit_window(index, "maria", text))] == references
    assert [row.reference for row in credits_of(index, "maria", text)] == references[::-1]


@pytest.mark.parametrize(("text", "amounts"), [("team work", [15]), ("-1", [1]), ("+15", [15]), ("2026-02", [1])])
def test_sk_by_words(index: Index, text: str, amounts: list[int]) -> None:
    assert [row.amount for row in found(karma_window(index, "maria", text))] == amounts
    assert [row.amount for row in karma_of(index, "maria", text)] == amounts


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Asia/Tokyo"])
def test_a_day_is_found_as_it_is_written_and_as_it_is_typed(
    index: Index, monkeypatch: pytest.MonkeyPatch, zone: str
) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        for row in CREDITS[:2]:
            for text in (words.day(row.timestamp), words.iso_day(row.timestamp)):
                assert row.reference in [one.reference for one in found(credit_window(index, "maria", text))]
        other = words.iso_day(LATE + timedelta(days=1))
        assert not found(credit_window(index, "maria", other))
    finally:
        monkeypatch.undo()
        time.tzset()


def test_what_is_on_its_way_in_the_order_in_which_it_comes(index: Index) -> None:
    open_ = ("pending", "consensus")
    assert [row.pending_id for row in found(award_window(index, "maria", open_))] == ["g_6", "g_7", "g_8"]
    assert [row.pending_id for row in found(award_window(index, "maria", open_, "well"))] == ["g_8"]
    assert [row.pending_id for row in found(award_window(index, "maria", open_, "consensus mar"))] == ["g_6", "g_7"]


def test_the_row_that_is_for_a_thing(index: Index) -> None:
    window = credit_window(index, "maria")
    assert row_for(index, tables.CREDITS, "maria", "g_4") == window.ids[1]
    assert row_for(index, tables.CREDITS, "maria", "g_99") is None
    pending_ = award_window(index, "maria", ("pending",))
    assert row_for(index, tables.PENDING, "maria", "g_8") == pending_.ids[0]


def same_sums(index: Index) -> None:
    """What is kept is what the rows add up to."""
    everything = sc.tally(index.select(tables.CREDITS))
    assert outstanding(index) == everything.outstanding
    for alias in ("maria", "jonas", "aisha"):
        assert sc.tally(credit_sums(index, alias)).of(alias) == sc.tally(credits_of(index, alias)).of(alias)
        assert sk.tally(karma_sums(index, alias)).of(alias) == sk.tally(karma_of(index, alias)).of(alias)


def test_sums_follow_what_is_written_changed_and_taken_away(index: Index) -> None:
    same_sums(index)
    assert sc.tally(credit_sums(index, "maria")).of("maria") == Decimal("994.05")  # under both of the aliases
    assert [row.amount for row in credit_sums(index, "maria") if row.type == sc.REDEEM] == [Decimal(30)]
    more = replace(CREDITS[0], amount=Decimal("0.45"), category="gift")
    changed = replace(CREDITS[2], to="aisha", amount=Decimal(8))
    register: dict[Any, Sequence[Any]] = {tables.LICENSES: [RENAMED], tables.KARMA: [*KARMA, KARMA[0]]}
    ingest(index, ledger({**register, tables.CREDITS: (*CREDITS[:2], changed, more)}))
    same_sums(index)
    assert sc.tally(credit_sums(index, "maria")).of("maria") == Decimal("994.50")
    assert sk.tally(karma_sums(index, "maria")).of("maria") == 29
    ingest(index, ledger({tables.LICENSES: [RENAMED], tables.CREDITS: CREDITS[1:2]}))
    same_sums(index)
    assert outstanding(index) == -30
