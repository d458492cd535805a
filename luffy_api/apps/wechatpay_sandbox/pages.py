"""What a buyer's browser opens: cashier, and a stand-in for WeChat's bridge."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods

from luffy_api.apps.wechatpay_sandbox import services, signing, values
from luffy_api.apps.wechatpay_sandbox.conf import gateway_settings
from luffy_api.apps.wechatpay_sandbox.exceptions import GatewayError
from luffy_api.apps.wechatpay_sandbox.models import TradeState, WechatTrade

SIGNED = ("appId", "timeStamp", "nonceStr", "package")


@never_cache
@csrf_protect
@require_http_methods(["GET", "POST"])
def cashier(request: HttpRequest) -> HttpResponseBase:
    """The page behind a QR code or an H5 URL: pay, or leave the order as it is."""
    WechatTrade.objects.close_expired()
    trade = get_object_or_404(WechatTrade, token=request.GET.get("prepay_id", ""))
    return _act(request, trade)


@never_cache
@csrf_protect
@require_http_methods(["GET", "POST"])
def bridge(request: HttpRequest) -> HttpResponseBase:
    """Stands in for `WeixinJSBridge` in a browser that is not WeChat's.

    The query holds the parameters of `getBrandWCPayRequest`, and `redirect_url`.
    """
    message = "".join(f"{request.GET.get(name, '')}\n" for name in SIGNED).encode()
    signature, key = request.GET.get("paySign", ""), gateway_settings().merchant_public_key
    if not signing.verify(message, signature, key) or request.GET.get("signType") != "RSA":
        return _error(request, "支付验证签名失败")
    WechatTrade.objects.close_expired()
    token = request.GET["package"].removeprefix("prepay_id=")
    return _act(request, get_object_or_404(WechatTrade, token=token))


def _act(request: HttpRequest, trade: WechatTrade) -> HttpResponseBase:
    back, action = _redirect_url(request), request.POST.get("action")
    if action == "pay":
        # A second click finds the trade paid and goes to the same page.
        services.pay_trade(trade=trade)
        trade.refresh_from_db()
    done = action == "cancel" or (action == "pay" and trade.state == TradeState.SUCCESS)
    if done and back:
        return HttpResponseRedirect(back)
    context = {"trade": trade, "back": back, "cancelled": action == "cancel"}
    return render(request, "wechatpay_sandbox/cashier.html", context)


def _redirect_url(request: HttpRequest) -> str:
    try:
        return values.http_url(request.GET.get("redirect_url"), "redirect_url")
    except GatewayError:
        return ""


def _error(request: HttpRequest, message: str) -> HttpResponse:
    return render(request, "wechatpay_sandbox/error.html", {"message": message}, status=400)
