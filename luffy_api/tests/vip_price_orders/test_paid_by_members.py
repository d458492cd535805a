"""会员价: shown to everybody, paid by members, decided when an order is placed; a fake gateway."""

from datetime import timedelta
from threading import Event, Thread

import pytest
import time_machine
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from luffy_api.apps.order import checkout, integrity, vip_integrity
from luffy_api.apps.order.exceptions import PriceChanged
from luffy_api.apps.order.models import Order, OrderDetail
from luffy_api.apps.order.states import OrderStatus
from luffy_api.apps.promotion import locks as promotion_locks
from luffy_api.apps.promotion.membership import own
from luffy_api.tests.factories import (
    CourseFactory,
    UserFactory,
)
from luffy_api.tests.refunding import deliver, finish, refunded_and_due, start
from luffy_api.tests.vip_price_orders.prices import cheaper, end_membership, ordered, place, refuses

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("no_violations")]
CART = "/api/v1/order/cart/"


def test_everybody_is_shown_what_a_member_pays(api, student_api, member, course):
    page, other = f"/api/v1/course/{course.pk}/", f"/api/v1/course/{CourseFactory().pk}/"
    cards = api.get("/api/v1/course/").json()["data"]["results"]

    shown = [client.get(page).json()["data"] for client in (api, student_api)]
    shown += [card for card in cards if card["id"] == course.pk]
    prices = [(each["price"], each["real_price"], each["vip_price"]) for each in shown]
    assert prices == [("99.00", "99.00", "59.00")] * 3
    assert api.get(other).json()["data"]["vip_price"] is None


def test_a_member_pays_the_price_for_members_and_nobody_else(
    api, student_api, stranger_api, member, course, fake_alipay
):
    assert place(api, course, total="59.00").status_code == 401
    assert refuses(place(stranger_api, course, total="59.00"), "99.00")
    assert refuses(place(student_api, course, total="99.00"), "59.00")

    order = place(student_api, course, total="59.00").json()["data"]

    [line] = order["courses"]
    assert (line["price"], line["real_price"], line["vip_amount"]) == ("99.00", "59.00", "40.00")
    number = order["out_trade_no"]
    assert place(student_api, course, total="59.00").json()["data"]["out_trade_no"] == number
    assert student_api.get(f"/api/v1/order/{number}/").json()["data"]["courses"] == [line]
    theirs = place(stranger_api, course, total="99.00").json()["data"]["courses"][0]
    assert (theirs["real_price"], theirs["vip_amount"]) == ("99.00", "0.00")
    paid = Order.objects.get(out_trade_no=number)
    fake_alipay.sell(paid)
    assert deliver(fake_alipay, paid)
    start(paid, course_id=course.pk)
    finish()
    assert refunded_and_due(paid) == (59, 0)


def test_the_lower_of_discount_and_price_for_members_is_paid(student_api, member, course):
    cheaper(course, "30.00")  # 69 for everybody
    [row] = place(student_api, course, total="59.00").json()["data"]["courses"]
    assert row["vip_amount"] == "10.00"

    cheaper(course, "50.00")  # 49 for everybody

    page = student_api.get(f"/api/v1/course/{course.pk}/").json()["data"]
    assert (page["real_price"], page["vip_price"]) == ("49.00", None)
    assert refuses(place(student_api, course, total="59.00"), "49.00")
    [row] = place(student_api, course, total="49.00").json()["data"]["courses"]
    assert (row["real_price"], row["vip_amount"]) == ("49.00", "0.00")
    assert Order.objects.filter(order_status=OrderStatus.UNPAID, total_amount=49).count() == 1
    assert Order.objects.filter(order_status=OrderStatus.CANCELLED, total_amount=59).count() == 1


def test_a_course_that_is_free_now_stays_free(student_api, member, course):
    cheaper(course, "99.00")

    assert place(student_api, course, total="59.00").json()["code"] == 4004
    assert student_api.post(f"/api/v1/course/{course.pk}/enroll/").status_code == 200


def test_a_membership_that_ends_before_placing_changes_the_price(student_api, member, course):
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        student_api.force_authenticate(member)
        assert refuses(place(student_api, course, total="59.00"), "99.00")
    assert not Order.objects.filter(order_courses__isnull=False).exists()


