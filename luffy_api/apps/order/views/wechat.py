"""What WeChat posts and where it returns a buyer to."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
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
from luffy_api.common.direct_answers import Plain
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
        return answer_wechat(request.META, lambda: request._request.body).response()


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


RECEIVED = Plain(b"", "text/html; charset=utf-8", 204)


def answer_wechat(meta: Mapping[str, Any], read: Callable[[], bytes]) -> Plain:
    """What a notification of WeChat Pay is answered; `meta` has its headers, `read` its body."""
    raw = notification_body(meta, read)
    if raw is None:
        return _error(400)
    receipt = notifications.receive_notification(
        _signature(meta),
        body=raw.decode("utf-8", errors="replace"),
        raw=raw,
        pay_type=PayType.WECHAT,
    )
    return RECEIVED if receipt is Receipt.ACCEPTED else _error(STATUSES[receipt])


def _signature(meta: Mapping[str, Any]) -> list[tuple[str, str]]:
    keys = {name: "HTTP_" + name.upper().replace("-", "_") for name in SIGNATURE_HEADERS}
    return [(name, meta[key]) for name, key in keys.items() if key in meta]


def _error(status: int) -> Plain:
    body = json.dumps({"code": "FAIL", "message": "失败"})
    return Plain(body.encode(), "application/json", status)
