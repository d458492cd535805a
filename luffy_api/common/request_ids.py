"""The id that an answer, its lines of the log and its tasks have in common."""

import secrets
from collections.abc import Mapping
from typing import Any

from django_guid.utils import validate_guid

HEADER = "X-Request-ID"


def request_id(environ: Mapping[str, Any]) -> str:
    """What a server in front of us calls a request, or 32 new digits.

    django_guid decides the same for requests that Django answers.
    """
    given: str = environ.get("HTTP_X_REQUEST_ID", "")
    return given if given and validate_guid(given) else secrets.token_hex(16)
