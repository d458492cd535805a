"""Orders, every message about money, invoices, and the keys of repeated requests."""

from luffy_api.apps.order.models.bills import Bill, BillDifference, BillLine, BillResult
from luffy_api.apps.order.models.credentials import PaymentCredential
from luffy_api.apps.order.models.exports import OrderExport
from luffy_api.apps.order.models.idempotency import IdempotencyKey
from luffy_api.apps.order.models.invoices import (
    Invoice,
    InvoiceOrder,
    InvoiceQuerySet,
    InvoiceState,
)
from luffy_api.apps.order.models.orders import (
    Order,
    OrderDetail,
    OrderDetailQuerySet,
    OrderQuerySet,
    PayType,
    RefundDueOrder,
)
from luffy_api.apps.order.models.payments import GatewayCounter, OrderPayment, PaymentEvent
from luffy_api.apps.order.models.refunds import Refund, RefundQuerySet, RefundStatus

__all__ = [
    "Bill",
    "BillDifference",
    "BillLine",
    "BillResult",
    "GatewayCounter",
    "IdempotencyKey",
    "Invoice",
    "InvoiceOrder",
    "InvoiceQuerySet",
    "InvoiceState",
    "Order",
    "OrderDetail",
    "OrderDetailQuerySet",
    "OrderExport",
    "OrderPayment",
    "OrderQuerySet",
    "PayType",
    "PaymentCredential",
    "PaymentEvent",
    "Refund",
    "RefundDueOrder",
    "RefundQuerySet",
    "RefundStatus",
]
