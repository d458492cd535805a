"""The back office of orders, payments, refunds and invoices, one module for each subject."""

from luffy_api.apps.order.admin import (
    credentials,
    exports,
    invoices,
    orders,
    payments,
    refunds,
)

__all__ = ["credentials", "exports", "invoices", "orders", "payments", "refunds"]
