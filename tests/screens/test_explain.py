"""`=` on any screen: where the number in hand comes from, as a tree that leads on."""

from __future__ import annotations

from pathlib import Path

import pytest

from smartup_tui.screens.audit import AuditScreen
from smartup_tui.screens.explain import ExplainScreen
from smartup_tui.screens.review import ReviewScreen
from tests.screens.test_hostile import HOSTILE, harmless, poison
from tests.screens.test_journeys import Seat, seat
from tests.support.organisation import Organisation
from tests.support.owner_home import organisation


@pytest.fixture(scope="module")
def org() -> Organisation:
    return organisation()


def screen(owner: Seat) -> ExplainScreen:
    assert isinstance(owner.screen, ExplainScreen)
    return owner.screen


async def test_a_balance_is_followed_to_its_audit_row(tmp_path: Path, org: Organisation) -> None:
    async with seat(tmp_path, org) as owner:
        await owner.press("3", "equals_sign")
        # The row that was in hand is in hand: one more line leads to the award, another to where it came from.
        assert screen(owner).entity_in_hand == "g_4"
        assert "+64.80 SC" in owner.picture
        assert "agrees" in owner.picture
        await owner.press("space", "down", "right")
        assert "72.00 SC, paid" in owner.picture
        assert "Payout" in owner.picture
        await owner.press("equals_sign")  # it is an explanation already
        sheet = screen(owner).sheet()
        assert sheet is not None
        assert sheet.count == 11
        await owner.press("slash", *"validate", "enter")
        assert "Validated" in owner.picture
        await owner.press("escape", "escape")
        assert not isinstance(owner.screen, ExplainScreen)
        assert owner.screen.NAME == "Wallet"

        await owner.press("equals_sign", "enter")
        assert isinstance(owner.screen, ReviewScreen)
        assert owner.screen.entity_in_hand == "g_4"
        await owner.press("equals_sign", "G")
        trail = screen(owner)
        assert "Audit trail" in owner.picture
        await owner.press("right", "right", "enter")
        assert isinstance(owner.screen, AuditScreen)
        assert not trail.is_attached
        assert "assess_work" in owner.picture
        assert owner.screen.entity_in_hand == "g_4"
        await owner.press("equals_sign")
        assert screen(owner).NAME == "Audit"
        assert "request" in owner.picture


async def test_whatever_the_ledger_holds_is_shown_as_text(tmp_path: Path, org: Organisation) -> None:
    async with seat(tmp_path, org, size=(80, 24)) as owner:
        poison(owner.workspace, "".join(HOSTILE))
        for keys in (("3", "equals_sign"), ("space", "j", "space", "G"), ("tab", "G"), ("escape", "escape"), ("2",)):
            await owner.press(*keys)
            harmless(owner)
        await owner.press("equals_sign", "plus", "G")
        assert isinstance(owner.screen, ExplainScreen)
        harmless(owner)


async def test_where_nothing_is_in_hand_it_is_said(tmp_path: Path) -> None:
    async with seat(tmp_path, None) as owner:
        await owner.press("equals_sign")
        assert owner.reply.strip() == "The ledger has not been read yet."
