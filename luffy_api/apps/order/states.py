"""The states of an order and the only moves between them."""

from django.db.models import IntegerChoices


class OrderStatus(IntegerChoices):
    """What an order is right now."""

    UNPAID = 0, "未支付"
    PAID = 1, "已支付"
    CANCELLED = 2, "已取消"
    EXPIRED = 3, "超时取消"
    REFUNDED = 4, "已退款"


# target: where it may be reached from. Money that arrives late still makes an order paid.
ARRIVALS: dict[OrderStatus, frozenset[OrderStatus]] = {
    OrderStatus.PAID: frozenset({OrderStatus.UNPAID, OrderStatus.CANCELLED, OrderStatus.EXPIRED}),
    OrderStatus.CANCELLED: frozenset({OrderStatus.UNPAID}),
    OrderStatus.EXPIRED: frozenset({OrderStatus.UNPAID}),
    OrderStatus.REFUNDED: frozenset({OrderStatus.PAID}),
}
