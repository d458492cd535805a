"""The states of an order and the transitions between them."""

from django.db.models import IntegerChoices


class OrderStatus(IntegerChoices):
    """Stored in `Order.order_status` and sent on the wire as its number."""

    UNPAID = 0, "未支付"
    PAID = 1, "已支付"
    CANCELLED = 2, "已取消"
    EXPIRED = 3, "超时取消"
    REFUNDED = 4, "已退款"


# Target state: the states that it may be entered from. A late payment still makes an order paid.
ALLOWED_SOURCES: dict[OrderStatus, frozenset[OrderStatus]] = {
    OrderStatus.PAID: frozenset({OrderStatus.UNPAID, OrderStatus.CANCELLED, OrderStatus.EXPIRED}),
    OrderStatus.CANCELLED: frozenset({OrderStatus.UNPAID}),
    OrderStatus.EXPIRED: frozenset({OrderStatus.UNPAID}),
    OrderStatus.REFUNDED: frozenset({OrderStatus.PAID}),
}
