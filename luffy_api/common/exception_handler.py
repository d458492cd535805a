"""DRF's exception handler: every error of an API view as the envelope with its HTTP status."""

import logging
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404
from django.urls import reverse
from rest_framework import exceptions as drf
from rest_framework.response import Response
from rest_framework.views import set_rollback

from luffy_api.common import database_errors, redis_circuit
from luffy_api.common import exceptions as domain
from luffy_api.common.codes import Code
from luffy_api.common.response import APIResponse

logger = logging.getLogger(__name__)

DOMAIN_STATUS: dict[type[domain.DomainError], int] = {
    domain.RuleViolated: 400,
    domain.Unauthenticated: 401,
    domain.Forbidden: 403,
    domain.NotFound: 404,
    domain.Conflict: 409,
    domain.TooLarge: 413,
    domain.TooMany: 429,
    domain.Unavailable: 503,
}

CODE_OF_STATUS = {
    400: Code.INVALID,
    401: Code.UNAUTHENTICATED,
    403: Code.FORBIDDEN,
    404: Code.NOT_FOUND,
    405: Code.METHOD_NOT_ALLOWED,
    406: Code.NOT_ACCEPTABLE,
    411: Code.LENGTH_REQUIRED,
    413: Code.TOO_LARGE,
    415: Code.UNSUPPORTED_MEDIA,
    429: Code.THROTTLED,
}


def handle(exc: Exception, context: dict[str, Any]) -> Response:
    """DRF's EXCEPTION_HANDLER: an APIResponse for whatever was raised."""
    set_rollback()
    if isinstance(exc, domain.DomainError):
        return _domain(exc)
    if isinstance(exc, drf.APIException):
        return _api(exc)
    if isinstance(exc, Http404):
        return failure(Code.NOT_FOUND, 404)
    if isinstance(exc, PermissionDenied):
        return failure(Code.FORBIDDEN, 403)
    if isinstance(exc, RequestDataTooBig):
        # DRF reads the whole body before a parser sees it.
        return failure(Code.TOO_LARGE, 413)
    if database_errors.is_unavailable(exc):
        logger.error("database unavailable: %s", type(exc).__name__, exc_info=exc)
        return unavailable()
    if isinstance(exc, redis_circuit.errors()):
        logger.error("a peer is unavailable: %s", type(exc).__name__, exc_info=exc)
        return unavailable()
    logger.error("unhandled %s in %s", type(exc).__name__, context.get("view"), exc_info=exc)
    return failure(Code.SERVER_ERROR, 500)


def failure(
    code: Code,
    status: int,
    *,
    msg: str | None = None,
    errors: dict[str, list[str]] | None = None,
    headers: dict[str, str] | None = None,
    links: dict[str, str] | None = None,
) -> APIResponse:
    """An error in the envelope; `links` are extra keys, by name the URL name of an endpoint."""
    addresses = {key: reverse(name) for key, name in (links or {}).items()}
    return APIResponse(
        code=code, msg=msg, status=status, headers=headers, errors=errors or {}, **addresses
    )


def unavailable() -> APIResponse:
    """503 with Retry-After in seconds."""
    headers = {"Retry-After": str(database_errors.RETRY_AFTER_SECONDS)}
    return failure(Code.UNAVAILABLE, 503, headers=headers)


def _domain(exc: domain.DomainError) -> APIResponse:
    status = next(s for kind, s in DOMAIN_STATUS.items() if isinstance(exc, kind))
    headers = {}
    if isinstance(exc, domain.TooMany):
        headers["Retry-After"] = str(exc.retry_after)
    if isinstance(exc, domain.Unavailable):
        headers["Retry-After"] = str(database_errors.RETRY_AFTER_SECONDS)
    return failure(
        exc.code, status, msg=exc.message, errors=exc.errors, headers=headers, links=exc.links
    )


def _api(exc: drf.APIException) -> APIResponse:
    code = CODE_OF_STATUS.get(exc.status_code, Code.SERVER_ERROR)
    headers = {}
    if auth_header := getattr(exc, "auth_header", None):
        headers["WWW-Authenticate"] = auth_header
    wait = getattr(exc, "wait", None)
    if isinstance(exc, drf.Throttled) and wait is not None:
        headers["Retry-After"] = str(int(wait) + 1)
    errors = _field_errors(exc.detail) if isinstance(exc, drf.ValidationError) else {}
    msg = next(iter(errors.values()))[0] if errors else None
    return failure(code, exc.status_code, msg=msg, errors=errors, headers=headers)


def _field_errors(detail: Any, prefix: str = "") -> dict[str, list[str]]:
    """DRF's nested detail, flattened to {"field.sub": ["sentence"]}."""
    if isinstance(detail, dict):
        items = [(f"{prefix}.{key}".lstrip("."), value) for key, value in detail.items()]
    elif isinstance(detail, list) and any(isinstance(item, dict | list) for item in detail):
        items = [(f"{prefix}.{i}".lstrip("."), value) for i, value in enumerate(detail) if value]
    else:
        texts = detail if isinstance(detail, list) else [detail]
        return {prefix or "non_field_errors": [str(text) for text in texts]}
    return {
        key: texts for name, value in items for key, texts in _field_errors(value, name).items()
    }
