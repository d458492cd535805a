"""Signed URLs at our own server, each of which opens one private file until it expires.

A URL may carry a grant, a short word that the shop understands and this package does not. Then the
signature alone opens nothing: `serving.private` asks the shop whether the grant still holds.
"""

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from urllib.parse import quote

from django.core import signing
from django.utils import timezone
from django.utils.encoding import force_bytes

from luffy_api.libs.storage.exceptions import BadSignature

SALT = "luffy.libs.storage.signatures"
BASE_URL = "/files/"
GRANT = r"[\w.-]{1,64}"
TOKEN = re.compile(
    rf"(?P<expires>[0-9]{{1,12}}):((?P<grant>{GRANT}):)?(?P<signature>[\w-]{{20,100}})", re.ASCII
)


@dataclass(frozen=True)
class Claim:
    """What a valid token says: its expiry in seconds since 1970 (UTC), and its grant or ""."""

    expires: int
    grant: str


def signed_path(name: str, *, expires_at: datetime, grant: str = "") -> str:
    """`/files/<token>/<name>`, quoted; the signature covers name, expiry and grant.

    `name` is the one of `downloads.as_download` for a download. Raises ValueError unless the grant
    is of 1 to 64 ASCII letters, digits and `_.-`.
    """
    if grant and not re.fullmatch(GRANT, grant, re.ASCII):
        raise ValueError("a grant is a short word of letters, digits and _.-")
    head = _head(int(expires_at.timestamp()), grant)
    return f"{BASE_URL}{head}:{_signer().signature(_text(head, name))}/{quote(name)}"


def check_token(token: str, name: str) -> Claim:
    """The claim of a token; raises BadSignature unless it opens `name` now."""
    match = TOKEN.fullmatch(token)
    if match is None:
        raise BadSignature
    claim = Claim(int(match["expires"]), match["grant"] or "")
    text = _text(_head(claim.expires, claim.grant), name)
    try:
        _signer().unsign(f"{text}:{match['signature']}")
    except (signing.BadSignature, UnicodeEncodeError) as error:
        raise BadSignature from error
    if timezone.now().timestamp() >= claim.expires:
        raise BadSignature
    return claim


class _Signer(signing.Signer):
    """Django's; the key of this use is derived from the secret once, not for each signature."""

    def signature(self, value: str | bytes, key: str | bytes | None = None) -> str:
        """Django's hook; a playlist has a signature for each of its segments."""
        digest = hmac.digest(_derived(self.salt, key or self.key), force_bytes(value), "sha256")
        return signing.b64_encode(digest).decode()


def _signer() -> signing.Signer:
    return _Signer(salt=SALT)


@lru_cache(maxsize=16)
def _derived(salt: str, secret: str | bytes) -> bytes:
    """As `django.utils.crypto.salted_hmac` does."""
    return hashlib.sha256(f"{salt}signer".encode() + force_bytes(secret)).digest()


def _head(expires: int, grant: str) -> str:
    return f"{expires}:{grant}" if grant else str(expires)


def _text(head: str, name: str) -> str:
    return f"{head}/{name}"
