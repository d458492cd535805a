"""Who may see which orders, and the conditional move between states."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.utils import timezone

from luffy_api.apps.order.states import ARRIVALS, OrderStatus

if TYPE_CHECKING:
    from luffy_api.apps.order.models import Order  # noqa: F401


class OrderQuerySet(models.QuerySet["Order"]):
    """Orders."""

    def of(self, user_id: int) -> Self:
        """One student's."""
        return self.filter(user_id=user_id)

    def with_courses(self) -> Self:
        """With what was ordered, in two queries."""
        return self.prefetch_related("order_courses__course")

    def move(self, *, to: OrderStatus, **fields: Any) -> int:
        """Moves the orders that may go there; how many did.

        One conditional UPDATE, so of two that want to move the same order only one succeeds, on
        every database. Whatever its new state, the order is no longer an open basket.
        """
        movable = self.filter(order_status__in=ARRIVALS[to])
        return movable.update(
            order_status=to, open_basket=None, updated_time=timezone.now(), **fields
        )
