"""The back office of orders, payments and refunds, one module for each subject."""

from luffy_api.apps.order.admin import orders, payments

__all__ = ["orders", "payments"]
