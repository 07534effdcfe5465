"""The treasury and the 3x rule as one value, for the screen and for plain output (ledger.md §4, 3x rule)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from smartup_tui.ledger.economy import three_x
from smartup_tui.ledger.index import treasury as numbers
from smartup_tui.ledger.index.snapshot import snapshot_of
from smartup_tui.ledger.policies import PolicyError
from smartup_tui.workspace import words
from smartup_tui.workspace.reader import Reader


@dataclass(frozen=True, slots=True)
class TreasuryLine:
    """EUR in the treasury, SC outstanding against it, and how many may be at most.

    `allowed` is None while the rule does not bind (the treasury has never held money), or while its policy can not be
    read, which `problem` says. `held` are awards that wait for the treasury.
    """

    eur: Decimal
    outstanding: Decimal
    allowed: Decimal | None
    held: Decimal
    problem: str = ""

    @property
    def is_over(self) -> bool:
        """Whether more is outstanding than the rule allows."""
        return self.allowed is not None and self.outstanding > self.allowed


def treasury_line(reader: Reader) -> TreasuryLine:
    """The treasury as the ledger has it now."""
    now, outstanding = numbers.treasury(reader.index), numbers.outstanding(reader.index)
    held = numbers.held(reader.index)
    try:
        rules = snapshot_of(reader.index).policies.validation
    except PolicyError as error:
        return TreasuryLine(now.eur, outstanding, None, held, str(error))
    ratio, strict = rules.max_outstanding_ratio, rules.enforce_when_empty
    binds = three_x.room(now, outstanding, ratio, enforce_when_empty=strict) is not None
    return TreasuryLine(now.eur, outstanding, ratio * now.eur if binds else None, held)


def standing(line: TreasuryLine) -> str:
    """How the treasury stands to the 3x rule, in words."""
    if line.problem:
        return f"{words.sc(line.outstanding)} SC outstanding; the 3x rule can not be read: {line.problem}"
    if line.allowed is None:
        return f"PENDING: no money yet; {words.sc(line.outstanding)} SC outstanding"
    held = f"; {words.sc(line.held)} SC of awards are held" if line.held else ""
    over = ", more than the 3x rule allows" if line.is_over else ""
    return f"{words.sc(line.outstanding)} of {words.sc(line.allowed)} SC outstanding (3x rule){over}{held}"
