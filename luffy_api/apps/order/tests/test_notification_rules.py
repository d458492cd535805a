"""The rules of Alipay's protocol: refunds, states in any order, other spellings."""

from itertools import pairwise, permutations
from urllib.parse import quote_plus, urlencode

import pytest
from django.test import Client

from luffy_api.apps.course.models import Enrollment
from luffy_api.apps.order.models import Order, PaymentEvent
from luffy_api.apps.order.states import OrderStatus
from luffy_api.apps.order.tests.notification_client import FORM, PAID, UNPAID, URL, send, snapshot
from luffy_api.libs.alipay_v1.tests.signer import sign
from luffy_api.tests.factories import CourseFactory, OrderFactory

pytestmark = pytest.mark.django_db
PAID_AGAIN = ("TRADE_SUCCESS", "TRADE_FINISHED")


@pytest.fixture
def order():
    return OrderFactory(courses=[CourseFactory(students=7)])


# --- States in any order ----------------------------------------------------------------------


@pytest.mark.parametrize("statuses", list(permutations(("WAIT_BUYER_PAY", *PAID_AGAIN))))
def test_the_states_of_a_paid_trade_may_come_in_any_order(alipay, order, statuses):
    answers = [send(alipay(order, trade_status=status)).content for status in statuses]

    assert answers == [b"success"] * 3
    assert snapshot(order) == PAID
    assert PaymentEvent.objects.filter(accepted=True).count() == 3
    assert PaymentEvent.objects.filter(reason="paid").count() == 1


def test_a_trade_closed_after_its_payment_was_reported_stays_paid(alipay, order):
    """The closing of an earlier attempt, delivered late and without a refund."""
    send(alipay(order))

    answer = send(alipay(order, trade_status="TRADE_CLOSED", gmt_payment=None))

    assert answer.content == b"success"
    assert snapshot(order) == PAID
    assert PaymentEvent.objects.count() == 2


def test_a_payment_reported_after_the_closing_is_recorded(alipay, order):
    send(alipay(order, trade_status="TRADE_CLOSED", gmt_payment=None))

    assert send(alipay(order)).content == b"success"
    assert snapshot(order) == PAID


def test_an_unknown_state_changes_nothing(alipay, order):
    answer = send(alipay(order, trade_status="TRADE_PENDING"))

    assert answer.content == b"success"
    assert snapshot(order) == UNPAID
    assert PaymentEvent.objects.get().accepted


@pytest.mark.parametrize("status", ["trade_success", "TRADE_SUCCESS ", "TRADE SUCCESS", "已付款"])
def test_a_state_in_another_spelling_is_rejected(alipay, order, status):
    assert send(alipay(order, trade_status=status)).content == b"failed"
    assert snapshot(order) == UNPAID


# --- Refunds ----------------------------------------------------------------------------------


@pytest.mark.parametrize("status", PAID_AGAIN)
def test_a_partial_refund_of_a_paid_order_keeps_the_enrolment(alipay, order, status):
    send(alipay(order))

    answer = send(alipay(order, trade_status=status, refund_fee="8.00", gmt_refund="2026-03-03"))

    assert answer.content == b"success"
    assert snapshot(order) == PAID
    assert PaymentEvent.objects.count() == 2


def test_a_partial_refund_does_not_open_a_refunded_order(alipay, order):
    send(alipay(order))
    Order.objects.update(order_status=OrderStatus.REFUNDED)
    Enrollment.objects.all().delete()

    assert send(alipay(order, refund_fee="8.00")).content == b"success"
    assert snapshot(order)[:2] == (OrderStatus.REFUNDED, 0)


def test_a_full_refund_is_reported_as_closed_and_ends_the_enrolment(alipay, order):
    """Also when the school made the refund in Alipay's console."""
    send(alipay(order))

    answers = [
        send(alipay(order, trade_status="TRADE_CLOSED", refund_fee="99.00")).content
        for _ in range(2)
    ]

    assert answers == [b"success"] * 2
    assert snapshot(order) == (OrderStatus.REFUNDED, 0, 7)
    reasons = PaymentEvent.objects.order_by("id").values_list("reason", flat=True)
    assert list(reasons) == ["paid", "refunded", "TRADE_CLOSED"]
    assert "refund_fee=99.00" in PaymentEvent.objects.latest("id").message


def test_a_payment_repeated_after_its_refund_does_not_enrol_again(alipay, order):
    send(alipay(order))
    send(alipay(order, trade_status="TRADE_CLOSED", refund_fee="99.00"))

    assert send(alipay(order)).content == b"success"
    assert snapshot(order) == (OrderStatus.REFUNDED, 0, 7)


def test_a_full_refund_without_its_payment_does_not_enrol(alipay, order):
    """The notification of the payment was lost."""
    answer = send(alipay(order, trade_status="TRADE_CLOSED", refund_fee="99.00"))

    assert answer.content == b"success"
    assert snapshot(order) == (OrderStatus.REFUNDED, *UNPAID[1:])


@pytest.mark.parametrize("fee", ["8", "8.000", "-8.00", "１.00", "8,00", "1e1"])
def test_a_refund_with_an_invalid_amount_is_rejected(alipay, order, fee):
    assert send(alipay(order, refund_fee=fee)).content == b"failed"
    assert snapshot(order) == UNPAID
    assert PaymentEvent.objects.get().reason == "amount"


