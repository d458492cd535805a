"""Whether an order can still be paid, or placed again, as its representations say it."""

from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from luffy_api.apps.course.models import Course, EnrollmentGrant
from luffy_api.apps.order.models import MembershipLine, OfflinePayment, OfflineStatus, Order
from luffy_api.apps.order.states import OrderStatus
from luffy_api.conftest import logged_in
from luffy_api.tests.factories import (
    CourseFactory,
    EnrollmentFactory,
    MembershipTermFactory,
    OfflinePaymentFactory,
    OrderFactory,
)

pytestmark = pytest.mark.django_db
URL = "/api/v1/order/"
Source = EnrollmentGrant.Source
PAYABLE = {"payment_refusal": None, "can_reorder": False}


@pytest.fixture
def client(student_api):
    return student_api


def of_membership(user, **changes):
    term = MembershipTermFactory()
    order = OrderFactory(user=user, courses=[], **changes)
    MembershipLine.objects.create(
        order=order, term=term, name=term.name, months=term.months, price=term.price
    )
    return order


def said(client, order):
    """What the list, the page and the result page say of an order, which is the same."""
    number = order.out_trade_no
    rows = client.get(URL).json()["data"]["results"]
    answers = [
        next(row for row in rows if row["out_trade_no"] == number),
        client.get(f"{URL}{number}/").json()["data"],
        client.get(f"{URL}success/", {"out_trade_no": number}).json()["data"]["order"],
    ]
    told = [{name: answer[name] for name in PAYABLE} for answer in answers]
    assert told[0] == told[1] == told[2]
    return told[0]


def pay(client, order):
    return client.post(f"{URL}{order.out_trade_no}/pay/")


def test_an_open_order_can_be_paid(client, student):
    order = OrderFactory(user=student)

    assert said(client, order) == PAYABLE
    assert {name: pay(client, order).json()["data"][name] for name in PAYABLE} == PAYABLE


@pytest.mark.parametrize("source", [each for each in Source if each != Source.MEMBERSHIP])
def test_an_order_of_what_the_student_has_meanwhile_need_not_be_paid(client, student, source):
    course = CourseFactory()
    order = OrderFactory(user=student, courses=[course])
    EnrollmentFactory(user=student, course=course, source=source)

    told = said(client, order)

    sentence = "您已拥有其中的课程，这笔订单无需再支付"
    assert told == {"payment_refusal": {"code": 4002, "msg": sentence}, "can_reorder": False}
    refused = pay(client, order)
    assert (refused.status_code, refused.json()["code"]) == (409, 4002)
    assert refused.json()["msg"] == sentence


def test_what_a_membership_opens_can_be_bought(client, student):
    course = CourseFactory()
    order = OrderFactory(user=student, courses=[course])
    EnrollmentFactory(user=student, course=course, source=Source.MEMBERSHIP)

    assert said(client, order) == PAYABLE
    assert pay(client, order).status_code == 200


@pytest.mark.parametrize(
    "grant",
    [
        {"ends_at": timezone.now() - timedelta(days=1)},
        {"starts_at": timezone.now() + timedelta(days=1)},
    ],
)
def test_a_grant_that_does_not_hold_now_is_no_obstacle(client, student, grant):
    course = CourseFactory()
    order = OrderFactory(user=student, courses=[course])
    EnrollmentGrant.objects.create(user=student, course=course, source=Source.GRANT, **grant)

    assert said(client, order) == PAYABLE
    assert pay(client, order).status_code == 200


def test_what_somebody_else_has_is_no_obstacle(client, student):
    course = CourseFactory()
    order = OrderFactory(user=student, courses=[course])
    EnrollmentFactory(course=course)

    assert said(client, order) == PAYABLE


def test_an_order_that_is_paid_at_this_moment_is_no_reason_against_itself(client, student):
    course = CourseFactory()
    order = OrderFactory(user=student, courses=[course])
    EnrollmentFactory(user=student, course=course, reference=order.out_trade_no)

    assert said(client, order) == PAYABLE


def test_of_several_courses_those_that_the_student_has_are_named(client, student):
    first, second, third = (CourseFactory(name=name) for name in ("爬虫", "绘图", "网络"))
    order = OrderFactory(user=student, courses=[third, first, second])
    EnrollmentFactory(user=student, course=second)

    one = said(client, order)["payment_refusal"]
    EnrollmentFactory(user=student, course=first)
    two = said(client, order)["payment_refusal"]

    rest = "，这笔订单不能再支付，其余课程可以取消后另行购买"
    assert one == {"code": 4002, "msg": f"您已拥有其中的《绘图》{rest}"}
    assert two == {"code": 4002, "msg": f"您已拥有其中的《爬虫》等 2 门课程{rest}"}
    refused = pay(client, order).json()
    assert (refused["code"], refused["msg"]) == (two["code"], two["msg"])
    assert refused["errors"] == {"courses": [str(first.pk), str(second.pk)]}


