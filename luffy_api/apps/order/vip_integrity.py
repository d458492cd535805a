"""Invariants of prices for members on orders, for `integrity`."""

from collections.abc import Callable, Iterator

from django.db.models import F
from django.db.models.functions import Round

from luffy_api.apps.order.models import Order, OrderDetail


def _wrong_lines() -> Iterator[str]:
    """What was paid, the coupon's share and what a member saved are no more than the list price."""
    # Rounded: SQLite adds floating point numbers.
    whole = Round(F("real_price") + F("coupon_amount") + F("vip_amount"), precision=2)
    lines = OrderDetail.objects.annotate(whole=whole).filter(whole__gt=F("price"), vip_amount__gt=0)
    orders = Order.objects.filter(pk__in=lines.values("order")).order_by("id")
    yield from orders.values_list("out_trade_no", flat=True).iterator()


RULES: dict[str, Callable[[], Iterator[str]]] = {
    "订单课程的会员价优惠与原价、实价不符": _wrong_lines,
}
