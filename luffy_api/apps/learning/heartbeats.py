"""Answers reports of players without what only pages need.

Every player reports each ten seconds, so most requests of a school are reports. The layers of
Django below this one, and those of DRF, cost several times what a report itself does. Here only an
ordinary report that succeeds is answered; all else goes on to `SectionViewSet.progress`, which does
the same and explains what is wrong.
"""

import json
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.db import Error
from django.http import HttpRequest, HttpResponse

from luffy_api.apps.learning import progress
from luffy_api.apps.user import tokens
from luffy_api.apps.user.exceptions import InvalidToken
from luffy_api.common import rate_limits
from luffy_api.common.codes import Code
from luffy_api.common.exceptions import DomainError
from luffy_api.common.rate_counters import LocalCounters

PATH = re.compile(r"/api/v1/course/section/(\d{1,18})/progress/", re.ASCII)
SCHEME = "jwt "
SCOPE = "request"
MAX_BODY = 100
# Reports of an account in a minute that are not counted: three players send eighteen.
UNCOUNTED = 20
# Of this answer alone; all other headers are the same for every report.
OWN_HEADERS = ("content-length", "access-control-")

_frequent = LocalCounters()


@dataclass(frozen=True)
class Template:
    """What all answers have in common, from the first one, which all layers have made."""

    headers: dict[str, str]
    route: Any


class HeartbeatMiddleware:
    """Outside of it are logs, metrics and limits of the database; inside is all else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self._template: Template | None = None

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Hook of Django."""
        found = PATH.fullmatch(request.path_info) if request.method == "PUT" else None
        if found is None:
            return self.get_response(request)
        template = self._template
        if template is not None:
            report = _save(request, int(found[1]))
            if report is not None:
                return _respond(request, template, report)
        response = self.get_response(request)
        if response.status_code == 200:
            self._template = Template(_common_headers(response), request.resolver_match)
        return response


def _save(request: HttpRequest, section_id: int) -> progress.SectionReport | None:
    """None for whatever is not an ordinary report that succeeds."""
    token, position = _token(request), _position(request)
    if token is None or position is None:
        return None
    try:
        request.get_host()
        user_id = tokens.verify(token).user.pk
    except (DisallowedHost, InvalidToken, Error):
        return None
    counted = _is_fast(user_id)
    if counted and rate_limits.count(SCOPE, rate_limits.ACCOUNT, user_id):
        return None
    try:
        return progress.save_progress(user_id=user_id, section_id=section_id, position=position)
    except (DomainError, Error):
        if counted:  # as the view does
            rate_limits.give_back(SCOPE, rate_limits.ACCOUNT, user_id)
        return None


def _is_fast(user_id: int) -> bool:
    """Whether an account reports more often in this process than its players do.

    Only then do its reports count for the limit, which is a round trip to Redis.
    """
    return bool(_frequent.hit(str(user_id), UNCOUNTED, 60))


def _token(request: HttpRequest) -> str | None:
    if settings.SECURE_SSL_REDIRECT and not request.is_secure():
        return None
    header: str = request.META.get("HTTP_AUTHORIZATION", "")
    return header.removeprefix(SCHEME) if header.startswith(SCHEME) and header.isascii() else None


def _position(request: HttpRequest) -> int | None:
    length: str = request.META.get("CONTENT_LENGTH") or ""
    if request.content_type != "application/json" or not length.isdecimal():
        return None
    if int(length) > MAX_BODY:
        return None
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(body, dict) or body.keys() != {"position"}:
        return None
    position = body["position"]
    valid = type(position) is int and 0 <= position <= progress.MAX_POSITION
    return position if valid else None


def _respond(
    request: HttpRequest, template: Template, report: progress.SectionReport
) -> HttpResponse:
    request.resolver_match = template.route
    body = {"code": Code.OK.value, "msg": str(Code.OK.label), "data": asdict(report)}
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    response = HttpResponse(text, headers=template.headers)
    response["Content-Length"] = str(len(text))
    return response


def _common_headers(response: HttpResponse) -> dict[str, str]:
    return {
        name: value for name, value in response.items() if not name.lower().startswith(OWN_HEADERS)
    }