@pytest.mark.parametrize(
    "change",
    [
        {"status": Course.Status.OFFLINE},
        {"status": Course.Status.ANNOUNCED},
        {"is_show": False},
        {"is_delete": True},
    ],
)
def test_an_order_of_a_withdrawn_course_cannot_be_paid(client, student, change):
    order = OrderFactory(user=student, courses=[CourseFactory(name="爬虫"), CourseFactory()])
    Course.objects.filter(name="爬虫").update(**change)

    told = said(client, order)

    sentence = "其中的《爬虫》已停止销售，这笔订单不能再支付"
    assert told == {"payment_refusal": {"code": 4003, "msg": sentence}, "can_reorder": False}
    refused = pay(client, order).json()
    assert (refused["code"], refused["msg"]) == (4003, sentence)


def test_an_order_of_a_term_that_is_not_sold_any_more_cannot_be_paid(client, student):
    order = of_membership(student)
    assert said(client, order) == PAYABLE
    order.membership_line.term.__class__.objects.update(is_show=False)

    told = said(client, order)

    assert told["payment_refusal"] == {"code": 4003, "msg": "会员套餐已停售"}
    assert pay(client, order).json()["msg"] == "会员套餐已停售"


@pytest.mark.parametrize("kind", ["courses", "membership"])
def test_while_staff_check_money_that_came_by_hand_nothing_else_is_taken(client, student, kind):
    order = OrderFactory(user=student) if kind == "courses" else of_membership(student)
    offline = OfflinePaymentFactory(order=order)

    told = said(client, order)

    sentence = "学校已经登记了您的线下付款，正在核对，请不要再次付款"
    assert told == {"payment_refusal": {"code": 4005, "msg": sentence}, "can_reorder": False}
    refused = pay(client, order)
    assert (refused.status_code, refused.json()["code"]) == (409, 4005)
    assert refused.json()["msg"] == sentence
    OfflinePayment.objects.filter(pk=offline.pk).update(
        status=OfflineStatus.VOID, decided_by=offline.recorded_by, decided_at=timezone.now()
    )
    assert said(client, order) == PAYABLE
    assert pay(client, order).status_code == 200


def test_an_order_that_is_over_while_money_for_it_is_checked_is_not_placed_again(client, student):
    order = OrderFactory(user=student, order_status=OrderStatus.EXPIRED)
    OfflinePaymentFactory(order=order)

    assert said(client, order)["can_reorder"] is False


@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "k1"}])
def test_the_same_cart_again_is_refused_like_the_order(client, headers):
    body = {"courses": [CourseFactory(price="99.00").pk], "total_amount": "99.00"}
    place = partial(client.post, f"{URL}pay/", body, format="json", headers=headers)
    assert place().status_code == 201
    OfflinePaymentFactory(order=Order.objects.get())

    refused = place()

    assert (refused.status_code, refused.json()["code"]) == (409, 4005)
    assert "正在核对" in refused.json()["msg"]
    assert Order.objects.get().order_status == OrderStatus.UNPAID


def test_an_order_whose_time_is_over_cannot_be_paid(client, student):
    order = OrderFactory(user=student, expires_at=timezone.now() - timedelta(seconds=1))

    told = said(client, order)

    sentence = "订单已失效，请重新下单"
    assert told == {"payment_refusal": {"code": 4005, "msg": sentence}, "can_reorder": False}
    assert pay(client, order).json()["msg"] == sentence


@pytest.mark.parametrize("status", [each for each in OrderStatus if each != OrderStatus.UNPAID])
def test_only_what_is_over_and_still_for_sale_can_be_ordered_again(client, student, status):
    course = CourseFactory()
    order = OrderFactory(
        user=student, courses=[course], order_status=status, pay_time=timezone.now()
    )
    is_over = status in (OrderStatus.CANCELLED, OrderStatus.EXPIRED)

    before = said(client, order)
    EnrollmentFactory(user=student, course=course)
    after = said(client, order)

    assert (before["can_reorder"], after["can_reorder"]) == (is_over, False)
    assert before["payment_refusal"] == after["payment_refusal"]
    assert before["payment_refusal"]["code"] == pay(client, order).json()["code"] == 4005


def test_a_stranger_hears_nothing_of_it(api, student):
    order = OrderFactory(user=student)

    for client in (api, logged_in(OrderFactory().user)):
        answer = client.get(f"{URL}success/", {"out_trade_no": order.out_trade_no}).json()
        assert answer["data"]["order"] is None


@pytest.mark.parametrize("size", [1, 4])
def test_the_number_of_queries_of_a_page_with_every_kind_of_order(
    client, student, size, django_assert_num_queries
):
    for _ in range(size):
        courses = CourseFactory.create_batch(2)
        OrderFactory(user=student, courses=courses)
        OrderFactory(user=student, courses=courses, order_status=OrderStatus.CANCELLED)
        of_membership(student)
        EnrollmentFactory(user=student, course=courses[0])

    with django_assert_num_queries(7):  # token, count, orders, lines, refunds; courses, terms
        rows = client.get(URL, {"page_size": 50}).json()["data"]["results"]

    refused = [row["payment_refusal"] for row in rows]
    assert (len(rows), refused.count(None)) == (3 * size, size)


def test_paid_orders_are_not_judged(client, student, django_assert_num_queries):
    OrderFactory(user=student, order_status=OrderStatus.PAID, pay_time=timezone.now())

    with django_assert_num_queries(5):  # token, count, orders, lines, refunds
        client.get(URL)