# --- Amounts ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "amount",
    [
        *("99", "99.0", "99.000", "099.000", " 99.00", "99.00 ", "99.00\n", "+99.00", "9_9.00"),
        *("9.9e1", "99,00", "９９.００", "٩٩.٠٠", "NaN", "Infinity", "0x63", "99.00.00", "¥99.00"),
    ],
)
def test_only_one_spelling_of_an_amount_is_read(alipay, order, amount):
    assert send(alipay(order, total_amount=amount)).content == b"failed"
    assert snapshot(order) == UNPAID
    assert PaymentEvent.objects.get().accepted is False


@pytest.mark.parametrize("amount", ["98.99", "99.01", "0.00", "00000099.01", "99999999.99"])
def test_another_amount_is_refused_however_near(alipay, order, amount):
    assert send(alipay(order, total_amount=amount)).content == b"failed"
    assert snapshot(order) == UNPAID
    assert PaymentEvent.objects.get().reason == "amount_differs"


def test_what_the_buyer_paid_after_vouchers_is_not_the_amount(alipay, order):
    """Alipay's own vouchers lower buyer_pay_amount; the school receives the total."""
    fields = alipay(order, buyer_pay_amount="9.00", receipt_amount="99.00", point_amount="90.00")

    assert send(fields).content == b"success"
    assert snapshot(order) == PAID


# --- The form ---------------------------------------------------------------------------------


def test_the_order_of_the_parameters_does_not_matter(alipay, order):
    pairs = list(alipay(order).items())

    assert send(sorted(pairs, reverse=True)).content == b"success"
    assert snapshot(order) == PAID


def test_another_escaping_of_the_same_characters_is_the_same_message(alipay, order):
    body = "&".join(
        f"{name}={''.join(f'%{byte:02x}' for byte in value.encode())}"
        for name, value in alipay(order).items()
    )

    assert send(body).content == b"success"
    assert snapshot(order) == PAID


def test_a_message_cut_at_other_places_is_refused(alipay, order):
    """`subject=x&total_amount=0.01` signed as one value must not become two, or two become one."""
    fields = alipay(order, refund_fee="8.00")
    names = sorted(name for name in fields if name not in ("sign", "sign_type"))
    for first, second in pairwise(names):
        merged = {k: v for k, v in fields.items() if k != second}
        merged[first] += f"&{second}={fields[second]}"
        assert send(merged).content == b"failed", (first, second)
    assert snapshot(order) == UNPAID
    reasons = set(PaymentEvent.objects.values_list("reason", flat=True))
    assert reasons == {"malformed"}


@pytest.mark.parametrize("name", ["total_amount", "out_trade_no", "trade_status", "sign", "app_id"])
def test_a_parameter_that_comes_twice_is_refused_even_when_equal(alipay, order, name):
    fields = alipay(order)

    assert send([*fields.items(), (name, fields[name])]).content == b"failed"
    assert send([(name, ""), *fields.items()]).content == b"failed"
    assert snapshot(order) == UNPAID
    reasons = PaymentEvent.objects.values_list("reason", flat=True)
    assert list(reasons) == ["repeated_parameter"] * 2


def test_parameters_of_the_query_string_are_ignored(alipay, order):
    response = Client().post(f"{URL}?{urlencode(alipay(order))}", "", content_type=FORM)

    assert response.content == b"failed"
    assert snapshot(order) == UNPAID

    response = Client().post(
        f"{URL}?total_amount=0.01", urlencode(alipay(order)), content_type=FORM
    )

    assert response.content == b"success"
    assert snapshot(order) == PAID


def gbk(fields: dict[str, str], private: str) -> str:
    """The message as Alipay would send it to a merchant who asked for charset=gbk."""
    signed = {k: v for k, v in fields.items() if k not in ("sign", "sign_type")}
    text = "&".join(f"{name}={value}" for name, value in sorted(signed.items()))
    whole = {**signed, "sign": sign(text, private, charset="gbk"), "sign_type": "RSA2"}
    return "&".join(f"{k}={quote_plus(v, encoding='gbk')}" for k, v in whole.items())


def test_a_message_in_gbk_is_rejected_and_logged(alipay, alipay_private, order):
    """Every request of ours asks for UTF-8."""
    body = gbk(alipay(order, charset="gbk", subject="爬虫实战"), alipay_private[0])

    assert send(body, "application/x-www-form-urlencoded; charset=gbk").content == b"failed"
    assert snapshot(order) == UNPAID
    event = PaymentEvent.objects.get()
    assert (event.reason, event.message) == ("bad_signature", body[:2000])


def test_a_message_that_says_gbk_and_holds_ascii_only_is_the_same_in_both(
    alipay, alipay_private, order
):
    body = gbk(alipay(order, charset="gbk", subject="crawler"), alipay_private[0])

    assert send(body, "application/x-www-form-urlencoded; charset=gbk").content == b"success"
    assert snapshot(order) == PAID


@pytest.mark.parametrize("subject", ["课程 🐍 100%", "a+b c%20d", '{"a": "}"}', "x;y=z", "1&1"])
def test_a_subject_with_odd_characters_is_read(alipay, order, subject):
    assert send(alipay(order, subject=subject)).content == b"success"
    assert PaymentEvent.objects.get().message
