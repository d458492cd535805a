"""线下收款: recorded, confirmed by a second person above a limit, and refunded by hand."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from luffy_api.apps.order.models import (
    OfflinePayment,
    OfflineStatus,
    Order,
    OrderPayment,
    PaymentEvent,
    PayType,
    Refund,
    RefundStatus,
)
from luffy_api.apps.order.payment import reconciliation
from luffy_api.apps.order.states import OrderStatus
from luffy_api.common import roles
from luffy_api.libs.storage import private_storage
from luffy_api.tests.back_office import log_of, page, said
from luffy_api.tests.factories import (
    CourseFactory,
    OfflinePaymentFactory,
    OrderFactory,
    OrderPaymentFactory,
    RefundFactory,
)
from luffy_api.tests.fake_gateway import CLOSED
from luffy_api.tests.people import staff
from luffy_api.tests.recording import (
    decide,
    decision_url,
    record,
    record_url,
    status_of,
    two_people_from,
)
from luffy_api.tests.refunding import courses_of, deliver, refunded_and_due
from luffy_api.tests.violations import violations

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folders", "fake_alipay")]


@pytest.fixture
def colleague():
    """A browser of another one."""
    browser = Client()
    browser.force_login(staff(roles.FINANCE, username="tongshi"))
    return browser


@pytest.fixture
def order(student):
    """Unpaid, for 99 yuan."""
    return OrderFactory(user=student, courses=[CourseFactory(price="99.00")])


def test_up_to_the_limit_the_order_is_paid_at_once(finance, order):
    two_people_from("99.00")

    assert said(record(finance, order)) == "已入账，课程已开通"

    assert status_of(order) is OrderStatus.PAID
    assert (order.trade_no, order.pay_type) == ("ICBC0001", PayType.OFFLINE)
    assert len(courses_of(order.user)) == 1
    row = OfflinePayment.objects.get()
    assert (row.status, row.amount, row.decided_by) == (1, 99, row.recorded_by)
    event = PaymentEvent.objects.get()
    assert (event.source, event.reason) == ("offline", "paid")
    assert log_of(row)[1:] == ["确认入账：99.00 元，ICBC0001"]
    assert violations() == []


def test_above_the_limit_another_person_confirms(finance, colleague, order):
    two_people_from("98.99")
    assert "另一位同事" in said(record(finance, order))
    row = OfflinePayment.objects.get()
    assert status_of(order) is OrderStatus.UNPAID

    assert "另一位同事确认" in decide(finance, row, "confirm")
    assert status_of(order) is OrderStatus.UNPAID
    assert log_of(row)[-1].startswith("确认入账，未成功：超过 98.99 元")

    assert decide(colleague, row, "confirm") == "已入账，课程已开通"
    assert status_of(order) is OrderStatus.PAID
    row.refresh_from_db()
    assert row.decided_by.username == "tongshi"


def test_the_second_of_two_people_hears_who_was_first(finance, colleague, order):
    row = OfflinePaymentFactory(order=order)
    decide(colleague, row, "confirm")

    text = decide(finance, row, "void")

    assert text.endswith("已经处理了这笔收款，现在是“已入账”")
    assert log_of(row)[-1] == f"作废，未成功：{text}"


@pytest.mark.django_db(transaction=True)
def test_confirmed_by_four_people_at_once_it_is_paid_once(order):
    row = OfflinePaymentFactory(order=order)
    browsers = [Client() for _ in range(4)]
    for browser in browsers:
        browser.force_login(staff(is_superuser=True))

    def confirm(browser):
        try:
            return browser.post(decision_url(row, "confirm")).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(confirm, browsers)) == {302}

    assert OrderPayment.objects.count() == 1
    assert PaymentEvent.objects.count() == 1
    assert status_of(order) is OrderStatus.PAID


def test_the_trade_at_the_online_provider_is_closed_before(finance, order, fake_alipay):
    fake_alipay.open_cashier(
        {
            "out_trade_no": order.out_trade_no,
            "total_amount": "99.00",
            "time_expire": f"{timezone.localtime() + timedelta(minutes=30):%Y-%m-%d %H:%M:%S}",
        }
    )

    record(finance, order)

    assert fake_alipay.trades[order.out_trade_no].status == CLOSED
    assert status_of(order) is OrderStatus.PAID


def test_while_the_online_provider_is_silent_nothing_is_entered(finance, order, fake_alipay):
    fake_alipay.mode = "error"

    assert "请稍后再试" in said(record(finance, order))

    assert status_of(order) is OrderStatus.UNPAID
    row = OfflinePayment.objects.get()
    assert row.status == OfflineStatus.WAITING
    fake_alipay.mode = "fine"
    assert decide(finance, row, "confirm") == "已入账，课程已开通"


def test_what_was_paid_online_meanwhile_makes_it_a_second_payment(finance, order, fake_alipay):
    fake_alipay.sell(order)

    assert "应退给学员" in said(record(finance, order))

    order.refresh_from_db()
    assert order.pay_type == PayType.ALIPAY
    assert {each.pay_type for each in order.payments.all()} == {PayType.ALIPAY, PayType.OFFLINE}
    assert refunded_and_due(order) == (0, 99)


def test_what_is_paid_online_afterwards_is_a_second_payment(finance, order, fake_alipay):
    record(finance, order)
    fake_alipay.sell(order)

    assert deliver(fake_alipay, order)

    assert refunded_and_due(order) == (0, 99)
    assert len(courses_of(order.user)) == 1


def test_a_double_click_records_once(finance, order):
    two_people_from("0")
    record(finance, order)

    text = said(record(finance, order, reference="ICBC0002"))

    assert text == "这笔订单已有一笔待确认的线下收款"
    assert OfflinePayment.objects.count() == 1
    assert len(list(private_storage().list_names("order/receipts/"))) == 1


def test_one_reference_pays_one_order(finance, order):
    record(finance, order)
    other = OrderFactory()

    assert said(record(finance, other)) == "这个凭证号已经登记过，请核对"

    assert status_of(other) is OrderStatus.UNPAID
    assert len(list(private_storage().list_names("order/receipts/"))) == 1


def test_a_reference_that_waits_for_its_confirmation_is_taken(finance, order):
    two_people_from("0")
    record(finance, order)

    assert said(record(finance, OrderFactory())) == "这个凭证号已经登记过，请核对"

    assert OfflinePayment.objects.get().order == order


def test_a_reference_of_a_payment_that_was_never_recorded_here_is_taken(finance, order):
    OrderPaymentFactory(pay_type=PayType.OFFLINE, trade_no="ICBC0001")

    assert said(record(finance, order)) == "这个凭证号已经登记过，请核对"

    assert not OfflinePayment.objects.exists()


def test_a_reference_that_paid_another_order_meanwhile_is_not_entered(finance, order):
    first, second = (
        OfflinePaymentFactory(order=each, reference="ICBC0001") for each in (order, OrderFactory())
    )
    decide(finance, first, "confirm")

    assert decide(finance, second, "confirm") == "这个凭证号已经登记过，请核对"

    second.refresh_from_db()
    assert second.status == OfflineStatus.WAITING
    assert status_of(second.order) is OrderStatus.UNPAID


def test_what_was_recorded_by_mistake_is_voided_and_recorded_again(finance, order):
    two_people_from("0")
    record(finance, order)
    row = OfflinePayment.objects.get()

    assert decide(finance, row, "void") == "已作废"
    assert "另一位同事" in said(record(finance, order))

    assert status_of(order) is OrderStatus.UNPAID
    assert [each.status for each in OfflinePayment.objects.order_by("pk")] == [2, 0]


@pytest.mark.parametrize("status", [OrderStatus.PAID, OrderStatus.REFUNDED])
def test_an_order_that_was_paid_gets_none(finance, status):
    order = OrderFactory(order_status=status, pay_time=timezone.now())
    assert "登记线下收款" not in finance.get(page(Order, "change", order.pk)).content.decode()

    assert "已经付过款" in said(record(finance, order))
    assert not OfflinePayment.objects.exists()


@pytest.mark.parametrize("status", [OrderStatus.CANCELLED, OrderStatus.EXPIRED])
def test_an_order_that_is_over_takes_a_transfer_that_was_slower(finance, order, status):
    Order.objects.filter(pk=order.pk).update(order_status=status)
    assert "登记线下收款" in finance.get(page(Order, "change", order.pk)).content.decode()
    assert "已经关闭" in finance.get(record_url(order)).content.decode()

    assert said(record(finance, order)) == "已入账，课程已开通"

    assert status_of(order) is OrderStatus.PAID
    assert len(courses_of(order.user)) == 1
    assert violations() == []


def test_money_that_came_for_an_order_that_expired_meanwhile_is_not_lost(finance, order):
    row = OfflinePaymentFactory(order=order)
    order.__class__.objects.filter(pk=order.pk).update(order_status=OrderStatus.EXPIRED)

    decide(finance, row, "confirm")

    assert status_of(order) is OrderStatus.PAID


def test_a_refund_of_it_is_given_back_by_hand_and_recorded(finance, order, fake_alipay):
    record(finance, order)
    start = reverse("admin:order_order_refund", args=[order.pk])
    form = finance.get(start).context["form"].initial

    answer = finance.post(start, {**form, "reason": "讲师停课"}, follow=True)

    assert "登记已退款" in said(answer)
    refund = Refund.objects.get()
    assert (refund.status, len(courses_of(order.user))) == (RefundStatus.PROCESSING, 1)
    reconciliation.reconcile()
    refund.refresh_from_db()
    assert refund.status == RefundStatus.PROCESSING

    url = reverse("admin:order_refund_decide", args=[refund.pk, "pay_back"])
    assert said(finance.post(url, {"answer": "招行转账 8877"}, follow=True)) == "已退款"

    refund.refresh_from_db()
    assert (refund.status, refund.gateway_answer) == (RefundStatus.REFUNDED, "招行转账 8877")
    assert refund.finished_at
    assert status_of(order) is OrderStatus.REFUNDED
    assert courses_of(order.user) == set()
    assert log_of(refund)[-1] == "登记已退款：招行转账 8877"
    assert fake_alipay.trades == {}
    assert "已经处理了这笔退款" in said(finance.post(url, {"answer": "再一次"}, follow=True))
    assert refunded_and_due(order)[0] == 99


def test_what_a_provider_carries_out_is_not_recorded_by_hand(finance, fake_alipay, student):
    payment = OrderPaymentFactory(order__user=student)
    refund = RefundFactory(payment=payment, status=RefundStatus.PROCESSING)
    url = reverse("admin:order_refund_decide", args=[refund.pk, "pay_back"])

    finance.post(url, {"answer": "已转账"})

    refund.refresh_from_db()
    assert refund.status == RefundStatus.PROCESSING
    assert "登记已退款" not in finance.get(page(Refund, "change", refund.pk)).content.decode()
