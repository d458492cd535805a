"""Orders paid and refunded by WeChat Pay over real HTTP."""

from datetime import timedelta
from decimal import Decimal
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.core.management import call_command
from django.utils import timezone

from luffy_api.apps.course.models import Enrollment
from luffy_api.apps.order.models import (
    Order,
    PaymentEvent,
    PayType,
    Refund,
    RefundStatus,
)
from luffy_api.apps.order.payment import refunds
from luffy_api.apps.order.states import OrderStatus
from luffy_api.apps.wechatpay_sandbox.models import WechatNotification, WechatRefund, WechatTrade
from luffy_api.tests.buyer import pay_at_cashier, wait_until
from luffy_api.tests.cashier import press
from luffy_api.tests.factories import CourseFactory
from luffy_api.tests.paying import ALIPAY, paid, pay_again, place
from luffy_api.tests.violations import violations

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("local_gateways")]
INSIDE = {"HTTP_USER_AGENT": "Mozilla/5.0 (iPhone) Mobile MicroMessenger/8.0"}
PHONE = {"HTTP_USER_AGENT": "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0) Mobile"}


def test_a_desktop_shows_a_code_that_a_phone_pays(student_api, student):
    answer = place(student_api)
    assert (answer["pay_method"], answer["pay_url"], answer["jsapi"]) == ("native", "", None)

    press(answer["qr_code"])

    order = paid(answer["out_trade_no"])
    trade = WechatTrade.objects.get()
    assert (order.pay_type, order.trade_no) == (PayType.WECHAT, trade.transaction_id)
    assert order.pay_time == trade.paid_at.replace(microsecond=0)
    assert Enrollment.objects.filter(user=student).count() == 1
    payment = order.payments.get()
    assert (payment.pay_type, payment.amount) == (PayType.WECHAT, Decimal("99.00"))
    wait_until(lambda: WechatNotification.objects.get().last_answer == "204 ")
    event = PaymentEvent.objects.get()
    assert (event.accepted, event.reason) == (True, "paid")
    assert trade.transaction_id in event.message  # decrypted
    assert violations() == []


def test_a_phone_goes_to_h5_and_returns_to_the_page_of_the_order(student_api):
    answer = place(student_api, device=None, **PHONE)
    assert (answer["pay_method"], answer["qr_code"]) == ("h5", None)

    back = press(answer["pay_url"])["Location"]

    assert back.endswith(f"/pay/success?out_trade_no={answer['out_trade_no']}")
    paid(answer["out_trade_no"])


def test_inside_wechat_the_buyer_is_known_by_oauth_and_pays_at_the_bridge(student_api, settings):
    answer = place(student_api, device=None, **INSIDE)
    number = answer["out_trade_no"]
    assert (answer["pay_method"], answer["jsapi"]) == ("jsapi", None)

    # OAuth returns the browser with a code; the openid stays in a cookie of ours.
    parts = urlsplit(answer["pay_url"])
    returned = student_api.get(f"{parts.path}?{parts.query}")["Location"]
    parts = urlsplit(returned)
    page = student_api.get(f"{parts.path}?{parts.query}")
    assert page["Location"] == f"{settings.PUBLIC_URL}/user/orders/{number}?pay=wechat"
    assert page.cookies["wechat_buyer"]["httponly"]

    again = pay_again(student_api, number, **INSIDE).json()
    assert set(again["jsapi"]) == {
        *("appId", "timeStamp", "nonceStr"),
        *("package", "signType", "paySign"),
    }
    press(again["pay_url"])
    order = paid(number)
    assert order.pay_method == "jsapi"


@pytest.mark.parametrize(
    "change", [{"state": "forged"}, {"code": "guessed"}, {"out_trade_no": "01OTHER"}]
)
def test_a_return_that_oauth_did_not_send_leaves_no_cookie(student_api, change):
    answer = place(student_api, device="wechat")
    parts = urlsplit(answer["pay_url"])
    returned = urlsplit(student_api.get(f"{parts.path}?{parts.query}")["Location"])
    query = {**dict(parse_qsl(returned.query)), **change}

    page = student_api.get(returned.path, query)

    assert page.status_code == 302
    assert "wechat_buyer" not in page.cookies


