"""Password lockout: ten attempts on an account from an IP address, then fifteen minutes' wait.

django-axes keeps the counters in the database, for the API and the back office alike. An account is
counted under one key however it is named, else each spelling of a mobile would give ten attempts
more. The key includes the client's IP address, so a lockout elsewhere does not affect the owner;
login by text message is not locked.
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

from luffy_api.apps.user import selectors, usernames
from luffy_api.apps.user.exceptions import PasswordRefused, TooManyLogins, WrongPassword
from luffy_api.common import rate_limits
from luffy_api.common.client_ip import client_ip
from luffy_api.common.transactions import retry_deadlocks


@contextmanager
def count_attempt(request: HttpRequest, identity: str) -> Iterator[None]:
    """Counts its body as one attempt at the account that `identity` names.

    The attempt is counted before the body checks the password, so that concurrent attempts get no
    more than the limit. The counter is reset when the body returns or raises PasswordRefused (the
    old password was right); WrongPassword and every other error leave it. Raises TooManyLogins.

    The address has a budget of wrong passwords for all accounts together, against trying one
    password on each of them.
    """
    require_not_locked(request, identity)
    _count_for_address(request)
    _record_attempt(request, identity)
    try:
        yield
    except WrongPassword:
        raise
    except PasswordRefused:
        _reset_attempts(request, identity)
        raise
    _reset_attempts(request, identity)


def require_not_locked(request: HttpRequest, identity: str) -> None:
    """Raises TooManyLogins while the account is locked for the request's IP address."""
    if not AxesProxyHandler.is_allowed(request, get_credentials(identity)):
        raise TooManyLogins(retry_after=_retry_after(request, identity))


def account_key(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """AXES_USERNAME_CALLABLE: `user-<id>`, or `unknown-<hash>` where no account has that name.

    So neither the counters nor axes' log contain personal data.
    """
    identity = str((credentials or {}).get("username") or request.POST.get("username") or "")
    known: dict[str, str] = request.__dict__.setdefault("_account_keys", {})
    if identity not in known:
        known[identity] = _key(identity)
    return known[identity]


def _key(identity: str) -> str:
    user = selectors.find_by_identity(identity)
    if user is not None:
        return f"user-{user.pk}"
    name = usernames.normalize_username(identity)
    return f"unknown-{hashlib.sha256(name.encode()).hexdigest()[:40]}"


def _count_for_address(request: HttpRequest) -> None:
    wait = rate_limits.count("wrong_password", rate_limits.ADDRESS, client_ip(request))
    if wait:
        raise TooManyLogins(retry_after=math.ceil(wait))


def _record_attempt(request: HttpRequest, identity: str) -> None:
    credentials = get_credentials(identity)
    _store_attempt(credentials, request)
    if AxesProxyHandler.get_failures(request, credentials) > settings.AXES_FAILURE_LIMIT:
        raise TooManyLogins(retry_after=_retry_after(request, identity))


@retry_deadlocks
def _store_attempt(credentials: dict[str, Any], request: HttpRequest) -> None:
    AxesProxyHandler.user_login_failed(__name__, credentials, request)


def _reset_attempts(request: HttpRequest, identity: str) -> None:
    rate_limits.give_back("wrong_password", rate_limits.ADDRESS, client_ip(request))
    _delete_attempts(request, identity)


@retry_deadlocks
def _delete_attempts(request: HttpRequest, identity: str) -> None:
    _attempts(request, identity).delete()


def _retry_after(request: HttpRequest, identity: str) -> int:
    """Seconds until the lockout ends, at least 1."""
    last = _attempts(request, identity).order_by("-attempt_time").first()
    if last is None:
        return 1
    wait = (last.attempt_time + settings.AXES_COOLOFF_TIME - timezone.now()).total_seconds()
    return max(1, math.ceil(float(wait)))


def _attempts(request: HttpRequest, identity: str) -> Any:
    key = account_key(request, get_credentials(identity))
    return AccessAttempt.objects.filter(username=key, ip_address=client_ip(request))
