"""Answers to requests that never reach a view of the API."""

import sys
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.views.decorators.csrf import csrf_exempt

from luffy_api.common import outages
from luffy_api.common.codes import Code


def envelope(code: Code, status: int) -> JsonResponse:
    """An error in the envelope, outside of DRF."""
    body = {"code": code.value, "msg": str(code.label), "data": None, "errors": {}}
    return JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})


@csrf_exempt
def api_not_found(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
    """No such endpoint."""
    return envelope(Code.NOT_FOUND, 404)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """A request that Django itself refused: a foreign host, too many fields, a forged cookie."""
    if isinstance(exception, RequestDataTooBig):
        return _plain_or_envelope(request, Code.TOO_LARGE, 413)
    return _plain_or_envelope(request, Code.INVALID, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Not allowed."""
    return _plain_or_envelope(request, Code.FORBIDDEN, 403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponseBase:
    """A form that is too old, or that another site sent."""
    if request.path_info.startswith("/api/"):
        return envelope(Code.FORBIDDEN, 403)
    text = "页面已过期,请返回上一页刷新后再试。"
    return HttpResponse(text, status=403, content_type="text/plain; charset=utf-8")


def server_error(request: HttpRequest) -> HttpResponseBase:
    """Our fault, or a database or peer is away; the log has the rest under the request id."""
    error = sys.exc_info()[1]
    if outages.is_away(error) or isinstance(error, ConnectionError):
        return _unavailable(request)
    return _plain_or_envelope(request, Code.SERVER_ERROR, 500)


def _unavailable(request: HttpRequest) -> HttpResponseBase:
    """503 that says when to come back: the envelope, or a page that needs nothing but itself."""
    response: HttpResponse
    if request.path_info.startswith("/api/"):
        response = envelope(Code.UNAVAILABLE, 503)
    else:
        response = HttpResponse(render_to_string("unavailable.html"), status=503)
    response["Retry-After"] = str(outages.RETRY_AFTER_SECONDS)
    return response


def _plain_or_envelope(request: HttpRequest, code: Code, status: int) -> HttpResponseBase:
    if request.path_info.startswith("/api/"):
        return envelope(code, status)
    text = "text/plain; charset=utf-8"
    return HttpResponse(str(code.label), status=status, content_type=text)
