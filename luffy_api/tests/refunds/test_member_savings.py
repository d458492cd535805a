"""What was bought at the price for members is taken off a refund of the membership by days."""

from datetime import timedelta
from decimal import Decimal
from threading import Event, Thread

import pytest
import time_machine
from django.db import connection, connections
from django.urls import reverse
from django.utils import timezone

from luffy_api.apps.order import cancellation, checkout, member_savings, student_refunds
from luffy_api.apps.order.exceptions import InvalidRefund, MembershipEnds, NothingToRefund
from luffy_api.apps.order.models import Order, PayType, Refund, RefundStatus
from luffy_api.apps.order.payment import refund_amounts, refund_requests
from luffy_api.apps.promotion import locks as promotion_locks
from luffy_api.apps.promotion.membership import own
from luffy_api.common.exceptions import DomainError
from luffy_api.tests.factories import (
    CourseFactory,
    MembershipTermFactory,
    PackageFactory,
    UserFactory,
)
from luffy_api.tests.memberships import bought, days_left, order_page
from luffy_api.tests.refunding import ask, deliver, finish, start
from luffy_api.tests.violations import violations

pytestmark = pytest.mark.django_db(transaction=True)
# Those that travel ask for them at the time to which they have travelled.
consistent = pytest.mark.usefixtures("no_violations")
DAY = timedelta(days=1)


@pytest.fixture
def membership(student, term, fake_alipay) -> Order:
    return bought(fake_alipay, student.pk, term)


def cheaper(name, amount):
    """A course for 99 yuan, for members so much less."""
    return CourseFactory(name=name, price="99.00", vip_price=99 - Decimal(amount))


def ordered(user, *courses, saved, **more) -> Order:
    return checkout.place_order(
        user_id=user.pk,
        course_ids=[each.pk for each in courses],
        total_amount=99 * len(courses) - Decimal(saved),
        **more,
    )


def sell(gateway, user, *courses, saved, **more) -> Order:
    order = ordered(user, *courses, saved=saved, **more)
    gateway.sell(order)
    assert deliver(gateway, order)
    order.refresh_from_db()
    return order


def proposed(order) -> Decimal:
    return member_savings.by_days(order).amount


def whole(order):
    return student_refunds.options(order_page(order)).whole


@consistent
def test_what_courses_cost_less_comes_off(student, membership, fake_alipay):
    assert whole(membership).note == ""
    sell(fake_alipay, student, cheaper("甲", "5.50"), cheaper("乙", "3.00"), saved="8.50")
    plain = CourseFactory(price="99.00")
    sell(fake_alipay, student, plain, saved="0")

    found = whole(membership)

    note = "扣除会员期内按会员价购课少付的 8.50 元（《甲》5.50 元、《乙》3.00 元）"
    assert (found.amount, found.why, found.note) == (Decimal("20.50"), "", note)
    refund = ask(membership)
    assert refund.amount == Decimal("20.50")
    refund_requests.approve(refund_id=refund.pk, staff=UserFactory())
    finish()
    assert fake_alipay.trades[membership.out_trade_no].refunded == Decimal("20.50")
    assert days_left(student.pk) == 0


@consistent
def test_never_below_nothing_and_staff_may_still_give_something(student, membership, fake_alipay):
    sell(fake_alipay, student, cheaper("甲", "50"), saved="50")

    found = whole(membership)

    why = "会员期内按会员价购课已少付 50.00 元，不少于剩余整天的 29.00 元，没有可退的款项"
    assert (found.amount, found.allowed, found.why) == (0, False, why)
    with pytest.raises(NothingToRefund, match="不少于剩余整天"):
        ask(membership)
    with pytest.raises(NothingToRefund):
        start(membership, by_days=True)
    for wrong in ("30.01", "0", "-1", "0.001", "NaN"):
        with pytest.raises(InvalidRefund):
            start(membership, by_days=True, amount=Decimal(wrong))
    refund = start(membership, by_days=True, amount=Decimal("12.00"))
    assert (refund.status, refund.amount) == (RefundStatus.REFUNDED, Decimal("12.00"))
    assert days_left(student.pk) == 0


@consistent
def test_a_course_whose_money_is_back_is_not_taken_off(student, membership, fake_alipay):
    course, other = cheaper("甲", "5"), cheaper("乙", "4")
    order = sell(fake_alipay, student, course, other, saved="9")
    assert proposed(membership) == Decimal("20.00")

    start(order, course_id=course.pk)
    assert proposed(membership) == Decimal("25.00")
    start(order, amount=Decimal("1.00"))  # for goodwill: the course stays
    assert proposed(membership) == Decimal("25.00")
    start(order)

    assert proposed(membership) == Decimal("29.00")


