"""What WeChat posts and where it returns a buyer to."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework import viewsets
from rest_framework.permissions import AllowAny
from rest_framework.request import Request

from luffy_api.apps.order.exceptions import OAuthFailed
from luffy_api.apps.order.models import PayType
from luffy_api.apps.order.payment import cashier, notifications
from luffy_api.apps.order.payment.notifications import Receipt
from luffy_api.apps.order.serializers import orders as serializers
from luffy_api.apps.order.views.devices import remember_openid
from luffy_api.apps.order.views.payments import notification_body
from luffy_api.common.validation import validated_query

STATUSES = {Receipt.FORGED: 401, Receipt.REJECTED: 400}
SIGNATURE_HEADERS = (
    *("Wechatpay-Timestamp", "Wechatpay-Nonce"),
    *("Wechatpay-Signature", "Wechatpay-Serial"),
)


class WechatNotificationViewSet(viewsets.ViewSet):
    """The endpoint that WeChat Pay posts to; it is authenticated by its signature alone."""

    permission_classes = [AllowAny]
    authentication_classes: list[Any] = []
    throttle_classes: list[Any] = []  # a throttled one would be a payment not recorded
    reads_chunks = True  # see notification_body

    @extend_schema(exclude=True)
    def notify(self, request: Request) -> HttpResponse:
        """204, or an error in WeChat Pay's JSON, upon which it sends the message again."""
        return answer_wechat(request._request)


class WechatReturnViewSet(viewsets.ViewSet):
    """Where OAuth returns a buyer inside WeChat."""

    permission_classes = [AllowAny]
    authentication_classes: list[Any] = []

    @extend_schema(exclude=True)
    def retrieve(self, request: Request) -> HttpResponseBase:
        """Remember the buyer's openid and go on to the order, which can be paid there."""
        query = validated_query(serializers.OAuthReturnQuery, request)
        page = f"{settings.PUBLIC_URL}/user/orders/{query['out_trade_no']}"
        try:
            openid = cashier.openid_of(**query)
        except OAuthFailed:
            return HttpResponseRedirect(page)
        response = HttpResponseRedirect(f"{page}?pay=wechat")
        remember_openid(response, openid, secure=page.startswith("https://"))
        return response


def answer_wechat(request: HttpRequest) -> HttpResponse:
    """What a notification of WeChat Pay is answered."""
    raw = notification_body(request)
    if raw is None:
        return _error(400)
    receipt = notifications.receive_notification(
        _signature(request),
        body=raw.decode("utf-8", errors="replace"),
        raw=raw,
        pay_type=PayType.WECHAT,
    )
    return HttpResponse(status=204) if receipt is Receipt.ACCEPTED else _error(STATUSES[receipt])


def _signature(request: HttpRequest) -> list[tuple[str, str]]:
    return [(name, request.headers[name]) for name in SIGNATURE_HEADERS if name in request.headers]


def _error(status: int) -> HttpResponse:
    return JsonResponse({"code": "FAIL", "message": "失败"}, status=status)
