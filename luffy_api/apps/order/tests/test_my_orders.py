"""我的订单: list, one, pay again, cancel."""

from datetime import timedelta

import pytest
from django.utils import timezone

from luffy_api.apps.order.models import OfflineStatus, Order
from luffy_api.apps.order.states import OrderStatus
from luffy_api.apps.school.models import AgreementKind
from luffy_api.apps.school.services import publish_agreement
from luffy_api.tests.factories import CourseFactory, OfflinePaymentFactory, OrderFactory

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
URL = "/api/v1/order/"
KEYS = {
    "out_trade_no", "subject", "total_amount", "order_status", "order_status_name", "pay_type",
    "pay_type_name", "trade_no", "pay_time", "created_time", "expires_at", "courses", "membership",
    "refunded_amount", "refunds", "coupon_name", "coupon_amount", "payment_refusal", "can_reorder",
}  # fmt: skip
LINE = {
    *("id", "name", "course_img", "price", "real_price"),
    *("vip_amount", "coupon_amount", "package", "package_name", "study_months"),
    *("product_type", "product_id"),
}


@pytest.fixture
def client(student_api):
    return student_api


def test_my_orders_are_mine_and_the_newest_stands_first(client, student):
    old, new = OrderFactory(user=student), OrderFactory(user=student)
    OrderFactory()

    results = client.get(URL).json()["data"]["results"]

    assert [row["out_trade_no"] for row in results] == [new.out_trade_no, old.out_trade_no]


def test_an_order_has_all_fields_of_the_api(client, student):
    OrderFactory(user=student, courses=[CourseFactory(name="爬虫", price="99.00")])

    row = client.get(URL).json()["data"]["results"][0]

    assert set(row) == {*KEYS, "awaits_offline_payment"}
    assert (row["total_amount"], row["order_status_name"]) == ("99.00", "未支付")
    assert row["courses"][0].keys() == LINE
    assert (row["courses"][0]["name"], row["courses"][0]["real_price"]) == ("爬虫", "99.00")


def test_an_order_says_which_terms_of_refund_held_when_it_was_placed(client, student):
    before = OrderFactory(user=student)
    publish_agreement(kind=AgreementKind.REFUND, text="七天", after_version=0)
    placed = OrderFactory(user=student)
    publish_agreement(kind=AgreementKind.REFUND, text="十四天", after_version=1)

    terms = [
        client.get(f"{URL}{order.out_trade_no}/").json()["data"]["refund_terms"]
        for order in (before, placed)
    ]

    assert terms == [None, 1]


def test_the_list_can_be_narrowed_to_a_state(client, student):
    OrderFactory(user=student)
    cancelled = OrderFactory(user=student, order_status=OrderStatus.CANCELLED)

    results = client.get(URL, {"order_status": 2}).json()["data"]["results"]

    assert [row["out_trade_no"] for row in results] == [cancelled.out_trade_no]


def test_the_list_can_be_narrowed_to_a_course(client, student):
    OrderFactory(user=student)
    wanted = OrderFactory(user=student, courses=CourseFactory.create_batch(2))
    course = wanted.order_courses.first().course_id

    results = client.get(URL, {"course": course}).json()["data"]["results"]

    assert [row["out_trade_no"] for row in results] == [wanted.out_trade_no]


def test_an_unknown_state_is_refused(client):
    assert client.get(URL, {"order_status": 9}).status_code == 400


@pytest.mark.parametrize(
    ("query", "name"),
    [
        *(("order_status=", "order_status"), ("order_status=1.0", "order_status")),
        *(("order_status=01", "order_status"), ("order_status=0&order_status=1", "order_status")),
        *(("course=", "course"), ("course=0", "course"), ("course=1.0", "course")),
        *(("course=x", "course"), ("course=9223372036854775808", "course")),
        *(("status=1", "status"), ("ordering=id", "ordering"), ("user=1", "user")),
    ],
)
def test_a_wrong_filter_is_refused_under_its_name(client, query, name):
    response = client.get(f"{URL}?{query}")

    assert response.status_code == 400
    assert list(response.json()["errors"]) == [name]


