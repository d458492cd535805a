"""Login of the gateway: a page on which a visitor agrees, and the exchange of the code."""

import hmac
import re
from base64 import urlsafe_b64encode
from datetime import timedelta
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods

from luffy_api.apps.alipay_sandbox import values
from luffy_api.apps.alipay_sandbox.conf import gateway_settings
from luffy_api.apps.alipay_sandbox.exceptions import GatewayError, invalid
from luffy_api.apps.alipay_sandbox.models import SandboxAuthCode
from luffy_api.apps.alipay_sandbox.requests import GatewayRequest
from luffy_api.apps.alipay_sandbox.values import beijing

METHOD = "alipay.system.oauth.token"
CODE_LIFETIME = timedelta(minutes=3)
PEOPLE = {"a": "支付宝用户甲", "b": "支付宝用户乙", "c": "支付宝用户丙"}
STATE = re.compile(r"[0-9A-Za-z+/=]{0,100}", re.ASCII)


@never_cache
@csrf_protect
@require_http_methods(["GET", "POST"])
def authorize(request: HttpRequest) -> HttpResponse:
    """Stands in for `publicAppAuthorize.htm`: who the visitor is, and what they answer."""
    try:
        target = _target(request)
    except GatewayError as error:
        return render(request, "alipay_sandbox/error.html", {"error": error}, status=400)
    if request.method != "POST":
        return render(request, "alipay_sandbox/authorize.html", {"people": PEOPLE})
    person = request.POST.get("person", "")
    state = request.GET.get("state", "")
    if person not in PEOPLE:
        return _back(target, state=state)
    app_id = gateway_settings().app_id
    code = SandboxAuthCode.objects.create(open_id=_open_id(person)).code
    known = {"app_id": app_id, "source": "alipay_wallet", "scope": "auth_user"}
    return _back(target, **known, state=state, auth_code=code)


def exchange(request: GatewayRequest) -> dict[str, str]:
    """`alipay.system.oauth.token`, whose success has no code of its own."""
    if request.params.get("grant_type") != "authorization_code":
        raise invalid("isv.grant-type-invalid", "grant_type参数不正确")
    since = timezone.now() - CODE_LIFETIME
    code = request.params.get("code", "").replace("\x00", "")
    fresh = SandboxAuthCode.objects.filter(code=code, created_at__gte=since, used=False)
    found = fresh.first()
    if found is None or not fresh.filter(pk=found.pk).update(used=True):
        raise invalid("isv.code-invalid", "授权码code无效")
    return {
        "access_token": "local",
        "auth_start": beijing(timezone.now()),
        "expires_in": "1296000",
        "open_id": found.open_id,
        "re_expires_in": "2592000",
        "refresh_token": "local",
    }


def _target(request: HttpRequest) -> str:
    query = {name: str(value) for name, value in request.GET.items()}
    if query.get("app_id") != gateway_settings().app_id:
        raise invalid("isv.invalid-app-id", "无效的AppID参数")
    if query.get("scope") not in {"auth_user", "auth_base"}:
        raise invalid("isv.invalid-scope", "scope参数不正确")
    if not STATE.fullmatch(query.get("state", "")) or not query.get("redirect_uri"):
        raise invalid("isv.invalid-parameter", "参数有误: state 或 redirect_uri")
    return values.http_url(query, "redirect_uri")


def _back(target: str, **query: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"{target}{'&' if '?' in target else '?'}{urlencode(query)}")


def _open_id(person: str) -> str:
    """36 characters, another one for each app, as Alipay's own."""
    gateway = gateway_settings()
    digest = hmac.digest(gateway.app_id.encode(), person.encode(), "sha256")
    return f"0{urlsafe_b64encode(digest).decode()[:35]}"
