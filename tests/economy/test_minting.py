"""The queue of awards: window end and id, the daily cap, and the 3x rule."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from smartup_tui.ledger.economy import minting
from smartup_tui.ledger.rows import PendingSC

START = datetime(2026, 1, 1, 12, tzinfo=UTC)
CAP = Decimal(500)


def _row(number: int, alias: str, amount: int | str, hours: int, seat: str = "attacker") -> PendingSC:
    ends = START + timedelta(hours=hours)
    return PendingSC(
        f"g_{number}", START, f"s_{number}", "6_1_2_0", alias, seat, Decimal(amount), 5, 5, 5, Decimal(50),
        Decimal(100), "robbert_founder", "consensus", ends, "lead", START, "",
    )  # fmt: skip


@dataclass(frozen=True)
class Minted:
    """One mint as it was carried out."""

    row: PendingSC
    at: datetime


def carry_out(
    rows: Sequence[PendingSC], now: datetime, room: Decimal | None = None, room_since: datetime | None = None
) -> tuple[list[Minted], list[PendingSC]]:
    """Carry out what is due, one decision after another; the mints in order, and the rows that still wait."""
    left = list(rows)
    minted: list[Minted] = []
    day: defaultdict[tuple[str, date], Decimal] = defaultdict(Decimal)
    while True:
        spent = sum((m.row.amount for m in minted), Decimal(0))
        mints = minting.Mints(
            awarded_on=lambda alias, when: day[alias, when],
            last_award=lambda alias: max((m.at for m in minted if m.row.beneficiary == alias), default=None),
            cap=CAP,
            room=None if room is None else room - spent,
            room_since=room_since,
        )
        due = minting.decisions(left, mints, now)
        if not due:
            return minted, left
        first = due[0]
        at = left.index(first.row)
        if first.action == "hold":
            left[at] = replace(first.row, status="held")
            continue
        del left[at]
        minted.append(Minted(first.row, first.due))
        day[first.row.beneficiary, first.due.date()] += first.row.amount


def test_nothing_is_minted_before_its_window_ends() -> None:
    """A second before is too early."""
    rows = [_row(1, "maria", 10, 48)]
    ends = START + timedelta(hours=48)
    assert carry_out(rows, ends - timedelta(seconds=1))[0] == []
    assert [m.at for m in carry_out(rows, ends)[0]] == [ends]


def test_the_day_is_full_and_the_rest_waits_in_order() -> None:
    """A small award does not overtake a larger one of the same person; others are not kept waiting."""
    rows = [
        _row(1, "maria", 450, 0),
        _row(2, "maria", 100, 1),
        _row(3, "maria", 20, 2),
        _row(4, "jonas", 20, 3),
    ]
    minted, left = carry_out(rows, START + timedelta(days=2))
    midnight = datetime(2026, 1, 2, tzinfo=UTC)
    assert left == []
    assert [(m.row.pending_id, m.at) for m in minted] == [
        ("g_1", START),
        ("g_4", START + timedelta(hours=3)),
        ("g_2", midnight),
        ("g_3", midnight),
    ]


def test_ids_are_counted_not_spelled() -> None:
    """`g_9` comes before `g_10`."""
    rows = [_row(10, "maria", 1, 0), _row(9, "maria", 1, 0)]
    assert [m.row.pending_id for m in carry_out(rows, START)[0]] == ["g_9", "g_10"]


def test_what_breaks_the_3x_rule_is_held_and_nothing_overtakes_it() -> None:
    """Later awards are held behind it, also where they would fit."""
    rows = [_row(1, "maria", 60, 0), _row(2, "jonas", 60, 1), _row(3, "ana", 5, 2)]
    now = START + timedelta(days=1)
    minted, left = carry_out(rows, now, room=Decimal(100))
    assert [m.row.pending_id for m in minted] == ["g_1"]
    assert [(r.pending_id, r.status) for r in left] == [("g_2", "held"), ("g_3", "held")]
    since = START + timedelta(hours=20)
    again, still = carry_out(left, now, room=Decimal(62), room_since=since)
    assert [(m.row.pending_id, m.at) for m in again] == [("g_2", since)]
    assert [r.pending_id for r in still] == ["g_3"]


def test_tranches_of_the_founder_are_left_alone() -> None:
    """Only a proposal mints them."""
    tranche = replace(_row(1, "robbert_founder", 24660, 0), adm_role="founder", status="consensus")
    assert carry_out([tranche], START + timedelta(days=400)) == ([], [tranche])


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["a", "b"]), st.integers(1, 520), st.integers(0, 60)), max_size=14),
    st.one_of(st.none(), st.integers(0, 4000)),
)
def test_the_rules_of_the_queue_hold_for_any_awards(given_rows: list[tuple[str, int, int]], room: int | None) -> None:
    """Windows, cap, order and the 3x rule."""
    rows = [_row(n, alias, amount, hours) for n, (alias, amount, hours) in enumerate(given_rows)]
    limit = None if room is None else Decimal(room)
    minted, left = carry_out(rows, START + timedelta(days=60), limit)
    assert len(minted) + len(left) == len(rows)
    assert all(m.at >= (m.row.consensus_ends_at or START) for m in minted)
    days: defaultdict[tuple[str, date], list[Decimal]] = defaultdict(list)
    for m in minted:
        days[m.row.beneficiary, m.at.date()].append(m.row.amount)
    assert all(sum(amounts) <= CAP or len(amounts) == 1 for amounts in days.values())
    for alias in ("a", "b"):
        mine = [m for m in minted if m.row.beneficiary == alias]
        assert [minting.order(m.row) for m in mine] == sorted(minting.order(m.row) for m in mine)
        assert [m.at for m in mine] == sorted(m.at for m in mine)
    if limit is None:
        assert left == []
    else:
        assert sum(m.row.amount for m in minted) <= limit
