"""POST order/wechat/notify/: genuine and forged notifications of WeChat Pay."""

import json
from decimal import Decimal

import pytest
from django.db import OperationalError
from django.test import Client

from luffy_api.apps.course.models import Enrollment
from luffy_api.apps.order.models import Order, OrderPayment, PaymentEvent, PayType
from luffy_api.apps.order.payment import services
from luffy_api.apps.order.states import OrderStatus
from luffy_api.apps.order.tests.test_races import at_once
from luffy_api.libs.alipay_v1.keys import generate_key_pair
from luffy_api.libs.wechatpay_v3.tests import signer
from luffy_api.tests.factories import CourseFactory, OrderFactory

pytestmark = pytest.mark.django_db
URL = "/api/v1/order/wechat/notify/"


@pytest.fixture
def wechat(settings):
    """The key that WeChat Pay signs with; the shop has its public half."""
    private, public = generate_key_pair()
    settings.WECHATPAY = {
        **settings.WECHATPAY,
        "APP_ID": signer.APP_ID,
        "MCH_ID": signer.MCH_ID,
        "API_V3_KEY": signer.API_V3_KEY,
        "PUBLIC_KEY": public,
        "PUBLIC_KEY_ID": signer.PUBLIC_KEY_ID,
    }
    return private


@pytest.fixture
def order():
    return OrderFactory(courses=[CourseFactory(price="99.00")])


def event(order, **changes):
    fields = {"out_trade_no": order.out_trade_no, "amount": {"total": 9900, "currency": "CNY"}}
    return signer.payment_event(**{**fields, **changes})


def post(body, private, headers=None, **how):
    sent = signer.headers(body, private, **how) if headers is None else headers
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    return client.generic("POST", URL, body, "application/json", headers=sent)


def last_reason() -> str:
    found = PaymentEvent.objects.latest("id")
    return f"{'accepted' if found.accepted else 'refused'}: {found.reason}"


def test_a_genuine_notification_pays_the_order(wechat, order):
    answer = post(event(order), wechat)

    assert (answer.status_code, answer.content) == (204, b"")
    order.refresh_from_db()
    assert (order.order_status, order.pay_type) == (OrderStatus.PAID, PayType.WECHAT)
    assert order.pay_time.isoformat() == "2026-03-01T16:00:05+00:00"
    assert Enrollment.objects.get().user_id == order.user_id
    assert last_reason() == "accepted: paid"
    assert "4200000000202603020000000001" in PaymentEvent.objects.get().message


def test_a_repeat_is_accepted_and_changes_nothing(wechat, order):
    assert [post(event(order), wechat).status_code for _ in range(3)] == [204] * 3
    assert OrderPayment.objects.count() == 1
    assert last_reason() == "accepted: repeated"


def test_the_trade_of_a_changed_way_to_pay_is_the_orders(wechat, order):
    assert post(event(order, out_trade_no=f"{order.out_trade_no}_3"), wechat).status_code == 204
    order.refresh_from_db()
    assert order.order_status == OrderStatus.PAID


@pytest.mark.parametrize("state", [OrderStatus.CANCELLED, OrderStatus.EXPIRED])
def test_a_late_payment_makes_the_order_paid(wechat, order, state):
    Order.objects.update(order_status=state)
    assert post(event(order), wechat).status_code == 204
    order.refresh_from_db()
    assert order.order_status == OrderStatus.PAID


def test_a_payment_beside_one_of_alipay_is_a_second_one(wechat, order):
    services.record_payment(
        services.Payment(
            out_trade_no=order.out_trade_no,
            trade_no="2026",
            total_amount=Decimal("99.00"),
            paid_at=None,
            source=PaymentEvent.Source.QUERY,
        )
    )

    assert post(event(order), wechat).status_code == 204

    order.refresh_from_db()
    assert (order.pay_type, order.trade_no) == (PayType.ALIPAY, "2026")
    assert last_reason() == "accepted: paid_twice"
    assert OrderPayment.objects.count() == 2


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"amount": {"total": 1}}, "amount_differs"),
        ({"amount": {"total": 9901}}, "amount_differs"),
        ({"amount": {"total": 99.0}}, "amount"),
        ({"appid": "wx0000000000000009"}, "app_id"),
        ({"mchid": "1900000009"}, "seller_id"),
        ({"out_trade_no": "01JABCDEFGHJKMNPQRSTVWXYZ0"}, "unknown_order"),
        ({"out_trade_no": None}, "missing_field"),
        ({"trade_state": "NOTPAY"}, "malformed"),
    ],
)
def test_a_signed_message_that_does_not_match_is_400_and_logged(wechat, order, changes, reason):
    answer = post(event(order, **changes), wechat)

    assert (answer.status_code, answer.json()["code"]) == (400, "FAIL")
    order.refresh_from_db()
    assert order.order_status == OrderStatus.UNPAID
    assert not Enrollment.objects.exists()
    assert last_reason() == f"refused: {reason}"


