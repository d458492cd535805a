"""Orders of a membership: what is sold, what a payment brings, and what a refund ends.

Such an order has a `MembershipLine` and no course.
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Exists, OuterRef, QuerySet

from luffy_api.apps.order.models import MembershipLine, Order
from luffy_api.apps.order.sold import PutOn
from luffy_api.apps.promotion.membership import own, periods
from luffy_api.apps.promotion.membership.periods import Bought
from luffy_api.apps.promotion.models import MembershipTerm


def cart_key(*, user_id: int, term_id: int) -> str:
    """SHA-256 (hex) of the user and the term, as `cart_key` has it for courses."""
    return hashlib.sha256(f"{user_id}:membership {term_id}".encode()).hexdigest()


@dataclass(frozen=True)
class SoldTerm:
    """What an order of a term is made of; see `checkout`."""

    term: MembershipTerm

    @property
    def coupon(self) -> PutOn:
        """None goes with it."""
        return PutOn()

    @property
    def total(self) -> Decimal:
        """What is to be paid, in yuan."""
        return self.term.price

    @property
    def subject(self) -> str:
        """What the order is called."""
        return f"会员：{self.term.name}（{self.term.length}）"

    def is_in(self, order: Order) -> bool:
        """Whether an order is for this term as it is now. One query."""
        line = MembershipLine.objects.filter(order=order, term=self.term, price=self.term.price)
        return line.filter(months=self.term.months, days=self.term.days).exists()

    def add_to(self, order: Order) -> None:
        """Write the line of a new order."""
        term = self.term
        order.lines = []
        MembershipLine.objects.create(
            order=order,
            term=term,
            name=term.name,
            months=term.months,
            days=term.days,
            price=term.price,
        )


def sold(term_id: int) -> SoldTerm:
    """A term that may be bought now. Raises TermNotFound."""
    return SoldTerm(own.term(term_id))


def line_of(order: Order) -> MembershipLine | None:
    """The line of an order of a membership, None of any other. One query, none if it is loaded."""
    try:
        line: MembershipLine = order.membership_line
    except MembershipLine.DoesNotExist:
        return None
    return line


def lines_with_sale(order_ids: Collection[int]) -> QuerySet[MembershipLine]:
    """The lines of those orders that are of a membership; `on_sale`: whether the term still is."""
    sold = own.sold_terms().filter(pk=OuterRef("term_id"))
    return MembershipLine.objects.filter(order__in=order_ids).annotate(on_sale=Exists(sold))


def add(order: Order) -> None:
    """Give the student what the order has bought, in the transaction that has made it paid."""
    line = line_of(order)
    if line is not None:
        bought = Bought(line.name, line.price, months=line.months, days=line.days)
        periods.add(user_id=order.user_id, reference=order.out_trade_no, bought=bought)


def end(order: Order) -> bool:
    """End it, in the transaction that records its refund; False for an order of courses."""
    return periods.end(reference=order.out_trade_no)
