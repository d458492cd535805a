"""How a fake gateway that takes its time is asked: how many at once, in which order."""

import time
from collections.abc import Callable
from datetime import timedelta
from threading import Lock
from typing import Any

from django.utils import timezone

from luffy_api.apps.order.models import Order, OrderDetail
from luffy_api.tests.factories import CourseFactory, UserFactory
from luffy_api.tests.fake_gateway import FakeGateway


class Clerk:
    """Answers each question of a gateway after `seconds`; `also` is called before it answers."""

    def __init__(
        self, gateway: FakeGateway, *, seconds: float, also: Callable[[], None] = lambda: None
    ) -> None:
        self.seconds, self.also = seconds, also
        self.at_once = self.most_at_once = 0
        self.began: list[float] = []
        self._lock = Lock()
        gateway.next_mode = self.next_mode

    def next_mode(self) -> str:
        """Called by the gateway, in the thread of each request."""
        with self._lock:
            self.began.append(time.monotonic())
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        self.also()
        time.sleep(self.seconds)
        with self._lock:
            self.at_once -= 1
        return "fine"

    @property
    def rate(self) -> float:
        """Questions in a second, from the first to the last answer."""
        return len(self.began) / (self.began[-1] + self.seconds - self.began[0])


def due_orders(count: int, **fields: Any) -> list[Order]:
    """Unpaid orders of one student for one course, each due a second after the one before it."""
    user, course = UserFactory(), CourseFactory(price="99.00")
    first = timezone.now() - timedelta(minutes=1, seconds=count)
    common = {"expires_at": timezone.now() + timedelta(minutes=30), **fields}
    Order.objects.bulk_create(
        Order(
            user=user,
            subject=course.name,
            total_amount=course.price,
            next_query_at=first + timedelta(seconds=number),
            open_cart_key=f"{user.pk} {number}" if "order_status" not in fields else None,
            **common,
        )
        for number in range(count)
    )
    orders = list(Order.objects.filter(user=user).order_by("next_query_at"))
    OrderDetail.objects.bulk_create(
        OrderDetail(order=each, course=course, price=course.price, real_price=course.price)
        for each in orders
    )
    return orders
