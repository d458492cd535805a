"""Orders paid by WeChat Pay over real HTTP, and changes from one provider to the other."""

from datetime import timedelta
from decimal import Decimal
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from luffy_api.apps.course.models import Enrollment
from luffy_api.apps.order import integrity
from luffy_api.apps.order.amounts import with_amounts
from luffy_api.apps.order.models import (
    EarlierTrade,
    Order,
    OrderPayment,
    PaymentEvent,
    PayType,
    Refund,
    RefundStatus,
)
from luffy_api.apps.order.payment import refunds
from luffy_api.apps.order.states import OrderStatus
from luffy_api.apps.wechatpay_sandbox.models import WechatNotification, WechatRefund, WechatTrade
from luffy_api.tests.buyer import pay_at_cashier, wait_until
from luffy_api.tests.factories import CourseFactory

pytestmark = pytest.mark.django_db(transaction=True)
WECHAT, ALIPAY = PayType.WECHAT.value, PayType.ALIPAY.value
INSIDE = {"HTTP_USER_AGENT": "Mozilla/5.0 (iPhone) Mobile MicroMessenger/8.0"}
PHONE = {"HTTP_USER_AGENT": "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0) Mobile"}


@pytest.fixture(autouse=True)
def shop(one_origin, settings, live_server):
    settings.PUBLIC_URL = live_server.url
    yield
    # Deliveries end before the database is emptied.
    wait_until(lambda: not WechatNotification.objects.filter(attempts=0).exists())


def place(api, pay_type=WECHAT, device="desktop", **how):
    course = CourseFactory(name="爬虫实战", price="99.00")
    body = {"courses": [course.pk], "total_amount": "99.00", "pay_type": pay_type}
    body |= {"device": device} if device else {}
    answer = api.post("/api/v1/order/pay/", body, format="json", **how)
    assert answer.status_code == 201, answer.json()
    return answer.json()


def pay_again(api, number, body=None, **how):
    return api.post(f"/api/v1/order/{number}/pay/", body or {}, format="json", **how)


def press(url: str, action: str = "pay"):
    """Press a button at the local cashier of WeChat Pay."""
    parts = urlsplit(url)
    buyer, path = Client(enforce_csrf_checks=True), f"{parts.path}?{parts.query}"
    page = buyer.get(path)
    assert page.status_code == 200, page.content.decode()
    form = {"action": action, "csrfmiddlewaretoken": page.context["csrf_token"]}
    return buyer.post(path, form)


def paid(number: str) -> Order:
    wait_until(lambda: Order.objects.get(out_trade_no=number).order_status == OrderStatus.PAID)
    return Order.objects.get(out_trade_no=number)


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
    assert list(integrity.run_checks()) == []


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


# --- Another way to pay ------------------------------------------------------------------------


def test_the_other_trade_is_closed_before_the_way_is_changed(student_api):
    answer = place(student_api)
    first = answer["qr_code"]

    again = pay_again(student_api, answer["out_trade_no"], {"pay_type": ALIPAY}).json()

    assert (again["pay_method"], again["data"]["pay_type"]) == ("page", ALIPAY)
    assert WechatTrade.objects.get().state == "CLOSED"
    assert (
        "已经关闭"
        in Client().get(urlsplit(first).path + "?" + urlsplit(first).query).content.decode()
    )
    assert not EarlierTrade.objects.get().is_open
    pay_at_cashier(again["pay_url"])
    order = paid(answer["out_trade_no"])
    assert (order.pay_type, order.trade_count) == (PayType.ALIPAY, 2)


def test_back_and_forth_every_cashier_works_and_the_last_one_is_paid(student_api):
    number = place(student_api)["out_trade_no"]
    for body in ({"pay_type": ALIPAY}, {"pay_type": WECHAT}, {"device": "phone"}):
        answer = pay_again(student_api, number, body)
        assert answer.status_code == 200, answer.json()

    press(answer.json()["pay_url"])

    assert paid(number).trade_number == f"{number}_4"
    assert OrderPayment.objects.count() == 1


