"""The commands of `bootstrap/` and the host's own: from the command line only."""

from __future__ import annotations

from typing import Final

from smartup_tui.catalogue.governance import VEST
from smartup_tui.catalogue.model import Argument, Command, Kind, Surface, Tier

_CLI = frozenset({Surface.CLI})

BOOTSTRAP: Final[tuple[Command, ...]] = (
    Command(
        name="register_smartup",
        tier=Tier.BOOTSTRAP,
        summary="begin a ledger: home page, policies, the founder and the treasury's first row",
        example='!register_smartup "Smartup Zero" robbert_founder @robbert:smartup0.org founding_sc=82200',
        arguments=(
            Argument("name", Kind.WORD, "the name of the organisation", max_length=80),
            Argument("founder", Kind.WORD, "the founder's alias", max_length=40),
            Argument("matrix_id", Kind.MATRIX_ID, "the founder's account in Matrix", max_length=255),
            Argument(
                "founding_sc",
                Kind.AMOUNT,
                "SC of the founding work, entered as three pending tranches",
                required=False,
                option=True,
            ),
        ),
        writes=("book-of-owners", "license-transactions", "teams", "roles", "pending-sc", "treasury", "master-events"),
        surfaces=_CLI,
    ),
    Command(
        name="bootstrap_teams",
        tier=Tier.BOOTSTRAP,
        summary="enter the teams and their captain, senior and junior roles",
        example="!bootstrap_teams",
        reads=("teams", "roles"),
        writes=("teams", "roles", "master-events"),
        surfaces=_CLI,
    ),
    VEST,
    Command(
        name="settle",
        tier=Tier.BOOTSTRAP,
        summary="apply what time alone decides and is due by now",
        example="!settle",
        reads=("pending-sc", "work_clock", "task-budgets", "karma", "book-of-owners", "proposals", "votes"),
        writes=(
            "book-of-owners",
            "teams",
            "roles",
            "proposals",
            "credits",
            "karma",
            "pending-sc",
            "treasury",
            "work_clock",
            "session_logs",
            "task_claimed",
            "task-budgets",
            "master-events",
        ),
        surfaces=_CLI,
    ),
)