def test_an_order_at_the_price_for_members_outlives_the_membership(
    student, student_api, member, course, fake_alipay
):
    number = place(student_api, course, total="59.00").json()["data"]["out_trade_no"]
    end_membership()

    assert refuses(place(student_api, course, total="59.00"), "99.00")
    order = Order.objects.get(out_trade_no=number)
    assert order.order_status == OrderStatus.UNPAID
    dearer = place(student_api, course, total="99.00").json()["data"]
    order.refresh_from_db()
    assert (order.order_status, dearer["total_amount"]) == (OrderStatus.CANCELLED, "99.00")


def test_a_paid_order_stays_when_the_membership_is_refunded(member, course, fake_alipay):
    order = ordered(member.pk, course, "59.00")
    fake_alipay.sell(order)
    assert deliver(fake_alipay, order)

    end_membership()

    order.refresh_from_db()
    assert order.order_status == OrderStatus.PAID
    assert own.ends_at(member.pk, timezone.now()) is None
    assert refunded_and_due(order) == (0, 0)


def test_the_cart_has_the_students_own_price(student_api, member, course, stranger_api):
    other = CourseFactory(price="10.00")
    for client in (student_api, stranger_api):
        for each in (course, other):
            assert client.post(CART, {"course": each.pk}, format="json").status_code == 201

    mine, theirs = (client.get(CART).json()["data"] for client in (student_api, stranger_api))

    def prices(rows):
        return [(row["price_seen"], row["real_price"], row["vip_price"]) for row in rows]

    assert prices(mine) == [("10.00", "10.00", None), ("59.00", "59.00", "59.00")]
    assert prices(theirs) == [("10.00", "10.00", None), ("99.00", "99.00", "59.00")]
    order = place(student_api, course, other, total="69.00").json()["data"]
    assert {row["vip_amount"] for row in order["courses"]} == {"40.00", "0.00"}


def test_only_a_course_with_a_price_for_members_costs_a_query(member, course):
    plain = CourseFactory(price="59.00")
    stranger = UserFactory()
    for user_id, each in ((UserFactory().pk, CourseFactory()), (UserFactory().pk, course)):
        ordered(user_id, each, "99.00")  # compiles the queries

    def queries(user_id, each, total):
        with CaptureQueriesContext(connection) as seen:
            ordered(user_id, each, total)
        return len(seen)

    without = queries(UserFactory().pk, plain, "59.00")
    assert queries(member.pk, plain, "59.00") == without
    # And one that asks whether the membership is being refunded.
    assert queries(member.pk, course, "59.00") == without + 2
    assert queries(stranger.pk, course, "99.00") == without + 1


def beside_a_refund(monkeypatch, member, course, *, patience) -> tuple[list[str], list[str]]:
    """A refund of the membership begins when placing has looked at it, and before it commits.

    Return what was over before the order was written, and what became of the order.
    """
    begun, over, ends = Event(), Event(), []
    real = checkout._create

    def refund():
        begun.wait(30)
        try:
            end_membership()
            over.set()
        finally:
            connections.close_all()

    def late(*values):
        begun.set()
        if over.wait(patience):
            ends.append("refunded before it was written")
        return real(*values)

    monkeypatch.setattr(checkout, "_create", late)
    rival = Thread(target=refund)
    rival.start()
    order = ordered(member.pk, course, "59.00")
    rival.join(60)
    assert over.is_set()
    return ends, [str(order.total_amount)]


def test_a_membership_is_not_refunded_while_its_price_is_taken(monkeypatch, member, course):
    assert beside_a_refund(monkeypatch, member, course, patience=2) == ([], ["59.00"])
    with pytest.raises(PriceChanged):
        ordered(member.pk, course, "59.00")


@pytest.mark.skipif(connection.vendor == "sqlite", reason="its one write lock holds refunds back")
def test_control_without_holding_it_the_refund_comes_between(monkeypatch, member, course):
    def look(user_id, now):
        return own.ends_at(user_id, now) is not None

    monkeypatch.setattr(promotion_locks, "lock_membership", look)

    ends, _ = beside_a_refund(monkeypatch, member, course, patience=60)

    assert ends == ["refunded before it was written"]


def test_a_line_that_contradicts_itself_is_found(member, course):
    order = ordered(member.pk, course, "59.00")
    [rule] = vip_integrity.RULES
    lines = OrderDetail.objects.filter(order=order)

    for wrong in ({"vip_amount": "40.01"}, {"vip_amount": "40.00", "real_price": "59.01"}):
        assert integrity.Violation(rule, order.out_trade_no) not in integrity.run_checks()
        lines.update(**wrong)
        assert integrity.Violation(rule, order.out_trade_no) in integrity.run_checks()
        lines.update(vip_amount="40.00", real_price="59.00")
