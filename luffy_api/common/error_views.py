"""Django's error views: the envelope below /api/, plain text or a page elsewhere."""

import sys
from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.views.decorators.csrf import csrf_exempt

from luffy_api.common import database_errors
from luffy_api.common.codes import Code

TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


def envelope(code: Code, status: int) -> JsonResponse:
    """The error envelope as a JsonResponse, for requests that DRF does not handle."""
    body = {"code": code.value, "msg": str(code.label), "data": None, "errors": {}}
    return JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})


@csrf_exempt
def api_not_found(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
    """404 for an unknown path below /api/."""
    return envelope(Code.NOT_FOUND, 404)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Django's handler400: foreign host, forged cookie. 413 for a large body or too many fields."""
    if isinstance(exception, TOO_MUCH):
        return _plain_or_envelope(request, Code.TOO_LARGE, 413)
    return _plain_or_envelope(request, Code.INVALID, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Django's handler403."""
    return _plain_or_envelope(request, Code.FORBIDDEN, 403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponseBase:
    """CSRF_FAILURE_VIEW: 403 for a form that is too old, or that another site sent."""
    if request.path_info.startswith("/api/"):
        return envelope(Code.FORBIDDEN, 403)
    text = "页面已过期，请返回上一页刷新后再试。"
    return HttpResponse(text, status=403, content_type="text/plain; charset=utf-8")


def server_error(request: HttpRequest) -> HttpResponseBase:
    """Django's handler500; 503 when the database or a peer is unavailable.

    The traceback is in the log, under the request id.
    """
    error = sys.exc_info()[1]
    if database_errors.is_unavailable(error) or isinstance(error, ConnectionError):
        return _unavailable(request)
    return _plain_or_envelope(request, Code.SERVER_ERROR, 500)


def _unavailable(request: HttpRequest) -> HttpResponseBase:
    """503 with Retry-After: the envelope, or a page without external files."""
    response: HttpResponse
    if request.path_info.startswith("/api/"):
        response = envelope(Code.UNAVAILABLE, 503)
    else:
        response = HttpResponse(render_to_string("unavailable.html"), status=503)
    response["Retry-After"] = str(database_errors.RETRY_AFTER_SECONDS)
    return response


def _plain_or_envelope(request: HttpRequest, code: Code, status: int) -> HttpResponseBase:
    if request.path_info.startswith("/api/"):
        return envelope(code, status)
    text = "text/plain; charset=utf-8"
    return HttpResponse(str(code.label), status=status, content_type=text)
