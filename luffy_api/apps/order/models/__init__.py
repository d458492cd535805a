"""Orders, every message about money, and the keys of repeated requests."""

from luffy_api.apps.order.models.orders import Order, OrderDetail, PayType, RefundDueOrder
from luffy_api.apps.order.models.payments import GatewayCounter, PaymentEvent
from luffy_api.apps.order.models.requests import PlacingKey

__all__ = [
    "GatewayCounter",
    "Order",
    "OrderDetail",
    "PayType",
    "PaymentEvent",
    "PlacingKey",
    "RefundDueOrder",
]
