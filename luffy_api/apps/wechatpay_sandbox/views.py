"""The requests of a merchant: each is proved by its signature, each answer is signed."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core import signing as url_signing
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from luffy_api.apps.wechatpay_sandbox import answers, bills, refunds, requests, services, signing
from luffy_api.apps.wechatpay_sandbox.conf import gateway_settings
from luffy_api.apps.wechatpay_sandbox.exceptions import GatewayError, invalid
from luffy_api.apps.wechatpay_sandbox.models import TradeType

Content = dict[str, Any] | None
View = Callable[..., HttpResponse]
TRADE_TYPES = {"native": TradeType.NATIVE, "h5": TradeType.H5, "jsapi": TradeType.JSAPI}


def api(method: str) -> Callable[[Callable[..., Content]], View]:
    """Make a view of a function that returns the content of its answer, None for 204."""

    def decorate(act: Callable[..., Content]) -> View:
        @csrf_exempt  # a merchant proves itself with its signature
        @never_cache
        @wraps(act)
        def view(request: HttpRequest, **named: str) -> HttpResponse:
            try:
                if request.method != method:
                    raise GatewayError(405, "METHOD_NOT_ALLOWED", "请求方法有误")
                requests.verify_sender(request)
                content = act(request, **named)
            except GatewayError as error:
                body = {"code": error.code, "message": error.message}
                return _answer(request, body, status=error.status)
            return _answer(request, content, status=204 if content is None else 200)

        return view

    return decorate


def _answer(request: HttpRequest, content: Content, *, status: int) -> HttpResponse:
    body = b"" if content is None else json.dumps(content, ensure_ascii=False).encode()
    # A merchant that names the public key gets answers signed as that; others by certificate.
    known = gateway_settings().public_key_id
    named = request.headers.get("Wechatpay-Serial") == known
    serial = known if named else signing.platform_certificate()[0]
    return HttpResponse(
        body,
        status=status,
        content_type="application/json; charset=utf-8",
        headers=signing.headers_for(body, serial=serial),
    )


@api("POST")
def order(request: HttpRequest, kind: str) -> Content:
    """Native, H5 and JSAPI orders."""
    content = requests.content_of(request)
    trade = services.open_trade(content=content, trade_type=TRADE_TYPES[kind])
    url = request.build_absolute_uri(reverse("wechatpay_sandbox:cashier"))
    url = f"{url}?prepay_id={trade.token}"
    named = {"native": {"code_url": url}, "h5": {"h5_url": url}}
    return named.get(kind, {"prepay_id": trade.token})


@api("GET")
def query(request: HttpRequest, number: str) -> Content:
    """A trade by the merchant's number."""
    requests.require_merchant(request.GET.get("mchid"))
    return answers.trade_content(services.find_trade(out_trade_no=number))


@api("GET")
def query_by_id(request: HttpRequest, number: str) -> Content:
    """A trade by WeChat Pay's number."""
    requests.require_merchant(request.GET.get("mchid"))
    return answers.trade_content(services.find_trade(transaction_id=number))


@api("POST")
def close(request: HttpRequest, number: str) -> Content:
    """Close a trade that is not paid."""
    requests.require_merchant(requests.content_of(request).get("mchid"))
    services.close_trade(out_trade_no=number)
    return None


@api("POST")
def refund(request: HttpRequest) -> Content:
    """Refund a paid trade, in whole or in part."""
    return refunds.refund_trade(content=requests.content_of(request))


@api("GET")
def query_refund(request: HttpRequest, number: str) -> Content:
    """A refund by the merchant's number."""
    found = refunds.find_refund(out_refund_no=number)
    return answers.refund_content(found, state=found.state)


@api("GET")
def certificates(request: HttpRequest) -> Content:
    """The platform certificates."""
    return answers.certificates_content()


@api("GET")
def trade_bill(request: HttpRequest) -> Content:
    """The URL and digest of a day's bill."""
    if request.GET.get("bill_type", "ALL") != "ALL":
        raise invalid("只支持 ALL 账单")
    token, digest = bills.announce(
        bill_date=request.GET.get("bill_date", ""), tar_type=request.GET.get("tar_type", "")
    )
    url = request.build_absolute_uri(reverse("wechatpay_sandbox:bill"))
    return {
        "hash_type": "SHA1",
        "hash_value": digest,
        "download_url": f"{url}?token={token}",
    }


@never_cache
def bill_file(request: HttpRequest) -> HttpResponse:
    """The file of a bill; signed request, unsigned answer, as WeChat Pay's."""
    try:
        requests.verify_sender(request)
        content = bills.file_of(request.GET.get("token", ""))
    except (GatewayError, url_signing.BadSignature):
        return HttpResponse(status=401)
    return HttpResponse(content, content_type="application/octet-stream")
