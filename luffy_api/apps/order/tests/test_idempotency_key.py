"""The Idempotency-Key header of POST order/pay/."""

from datetime import timedelta

import pytest
from django.utils import timezone

from luffy_api.apps.order import cleanup
from luffy_api.apps.order.models import IdempotencyKey, Order
from luffy_api.apps.order.states import OrderStatus
from luffy_api.conftest import logged_in
from luffy_api.tests.factories import CourseFactory, UserFactory

pytestmark = pytest.mark.django_db
URL = "/api/v1/order/pay/"


@pytest.fixture
def course():
    return CourseFactory(price="99.00")


def place(client, courses, key, total="99.00"):
    body = {"total_amount": total, "courses": [course.pk for course in courses]}
    headers = {} if key is None else {"Idempotency-Key": key}
    return client.post(URL, body, format="json", headers=headers)


def close_order() -> None:
    Order.objects.update(order_status=OrderStatus.CANCELLED, open_cart_key=None)


def test_the_same_key_gets_the_same_order_even_when_it_is_closed(student_api, course):
    first = place(student_api, [course], "k1")
    close_order()

    again = place(student_api, [course], "k1")
    fresh = place(student_api, [course], "k2")

    assert again.status_code == 409
    assert again.json()["code"] == 4005
    assert fresh.json()["out_trade_no"] != first.json()["out_trade_no"]
    assert Order.objects.count() == 2


def test_a_repeated_request_gets_the_same_answer(student_api, course):
    first, again = (place(student_api, [course], "k1").json() for _ in range(2))

    assert again["data"] == first["data"]
    assert again["pay_url"]


def test_a_repeat_after_paying_says_that_it_is_paid(student_api, course):
    place(student_api, [course], "k1")
    Order.objects.update(
        order_status=OrderStatus.PAID, open_cart_key=None, pay_time=timezone.now(), trade_no="1"
    )

    again = place(student_api, [course], "k1")

    assert (again.status_code, again.json()["msg"]) == (409, "订单已支付，无需再次付款")
    assert Order.objects.count() == 1


@pytest.mark.parametrize("other", ["course", "total"])
def test_the_same_key_with_another_body_is_refused(student_api, course, other):
    place(student_api, [course], "k1")
    courses = [CourseFactory(price="99.00")] if other == "course" else [course]

    response = place(student_api, courses, "k1", "99.00" if other == "course" else "98.00")

    assert response.status_code == 409
    assert "Idempotency-Key" in response.json()["msg"]
    assert Order.objects.count() == 1


def test_another_student_has_keys_of_his_own(student_api, course):
    place(student_api, [course], "k1")

    response = place(logged_in(UserFactory()), [course], "k1")

    assert response.status_code == 201
    assert Order.objects.count() == 2


def test_after_a_day_the_key_is_new(student_api, course):
    place(student_api, [course], "k1")
    close_order()
    IdempotencyKey.objects.update(created_time=timezone.now() - timedelta(days=1, seconds=1))

    assert place(student_api, [course], "k1").status_code == 201
    assert Order.objects.count() == 2


def test_expired_keys_are_deleted(student_api, course):
    place(student_api, [course], "old")
    IdempotencyKey.objects.update(created_time=timezone.now() - timedelta(days=1, seconds=1))
    place(student_api, [course], "new")

    cleanup.clean_up()

    assert list(IdempotencyKey.objects.values_list("key", flat=True)) == ["new"]


def test_a_refused_request_is_not_stored(student_api, course):
    assert place(student_api, [course], "k1", "1.00").status_code == 409

    assert place(student_api, [course], "k1").status_code == 201


@pytest.mark.parametrize("key", ["x" * 65, "ü", "a b", "数", "\x7f"])
def test_an_invalid_key_is_refused(student_api, course, key):
    response = place(student_api, [course], key.encode("utf-8").decode("latin-1"))

    assert response.status_code == 400
    assert Order.objects.count() == 0


@pytest.mark.parametrize("key", [None, ""])
def test_without_a_key_nothing_is_stored(student_api, course, key):
    assert place(student_api, [course], key).status_code == 201

    assert not IdempotencyKey.objects.exists()
