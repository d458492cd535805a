"""POST order/pay/: priced on the server, created once or not at all."""

import json
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from luffy_api.apps.course.models import Course, CourseDiscount
from luffy_api.apps.order.models import Order, OrderDetail
from luffy_api.conftest import logged_in
from luffy_api.tests.factories import (
    CourseFactory,
    DiscountFactory,
    EnrollmentFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
URL = "/api/v1/order/pay/"


def place(client, courses, total, **more):
    body = {"subject": "我的标题", "total_amount": total, "courses": courses, **more}
    return client.post(URL, body, format="json")


@pytest.fixture
def client(student_api):
    return student_api


def test_a_new_order_is_shown_as_it_will_be_shown_later(client):
    courses = CourseFactory.create_batch(2, price="99.00", course_img="course/covers/one.webp")
    DiscountFactory(courses=courses[:1])

    shown = place(client, [course.pk for course in courses], "178.20").json()["data"]

    later = client.get(f"/api/v1/order/{shown['out_trade_no']}/").json()["data"]
    assert shown == {name: later[name] for name in shown}
    assert later.keys() - shown.keys() == {
        "payments",
        "refund_options",
        "awaits_offline_payment",
        "refund_terms",
    }
    assert [course["real_price"] for course in shown["courses"]] == ["79.20", "99.00"]


def test_an_order_is_written_with_all_its_details(client, student):
    one, two = CourseFactory(price="99.00", name="甲课"), CourseFactory(price="0.05", name="乙课")

    response = place(client, [two.pk, one.pk], "99.05", pay_type=1)

    assert response.status_code == 201
    order = Order.objects.get()
    assert (order.user, order.order_status, order.total_amount) == (student, 0, Decimal("99.05"))
    assert order.subject == "甲课 等 2 门课程"
    prices = OrderDetail.objects.order_by("course").values_list("course_id", "price", "real_price")
    assert list(prices) == [
        (one.pk, Decimal("99.00"), Decimal("99.00")),
        (two.pk, Decimal("0.05"), Decimal("0.05")),
    ]


def test_the_answer_leads_to_the_cashier_with_our_subject_and_amount(client):
    course = CourseFactory(price="99.00", name="爬虫实战")

    body = place(client, [course.pk], "99.00").json()

    assert body["code"] == 100
    assert body["out_trade_no"] == body["data"]["out_trade_no"] == Order.objects.get().out_trade_no
    query = parse_qs(urlsplit(body["pay_url"]).query)
    content = json.loads(query["biz_content"][0])
    assert (content["total_amount"], content["subject"]) == ("99.00", "爬虫实战")
    assert content["time_expire"]
    assert query["notify_url"][0].endswith("/api/v1/order/success/")


def test_a_discount_is_in_the_price(client):
    course = CourseFactory(price="99.00")
    DiscountFactory(courses=[course], value="0.80")

    response = place(client, [course.pk], "79.20")

    assert response.status_code == 201
    detail = OrderDetail.objects.get()
    assert (detail.price, detail.real_price) == (Decimal("99.00"), Decimal("79.20"))


@pytest.mark.parametrize("shown", ["98.99", "0.00", "0.01", "9900.00"])
def test_a_wrong_total_is_refused_with_the_true_one(client, shown):
    course = CourseFactory(price="99.00")

    response = place(client, [course.pk], shown)

    assert response.status_code == 409
    assert response.json()["code"] == 4001
    assert response.json()["msg"] == "价格有误"
    assert response.json()["errors"] == {"total_amount": ["99.00"]}
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"status": Course.Status.ANNOUNCED}, 4003),
        ({"status": Course.Status.OFFLINE}, 4003),
        ({"is_show": False}, 4003),
        ({"is_delete": True}, 4003),
    ],
)
def test_a_course_that_is_not_on_sale_cannot_be_bought(client, change, code):
    good, bad = CourseFactory(price="1.00"), CourseFactory(price="1.00", **change)

    response = place(client, [good.pk, bad.pk], "2.00")

    assert response.status_code == 409
    assert response.json()["code"] == code
    assert response.json()["errors"] == {"courses": [str(bad.pk)]}
    assert not Order.objects.exists()