def test_what_may_still_be_paid_counts_once(student, membership, fake_alipay):
    course = cheaper("甲", "5")
    order = ordered(student, course, saved="5")
    assert proposed(membership) == Decimal("24.00")
    # Its address of the cashier still works for a while, and the course is ordered again.
    cancellation.cancel(user_id=student.pk, out_trade_no=order.out_trade_no)
    assert proposed(membership) == Decimal("24.00")
    sell(fake_alipay, student, course, saved="5")
    assert proposed(membership) == Decimal("24.00")

    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        finish()
        assert proposed(membership) == Decimal("24.00")


def test_an_abandoned_order_counts_no_more(student, membership, fake_alipay):
    ordered(student, cheaper("甲", "5"), saved="5")

    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        cancellation.close_expired()
    with time_machine.travel(timezone.now() + timedelta(hours=3)):
        finish()
        assert proposed(membership) == Decimal("29.00")
        assert violations() == []


def test_each_period_answers_for_what_was_bought_in_it(student, term, membership, fake_alipay):
    second = bought(fake_alipay, student.pk, term)
    sell(fake_alipay, student, cheaper("甲", "5"), saved="5")
    assert (proposed(membership), proposed(second)) == (Decimal("24.00"), Decimal("30.00"))

    with time_machine.travel(timezone.now() + 30.5 * DAY):
        sell(fake_alipay, student, cheaper("乙", "7"), saved="7")
        assert proposed(second) == Decimal("22.00")
        assert member_savings.by_days(membership).value == 0
        assert violations() == []


@consistent
def test_what_begins_earlier_has_bought_nothing_before(student, term, membership, fake_alipay):
    second = bought(fake_alipay, student.pk, term)
    sell(fake_alipay, student, cheaper("甲", "5"), saved="5")

    start(membership, by_days=True)

    assert Refund.objects.get().amount == Decimal("24.00")
    assert proposed(second) == Decimal("29.00")


@consistent
def test_another_student_and_a_package_at_members_prices(student, membership, fake_alipay):
    other = UserFactory()
    bought(fake_alipay, other.pk, MembershipTermFactory(months=0, days=30))
    course = cheaper("甲", "90")
    sell(fake_alipay, other, course, saved="90")
    assert proposed(membership) == Decimal("29.00")

    package = PackageFactory(price="100.00", courses=[course, CourseFactory(price="99.00")])
    # A share is 50 yuan, and 9 for members.
    order = ordered(student, *package.courses.order_by("pk"), saved="139.00", package_id=package.pk)
    assert sorted(line.vip_amount for line in order.lines) == [0, Decimal("41.00")]
    assert member_savings.by_days(membership).saved == Decimal("41.00")


def test_what_is_bought_while_a_request_waits_comes_off_too(student, membership, fake_alipay):
    refund = ask(membership)
    assert refund.amount == Decimal("29.00")
    with time_machine.travel(timezone.now() + 3 * DAY):
        sell(fake_alipay, student, cheaper("甲", "5"), saved="5")
        # The days are those of when it was asked for.
        refund_requests.approve(refund_id=refund.pk, staff=UserFactory())
        finish()
        assert violations() == []

    refund.refresh_from_db()
    assert (refund.amount, refund.status) == (Decimal("24.00"), RefundStatus.REFUNDED)
    assert refund.answer == "申请 29.00 元，同意退 24.00 元"


@consistent
def test_staff_decide_on_another_amount(student, membership, fake_alipay):
    sell(fake_alipay, student, cheaper("甲", "5"), saved="5")
    refund, staff = ask(membership), UserFactory()
    for wrong in ("0", "30.01", "-1"):
        with pytest.raises(InvalidRefund):
            refund_requests.approve(refund_id=refund.pk, staff=staff, amount=Decimal(wrong))

    refund_requests.approve(refund_id=refund.pk, staff=staff, amount=Decimal("30.00"))
    finish()

    refund.refresh_from_db()
    assert (refund.amount, refund.status) == (Decimal("30.00"), RefundStatus.REFUNDED)
    assert days_left(student.pk) == 0


@consistent
def test_of_courses_no_other_amount_is_decided_on(student, membership, fake_alipay):
    order = sell(fake_alipay, student, cheaper("甲", "5"), saved="5")
    refund = ask(order)

    with pytest.raises(InvalidRefund):
        refund_requests.approve(refund_id=refund.pk, staff=UserFactory(), amount=Decimal("1"))

    refund.refresh_from_db()
    assert refund.status == RefundStatus.REQUESTED


