"""Encryption of values that a dump of the database must not open.

Fernet (AES-128-CBC with HMAC-SHA256) under the keys of `settings.KEY_ENCRYPTION_KEY`: the first one
encrypts, every one decrypts, so that keys can be rotated while the site runs.
"""

import json

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class DecryptionFailed(Exception):
    """No key opens the token, or it was made for another place."""


def is_enabled() -> bool:
    """Whether there is a key at all."""
    return bool(settings.KEY_ENCRYPTION_KEY)


def encrypt(text: str, *, place: str) -> str:
    """Encrypt with the first key.

    `place` names the row and column; the token is refused everywhere else, so that whoever can
    write to the database cannot exchange two of them.
    """
    return Fernet(_keys()[0]).encrypt(json.dumps([place, text]).encode()).decode("ascii")


def decrypt(token: str, *, place: str) -> str:
    """Decrypt with whichever key fits; raises DecryptionFailed."""
    try:
        made_for, text = json.loads(MultiFernet([Fernet(key) for key in _keys()]).decrypt(token))
    except (InvalidToken, ValueError) as error:
        raise DecryptionFailed from error
    if made_for != place:
        raise DecryptionFailed
    return str(text)


def uses_first_key(token: str) -> bool:
    """Whether the token is encrypted with the first key."""
    try:
        Fernet(_keys()[0]).decrypt(token)
    except InvalidToken:
        return False
    return True


def _keys() -> list[str]:
    keys: list[str] = settings.KEY_ENCRYPTION_KEY
    if not keys:
        raise DecryptionFailed
    return keys