def test_a_course_that_is_owned_cannot_be_bought_again(client, student):
    owned = EnrollmentFactory(user=student).course

    response = place(client, [owned.pk], "99.00")

    assert response.status_code == 409
    assert response.json()["code"] == 4002


def test_a_course_that_somebody_else_owns_can_be_bought(client):
    owned = EnrollmentFactory().course

    assert place(client, [owned.pk], "99.00").status_code == 201


def test_a_free_course_never_reaches_alipay(client):
    free = CourseFactory(free=True)

    response = place(client, [free.pk], "0.00")

    assert response.status_code == 400
    assert response.json()["code"] == 4004


def test_a_course_with_a_free_discount_never_reaches_alipay(client):
    course = CourseFactory(price="99.00")
    DiscountFactory(courses=[course], discount_type=CourseDiscount.Type.FREE, value=0)

    assert place(client, [course.pk], "0.00").status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"courses": [], "total_amount": "1.00"},
        {"courses": "1", "total_amount": "1.00"},
        {"courses": [0], "total_amount": "1.00"},
        {"courses": [-1], "total_amount": "1.00"},
        {"courses": [2**63], "total_amount": "1.00"},
        {"courses": [None], "total_amount": "1.00"},
        {"courses": [[1]], "total_amount": "1.00"},
        {"courses": ["x"], "total_amount": "1.00"},
        {"courses": [1, 1], "total_amount": "1.00"},
        {"courses": list(range(1, 22)), "total_amount": "1.00"},
        {"courses": [1], "total_amount": "-1.00"},
        {"courses": [1], "total_amount": "NaN"},
        {"courses": [1], "total_amount": "Infinity"},
        {"courses": [1], "total_amount": "1.001"},
        {"courses": [1], "total_amount": "1e400"},
        {"courses": [1], "total_amount": None},
        {"courses": [1], "total_amount": "1.00", "pay_type": 3},
        {"courses": [1], "total_amount": "1.00", "pay_type": 9},
        {"courses": [1], "total_amount": "1.00", "device": "fridge"},
        {"courses": [1], "total_amount": "1.00", "subject": "x" * 201},
        {"courses": [1], "total_amount": "1.00", "subject": "a\0b"},
    ],
)
def test_a_malformed_request_is_refused(client, body):
    response = client.post(URL, body, format="json")

    assert response.status_code == 400
    assert response.json()["errors"]
    assert not Order.objects.exists()


def test_an_unknown_course_is_refused(client):
    assert place(client, [2**63 - 1], "1.00").status_code == 409


def test_a_visitor_is_asked_to_log_in(api):
    response = place(api, [1], "1.00")

    assert response.status_code == 401
    assert response.json()["code"] == 1001


def test_the_same_cart_in_any_sequence_gets_the_open_order(client):
    one, two = CourseFactory(price="1.00"), CourseFactory(price="2.00")

    first = place(client, [one.pk, two.pk], "3.00").json()
    second = place(client, [two.pk, one.pk], "3.00").json()

    assert first["out_trade_no"] == second["out_trade_no"]
    assert Order.objects.count() == 1


def test_another_student_gets_an_order_of_his_own(client):
    course = CourseFactory(price="1.00")

    first = place(client, [course.pk], "1.00").json()
    second = place(logged_in(UserFactory()), [course.pk], "1.00").json()

    assert first["out_trade_no"] != second["out_trade_no"]


@pytest.mark.parametrize("size", [1, 20])
def test_a_fixed_number_of_queries(client, size, django_assert_num_queries):
    courses = CourseFactory.create_batch(size, price="1.00")

    # token, courses with discounts, open order, money that waits, order, lines; two since a test is
    # a transaction
    with django_assert_num_queries(8):
        response = place(client, [course.pk for course in courses], f"{size}.00")

    assert response.status_code == 201


def test_the_courses_of_an_open_order_are_judged_once_in_a_request(client):
    course = CourseFactory(price="1.00")
    place(client, [course.pk], "1.00")

    with CaptureQueriesContext(connection) as asked:
        assert place(client, [course.pk], "1.00").status_code == 201

    discounts = [each for each in asked.captured_queries if "luffy_course_discount" in each["sql"]]
    assert len(discounts) == 1
