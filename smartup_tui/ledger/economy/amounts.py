"""Amounts of SC and EUR: exact until they are rounded, once, half up, to 0.01 (ledger.md §4)."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Final

ZERO: Final = Decimal("0.00")


def cents(exact: Fraction | Decimal | int) -> Decimal:
    """An exact amount, rounded half up to two places; amounts below zero round away from zero in the same way."""
    hundredths = Fraction(exact) * 100
    whole = abs(hundredths) + Fraction(1, 2)
    rounded = whole.numerator // whole.denominator
    return Decimal(rounded if hundredths >= 0 else -rounded).scaleb(-2)


def money(amount: Decimal) -> str:
    """An amount as results carry it, such as `412.50`."""
    return format(cents(amount), "f")


def percent(value: Fraction | Decimal | int) -> Decimal:
    """A percentage as it is stored and shown: two places, such as `76.67`."""
    return cents(value)
