"""The status of a payment, and the notification endpoint of Alipay."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote_plus

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import viewsets
from rest_framework.permissions import AllowAny
from rest_framework.request import Request

from luffy_api.apps.order import selectors
from luffy_api.apps.order.numbers import order_number
from luffy_api.apps.order.payment import cashier, notifications, reconciliation
from luffy_api.apps.order.serializers import orders as serializers
from luffy_api.apps.order.states import OrderStatus
from luffy_api.common.codes import Code
from luffy_api.common.direct_answers import Plain
from luffy_api.common.response import APIResponse
from luffy_api.common.validation import optional_user_id, validated_query

MAX_NOTIFICATION_BYTES = 64 * 1024
MAX_NOTIFICATION_FIELDS = 100
FORM = "application/x-www-form-urlencoded"
BARE_TEXT = OpenApiResponse({"type": "string", "enum": ["success", "failed"]})
ANSWERS = {
    OrderStatus.UNPAID: (Code.NOT_YET, "暂未收到您的付款,请稍后刷新再试"),
    OrderStatus.PAID: (Code.OK, Code.OK.label),
    OrderStatus.REFUNDED: (Code.PAYMENT_REFUNDED, "这笔订单已退款，款项已原路退回"),
    OrderStatus.CANCELLED: (Code.PAYMENT_CANCELLED, "订单已取消，如需购买请重新下单"),
    OrderStatus.EXPIRED: (Code.PAYMENT_EXPIRED, "订单超时未支付，已自动关闭，请重新下单"),
}


class PaymentViewSet(viewsets.ViewSet):
    """The status that the pay-success page polls, and the endpoint that Alipay posts to."""

    permission_classes = [AllowAny]
    reads_chunks = True  # see notification_body

    def get_authenticators(self) -> list[Any]:
        """None for a notification: it is authenticated by its signature alone."""
        posted = self.request is not None and self.request.method == "POST"
        return [] if posted else super().get_authenticators()

    def get_throttles(self) -> list[Any]:
        """None for a notification: a throttled one would be a payment not recorded."""
        posted = self.request is not None and self.request.method == "POST"
        return [] if posted else super().get_throttles()

    @extend_schema(
        parameters=[serializers.OutTradeNoQuery], responses=serializers.PaymentStatusSerializer
    )
    def status(self, request: Request) -> APIResponse:
        """Code 100 when the order is paid, 101 when no payment has arrived yet.

        102 when it was refunded, 103 cancelled, 104 closed after its time limit.
        """
        query = validated_query(serializers.OutTradeNoQuery, request)
        # The provider's return carries the number of the trade.
        order = selectors.any_order(out_trade_no=order_number(query["out_trade_no"]))
        if reconciliation.query_for_status_page(order):
            order = selectors.any_order(out_trade_no=order.out_trade_no)
        context = {"user_id": optional_user_id(request)}
        data = serializers.PaymentStatusSerializer(order, context=context).data
        code, msg = ANSWERS[OrderStatus(order.order_status)]
        return APIResponse(data, code=code, msg=msg)

    @extend_schema(
        request={FORM: serializers.AlipayNotificationSerializer},
        responses={(200, "text/plain"): BARE_TEXT},
        auth=[],
    )
    def notify(self, request: Request) -> HttpResponse:
        """Alipay's notification; exactly `success` or `failed`, as its manual demands.

        Authenticated by its RSA2 signature alone: a front end never calls this. The order is paid
        before `success` is answered; a repeated notification changes nothing.
        """
        return answer_alipay(request.META, lambda: request._request.body).response()


class PaymentMethodsViewSet(viewsets.ViewSet):
    """The ways to pay."""

    permission_classes = [AllowAny]

    @extend_schema(responses=serializers.PaymentMethodSerializer(many=True))
    def list(self, request: Request) -> APIResponse:
        """The providers that the school has configured, in the order of the buy box."""
        rows = [
            {"pay_type": pay_type, "pay_type_name": pay_type.label, "devices": devices}
            for pay_type, devices in cashier.offered().items()
        ]
        return APIResponse(serializers.PaymentMethodSerializer(rows, many=True).data)


SUCCESS, FAILED = Plain(b"success", "text/plain"), Plain(b"failed", "text/plain")


def answer_alipay(meta: Mapping[str, Any], read: Callable[[], bytes]) -> Plain:
    """What a notification of Alipay is answered; `meta` has its headers, `read` its body."""
    raw = notification_body(meta, read)
    if raw is None:
        return FAILED
    body = raw.decode("utf-8", errors="replace")
    receipt = notifications.receive_notification(form_fields(body), body=body)
    return SUCCESS if receipt is notifications.Receipt.ACCEPTED else FAILED


def notification_body(meta: Mapping[str, Any], read: Callable[[], bytes]) -> bytes | None:
    """The bytes of a notification; None for more than MAX_NOTIFICATION_BYTES."""
    length = meta.get("CONTENT_LENGTH") or "0"
    if meta.get("HTTP_TRANSFER_ENCODING") and meta.get("wsgi.input_terminated"):
        # A proxy may send the body in chunks, without a length, which Django takes for none at all;
        # the server marks the end of such a stream.
        raw: bytes = meta["wsgi.input"].read(MAX_NOTIFICATION_BYTES + 1)
    elif length.isdigit() and int(length) <= MAX_NOTIFICATION_BYTES:
        raw = read()
    else:
        return None
    return raw if len(raw) <= MAX_NOTIFICATION_BYTES else None


def form_fields(body: str) -> list[tuple[str, str]]:
    """The pairs of a form, as `parse_qsl` reads them in several times as long; none of too many."""
    pairs = body.split("&")
    if len(pairs) > MAX_NOTIFICATION_FIELDS:
        return []
    parts = [pair.partition("=") for pair in pairs if pair]
    # Most names and values have nothing escaped, and a call for each is a tenth of a repetition.
    return [
        (
            unquote_plus(name) if "%" in name or "+" in name else name,
            unquote_plus(value) if "%" in value or "+" in value else value,
        )
        for name, _, value in parts
    ]
