"""Where a request comes from: device, address, and the openid of a buyer inside WeChat."""

import re
from collections.abc import Mapping
from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse
from rest_framework.request import Request

from luffy_api.apps.order.models import PayType
from luffy_api.apps.order.payment.cashier import Choice, Device
from luffy_api.apps.order.payment.interface import Buyer
from luffy_api.common.client_ip import full_client_ip

WECHAT = re.compile("MicroMessenger")
PHONE = re.compile("Android|iPhone|iPod|Mobile|HarmonyOS")
# An openid is good for one WeChat account: not for long, since a browser may change hands.
COOKIE, SALT, LIFETIME_SECONDS = "wechat_buyer", "order.wechat_buyer", 2 * 3600


def choice_of(request: HttpRequest | Request, data: Mapping[str, Any]) -> Choice:
    """How a student wants to pay: the validated `pay_type`, and `device` or the User-Agent."""
    device = Device(data["device"]) if "device" in data else _device(request)
    buyer = Buyer(client_ip=full_client_ip(request), openid=_openid(request))
    return Choice(PayType(data["pay_type"]), device, buyer)


def remember_openid(response: HttpResponse, openid: str, *, secure: bool) -> None:
    """Keep the openid in a signed cookie that only orders read."""
    response.set_cookie(
        COOKIE,
        signing.dumps(openid, salt=SALT),
        max_age=LIFETIME_SECONDS,
        path="/api/v1/order/",
        secure=secure,
        httponly=True,
        samesite="Lax",
    )


def _device(request: HttpRequest | Request) -> Device:
    agent = request.headers.get("User-Agent", "")
    if WECHAT.search(agent):
        return Device.WECHAT
    return Device.PHONE if PHONE.search(agent) else Device.DESKTOP


def _openid(request: HttpRequest | Request) -> str:
    cookie = request.COOKIES.get(COOKIE)
    if not cookie:
        return ""
    try:
        return str(signing.loads(cookie, salt=SALT, max_age=LIFETIME_SECONDS))
    except signing.BadSignature:
        return ""
