"""Shortcuts for players: a report each ten seconds, the address of a video, its playlists.

Most requests of a school are these. See `common.shortcuts`.
"""

import re
from dataclasses import asdict
from typing import Any

from django.db import Error
from django.http import HttpRequest, HttpResponse

from luffy_api.apps.learning import hls, playback, progress
from luffy_api.apps.learning.playback import Playback
from luffy_api.apps.user import tokens
from luffy_api.apps.user.exceptions import InvalidToken
from luffy_api.apps.user.models import User
from luffy_api.common import rate_limits, shortcuts
from luffy_api.common.client_ip import client_ip
from luffy_api.common.exceptions import DomainError
from luffy_api.common.rate_counters import LocalCounters
from luffy_api.common.response import UNKEPT, wire_time
from luffy_api.libs.storage import StorageUnavailable

SECTION = r"/api/v1/course/section/(\d{1,18})/"
SCOPE = "request"
MAX_BODY = 100
# Reports of an account in a minute that are not counted: three players send eighteen.
UNCOUNTED = 20

_frequent = LocalCounters()


def register() -> None:
    """For the addresses of urls.py."""
    shortcuts.register("PUT", SECTION + "progress/", save_report)
    shortcuts.register("GET", SECTION + "play/", play)
    shortcuts.register("GET", SECTION + "hls/([^/]+)/(.+)", playlist)


def save_report(request: HttpRequest, path: re.Match[str]) -> HttpResponse | None:
    """None for whatever is not an ordinary report that succeeds."""
    token, position = shortcuts.token_of(request), _position(request)
    if token is None or position is None:
        return None
    try:
        claimed = tokens.read(token)
        row = progress.begun_section(claimed=claimed, section_id=int(path[1]))
        if row is None:
            return None
        tokens.prove(claimed, row)
    except (InvalidToken, Error):
        return None
    counted = _is_fast(row.user_id)
    if counted and rate_limits.count(SCOPE, rate_limits.ACCOUNT, row.user_id):
        return None
    try:
        report = progress.save_report(row, position=position, login=claimed.login)
    except (DomainError, Error):
        if counted:  # as the view does
            rate_limits.give_back(SCOPE, rate_limits.ACCOUNT, row.user_id)
        return None
    return shortcuts.envelope(asdict(report))


def play(request: HttpRequest, path: re.Match[str]) -> HttpResponse | None:
    """None without a usable token, beyond a limit, and while the storage is away."""
    if not shortcuts.is_ordinary(request):
        return None
    try:
        viewer = _viewer(request)
    except (InvalidToken, Error):
        return None
    client = _client(request, viewer)
    if rate_limits.count(SCOPE, *client):
        return None
    try:
        found = playback.get_playback(section_id=int(path[1]), viewer=viewer)
    except DomainError as error:
        return shortcuts.failure(error)
    except (StorageUnavailable, Error):
        rate_limits.give_back(SCOPE, *client)  # the view counts it
        return None
    return shortcuts.envelope(representation(found))


def playlist(request: HttpRequest, path: re.Match[str]) -> HttpResponse | None:
    """None beyond the limit of the address, and while the storage is away.

    A player knows nothing of tokens: the address says who it is.
    """
    client = rate_limits.ADDRESS, client_ip(request)
    if not shortcuts.is_ordinary(request) or rate_limits.count(SCOPE, *client):
        return None
    name = path[3]
    try:
        text = playback.get_playlist(section_id=int(path[1]), token=path[2], name=name)
    except DomainError as error:
        return shortcuts.failure(error)
    except (StorageUnavailable, Error):
        rate_limits.give_back(SCOPE, *client)  # the view counts it
        return None
    return HttpResponse(text, content_type=hls.content_type_of(name), headers=UNKEPT)


def representation(found: Playback) -> dict[str, Any]:
    """As `PlaySerializer` has it."""
    return {
        "url": found.url,
        "type": found.type,
        "expires_at": wire_time(found.expires_at),
        "position": found.position,
        "watermark": found.watermark,
        "poster": found.poster,
        "subtitles": [asdict(each) for each in found.subtitles],
        "chapters": [asdict(each) for each in found.chapters],
    }


def _viewer(request: HttpRequest) -> User | None:
    """None for a visitor. Raises InvalidToken for any other header than a student's."""
    if "HTTP_AUTHORIZATION" not in request.META:
        return None
    token = shortcuts.token_of(request)
    if token is None:
        raise InvalidToken
    return tokens.verify(token).user


def _client(request: HttpRequest, viewer: User | None) -> tuple[str, int | str]:
    """Whose limit a request counts for, as RateThrottle has it."""
    if viewer is None:
        return rate_limits.ADDRESS, client_ip(request)
    return rate_limits.ACCOUNT, viewer.pk


def _is_fast(user_id: int) -> bool:
    """Whether an account reports more often in this process than its players do.

    Only then do its reports count for the limit, which is a round trip to Redis.
    """
    return bool(_frequent.hit(str(user_id), UNCOUNTED, 60))


def _position(request: HttpRequest) -> int | None:
    body = shortcuts.json_object(request, limit=MAX_BODY)
    if body is None or body.keys() != {"position"}:
        return None
    position = body["position"]
    valid = type(position) is int and 0 <= position <= progress.MAX_POSITION
    return position if valid else None
