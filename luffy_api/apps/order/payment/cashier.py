"""How a student gets to pay an open order: the way to pay, changed at will, and its cashier."""

from dataclasses import dataclass, field

from django.conf import settings
from django.db import transaction
from django.db.models import F, TextChoices
from django.utils.crypto import constant_time_compare, salted_hmac

from luffy_api.apps.order import payability
from luffy_api.apps.order.exceptions import (
    GatewayUnavailable,
    OAuthFailed,
    OrderClosed,
    PayMethodUnavailable,
    TradeNumberUsed,
)
from luffy_api.apps.order.models import EarlierTrade, Order, PayMethod, PayType
from luffy_api.apps.order.payment import gateway, services
from luffy_api.apps.order.payment.interface import Buyer, Cashier, TradeState
from luffy_api.apps.order.payment.providers import wechatpay
from luffy_api.apps.order.states import OrderStatus
from luffy_api.common.transactions import retry_deadlocks

# The route is in order/urls.py.
OAUTH_RETURN_PATH = "/api/v1/order/wechat/return/"
# While a student waits for a cashier.
TIMEOUT_SECONDS = 5.0


class Device(TextChoices):
    """Where a student pays."""

    DESKTOP = "desktop", "电脑"
    PHONE = "phone", "手机浏览器"
    WECHAT = "wechat", "微信内"


# Alipay does not open inside WeChat: the page there says how to open it in the phone's browser.
METHODS: dict[PayType, dict[Device, PayMethod]] = {
    PayType.ALIPAY: {
        Device.DESKTOP: PayMethod.PAGE,
        Device.PHONE: PayMethod.WAP,
        Device.WECHAT: PayMethod.WAP,
    },
    PayType.WECHAT: {
        Device.DESKTOP: PayMethod.NATIVE,
        Device.PHONE: PayMethod.H5,
        Device.WECHAT: PayMethod.JSAPI,
    },
}


@dataclass(frozen=True, slots=True)
class Choice:
    """The way to pay that a student has chosen, on which device and from where."""

    pay_type: PayType = PayType.ALIPAY
    device: Device = Device.DESKTOP
    buyer: Buyer = field(default_factory=Buyer)

    @property
    def method(self) -> PayMethod:
        """How the buyer gets to the cashier."""
        return METHODS[self.pay_type][self.device]


def offered() -> dict[PayType, list[Device]]:
    """The providers that are configured, and the devices on which each takes payments."""
    return {
        pay_type: [device for device in Device if METHODS[pay_type][device] in ways]
        for pay_type, ways in gateway.methods().items()
    }


def require_offered(choice: Choice) -> None:
    """Raise PayMethodUnavailable for a way to pay that the school has not configured."""
    if choice.method not in gateway.methods().get(choice.pay_type, ()):
        raise PayMethodUnavailable


def open_cashier(order: Order, choice: Choice) -> Cashier:
    """A cashier for an open order, which works until the order expires.

    When the student had chosen another way to pay before, the trade there is closed first. Inside
    WeChat a buyer who is not known yet gets the address of OAuth. Raises OrderClosed for an order
    that cannot be paid now, PayMethodUnavailable, and GatewayUnavailable when the provider, or that
    of an earlier trade, gives no trustworthy answer. Waits for the network: never call it under a
    lock or in a transaction.
    """
    _require_payable(order)
    require_offered(choice)
    if (order.pay_type, order.pay_method) != (choice.pay_type, choice.method):
        _next_trade(order, choice)
    _settle(order)
    if choice.method is PayMethod.JSAPI and not choice.buyer.openid:
        return Cashier(choice.method, pay_url=_authorize_url(order))
    try:
        return gateway.open_cashier(order, buyer=choice.buyer)
    except TradeNumberUsed:
        _replace_trade(order, choice)
    try:
        return gateway.open_cashier(order, buyer=choice.buyer)
    except TradeNumberUsed as error:
        raise GatewayUnavailable from error


def openid_of(*, out_trade_no: str, code: str, state: str) -> str:
    """The openid of the buyer who comes back from OAuth for this order.

    Raises OAuthFailed for a state or code that is not good, and GatewayUnavailable.
    """
    if not constant_time_compare(state, _state(out_trade_no)):
        raise OAuthFailed
    return wechatpay.fetch_openid(code)


def _require_payable(order: Order) -> None:
    if refusal := payability.closed(order):
        raise refusal


def _next_trade(order: Order, choice: Choice) -> None:
    """Give the order a trade of its own for this way to pay; the present one becomes an earlier.

    It is committed before the provider is asked to close that one, so that a process that dies in
    between leaves nothing unknown. Of two at once one changes the order, and both go on with it.
    """
    _claim_next_trade(order, choice)
    order.refresh_from_db(
        fields=["order_status", "pay_type", "pay_method", "trade_count", "expires_at"]
    )
    _require_payable(order)
    if (order.pay_type, order.pay_method) != (choice.pay_type, choice.method):
        raise OrderClosed("订单状态刚刚发生了变化，请刷新后查看")


@retry_deadlocks
@transaction.atomic
def _claim_next_trade(order: Order, choice: Choice) -> None:
    unchanged = Order.objects.filter(
        pk=order.pk, order_status=OrderStatus.UNPAID, trade_count=order.trade_count
    )
    if unchanged.update(
        pay_type=choice.pay_type, pay_method=choice.method, trade_count=F("trade_count") + 1
    ):
        EarlierTrade.objects.create(order=order, pay_type=order.pay_type, number=order.trade_number)


def _settle(order: Order) -> None:
    if services.settle_earlier_trades(order, timeout=TIMEOUT_SECONDS):
        order.refresh_from_db(fields=["order_status"])
        raise OrderClosed("订单已支付，无需再次付款")


def _replace_trade(order: Order, choice: Choice) -> None:
    """Another trade instead of one that the provider does not take up again."""
    state = services.query_and_record(order, timeout=TIMEOUT_SECONDS)
    if state is TradeState.PAID:
        raise OrderClosed("订单已支付，无需再次付款")
    if state is TradeState.CLOSED and services.record_closed_trade(order):
        raise OrderClosed("订单已失效，请重新下单")
    _next_trade(order, choice)
    _settle(order)


def _authorize_url(order: Order) -> str:
    back = f"{settings.PUBLIC_URL}{OAUTH_RETURN_PATH}?out_trade_no={order.out_trade_no}"
    return wechatpay.authorize_url(redirect_uri=back, state=_state(order.out_trade_no))


def _state(out_trade_no: str) -> str:
    """Shows that we sent the buyer to OAuth for this order; letters and digits only."""
    return salted_hmac("order.wechat_oauth", out_trade_no, algorithm="sha256").hexdigest()
