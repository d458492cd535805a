"""The payment gateway: Alipay's answers and notifications in the types of the interface."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from luffy_api.apps.order.exceptions import (
    GatewayRefused,
    GatewayUnavailable,
    NotificationRejected,
)
from luffy_api.apps.order.models import GatewayCounter, OrderPayment, PaymentEvent, PayType
from luffy_api.apps.order.payment import gateway
from luffy_api.apps.order.payment.interface import (
    Buyer,
    NotificationKind,
    Payment,
    RefundResult,
    RefundState,
    TradeResult,
    TradeState,
)
from luffy_api.libs.alipay_v1.tests.conftest import listening
from luffy_api.libs.alipay_v1.tests.signer import answer
from luffy_api.tests.factories import OrderFactory

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
TRADE = "2026030222001400000000000001"


@pytest.fixture
def order():
    return OrderFactory()


@pytest.fixture
def payment(order):
    return OrderPayment(
        order=order, pay_type=PayType.ALIPAY, trade_no=TRADE, amount=order.total_amount
    )


@pytest.fixture
def reply(settings, order):
    """Sets what Alipay answers to the next requests, signed with its key."""
    with listening() as server:
        url = f"http://127.0.0.1:{server.server_port}/gateway.do"
        settings.ALIPAY = {**settings.ALIPAY, "GATEWAY_URL": url}

        def to(method, **node):
            numbers = {"out_trade_no": order.out_trade_no, "trade_no": TRADE}
            fields = {"code": "10000", **numbers, **node}
            server.reply = answer(method, settings.ALIPAY_SANDBOX["PRIVATE_KEY"], **fields)

        yield to


@pytest.fixture
def silent(settings):
    settings.ALIPAY = {**settings.ALIPAY, "GATEWAY_URL": "http://127.0.0.1:9/", "TIMEOUT": 1}


def counted() -> dict[str, int]:
    return dict(GatewayCounter.objects.values_list("outcome", "count"))


def test_a_paid_trade_comes_with_its_payment(reply, order):
    paid = {"trade_status": "TRADE_SUCCESS", "trade_no": "T1", "total_amount": "99.00"}
    reply("alipay.trade.query", **paid, send_pay_date="2026-03-01 08:00:05")

    result = gateway.query_trade(order)

    assert result.state is TradeState.PAID
    assert result.payment == Payment(
        out_trade_no=order.out_trade_no,
        trade_no="T1",
        total_amount=Decimal("99.00"),
        paid_at=datetime(2026, 3, 1, 0, 0, 5, tzinfo=UTC),
        source=PaymentEvent.Source.QUERY,
        number=order.out_trade_no,
    )
    assert counted() == {"paid": 1}


@pytest.mark.parametrize(
    ("node", "state"),
    [
        ({"trade_status": "WAIT_BUYER_PAY", "total_amount": "99.00"}, TradeState.WAITING),
        ({"trade_status": "TRADE_CLOSED", "total_amount": "99.00"}, TradeState.CLOSED),
        ({"code": "40004", "sub_code": "ACQ.TRADE_NOT_EXIST"}, TradeState.NOT_FOUND),
    ],
)
def test_another_trade_comes_without_a_payment(reply, order, node, state):
    reply("alipay.trade.query", **node)

    assert gateway.query_trade(order) == TradeResult(state)
    assert counted() == {state.value: 1}


@pytest.mark.parametrize("call", [gateway.query_trade, gateway.close_trade])
def test_silence_is_unavailable_and_counted(silent, order, call):
    with pytest.raises(GatewayUnavailable):
        call(order)

    assert counted() == {"unknown": 1}


def test_a_trade_that_may_not_be_closed_is_unavailable(reply, order):
    reply("alipay.trade.close", code="40004", sub_code="ACQ.TRADE_STATUS_ERROR")

    with pytest.raises(GatewayUnavailable):
        gateway.close_trade(order)


@pytest.mark.parametrize(("fund_change", "is_repeat"), [("Y", False), ("N", True)])
def test_a_refund_has_the_total_and_whether_it_is_a_repeat(reply, payment, fund_change, is_repeat):
    reply("alipay.trade.refund", refund_fee="30.00", fund_change=fund_change)

    result = gateway.refund_trade(payment, amount=Decimal("30.00"), request_no="R1")

    assert result == RefundResult(
        RefundState.SUCCEEDED, refunded_total=Decimal("30.00"), is_repeat=is_repeat
    )


def test_a_query_about_a_refund_tells_its_state_amount_and_time(reply, payment):
    reply(
        "alipay.trade.fastpay.refund.query",
        out_request_no="R1",
        refund_status="REFUND_SUCCESS",
        refund_amount="30.00",
        gmt_refund_pay="2026-03-01 08:00:05",
    )

    assert gateway.query_refund(payment, request_no="R1") == RefundResult(
        RefundState.SUCCEEDED,
        amount=Decimal("30.00"),
        finished_at=datetime(2026, 3, 1, 0, 0, 5, tzinfo=UTC),
        word="REFUND_SUCCESS",
    )


def test_a_refund_that_the_provider_never_received_is_not_found(reply, payment):
    reply("alipay.trade.fastpay.refund.query")

    assert gateway.query_refund(payment, request_no="R1") == RefundResult(RefundState.NOT_FOUND)


def test_a_query_about_a_refund_without_an_answer_is_unavailable(silent, payment):
    with pytest.raises(GatewayUnavailable):
        gateway.query_refund(payment, request_no="R1")


def test_a_refused_refund_has_the_providers_reason(reply, payment):
    reply("alipay.trade.refund", code="40004", sub_code="ACQ.REASON_TRADE_REFUND_FEE_ERR")

    with pytest.raises(GatewayRefused) as refused:
        gateway.refund_trade(payment, amount=Decimal("30.00"), request_no="R1")

    assert refused.value.reason == "ACQ.REASON_TRADE_REFUND_FEE_ERR"


def test_a_refund_without_an_answer_is_unavailable(silent, payment):
    with pytest.raises(GatewayUnavailable):
        gateway.refund_trade(payment, amount=Decimal("30.00"), request_no="R1")


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"trade_status": "TRADE_SUCCESS"}, NotificationKind.PAID),
        ({"trade_status": "TRADE_FINISHED"}, NotificationKind.PAID),
        ({"trade_status": "TRADE_SUCCESS", "refund_fee": "1.00"}, NotificationKind.PAID),
        (
            {"trade_status": "TRADE_CLOSED", "refund_fee": "99.00"},
            NotificationKind.REFUNDED_IN_FULL,
        ),
        ({"trade_status": "TRADE_CLOSED", "refund_fee": "1.00"}, NotificationKind.OTHER),
        ({"trade_status": "WAIT_BUYER_PAY"}, NotificationKind.OTHER),
    ],
)
def test_a_notification_has_one_kind(alipay, order, changes, kind):
    notification = gateway.parse_notification(list(alipay(order, **changes).items()))

    assert (notification.kind, notification.trade_status) == (kind, changes["trade_status"])
    assert notification.payment.out_trade_no == order.out_trade_no
    assert notification.payment.source is PaymentEvent.Source.NOTIFICATION


def test_a_forged_notification_has_a_reason_of_the_log(alipay, order):
    fields = {**alipay(order), "total_amount": "0.01"}

    with pytest.raises(NotificationRejected) as rejected:
        gateway.parse_notification(list(fields.items()))

    assert rejected.value.reason in PaymentEvent.Reason.values


@pytest.mark.parametrize("name", ["APP_ID", "APP_PRIVATE_KEY", "ALIPAY_PUBLIC_KEY"])
def test_without_our_own_keys_the_provider_is_unavailable(settings, alipay, order, name):
    message = list(alipay(order).items())
    settings.ALIPAY = {**settings.ALIPAY, name: ""}

    for call in (
        lambda: gateway.open_cashier(order, buyer=Buyer()),
        lambda: gateway.query_trade(order),
        lambda: gateway.parse_notification(message),
    ):
        with pytest.raises(GatewayUnavailable):
            call()


def test_every_state_is_counted_under_its_name():
    assert {*TradeState, "unknown"} == set(GatewayCounter.Outcome.values)


def test_an_order_can_only_be_placed_with_a_provider_that_is_there(student_api):
    body = {"courses": [1], "total_amount": "1.00", "pay_type": PayType.OFFLINE.value}

    response = student_api.post("/api/v1/order/pay/", body, format="json")

    assert response.status_code == 400
    assert set(gateway.PROVIDERS) == {PayType.ALIPAY, PayType.WECHAT}