@pytest.mark.parametrize("size", [1, 10])
def test_the_number_of_queries_of_the_list(client, student, size, django_assert_num_queries):
    for _ in range(size):
        OrderFactory(user=student, courses=CourseFactory.create_batch(2))

    with django_assert_num_queries(6):  # token, count, orders, lines, refunds, what can be paid
        client.get(URL, {"order_status": OrderStatus.UNPAID})


def said(client, order):
    """What the list and the page of an order say about money that came by hand."""
    rows = client.get(URL).json()["data"]["results"]
    [listed] = [row for row in rows if row["out_trade_no"] == order.out_trade_no]
    page = client.get(f"{URL}{order.out_trade_no}/").json()["data"]
    assert listed["awaits_offline_payment"] is page["awaits_offline_payment"]
    return listed["awaits_offline_payment"]


def test_the_page_and_the_list_say_that_staff_check_money_that_came_by_hand(client, student):
    order, other = OrderFactory(user=student), OrderFactory(user=student)
    offline = OfflinePaymentFactory(order=order)

    assert said(client, order) is True
    assert said(client, other) is False

    offline.status, offline.decided_at = OfflineStatus.VOID, timezone.now()
    offline.decided_by = offline.recorded_by
    offline.save()
    assert said(client, order) is False


def test_nothing_is_checked_for_an_order_that_was_paid_otherwise(client, student):
    order = OrderFactory(
        user=student, order_status=OrderStatus.PAID, trade_no="T1", pay_time=timezone.now()
    )
    OfflinePaymentFactory(order=order)

    assert said(client, order) is False


def test_a_course_that_left_the_shop_stays_in_the_order(client, student):
    course = CourseFactory(is_show=False, is_delete=True)
    order = OrderFactory(user=student, courses=[course])

    body = client.get(f"{URL}{order.out_trade_no}/").json()

    assert body["data"]["courses"][0]["id"] == course.pk


@pytest.mark.parametrize("path", ["", "pay/", "cancel/"])
def test_an_order_of_another_student_is_not_found(client, path):
    order = OrderFactory()
    method = client.post if path else client.get

    response = method(f"{URL}{order.out_trade_no}/{path}")

    assert response.status_code == 404
    order.refresh_from_db()
    assert order.order_status == OrderStatus.UNPAID


@pytest.mark.parametrize("path", ["", "01JABC/", "01JABC/pay/", "01JABC/cancel/"])
def test_a_visitor_is_asked_to_log_in(api, path):
    method = api.post if path.count("/") == 2 else api.get

    assert method(f"{URL}{path}").status_code == 401


def test_paying_again_leads_to_the_same_order(client, student):
    order = OrderFactory(user=student)

    body = client.post(f"{URL}{order.out_trade_no}/pay/").json()

    assert body["out_trade_no"] == order.out_trade_no
    assert order.out_trade_no in body["pay_url"]
    assert Order.objects.count() == 1


@pytest.mark.parametrize("status", [s for s in OrderStatus if s != OrderStatus.UNPAID])
def test_only_an_unpaid_order_can_be_paid_or_cancelled(client, student, status):
    order = OrderFactory(user=student, order_status=status, pay_time=timezone.now())

    for action in ("pay", "cancel"):
        response = client.post(f"{URL}{order.out_trade_no}/{action}/")

        assert response.status_code == 409
        assert response.json()["code"] == 4005
    order.refresh_from_db()
    assert order.order_status == status


def test_an_expired_order_cannot_be_paid(client, student):
    order = OrderFactory(user=student, expires_at=timezone.now() - timedelta(seconds=1))

    assert client.post(f"{URL}{order.out_trade_no}/pay/").status_code == 409
