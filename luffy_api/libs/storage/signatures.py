"""Addresses at our own server that open one private file for a while.

An address may name a holder, a short word that means something to the shop and nothing here. Then
the signature alone opens nothing: whoever serves the file asks whether the holder still may.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from django.core import signing
from django.utils import timezone

from luffy_api.libs.storage.exceptions import BadSignature

SALT = "luffy.libs.storage.signatures"
BASE_URL = "/files/"
HOLDER = r"[\w.-]{1,64}"
TOKEN = re.compile(
    rf"(?P<expires>[0-9]{{1,12}}):((?P<holder>{HOLDER}):)?(?P<signature>[\w-]{{20,100}})", re.ASCII
)


@dataclass(frozen=True)
class Claim:
    """What an address proves: when it ends (seconds since 1970), and its holder ("" without)."""

    expires: int
    holder: str


def signed_path(name: str, *, expires_at: datetime, holder: str = "") -> str:
    """`/files/<token>/<name>`, quoted; the signature covers name, second and holder.

    Raises ValueError for a holder of other than up to 64 ASCII letters, digits and `_.-`.
    """
    if holder and not re.fullmatch(HOLDER, holder, re.ASCII):
        raise ValueError("a holder is a short word of letters, digits and _.-")
    head = _head(int(expires_at.timestamp()), holder)
    return f"{BASE_URL}{head}:{_signer().signature(_text(head, name))}/{quote(name)}"


def check_token(token: str, name: str) -> Claim:
    """What the address says; raises BadSignature unless it opens `name` now."""
    match = TOKEN.fullmatch(token)
    if match is None:
        raise BadSignature
    claim = Claim(int(match["expires"]), match["holder"] or "")
    text = _text(_head(claim.expires, claim.holder), name)
    try:
        _signer().unsign(f"{text}:{match['signature']}")
    except (signing.BadSignature, UnicodeEncodeError) as error:
        raise BadSignature from error
    if timezone.now().timestamp() >= claim.expires:
        raise BadSignature
    return claim


def _signer() -> signing.Signer:
    return signing.Signer(salt=SALT)


def _head(expires: int, holder: str) -> str:
    return f"{expires}:{holder}" if holder else str(expires)


def _text(head: str, name: str) -> str:
    return f"{head}/{name}"
