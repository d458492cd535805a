"""What only Alipay has: states of a trade in any order, spellings, and a form as its message."""

import json
from datetime import timedelta
from itertools import pairwise, permutations
from urllib.parse import parse_qsl, quote_plus, urlencode

import pytest
from django.conf import settings
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.utils import timezone

from luffy_api.apps.order.models import Order, PaymentEvent, PayType
from luffy_api.apps.order.states import OrderStatus
from luffy_api.apps.order.tests.recorded import PAID, UNPAID, last_reason, reasons, snapshot
from luffy_api.apps.order.views.payments import MAX_NOTIFICATION_FIELDS, form_fields
from luffy_api.libs.alipay_v1.tests.signer import sign
from luffy_api.tests.factories import CourseFactory, OrderFactory
from luffy_api.tests.peers import ALIPAY, FORM

pytestmark = pytest.mark.django_db
URL = ALIPAY.path
PAID_AGAIN = ("TRADE_SUCCESS", "TRADE_FINISHED")


@pytest.mark.any_database
@pytest.mark.parametrize(
    "body",
    [
        "",
        "&",
        "=",
        "a",
        "a=&&=b&c==d",
        "a+b=%2B+%20&%61=1;b=2",
        "%=%zz&%e4%bd%a0=%E4%BD%A0&%ff=%FF%00",
        "你=好 &\x00=\n",
        "&".join(["a=1"] * MAX_NOTIFICATION_FIELDS),
    ],
)
def test_a_form_is_read_as_by_the_library(body):
    assert form_fields(body) == parse_qsl(body, keep_blank_values=True)


def test_too_many_fields_are_none():
    assert form_fields("&".join(["a=1"] * (MAX_NOTIFICATION_FIELDS + 1))) == []


@pytest.fixture
def order():
    return OrderFactory(courses=[CourseFactory(students=7)])


def send(body, content_type=FORM):
    """Post fields, a text or bytes."""
    text = body if isinstance(body, str | bytes) else urlencode(body)
    return Client().generic("POST", URL, text, content_type)


def test_the_answer_is_exactly_seven_bytes_of_text(alipay, order):
    response = send(alipay(order))

    assert response.content == b"success"
    assert response["Content-Type"].startswith("text/plain")


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


@pytest.mark.parametrize(
    ("minutes_left", "status"), [(10, OrderStatus.CANCELLED), (-1, OrderStatus.EXPIRED)]
)
def test_an_unpaid_order_closes_with_its_trade(alipay, order, minutes_left, status):
    until = timezone.now() + timedelta(minutes=minutes_left)
    Order.objects.update(expires_at=until, open_cart_key="open")

    assert send(alipay(order, trade_status="TRADE_CLOSED")).content == b"success"

    assert snapshot(order) == (status, 0, 7)
    assert order.open_cart_key is None
    assert last_reason() == "accepted: TRADE_CLOSED"


def test_an_order_that_another_provider_is_to_pay_outlives_the_first_trade(alipay, order):
    Order.objects.update(pay_type=PayType.WECHAT)

    assert send(alipay(order, trade_status="TRADE_CLOSED")).content == b"success"
    assert snapshot(order) == UNPAID


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
def test_a_partial_refund_is_reported_as_paid_again(alipay, order, status):
    send(alipay(order))

    answer = send(alipay(order, trade_status=status, refund_fee="8.00", gmt_refund="2026-03-03"))

    assert answer.content == b"success"
    assert snapshot(order) == PAID
    assert reasons() == ["paid", "partly_refunded"]


def test_a_full_refund_is_reported_as_closed(alipay, order):
    send(alipay(order))

    for _ in range(2):
        send(alipay(order, trade_status="TRADE_CLOSED", refund_fee="99.00"))

    assert snapshot(order) == (OrderStatus.REFUNDED, 0, 7)
    assert reasons() == ["paid", "refunded", "TRADE_CLOSED"]
    assert "refund_fee=99.00" in PaymentEvent.objects.latest("id").message


@pytest.mark.parametrize("fee", ["8", "8.000", "-8.00", "１.00", "8,00", "1e1"])
def test_a_refund_with_an_invalid_amount_is_rejected(alipay, order, fee):
    assert send(alipay(order, refund_fee=fee)).content == b"failed"
    assert snapshot(order) == UNPAID
    assert last_reason() == "refused: amount"


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


@pytest.mark.parametrize("amount", ["0.00", "00000099.01"])
def test_another_amount_in_a_spelling_that_is_read_is_refused(alipay, order, amount):
    assert send(alipay(order, total_amount=amount)).content == b"failed"
    assert snapshot(order) == UNPAID
    assert last_reason() == "refused: amount_differs"


def test_what_the_buyer_paid_after_vouchers_is_not_the_amount(alipay, order):
    """Alipay's own vouchers lower buyer_pay_amount; the school receives the total."""
    fields = alipay(order, buyer_pay_amount="9.00", receipt_amount="99.00", point_amount="90.00")

    assert send(fields).content == b"success"
    assert snapshot(order) == PAID


