"""Orders of memberships at a fake gateway."""

from datetime import datetime, timedelta

from django.utils import timezone

from luffy_api.apps.order import checkout, selectors
from luffy_api.apps.order.models import Order
from luffy_api.apps.promotion.membership import own
from luffy_api.apps.promotion.models import MembershipTerm
from luffy_api.tests.fake_gateway import FakeGateway
from luffy_api.tests.refunding import deliver

DAY = timedelta(days=1)


def ordered(user_id: int, term: MembershipTerm) -> Order:
    """The order of a term, open."""
    return checkout.place_order(
        user_id=user_id, course_ids=[], total_amount=term.price, term_id=term.pk
    )


def bought(gateway: FakeGateway, user_id: int, term: MembershipTerm) -> Order:
    """A new order of a term, paid."""
    order = ordered(user_id, term)
    gateway.sell(order)
    assert deliver(gateway, order)
    order.refresh_from_db()
    return order


def days_left(user_id: int) -> int:
    """Of the membership, to the nearest day."""
    return days_left_of(own.ends_at(user_id, timezone.now()))


def days_left_of(end: datetime | None) -> int:
    """To the nearest day."""
    return round((end - timezone.now()) / DAY) if end else 0


def order_page(order: Order) -> Order:
    """The order as its student sees it."""
    return selectors.my_order(user_id=order.user_id, out_trade_no=order.out_trade_no)