def test_the_same_way_again_is_the_same_trade(student_api):
    answer = place(student_api)
    again = pay_again(student_api, answer["out_trade_no"]).json()
    assert again["qr_code"] == answer["qr_code"]
    assert WechatTrade.objects.count() == 1
    assert not EarlierTrade.objects.exists()


def test_what_was_paid_meanwhile_is_recorded_instead_of_changed(student_api, settings):
    settings.WECHATPAY = {**settings.WECHATPAY, "NOTIFY_URL": "http://127.0.0.1:9/"}
    answer = place(student_api)
    press(answer["qr_code"])
    Order.objects.update(queried_at=timezone.now())

    again = pay_again(student_api, answer["out_trade_no"], {"pay_type": ALIPAY})

    assert again.status_code == 409
    assert Order.objects.get().order_status == OrderStatus.PAID
    assert Order.objects.get().pay_type == PayType.WECHAT


def test_nothing_is_changed_while_the_first_provider_is_silent(student_api, settings):
    answer = place(student_api)
    whole = settings.WECHATPAY
    settings.WECHATPAY = {**whole, "GATEWAY_URL": "http://127.0.0.1:9/wechatpay"}

    assert pay_again(student_api, answer["out_trade_no"], {"pay_type": ALIPAY}).status_code == 503

    settings.WECHATPAY = whole
    again = pay_again(student_api, answer["out_trade_no"], {"pay_type": ALIPAY})
    assert again.status_code == 200
    assert WechatTrade.objects.get().state == "CLOSED"


def test_both_trades_paid_is_a_second_payment_that_is_due_back(student_api):
    """A cashier of Alipay that nobody had opened yet cannot be closed: its address still works."""
    answer = place(student_api, ALIPAY)
    again = pay_again(student_api, answer["out_trade_no"], {"pay_type": WECHAT}).json()
    assert EarlierTrade.objects.get().is_open
    press(again["qr_code"])
    paid(answer["out_trade_no"])

    pay_at_cashier(answer["pay_url"])

    wait_until(lambda: OrderPayment.objects.count() == 2)
    assert Order.objects.get().pay_type == PayType.WECHAT
    assert with_amounts(Order.objects.all()).get().refund_due == Decimal("99.00")
    assert list(integrity.run_checks()) == []


def test_a_lost_second_payment_is_found_when_the_time_limit_is_over(student_api, settings):
    settings.ALIPAY = {**settings.ALIPAY, "NOTIFY_URL": "http://127.0.0.1:9/"}
    answer = place(student_api, ALIPAY)
    again = pay_again(student_api, answer["out_trade_no"], {"pay_type": WECHAT}).json()
    press(again["qr_code"])
    paid(answer["out_trade_no"])
    pay_at_cashier(answer["pay_url"])
    assert OrderPayment.objects.count() == 1
    Order.objects.update(
        expires_at=timezone.now() - timedelta(minutes=6), next_query_at=timezone.now()
    )

    call_command("reconcile_payments")

    assert OrderPayment.objects.count() == 2
    assert not EarlierTrade.objects.get().is_open
    assert Order.objects.get().next_query_at is None


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
    assert list(integrity.run_checks()) == []


def test_a_refund_whose_notification_got_lost_is_finished_by_the_sweep(paid_order, settings):
    settings.WECHATPAY = {**settings.WECHATPAY, "NOTIFY_URL": "http://127.0.0.1:9/"}
    refund = start(paid_order, Decimal("9.00"))
    assert refund.status == RefundStatus.PROCESSING
    Refund.objects.update(next_query_at=timezone.now())

    assert refunds.finish_open() == 1

    refund.refresh_from_db()
    assert refund.status == RefundStatus.REFUNDED
    assert Order.objects.get().order_status == OrderStatus.PAID
