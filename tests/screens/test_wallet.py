"""Wallet: what was paid out, and what waits to be."""

from __future__ import annotations

from pathlib import Path

import pytest

from smartup_tui.cli import main
from tests.screens.test_journeys import seat
from tests.support.organisation import FOUNDER
from tests.toolbox.operations.test_redemptions import organisation


async def test_what_was_redeemed_and_what_is_queued_stand_beside_the_live_credits(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    org = organisation(("maria", "120.50"), ("maria", "30"))
    org.do("pay_redemption", FOUNDER, redemption_id="r_1", reference="Bank 7")
    async with seat(tmp_path, org) as owner:
        await owner.press("3")
        lines = [" ".join(line.split()) for line in owner.picture.splitlines()]
        assert "Live 379.50 SC queued for redemption 30.00 SC redeemed 120.50 SC" in lines
        assert any(line.startswith("Treasury 4879.50 EUR") for line in lines)
    assert main(["--home", str(tmp_path), "wallet"]) == 0
    said = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert {"live 379.50 SC", "queued 30.00 SC for redemption", "redeemed 120.50 SC"} <= set(said)
