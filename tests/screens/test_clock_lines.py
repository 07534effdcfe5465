"""What Today says of a session that runs."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from smartup_tui.screens.clock_lines import partner_of, state_of
from smartup_tui.workspace.view import Clock


@pytest.mark.parametrize(
    ("partner", "confirmed", "said"),
    [
        ("jonas", True, ("with jonas", "confirmed")),
        ("jonas", False, ("with jonas", "waiting for the partner to confirm")),
        # Nobody is paid for what nobody confirms; that is not to be learnt when the clock stops.
        (None, False, ("without a partner", "not confirmed: the other seat is free")),
    ],
)
def test_a_session_is_called_confirmed_by_its_partner_only(
    partner: str | None, confirmed: bool, said: tuple[str, str]
) -> None:
    clock = Clock("s_1", "6_1_2_0", "Draft", partner, datetime(2026, 3, 2, tzinfo=UTC), confirmed, ("maria",))
    assert (partner_of(clock), state_of(clock)) == said