@pytest.mark.parametrize("cookie", ["", "x", "o1:abc:def", "\x00"])
def test_a_forged_openid_is_sent_to_oauth(student_api, cookie):
    student_api.cookies["wechat_buyer"] = cookie
    assert place(student_api, device="wechat")["jsapi"] is None


def test_alipay_on_a_phone_is_the_page_for_phones(student_api):
    answer = place(student_api, ALIPAY, None, **PHONE)
    assert answer["pay_method"] == "wap"
    assert "alipay.trade.wap.pay" in answer["pay_url"]
    pay_at_cashier(answer["pay_url"])
    paid(answer["out_trade_no"])


def test_the_ways_to_pay_are_public_and_need_no_query(api, settings, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = api.get("/api/v1/order/methods/").json()
    every = ["desktop", "phone", "wechat"]
    assert answer["data"] == [
        {"pay_type": 1, "pay_type_name": "支付宝", "devices": every},
        {"pay_type": 2, "pay_type_name": "微信支付", "devices": every},
    ]
    settings.WECHATPAY = {**settings.WECHATPAY, "APP_SECRET": ""}
    assert api.get("/api/v1/order/methods/").json()["data"][1]["devices"] == every[:2]
    settings.WECHATPAY = {}
    assert [row["pay_type"] for row in api.get("/api/v1/order/methods/").json()["data"]] == [1]


def test_a_way_that_is_not_configured_is_refused_before_an_order_is_made(student_api, settings):
    settings.WECHATPAY = {}
    body = {"courses": [CourseFactory(price="99.00").pk], "total_amount": "99.00", "pay_type": 2}

    answer = student_api.post("/api/v1/order/pay/", body, format="json")

    assert answer.status_code == 400
    assert answer.json()["errors"] == {"pay_type": ["暂不支持这种支付方式，请换一种"]}
    assert not Order.objects.exists()


def test_a_trade_closed_in_the_console_closes_the_order(student_api):
    answer = place(student_api)
    WechatTrade.objects.update(state="CLOSED")

    assert pay_again(student_api, answer["out_trade_no"]).status_code == 409

    assert Order.objects.get().order_status == OrderStatus.CANCELLED


def test_an_expired_order_is_closed_at_wechat_pay_too(student_api):
    place(student_api)
    past = timezone.now() - timedelta(seconds=1)
    Order.objects.update(expires_at=past, next_query_at=past)

    call_command("close_expired_orders")

    assert Order.objects.get().order_status == OrderStatus.EXPIRED
    assert WechatTrade.objects.get().state == "CLOSED"


def test_a_payment_whose_notification_got_lost_is_found(student_api, settings):
    settings.WECHATPAY = {**settings.WECHATPAY, "NOTIFY_URL": "http://127.0.0.1:9/"}
    answer = place(student_api)
    press(answer["qr_code"])
    Order.objects.update(next_query_at=timezone.now())

    call_command("reconcile_payments")

    assert Order.objects.get().order_status == OrderStatus.PAID


# --- Refunds -----------------------------------------------------------------------------------


@pytest.fixture
def paid_order(student_api):
    answer = place(student_api)
    press(answer["qr_code"])
    return paid(answer["out_trade_no"])


def start(order, amount=None):
    return refunds.start(
        out_trade_no=order.out_trade_no,
        reason="不想学了",
        origin=Refund.Origin.COMMAND,
        amount=amount,
    )


def test_a_refund_ends_with_its_notification(paid_order, student):
    start(paid_order)

    wait_until(lambda: Refund.objects.get().status == RefundStatus.REFUNDED)
    assert Order.objects.get().order_status == OrderStatus.REFUNDED
    assert not Enrollment.objects.filter(user=student).exists()
    assert WechatRefund.objects.get().amount == 9900
    assert violations() == []


def test_a_refund_whose_notification_got_lost_is_finished_by_the_batch(paid_order, settings):
    settings.WECHATPAY = {**settings.WECHATPAY, "NOTIFY_URL": "http://127.0.0.1:9/"}
    refund = start(paid_order, Decimal("9.00"))
    assert refund.status == RefundStatus.PROCESSING
    Refund.objects.update(next_query_at=timezone.now())

    assert refunds.finish_open() == 1

    refund.refresh_from_db()
    assert refund.status == RefundStatus.REFUNDED
    assert Order.objects.get().order_status == OrderStatus.PAID
