"""What one student gets of a published answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from django.http import HttpRequest
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from luffy_api.apps.publishing.answers import IDENTITY, PRIVATE, PublishedAnswer

# Of the representation that everybody gets, not of this one.
OTHER_HEADERS = frozenset({"ETag", "Content-Length", "Content-Encoding"})


@dataclass(frozen=True)
class Part:
    """What is different in `data` of the answer; nothing if it is that of a visitor."""

    user_id: int
    data: Mapping[str, Any]


def part_of(request: HttpRequest, answer: PublishedAnswer) -> Part | None:
    """None when the view itself has to answer: it knows how to refuse a token, too."""
    if answer.mark.personal is None:
        return None
    try:
        [authentication] = [kind() for kind in answer.view.authentication_classes]
        found = authentication.authenticate(Request(request))
    except AuthenticationFailed:
        return None
    if found is None:
        return None
    user_id: int = found[0].pk
    data = answer.mark.personal(user_id=user_id, **answer.route.kwargs)
    return None if data is None else Part(user_id, data)


def put_in(answer: PublishedAnswer, data: Mapping[str, Any]) -> tuple[dict[str, str], bytes]:
    """Headers and bytes of a student's own answer."""
    common = answer.representations[IDENTITY]
    envelope = orjson.loads(common.body)
    envelope["data"].update(data)
    headers = {name: text for name, text in common.headers.items() if name not in OTHER_HEADERS}
    return {**headers, "Cache-Control": PRIVATE}, orjson.dumps(envelope)
