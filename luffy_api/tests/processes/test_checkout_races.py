"""Equal wishes at the same moment over two server processes, with a control."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from luffy_api.apps.order.models import Order
from luffy_api.apps.user import tokens
from luffy_api.tests.factories import CourseFactory, UserFactory
from luffy_api.tests.processes.clients import api, send_all

PLACINGS = 50


@pytest.fixture
def wish() -> Callable[..., list[bytes]]:
    """A student's basket, sent many times in both orders."""

    def requests(**headers: str) -> list[bytes]:
        token = tokens.issue(UserFactory()).token
        courses = [course.pk for course in CourseFactory.create_batch(2, price="99.00")]
        baskets: list[dict[str, Any]] = [
            {"courses": courses, "total_amount": "198.00"},
            {"courses": courses[::-1], "total_amount": "198.00"},
        ]
        return [api("order/pay/", token, baskets[i % 2], **headers) for i in range(PLACINGS)]

    return requests


@pytest.mark.parametrize("headers", [{}, {"Idempotency_Key": "one-click"}])
def test_fifty_equal_placings_make_one_order(shop, wish, whole, headers):
    answers = send_all(shop.ports, wish(**headers), threads=PLACINGS)

    assert Counter(answer.status for answer in answers if answer) == {201: PLACINGS}
    numbers = {answer.json["out_trade_no"] for answer in answers if answer}
    assert list(Order.objects.values_list("out_trade_no", flat=True)) == list(numbers)


def test_control_without_the_unique_basket_fifty_placings_make_many(faulty_shop, wish, switch):
    switch("no_cart_key")

    send_all(faulty_shop.ports, wish(), threads=PLACINGS)

    assert Order.objects.count() > 1
