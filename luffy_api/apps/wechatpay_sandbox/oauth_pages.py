"""OAuth's pages: the QR code of a website, those inside WeChat, and what takes a code."""

import secrets
from urllib.parse import urlencode

from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    JsonResponse,
)
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_GET, require_http_methods

from luffy_api.apps.wechatpay_sandbox import oauth, values
from luffy_api.apps.wechatpay_sandbox.conf import gateway_settings
from luffy_api.apps.wechatpay_sandbox.exceptions import GatewayError, invalid

PEOPLE = {"a": "微信用户甲", "b": "微信用户乙", "c": "微信用户丙"}
# Whose WeChat this browser is, for the app that asks nothing.
COOKIE = "luffy_local_wechat"
COOKIE_SECONDS = 30 * 24 * 3600
TOKEN = {"access_token": "local", "expires_in": 7200, "refresh_token": "local"}


@never_cache
@csrf_protect
@require_http_methods(["GET", "POST"])
def connect(request: HttpRequest) -> HttpResponseBase:
    """Stands in for the page with the QR code: whose phone scans it, and what they answer."""
    return _asked(request, gateway_settings().login_app_id, "snsapi_login")


@never_cache
@csrf_protect
@require_http_methods(["GET", "POST"])
def authorize(request: HttpRequest) -> HttpResponseBase:
    """OAuth of the official account: scope snsapi_base asks nothing, snsapi_userinfo does."""
    app_id = gateway_settings().app_id
    if request.GET.get("scope") == "snsapi_userinfo":
        return _asked(request, app_id, "snsapi_userinfo")
    try:
        target = _target(request, app_id, "snsapi_base")
    except GatewayError as error:
        return _error(request, error.message)
    person = request.COOKIES.get(COOKIE) or secrets.token_hex(8)
    return _with_person(_granted(request, target, app_id, person), person)


@never_cache
@require_GET
def access_token(request: HttpRequest) -> HttpResponse:
    """Exchange a code for the visitor; errors are HTTP 200, as WeChat's."""
    app_id, secret = request.GET.get("appid", ""), request.GET.get("secret", "")
    if not secret or oauth.secrets_of_apps().get(app_id) != secret:
        return JsonResponse({"errcode": 40125, "errmsg": "invalid appsecret"})
    code = request.GET.get("code", "").replace("\x00", "")
    try:
        known = oauth.use_code(app_id=app_id, code=code)
    except GatewayError as error:
        return JsonResponse({"errcode": int(error.code), "errmsg": error.message})
    scope = "snsapi_login" if app_id == gateway_settings().login_app_id else "snsapi_userinfo"
    if not known.unionid:
        return JsonResponse({**TOKEN, "openid": known.openid, "scope": "snsapi_base"})
    return JsonResponse({**TOKEN, "openid": known.openid, "unionid": known.unionid, "scope": scope})


def _asked(request: HttpRequest, app_id: str, scope: str) -> HttpResponseBase:
    """The page on which a visitor agrees, and what they answer."""
    try:
        target = _target(request, app_id, scope)
    except GatewayError as error:
        return _error(request, error.message)
    if request.method != "POST":
        asked = {"people": PEOPLE, "is_inside": scope == "snsapi_userinfo"}
        return render(request, "wechatpay_sandbox/connect.html", asked)
    person = request.POST.get("person", "")
    if person not in PEOPLE:
        # Who refuses comes back without a code.
        return _back(target, state=request.GET.get("state", ""))
    return _with_person(_granted(request, target, app_id, person), person)


def _target(request: HttpRequest, app_id: str, scope: str) -> str:
    """Where the visitor goes back to. Raises GatewayError for a request that WeChat refuses."""
    if request.GET.get("appid") != app_id:
        raise invalid("AppID 参数错误")
    if (request.GET.get("response_type"), request.GET.get("scope")) != ("code", scope):
        raise invalid("Scope 参数错误或没有 Scope 权限")
    if len(request.GET.get("state", "")) > 128:
        raise invalid("state 参数过长")
    return values.http_url(request.GET.get("redirect_uri"), "redirect_uri")


def _granted(request: HttpRequest, target: str, app_id: str, person: str) -> HttpResponseRedirect:
    has_unionid = request.GET.get("scope") != "snsapi_base"
    code = oauth.issue_code(app_id=app_id, person=person, has_unionid=has_unionid)
    return _back(target, code=code, state=request.GET.get("state", ""))


def _back(target: str, **query: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"{target}{'&' if '?' in target else '?'}{urlencode(query)}")


def _with_person(answer: HttpResponseRedirect, person: str) -> HttpResponseRedirect:
    answer.set_cookie(COOKIE, person, max_age=COOKIE_SECONDS, httponly=True, samesite="Lax")
    return answer


def _error(request: HttpRequest, message: str) -> HttpResponse:
    return render(request, "wechatpay_sandbox/error.html", {"message": message}, status=400)
