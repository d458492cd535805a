"""The back office of orders and money, one module for each subject."""

from luffy_api.apps.order.admin import (
    bills,
    credentials,
    exports,
    invoices,
    orders,
    payments,
    refunds,
)

__all__ = ["bills", "credentials", "exports", "invoices", "orders", "payments", "refunds"]
