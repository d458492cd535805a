from urllib.parse import urljoin

from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods

from luffy_api.apps.alipay_sandbox import answers, bills, oauth, refunds, services
from luffy_api.apps.alipay_sandbox.exceptions import GatewayError, invalid
from luffy_api.apps.alipay_sandbox.models import SandboxTrade, TradeStatus
from luffy_api.apps.alipay_sandbox.requests import GatewayRequest, raw_pairs, read_request


@csrf_exempt  # a merchant proves itself with its signature
@never_cache
@require_http_methods(["GET", "POST"])
def gateway(request: HttpRequest) -> HttpResponse:
    """Alipay's single endpoint: ways to pay answer with a page, every other method with JSON."""
    pairs = raw_pairs(request)
    method = dict(pairs).get("method", "")
    if method in services.PRODUCT_CODES:
        return _open_cashier(request, pairs)
    name = f"{method.replace('.', '_')}_response" if method in METHODS else "error_response"
    try:
        question = read_request(pairs, origin=request.build_absolute_uri("/"))
        node, signed = _call(method, question), True
    except GatewayError as error:
        node, signed = error.node(), error.signed
        # Refused by another node than answered by, unlike the methods of payments.
        name = "error_response" if method == oauth.METHOD else name
    answer = answers.signed_answer(name, node, signed=signed)
    return HttpResponse(answer, content_type="application/json; charset=utf-8")


@never_cache
@csrf_protect
@require_http_methods(["GET", "POST"])
def cashier(request: HttpRequest, token: str) -> HttpResponse:
    """The page on which the buyer pays, or leaves the order as it is."""
    SandboxTrade.objects.close_expired()
    trade = get_object_or_404(SandboxTrade, token=token)
    action = request.POST.get("action")
    if action == "pay":
        return _pay(request, trade)
    if action == "cancel" and trade.status == TradeStatus.WAITING:
        return _page(request, "cancelled.html", trade)
    return _page(request, "cashier.html", trade)


@never_cache
@require_GET
def bill(request: HttpRequest, token: str) -> HttpResponse:
    """The file of a bill; its URL works for 30 seconds and needs no other proof, as Alipay's."""
    try:
        name, content = bills.file_of(token)
    except signing.BadSignature:
        return HttpResponse(status=404)
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type="application/zip", headers=disposition)


def _open_cashier(request: HttpRequest, pairs: list[tuple[str, str]]) -> HttpResponse:
    try:
        trade = services.open_trade(request=read_request(pairs))
    except GatewayError as error:
        return render(request, "alipay_sandbox/error.html", {"error": error}, status=400)
    return redirect("alipay_sandbox:cashier", token=trade.token)


def _pay(request: HttpRequest, trade: SandboxTrade) -> HttpResponse:
    # A second click finds the trade paid and redirects to the same URL.
    services.pay_trade(trade=trade)
    if trade.status == TradeStatus.PAID and trade.return_url:
        return HttpResponseRedirect(answers.return_url_of(trade))
    return _page(request, "cashier.html", trade)


def _page(request: HttpRequest, name: str, trade: SandboxTrade) -> HttpResponse:
    context = {"trade": trade, "shop": answers.shop_url(trade)}
    return render(request, f"alipay_sandbox/{name}", context)


def _query(request: GatewayRequest) -> dict[str, str]:
    return answers.query_node(services.find_trade(request=request))


def _close(request: GatewayRequest) -> dict[str, str]:
    return answers.close_node(services.close_trade(request=request))


def _refund(request: GatewayRequest) -> dict[str, str]:
    trade, moved = refunds.refund_trade(request=request)
    return answers.refund_node(trade, moved=moved)


def _bill_url(request: GatewayRequest) -> dict[str, str]:
    path = reverse("alipay_sandbox:bill", args=[bills.sign_day(request.content)])
    return answers.bill_node(urljoin(request.origin, path))


def _refund_query(request: GatewayRequest) -> dict[str, str]:
    return answers.refund_query_node(*refunds.find_refund(request=request))


METHODS = {
    "alipay.data.dataservice.bill.downloadurl.query": _bill_url,
    oauth.METHOD: oauth.exchange,
    "alipay.trade.query": _query,
    "alipay.trade.close": _close,
    "alipay.trade.refund": _refund,
    "alipay.trade.fastpay.refund.query": _refund_query,
}


def _call(method: str, request: GatewayRequest) -> dict[str, str]:
    if method not in METHODS:
        raise invalid("isv.invalid-method", "不存在的方法名")
    return METHODS[method](request)
