"""The back office of orders and money, one module for each subject."""

from luffy_api.apps.order.admin import (
    bills,
    credentials,
    exports,
    invoices,
    offline_payments,
    orders,
    payments,
    refunds,
)

__all__ = [
    "bills",
    "credentials",
    "exports",
    "invoices",
    "offline_payments",
    "orders",
    "payments",
    "refunds",
]
