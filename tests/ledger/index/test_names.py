"""An owner who changed the alias finds all that was earned in the workspace, too."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from smartup_tui.ledger import tables
from smartup_tui.ledger.economy import sc, sk
from smartup_tui.ledger.index import wallet
from smartup_tui.ledger.index.ingest import ingest
from smartup_tui.ledger.index.store import Index
from smartup_tui.ledger.rows import CreditTransaction, KarmaTransaction, LicenseTransaction
from tests.ledger.files import AT, ledger, owner


def test_movements_under_every_alias_are_the_owners(tmp_path: Path) -> None:
    renamed = LicenseTransaction(AT, "alias", "mara", "work", "work", None, "maria", "")
    mints = [
        CreditTransaction(AT, "MINT", Decimal(amount), None, to, "g_1", "", None, "gift", None)
        for to, amount in (("maria", 10), ("jonas", 7), ("mara", 5))
    ]
    karma = [KarmaTransaction(AT, "KARMA", 3, None, to, "5_0", "", None, "kudos", None) for to in ("maria", "jonas")]
    with Index(tmp_path / "index.db", writable=True) as index:
        ingest(
            index,
            ledger(
                {
                    tables.OWNERS: [owner("mara"), owner("jonas")],
                    tables.LICENSES: [renamed],
                    tables.CREDITS: mints,
                    tables.KARMA: karma,
                }
            ),
        )
        assert sc.tally(wallet.credits_of(index, "mara")).of("mara") == Decimal(15)
        assert sc.tally(wallet.credits_of(index, "jonas")).of("jonas") == Decimal(7)
        assert sk.tally(wallet.karma_of(index, "mara")).of("mara") == 3
        assert len(wallet.credit_window(index, "mara")) == 2
        assert len(wallet.karma_window(index, "mara")) == 1
