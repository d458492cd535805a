"""Addresses at our own server that open one private file for a while."""

import re
from datetime import datetime
from urllib.parse import quote

from django.core import signing
from django.utils import timezone

from luffy_api.libs.storage.exceptions import BadSignature

SALT = "luffy.libs.storage.signatures"
BASE_URL = "/files/"
TOKEN = re.compile(r"(?P<expires>[0-9]{1,12}):(?P<signature>[\w-]{20,100})", re.ASCII)


def signed_path(name: str, *, expires_at: datetime) -> str:
    """`/files/<token>/<name>`, quoted; the signature covers this name and this second."""
    expires = int(expires_at.timestamp())
    signature = _signer().signature(_text(name, expires))
    return f"{BASE_URL}{expires}:{signature}/{quote(name)}"


def check_token(token: str, name: str) -> int:
    """When the address ends, in seconds since 1970; raises BadSignature unless it opens `name`."""
    match = TOKEN.fullmatch(token)
    if match is None:
        raise BadSignature
    expires = int(match["expires"])
    try:
        _signer().unsign(f"{_text(name, expires)}:{match['signature']}")
    except (signing.BadSignature, UnicodeEncodeError) as error:
        raise BadSignature from error
    if timezone.now().timestamp() >= expires:
        raise BadSignature
    return expires


def _signer() -> signing.Signer:
    return signing.Signer(salt=SALT)


def _text(name: str, expires: int) -> str:
    return f"{expires}/{name}"
