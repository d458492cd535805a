"""POST and DELETE order/{out_trade_no}/refund/, and what the order's page shows."""

import pytest
from django.utils import timezone

from luffy_api.apps.course.models import Enrollment
from luffy_api.apps.order.models import Refund, RefundStatus
from luffy_api.apps.school.models import SchoolSettings
from luffy_api.tests.factories import (
    CourseFactory,
    OrderFactory,
    OrderPaymentFactory,
    RefundFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture
def client(student_api):
    return student_api


@pytest.fixture
def payment(student):
    order = OrderFactory(
        user=student,
        courses=[CourseFactory(price="99.00"), CourseFactory(price="50.00")],
        total_amount="149.00",
        order_status=1,
        trade_no="T1",
        pay_time=timezone.now(),
    )
    return OrderPaymentFactory(order=order)


@pytest.fixture
def url(payment):
    return f"/api/v1/order/{payment.order.out_trade_no}/refund/"


@pytest.fixture
def course(payment):
    return payment.order.order_courses.first().course_id


def test_a_student_asks_for_the_whole_order(client, url, student):
    response = client.post(url, {"reason": "买错了"}, format="json")

    assert (response.status_code, response.json()["msg"]) == (201, "退款申请已提交")
    order = response.json()["data"]
    assert (order["refunds"][0]["state"], order["refunds"][0]["amount"]) == (0, "149.00")
    assert order["refund_options"]["whole"]["allowed"] is False
    refund = Refund.objects.get()
    assert (refund.requested_by, refund.origin, refund.reason) == (student, "student", "买错了")


def test_a_student_asks_for_one_course(client, url, course):
    response = client.post(url, {"reason": "买错了", "course": course}, format="json")

    [refund] = response.json()["data"]["refunds"]
    assert (refund["course"], refund["amount"]) == (course, "99.00")


def test_the_page_of_an_order_shows_payments_and_options(client, payment, course):
    order = client.get(f"/api/v1/order/{payment.order.out_trade_no}/").json()["data"]

    assert order["payments"][0] | {"paid_at": ""} == {
        "pay_type": 1,
        "pay_type_name": "支付宝",
        "trade_no": "T1",
        "amount": "149.00",
        "paid_at": "",
    }
    options = order["refund_options"]
    assert set(options) == {"days", "watched_percent", "lines", "whole"}
    assert options["lines"][0] == {
        "course": course,
        "amount": "99.00",
        "allowed": True,
        "why": "",
        "note": "",
    }
    assert options["whole"] == {"amount": "149.00", "allowed": True, "why": "", "note": ""}


@pytest.mark.parametrize("courses", [1, 5])
def test_the_number_of_queries_of_the_page(client, student, courses, django_assert_num_queries):
    order = OrderPaymentFactory(
        order__user=student, order__courses=CourseFactory.create_batch(courses)
    ).order

    # token, order, lines, refunds, payments; rule, watched, due
    with django_assert_num_queries(9):
        client.get(f"/api/v1/order/{order.out_trade_no}/")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "reason"),
        ({"reason": ""}, "reason"),
        ({"reason": "  "}, "reason"),
        ({"reason": "长" * 201}, "reason"),
        ({"reason": None}, "reason"),
        ({"reason": ["x"]}, "reason"),
        ({"reason": "a\0b"}, "reason"),
        ({"reason": "x", "course": 0}, "course"),
        ({"reason": "x", "course": -1}, "course"),
        ({"reason": "x", "course": "all"}, "course"),
        ({"reason": "x", "course": 2**63}, "course"),
        ({"reason": "x", "course": [1]}, "course"),
        ({"reason": "x", "course": 999_999}, "course"),
    ],
)
def test_bad_input_is_refused_under_its_name(client, url, body, field):
    response = client.post(url, body, format="json")

    assert response.status_code == 400
    assert field in response.json()["errors"]
    assert not Refund.objects.exists()


def test_what_the_rule_leaves_to_staff_is_refused_with_the_rule(client, url):
    SchoolSettings.objects.create(pk=1, refund_days=0)

    response = client.post(url, {"reason": "买错了"}, format="json")

    assert (response.status_code, response.json()["code"]) == (409, 4006)
    assert "联系客服" in response.json()["msg"]


def test_a_double_click_asks_once(client, url):
    answers = [client.post(url, {"reason": "买错了"}, format="json") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 409]
    assert answers[1].json()["code"] == 4008
    assert Refund.objects.count() == 1


def test_an_unpaid_order_has_nothing_to_give_back(client, student):
    order = OrderFactory(user=student)

    response = client.post(
        f"/api/v1/order/{order.out_trade_no}/refund/", {"reason": "x"}, format="json"
    )

    assert (response.status_code, response.json()["code"]) == (409, 4007)


def test_a_request_takes_no_course_away(client, url, payment):
    payment.order.user.enrollments.create(course=payment.order.order_courses.first().course)

    client.post(url, {"reason": "买错了"}, format="json")

    assert Enrollment.objects.count() == 1


def test_a_student_withdraws_every_request(client, url, payment, course):
    for each in payment.order.order_courses.all():
        client.post(url, {"reason": "买错了", "course": each.course_id}, format="json")

    response = client.delete(url)

    assert (response.status_code, response.json()["msg"]) == (200, "退款申请已撤回")
    assert response.json()["data"]["refunds"] == []
    assert response.json()["data"]["refund_options"]["whole"]["allowed"]


def test_a_student_withdraws_the_request_for_one_course(client, url, payment, course):
    for each in payment.order.order_courses.all():
        client.post(url, {"reason": "买错了", "course": each.course_id}, format="json")

    client.delete(f"{url}?course={course}")

    assert Refund.objects.get().course_id != course


@pytest.mark.parametrize("status", [s for s in RefundStatus if s != RefundStatus.REQUESTED])
def test_what_was_decided_is_not_withdrawn(client, url, payment, status):
    RefundFactory(payment=payment, status=status, finished_at=timezone.now())

    response = client.delete(url)

    assert (response.status_code, response.json()["code"]) == (409, 4009)
    assert Refund.objects.count() == 1


@pytest.mark.parametrize("query", ["course=0", "course=x", "course=", f"course={2**63}"])
def test_a_wrong_course_withdraws_nothing(client, url, payment, query):
    RefundFactory(payment=payment)

    response = client.delete(f"{url}?{query}")

    assert response.status_code == 400
    assert "course" in response.json()["errors"]
    assert Refund.objects.count() == 1


@pytest.mark.parametrize("method", ["post", "delete"])
def test_the_order_of_another_student_is_not_found(stranger_api, url, payment, method):
    RefundFactory(payment=payment)

    response = getattr(stranger_api, method)(url, {"reason": "x"}, format="json")

    assert response.status_code == 404
    assert Refund.objects.count() == 1


@pytest.mark.parametrize("method", ["post", "delete"])
def test_a_visitor_is_asked_to_log_in(api, url, method):
    assert getattr(api, method)(url, {"reason": "x"}, format="json").status_code == 401
