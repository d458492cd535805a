"""What only WeChat Pay has: time stamp, serial and nonce of the proof, and an encrypted part."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from django.conf import settings
from django.utils import timezone

from luffy_api.apps.order.models import OrderPayment, PaymentEvent, Refund, RefundStatus
from luffy_api.apps.order.tests.recorded import PAID, UNPAID, last_reason, snapshot
from luffy_api.libs.wechatpay_v3.tests import signer
from luffy_api.tests.factories import CourseFactory, OrderFactory, RefundFactory
from luffy_api.tests.peers import WECHATPAY, facts_of, paid, post, trade_no_of

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture
def order():
    return OrderFactory(courses=[CourseFactory(students=7)])


@pytest.fixture
def body(order):
    """Of a genuine message."""
    return WECHATPAY.event(facts_of(WECHATPAY, order))


def event(order, **changes):
    return WECHATPAY.message(WECHATPAY.event(facts_of(WECHATPAY, order), **changes))


@pytest.mark.parametrize("age", [-299, 299])
def test_five_minutes_between_the_clocks_do_not_matter(order, body, age):
    assert post(WECHATPAY.message(body, age=age)) == WECHATPAY.accepted
    assert snapshot(order) == PAID


@pytest.mark.parametrize(
    ("proof", "reason"),
    [
        ({"age": 302}, "timestamp"),
        ({"age": -302}, "timestamp"),
        ({"serial": "PUB_KEY_ID_OTHER"}, "serial"),
    ],
)
def test_a_message_that_its_sender_cannot_prove_is_401_and_logged(order, body, proof, reason):
    assert post(WECHATPAY.message(body, **proof)) == WECHATPAY.forged
    assert snapshot(order) == UNPAID
    assert last_reason() == f"refused: {reason}"


@pytest.mark.parametrize("name", ["Timestamp", "Nonce", "Serial", "Signature"])
def test_each_header_is_part_of_the_proof(order, name):
    message = paid(WECHATPAY, order)
    others = {key: text for key, text in message.headers.items() if not key.endswith(name)}

    assert post(replace(message, headers=others)) == WECHATPAY.forged
    assert last_reason() == "refused: missing_sign"


def test_the_nonce_of_another_message_proves_nothing(order, body):
    message, other = WECHATPAY.message(body), WECHATPAY.message(body)
    nonce = {"Wechatpay-Nonce": other.headers["Wechatpay-Nonce"]}

    assert post(replace(message, headers={**message.headers, **nonce})) == WECHATPAY.forged
    assert last_reason() == "refused: bad_signature"


def test_a_probe_of_wechat_pay_is_401(order):
    """It sends wrong signatures now and then, to see whether we verify."""
    message = paid(WECHATPAY, order)
    signature = "WECHATPAY/SIGNTEST/" + message.headers["Wechatpay-Signature"][19:]

    headers = {**message.headers, "Wechatpay-Signature": signature}

    assert post(replace(message, headers=headers)) == WECHATPAY.forged


def test_the_same_json_in_other_bytes_is_401(order, body):
    message = WECHATPAY.message(body)
    spaced = json.dumps(json.loads(body), indent=1).encode()

    assert post(replace(message, body=spaced)) == WECHATPAY.forged


def test_what_was_encrypted_for_another_merchant_is_400(order):
    values = {**signer.TRANSACTION, "out_trade_no": order.out_trade_no}
    message = WECHATPAY.message(signer.event(values, key="0" * 32))

    assert post(message) == WECHATPAY.rejected
    assert last_reason() == "refused: decryption"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"amount": {"total": 99.0}}, "amount"),
        ({"amount": {"total": "9900"}}, "amount"),
        ({"amount": {"total": 0}}, "amount"),
        ({"amount": {"payer_total": 9900}}, "missing_field"),
        ({"amount": {"total": 9900, "currency": "USD"}}, "malformed"),
        ({"trade_state": "NOTPAY"}, "malformed"),
        ({"success_time": None}, "missing_field"),
    ],
)
def test_a_signed_message_of_another_shape_is_400_and_logged(order, changes, reason):
    assert post(event(order, **changes)) == WECHATPAY.rejected
    assert snapshot(order) == UNPAID
    assert last_reason() == f"refused: {reason}"


def test_what_the_buyer_paid_after_vouchers_is_not_the_amount(order):
    assert post(event(order, amount={"total": 9900, "payer_total": 900})) == WECHATPAY.accepted
    assert snapshot(order) == PAID


def test_an_unknown_kind_of_event_is_400_and_logged(order):
    body = WECHATPAY.encrypted(dict(signer.TRANSACTION), "TRANSACTION.UNHEARD_OF")

    assert post(WECHATPAY.message(body)) == WECHATPAY.rejected
    assert last_reason() == "refused: event_type"


def test_the_log_of_a_genuine_message_is_decrypted(order):
    post(paid(WECHATPAY, order))

    message = PaymentEvent.objects.get().message
    assert json.loads(message)["transaction_id"] == trade_no_of(order.out_trade_no)


# --- Refunds -----------------------------------------------------------------------------------


@pytest.fixture
def refund(order):
    """Ours, which WeChat Pay works on."""
    post(paid(WECHATPAY, order))
    return RefundFactory(
        payment=OrderPayment.objects.get(), amount=Decimal("9.00"), status=RefundStatus.PROCESSING
    )


def refund_message(order, refund, status, **changes):
    values = {
        **signer.REFUND,
        "mchid": settings.WECHATPAY["MCH_ID"],
        "transaction_id": trade_no_of(order.out_trade_no),
        "out_trade_no": order.out_trade_no,
        "out_refund_no": refund.out_request_no,
        "refund_status": status,
        "amount": {"total": 9900, "refund": 900},
        **changes,
    }
    return WECHATPAY.message(WECHATPAY.encrypted(values, f"REFUND.{status}"))


@pytest.mark.parametrize(
    ("word", "status", "reason"),
    [
        ("SUCCESS", RefundStatus.REFUNDED, "partly_refunded"),
        ("CLOSED", RefundStatus.FAILED, "refund_closed"),
        ("ABNORMAL", RefundStatus.PROCESSING, "refund_abnormal"),
    ],
)
def test_each_end_of_our_own_refund(order, refund, word, status, reason):
    """A card that takes no money is ABNORMAL: it goes on when a person has chosen another."""
    assert post(refund_message(order, refund, word)) == WECHATPAY.accepted

    refund.refresh_from_db()
    assert (refund.status, refund.gateway_answer) == (status, word)
    assert last_reason() == f"accepted: {reason}"


def test_a_refund_that_failed_and_went_back_after_all(order, refund):
    post(refund_message(order, refund, "CLOSED"))

    assert post(refund_message(order, refund, "SUCCESS")) == WECHATPAY.accepted
    assert post(refund_message(order, refund, "SUCCESS")) == WECHATPAY.accepted

    refund.refresh_from_db()
    assert refund.status == RefundStatus.REFUNDED
    assert Refund.objects.count() == 1


def test_one_that_failed_and_was_refunded_anew_is_not_counted_twice(order, refund):
    post(refund_message(order, refund, "CLOSED"))
    RefundFactory(
        payment=refund.payment,
        amount=Decimal("99.00"),
        status=RefundStatus.REFUNDED,
        finished_at=timezone.now(),
    )

    assert post(refund_message(order, refund, "SUCCESS")) == WECHATPAY.accepted

    refund.refresh_from_db()
    assert refund.status == RefundStatus.FAILED


def test_our_own_refund_with_another_amount_is_not_believed(order, refund):
    amount = {"total": 9900, "refund": 901}

    assert post(refund_message(order, refund, "SUCCESS", amount=amount)) == WECHATPAY.rejected

    refund.refresh_from_db()
    assert refund.status == RefundStatus.PROCESSING
    assert last_reason() == "refused: amount_differs"


def test_a_state_that_is_not_that_of_its_event_is_400(order, refund):
    message = refund_message(order, refund, "SUCCESS", refund_status="CLOSED")

    assert post(message) == WECHATPAY.rejected
    assert Refund.objects.get().status == RefundStatus.PROCESSING


def test_no_more_is_believed_than_was_paid(order, refund):
    """Ours is refused when WeChat Pay is asked, but the other one went back in any case."""
    other = {"out_refund_no": "CONSOLE1", "amount": {"total": 9900, "refund": 9901}}

    assert post(refund_message(order, refund, "SUCCESS", **other)) == WECHATPAY.accepted

    console = Refund.objects.get(out_request_no="CONSOLE1")
    assert console.amount == Decimal("99.00")
