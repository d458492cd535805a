"""Guessing at passwords: ten tries on an account from an address, then a quarter of an hour's rest.

django-axes keeps the counters in the database, for the API and the back office alike. An account is
counted under one key whichever way it is named, else every spelling of a mobile would be ten tries
more; and who is locked out elsewhere does not lock the owner out, nor the door by text message.
"""

import hashlib
import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_credentials
from axes.models import AccessAttempt
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from luffy_api.apps.user import names, selectors
from luffy_api.apps.user.exceptions import PasswordRefused, TooManyLogins, WrongPassword
from luffy_api.common.client_ip import client_ip
from luffy_api.common.transactions import retry_deadlocks


@contextmanager
def counted(request: HttpRequest, identity: str) -> Iterator[None]:
    """Counts what happens inside as one try at this account; raises TooManyLogins.

    The try is counted before the password is looked at, so that many at the same moment get no more
    than ten. Only a right password forgets them: any other error proves nothing.
    """
    require_open(request, identity)
    _count(request, identity)
    try:
        yield
    except WrongPassword:
        raise
    except PasswordRefused:
        # The old password was right, only the new one is not good enough.
        _forget(request, identity)
        raise
    _forget(request, identity)


def require_open(request: HttpRequest, identity: str) -> None:
    """Raises TooManyLogins while the account is closed to this address."""
    if not AxesProxyHandler.is_allowed(request, get_credentials(identity)):
        raise TooManyLogins(retry_after=_rest(request, identity))


def account_key(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """AXES_USERNAME_CALLABLE: the account behind a name, mobile or e-mail, as a word of ours.

    Nothing personal stands in the counters or in the log.
    """
    identity = str((credentials or {}).get("username") or request.POST.get("username") or "")
    known: dict[str, str] = request.__dict__.setdefault("_account_keys", {})
    if identity not in known:
        known[identity] = _key(identity)
    return known[identity]


def client_address(request: Any) -> str:
    """AXES_CLIENT_IP_CALLABLE: the same address that the throttles see."""
    return client_ip(request)


def _key(identity: str) -> str:
    user = selectors.find_by_identity(identity)
    if user is not None:
        return f"user-{user.pk}"
    return f"unknown-{hashlib.sha256(names.fold(identity).encode()).hexdigest()[:40]}"


def _count(request: HttpRequest, identity: str) -> None:
    credentials = get_credentials(identity)
    _write_down(credentials, request)
    if AxesProxyHandler.get_failures(request, credentials) > settings.AXES_FAILURE_LIMIT:
        raise TooManyLogins(retry_after=_rest(request, identity))


@retry_deadlocks
def _write_down(credentials: dict[str, Any], request: HttpRequest) -> None:
    AxesProxyHandler.user_login_failed(__name__, credentials, request)


@retry_deadlocks
def _forget(request: HttpRequest, identity: str) -> None:
    _attempts(request, identity).delete()


def _rest(request: HttpRequest, identity: str) -> int:
    last = _attempts(request, identity).order_by("-attempt_time").first()
    if last is None:
        return 1
    wait = (last.attempt_time + settings.AXES_COOLOFF_TIME - timezone.now()).total_seconds()
    return max(1, math.ceil(float(wait)))


def _attempts(request: HttpRequest, identity: str) -> Any:
    key = account_key(request, get_credentials(identity))
    return AccessAttempt.objects.filter(username=key, ip_address=client_address(request))
