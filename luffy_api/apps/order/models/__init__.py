"""Orders, carts, every message about money, invoices, and the keys of repeated requests."""

from luffy_api.apps.order.models.bills import Bill, BillDifference, BillLine, BillResult
from luffy_api.apps.order.models.carts import CartItem
from luffy_api.apps.order.models.credentials import PaymentCredential
from luffy_api.apps.order.models.exports import OrderExport
from luffy_api.apps.order.models.idempotency import IdempotencyKey
from luffy_api.apps.order.models.invoices import (
    Invoice,
    InvoiceOrder,
    InvoiceQuerySet,
    InvoiceState,
)
from luffy_api.apps.order.models.memberships import MembershipLine
from luffy_api.apps.order.models.offline_payments import OfflinePayment, OfflineStatus
from luffy_api.apps.order.models.orders import (
    Order,
    OrderDetail,
    OrderDetailQuerySet,
    OrderQuerySet,
    PayMethod,
    PayType,
    RefundDueOrder,
)
from luffy_api.apps.order.models.payments import GatewayCounter, OrderPayment, PaymentEvent
from luffy_api.apps.order.models.refunds import Refund, RefundQuerySet, RefundStatus
from luffy_api.apps.order.models.trades import EarlierTrade

__all__ = [
    "Bill",
    "BillDifference",
    "BillLine",
    "BillResult",
    "CartItem",
    "EarlierTrade",
    "GatewayCounter",
    "IdempotencyKey",
    "Invoice",
    "InvoiceOrder",
    "InvoiceQuerySet",
    "InvoiceState",
    "MembershipLine",
    "OfflinePayment",
    "OfflineStatus",
    "Order",
    "OrderDetail",
    "OrderDetailQuerySet",
    "OrderExport",
    "OrderPayment",
    "OrderQuerySet",
    "PayMethod",
    "PayType",
    "PaymentCredential",
    "PaymentEvent",
    "Refund",
    "RefundDueOrder",
    "RefundQuerySet",
    "RefundStatus",
]
