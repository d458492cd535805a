"""Equal concurrent checkouts over two server processes, with a control."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from luffy_api.apps.order.models import Order
from luffy_api.apps.user import tokens
from luffy_api.tests.factories import CourseFactory, UserFactory
from luffy_api.tests.processes.clients import api, send_all

CHECKOUTS = 50


@pytest.fixture
def checkout_requests() -> Callable[..., list[bytes]]:
    """A student's cart, sent many times in both sequences."""

    def requests(**headers: str) -> list[bytes]:
        token = tokens.issue(UserFactory()).token
        courses = [course.pk for course in CourseFactory.create_batch(2, price="99.00")]
        carts: list[dict[str, Any]] = [
            {"courses": courses, "total_amount": "198.00"},
            {"courses": courses[::-1], "total_amount": "198.00"},
        ]
        return [api("order/pay/", token, carts[i % 2], **headers) for i in range(CHECKOUTS)]

    return requests


@pytest.mark.parametrize("headers", [{}, {"Idempotency_Key": "one-click"}])
def test_fifty_equal_checkouts_make_one_order(shop, checkout_requests, whole, headers):
    answers = send_all(shop.ports, checkout_requests(**headers), threads=CHECKOUTS)

    assert Counter(answer.status for answer in answers if answer) == {201: CHECKOUTS}
    numbers = {answer.json["out_trade_no"] for answer in answers if answer}
    assert list(Order.objects.values_list("out_trade_no", flat=True)) == list(numbers)


def test_control_without_the_unique_cart_key_fifty_checkouts_make_many(
    faulty_shop, checkout_requests, switch
):
    switch("no_cart_key")

    send_all(faulty_shop.ports, checkout_requests(), threads=CHECKOUTS)

    assert Order.objects.count() > 1
