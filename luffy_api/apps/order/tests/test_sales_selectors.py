"""Amounts that are divided among courses."""

from decimal import Decimal

import pytest

from luffy_api.apps.order.sales_selectors import spread


def parts(*texts: str) -> list[Decimal]:
    return [Decimal(text) for text in texts]


@pytest.mark.parametrize(
    ("amount", "weights", "shares"),
    [
        ("160.00", parts("100", "60"), parts("100.00", "60.00")),
        ("80.00", parts("100", "60"), parts("50.00", "30.00")),
        ("0.01", parts("99", "99"), parts("0.01", "0.00")),
        ("1.00", parts("1", "1", "1"), parts("0.34", "0.33", "0.33")),
        ("10.00", parts("0", "5"), parts("0.00", "10.00")),
        ("0.03", parts("0", "0"), parts("0.02", "0.01")),
        ("5.00", [], []),
    ],
)
def test_the_shares_are_in_proportion_and_come_to_the_amount(amount, weights, shares):
    assert spread(Decimal(amount), weights) == shares
    assert not weights or sum(shares) == Decimal(amount)
