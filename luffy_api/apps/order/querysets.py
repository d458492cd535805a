"""Who may see which orders, and the conditional move between states."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.utils import timezone

from luffy_api.apps.order.states import ARRIVALS, OrderStatus

if TYPE_CHECKING:
    from luffy_api.apps.order.models import Order, OrderDetail  # noqa: F401


class OrderQuerySet(models.QuerySet["Order"]):
    """Orders."""

    def of(self, user_id: int) -> Self:
        """One student's."""
        return self.filter(user_id=user_id)

    def claim(self, order: Order, *, until: datetime) -> bool:
        """Puts off an order's next question to `until` (UTC); True for one caller only.

        Of several sweeps that read the same row one gets it, on every database.
        """
        seen = self.filter(pk=order.pk, next_query_at=order.next_query_at)
        return bool(seen.update(next_query_at=until, queried_at=timezone.now()))

    def move(self, *, to: OrderStatus, **fields: Any) -> int:
        """Moves the orders that may go there; how many did.

        One conditional UPDATE, so of two that want to move the same order only one succeeds, on
        every database. Whatever its new state, the order is no longer an open basket.
        """
        movable = self.filter(order_status__in=ARRIVALS[to])
        return movable.update(
            order_status=to, open_basket=None, updated_time=timezone.now(), **fields
        )


class OrderDetailQuerySet(models.QuerySet["OrderDetail"]):
    """What was ordered."""

    def shown(self) -> Self:
        """With the little of their courses that an order shows."""
        return self.select_related("course").only(
            "order", "price", "real_price", "course__name", "course__course_img"
        )