@consistent
def test_while_the_money_is_under_way_nothing_is_sold_at_that_price(
    student, student_api, membership, fake_alipay
):
    course = cheaper("甲", "5")
    membership.payments.update(pay_type=PayType.OFFLINE)  # goes back by hand
    Order.objects.filter(pk=membership.pk).update(pay_type=PayType.OFFLINE)
    refund = start(membership, by_days=True)
    assert refund.status == RefundStatus.PROCESSING

    body = {"courses": [course.pk], "total_amount": "94.00"}
    answer = student_api.post("/api/v1/order/pay/", body, format="json")

    assert (answer.status_code, answer.json()["msg"]) == (409, MembershipEnds().message)
    assert sell(fake_alipay, student, CourseFactory(price="99.00"), saved="0")
    Refund.objects.update(status=RefundStatus.FAILED, finished_at=timezone.now())
    assert ordered(student, course, saved="5")


@consistent
def test_staff_see_what_comes_off(admin_client, student, membership, fake_alipay):
    sell(fake_alipay, student, cheaper("数据分析", "5"), saved="5")
    words = (
        "剩余 29 整天，29.00 元；扣除会员期内按会员价购课少付的 5.00 元（《数据分析》5.00 元），"
        "应退 24.00 元"
    )
    form = admin_client.get(reverse("admin:order_order_refund", args=[membership.pk]))
    assert f"会员按剩余整天退 24.00 元，会员随之终止（{words}）" in form.content.decode()

    refund = ask(membership)
    shown = admin_client.get(reverse("admin:order_refund_change", args=[refund.pk]))
    decide = reverse("admin:order_refund_decide", args=[refund.pk, "approve"])
    question = admin_client.get(decide).content.decode()

    assert f"此刻{words}" in shown.content.decode()
    assert f"（按申请时的剩余天数；此刻{words}）" in question
    assert "24.00 元：扣除会员期内按会员价购课少付的 5.00 元（《数据分析》5.00 元）" in question
    assert "退款金额（元）" in question
    refused = admin_client.post(decide, {"amount": "-1", "answer": ""})
    assert refused.status_code == 200
    assert admin_client.post(decide, {"amount": "20", "answer": "协商"}).status_code == 302
    finish()
    refund.refresh_from_db()
    assert (refund.amount, refund.status) == (Decimal("20.00"), RefundStatus.REFUNDED)
    history = admin_client.get(reverse("admin:order_refund_history", args=[refund.pk]))
    assert "同意退款（申请 24.00 元，同意退 20.00 元）：协商" in history.content.decode()


@consistent
def test_many_courses_are_not_all_named(student, membership, fake_alipay):
    courses = [cheaper(f"课{n}", "1") for n in range(7)]
    sell(fake_alipay, student, *courses, saved="7")

    found = member_savings.by_days(membership)

    assert found.deduction.count("《") == member_savings.MAX_NAMED
    assert "等 7 门" in found.deduction
    assert found.amount == Decimal("22.00")


def beside_an_order(monkeypatch, student, membership, course) -> tuple[Decimal, Decimal]:
    """An order at the price for members is written when a refund has begun, before it is known.

    Return what went back, and what the student paid.
    """
    begun, written = Event(), Event()
    real = refund_amounts.left_amount

    def order():
        begun.wait(30)
        try:
            placed.append(ordered(student, course, saved="5").total_amount)
        except DomainError:  # the price is another one, or the membership ends
            placed.append(Decimal(0))
        finally:
            written.set()
            connections.close_all()

    def late(payment):
        begun.set()
        written.wait(2)
        return real(payment)

    placed: list[Decimal] = []
    monkeypatch.setattr(refund_amounts, "left_amount", late)
    rival = Thread(target=order)
    rival.start()
    refund = start(membership, by_days=True)
    rival.join(60)
    return refund.amount, placed[0]


@consistent
def test_nothing_is_ordered_while_a_refund_is_counted(
    monkeypatch, student, membership, fake_alipay
):
    course = cheaper("甲", "5")

    amount, paid = beside_an_order(monkeypatch, student, membership, course)

    # It waited for the refund, which was under way or over then.
    assert (amount, paid) == (Decimal("29.00"), 0)


@pytest.mark.skipif(connection.vendor == "sqlite", reason="its one write lock holds orders back")
def test_control_without_the_lock_an_order_comes_between(
    monkeypatch, student, membership, fake_alipay
):
    def look(user_id, now):
        return own.ends_at(user_id, now) is not None

    monkeypatch.setattr(promotion_locks, "lock_membership", look)

    amount, paid = beside_an_order(monkeypatch, student, membership, cheaper("甲", "5"))

    assert (amount, paid) == (Decimal("29.00"), Decimal("94.00"))
