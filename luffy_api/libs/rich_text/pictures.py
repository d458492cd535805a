"""Addresses of pictures in texts: stored under one address, shown at that of the storage.

A text outlives the storage: files move, and some storages sign each address for some minutes. So a
text names a picture `/media/…` whatever the storage, whose address is put in when it is shown.
Pictures of other sites would tell them who reads what, and the page's policy blocks them.
"""

from urllib.parse import quote, unquote, urlsplit

from django.conf import settings

from luffy_api.libs.storage import NameRejected, public_storage
from luffy_api.libs.storage.names import check_name

LOCAL = "/media/"
PROBE = "x"


def name_of(src: str) -> str | None:
    """The name in the public storage of a picture of ours; None for every other address."""
    here = public_storage().url(PROBE).partition("?")[0].removesuffix(PROBE)
    for prefix in (LOCAL, f"{settings.PUBLIC_URL}{LOCAL}", here):
        if src.startswith(prefix):
            return _checked(unquote(urlsplit(src.removeprefix(prefix)).path))
    return None


def _checked(name: str) -> str | None:
    try:
        return check_name(name)
    except NameRejected:
        return None


def stored(src: str) -> str | None:
    """The address that a text keeps; None for a picture that is not ours."""
    name = name_of(src)
    return f"{LOCAL}{quote(name)}" if name else None


def shown(src: str) -> str | None:
    """The address that a page shows; None for a picture that is not ours."""
    name = name_of(src)
    return str(public_storage().url(name)) if name else None