def test_a_message_that_its_sender_cannot_prove_is_401_and_logged(wechat, order):
    body = event(order)
    headers = signer.headers(body, wechat)
    stranger, _ = generate_key_pair()
    for send, reason in (
        (lambda: post(body, wechat, {}), "missing_sign"),
        (lambda: post(body, stranger), "bad_signature"),
        (lambda: post(body + b" ", wechat, headers), "bad_signature"),
        (lambda: post(body, wechat, age=301), "timestamp"),
        (lambda: post(body, wechat, serial="PUB_KEY_ID_OTHER"), "serial"),
    ):
        answer = send()
        assert (answer.status_code, answer.json()["code"]) == (401, "FAIL"), reason
        assert last_reason() == f"refused: {reason}"
    order.refresh_from_db()
    assert order.order_status == OrderStatus.UNPAID


def test_a_probe_of_wechat_pay_is_401(wechat, order):
    body = event(order)
    headers = signer.headers(body, wechat)
    headers["Wechatpay-Signature"] = "WECHATPAY/SIGNTEST/" + headers["Wechatpay-Signature"][19:]
    assert post(body, wechat, headers).status_code == 401


@pytest.mark.parametrize("body", [b"", b"\xff\xfe\x00", b"{}", b"[" * 5000, b"null"])
def test_garbage_is_refused_and_logged(wechat, body):
    assert post(body, wechat).status_code in {400, 401}
    assert not PaymentEvent.objects.get().accepted


def test_a_huge_body_is_refused_unread(wechat):
    assert post(b"a" * 70_000, wechat).status_code == 400
    assert not PaymentEvent.objects.exists()


def test_without_our_keys_it_is_to_be_sent_again(wechat, order, settings):
    body = event(order)
    settings.WECHATPAY = {**settings.WECHATPAY, "API_V3_KEY": ""}
    assert post(body, wechat).status_code == 503
    assert not PaymentEvent.objects.exists()


def test_what_cannot_be_stored_is_503(wechat, order, monkeypatch):
    def away(*args, **kwargs):
        raise OperationalError(2006, "Server has gone away")

    monkeypatch.setattr(services.event_log, "log_event", away)

    assert post(event(order), wechat).status_code == 503

    order.refresh_from_db()
    assert order.order_status == OrderStatus.UNPAID


def test_a_token_or_cookie_makes_no_difference(wechat, order):
    body = event(order)
    headers = {**signer.headers(body, wechat), "Authorization": "jwt x", "Cookie": "sessionid=x"}
    assert post(body, wechat, headers).status_code == 204


@pytest.mark.parametrize("size", [1, 8])
def test_a_fixed_number_of_queries(wechat, size, django_assert_max_num_queries):
    order = OrderFactory(courses=CourseFactory.create_batch(size), total_amount=Decimal("99.00"))
    with django_assert_max_num_queries(12):
        assert post(event(order), wechat).status_code == 204


@pytest.mark.django_db(transaction=True)
def test_equal_concurrent_notifications_pay_once(wechat, order):
    body = event(order)
    headers = signer.headers(body, wechat)

    answers = at_once(lambda: post(body, wechat, headers).status_code)

    assert set(answers) == {204}
    assert PaymentEvent.objects.filter(reason="paid").count() == 1
    assert OrderPayment.objects.count() == Enrollment.objects.count() == 1


def test_the_body_in_the_log_of_a_forged_message_is_short(wechat):
    post(json.dumps({"a": "x" * 9000}).encode(), wechat, {})
    assert len(PaymentEvent.objects.get().message) == 2000