def test_a_payment_without_its_time_is_paid_now(alipay, order):
    assert send(alipay(order, gmt_payment=None)).content == b"success"

    assert snapshot(order) == PAID
    assert timezone.now() - order.pay_time < timedelta(minutes=1)


# --- The form ---------------------------------------------------------------------------------


def as_multipart(fields):
    return encode_multipart(BOUNDARY, fields), MULTIPART_CONTENT


def as_json(fields):
    return json.dumps(fields), "application/json"


def as_xml(fields):
    return "".join(f"<{k}>{v}</{k}>" for k, v in fields.items()), "text/xml"


@pytest.mark.parametrize("encode", [as_multipart, as_json, as_xml])
def test_genuine_fields_in_another_encoding_are_rejected_and_logged(alipay, order, encode):
    response = send(*encode(alipay(order)))

    assert (response.status_code, response.content) == (200, b"failed")
    assert snapshot(order) == UNPAID
    assert PaymentEvent.objects.get().accepted is False


@pytest.mark.parametrize("sign_type", ["RSA", ""])
def test_only_rsa2_is_a_signature(alipay, order, sign_type):
    assert send({**alipay(order), "sign_type": sign_type}).content == b"failed"
    assert last_reason() == "refused: sign_type"


@pytest.mark.parametrize(
    ("amount", "reason"), [("99", "amount"), ("1.00", "bad_signature"), (None, "missing_field")]
)
def test_the_amount_is_read_after_the_signature(alipay, order, amount, reason):
    """An edited amount is a forgery, one that Alipay signed is named for what is wrong with it."""
    edited = {**alipay(order), "total_amount": amount}
    fields = edited if reason == "bad_signature" else alipay(order, total_amount=amount)

    assert send(fields).content == b"failed"
    assert last_reason() == f"refused: {reason}"


def test_a_genuine_message_is_logged_in_full(alipay, order):
    fields = alipay(order, subject="课" * 256, passback_params="x" * 5000)

    send(fields)

    assert dict(parse_qsl(PaymentEvent.objects.get().message)) == fields


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
    assert set(reasons()) == {"malformed"}


@pytest.mark.parametrize("name", ["total_amount", "out_trade_no", "trade_status", "sign", "app_id"])
def test_a_parameter_that_comes_twice_is_refused_even_when_equal(alipay, order, name):
    fields = alipay(order)

    assert send([*fields.items(), (name, fields[name])]).content == b"failed"
    assert send([(name, ""), *fields.items()]).content == b"failed"
    assert snapshot(order) == UNPAID
    assert reasons() == ["repeated_parameter"] * 2


def test_parameters_of_the_query_string_are_ignored(alipay, order):
    response = Client().post(f"{URL}?{urlencode(alipay(order))}", "", content_type=FORM)

    assert response.content == b"failed"
    assert snapshot(order) == UNPAID

    response = Client().post(
        f"{URL}?total_amount=0.01", urlencode(alipay(order)), content_type=FORM
    )

    assert response.content == b"success"
    assert snapshot(order) == PAID


def gbk(fields: dict[str, str]) -> str:
    """The message as Alipay would send it to a merchant who asked for charset=gbk."""
    private = settings.ALIPAY_SANDBOX["PRIVATE_KEY"]
    signed = {k: v for k, v in fields.items() if k not in ("sign", "sign_type")}
    text = "&".join(f"{name}={value}" for name, value in sorted(signed.items()))
    whole = {**signed, "sign": sign(text, private, charset="gbk"), "sign_type": "RSA2"}
    return "&".join(f"{k}={quote_plus(v, encoding='gbk')}" for k, v in whole.items())


def test_a_message_in_gbk_is_rejected_and_logged(alipay, order):
    """Every request of ours asks for UTF-8."""
    body = gbk(alipay(order, charset="gbk", subject="爬虫实战"))

    assert send(body, "application/x-www-form-urlencoded; charset=gbk").content == b"failed"
    assert snapshot(order) == UNPAID
    event = PaymentEvent.objects.get()
    assert (event.reason, event.message) == ("bad_signature", body[:2000])


def test_a_message_that_says_gbk_and_holds_ascii_only_is_the_same_in_both(alipay, order):
    body = gbk(alipay(order, charset="gbk", subject="crawler"))

    assert send(body, "application/x-www-form-urlencoded; charset=gbk").content == b"success"
    assert snapshot(order) == PAID


@pytest.mark.parametrize("subject", ["课程 🐍 100%", "a+b c%20d", '{"a": "}"}', "x;y=z", "1&1"])
def test_a_subject_with_odd_characters_is_read(alipay, order, subject):
    assert send(alipay(order, subject=subject)).content == b"success"
    assert PaymentEvent.objects.get().message
