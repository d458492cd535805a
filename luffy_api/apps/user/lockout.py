"""Password lockout: ten attempts on an account from an IP address, then fifteen minutes' wait.

django-axes keeps the counters in the database, for the API and the back office alike. An account is
counted under one key however it is named, else each spelling of a mobile would give ten attempts
more. The key includes the client's IP address, so a lockout elsewhere does not affect the owner;
login by text message is not locked.

Whatever checks a password does it inside `count_login` or `count_reauthentication`, and nothing
else there: an attempt is counted before the password is checked, so that concurrent attempts get no
more than the limit, and is forgotten if the body returns. An error leaves it counted.
"""

import copy
import hashlib
import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_credentials
from axes.models import AccessAttempt
from django.conf import settings
from django.http import HttpRequest, QueryDict
from django.utils import timezone

from luffy_api.apps.user import captchas, selectors, usernames
from luffy_api.apps.user.exceptions import CaptchaRequired, TooManyLogins
from luffy_api.apps.user.models import User
from luffy_api.common import rate_limits
from luffy_api.common.client_ip import client_ip
from luffy_api.common.transactions import retry_deadlocks

WRONG_PASSWORD = "wrong_password"  # noqa: S105  # nosec B105


@contextmanager
def count_login(
    request: HttpRequest, identity: str, captcha: captchas.Answer | None
) -> Iterator[None]:
    """Counts its body as one attempt to log in to the account that `identity` names.

    The address has a budget of wrong passwords for all accounts together, against trying one
    password on each of them. It may be the address of a school, so that whoever uses the budget up
    does not lock the others out: an attempt beyond it needs the answer to a captcha, which is used
    up in any case. Raises TooManyLogins (the account is locked for the address), CaptchaRequired.
    Must run outside a transaction, see captchas.use.
    """
    solved = captcha is not None and captchas.use(captcha)
    require_not_locked(request, identity)
    address = client_ip(request)
    is_within_budget = not rate_limits.count(WRONG_PASSWORD, rate_limits.ADDRESS, address)
    if not is_within_budget and not solved:
        raise CaptchaRequired(answered=captcha is not None)
    with _recorded(request, identity):
        yield
    if is_within_budget:
        rate_limits.give_back(WRONG_PASSWORD, rate_limits.ADDRESS, address)


@contextmanager
def count_reauthentication(request: HttpRequest, user: User) -> Iterator[None]:
    """Counts its body as one attempt at the password of an account that is logged in.

    The account has a budget of wrong passwords for all addresses together, so that a stolen session
    allows no guessing from many of them. Raises TooManyLogins.
    """
    _known_keys(request)[user.username] = _key_of(user)
    require_not_locked(request, user.username)
    wait = rate_limits.count(WRONG_PASSWORD, rate_limits.ACCOUNT, user.pk)
    if wait:
        raise TooManyLogins(retry_after=math.ceil(wait))
    with _recorded(request, user.username):
        yield
    rate_limits.give_back(WRONG_PASSWORD, rate_limits.ACCOUNT, user.pk)


@contextmanager
def _recorded(request: HttpRequest, identity: str) -> Iterator[None]:
    _record_attempt(request, identity)
    yield
    _delete_attempts(request, identity)


def require_not_locked(request: HttpRequest, identity: str) -> None:
    """Raises TooManyLogins while the account is locked for the request's IP address."""
    if not AxesProxyHandler.is_allowed(request, get_credentials(identity)):
        raise TooManyLogins(retry_after=_retry_after(request, identity))


def account_key(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """AXES_USERNAME_CALLABLE: `user-<id>`, or `unknown-<hash>` where no account has that name.

    So neither the counters nor axes' log contain personal data.
    """
    identity = str((credentials or {}).get("username") or request.POST.get("username") or "")
    known = _known_keys(request)
    if identity not in known:
        known[identity] = _key(identity)
    return known[identity]


def _known_keys(request: HttpRequest) -> dict[str, str]:
    """The keys that were found during this request, by identity."""
    known: dict[str, str] = request.__dict__.setdefault("_account_keys", {})
    return known


def _key(identity: str) -> str:
    user = selectors.find_by_identity(identity)
    if user is not None:
        return _key_of(user)
    name = usernames.normalize_username(identity)
    return f"unknown-{hashlib.sha256(name.encode()).hexdigest()[:40]}"


def _key_of(user: User) -> str:
    return f"user-{user.pk}"


def _record_attempt(request: HttpRequest, identity: str) -> None:
    credentials = get_credentials(identity)
    _store_attempt(credentials, request)
    if AxesProxyHandler.get_failures(request, credentials) > settings.AXES_FAILURE_LIMIT:
        raise TooManyLogins(retry_after=_retry_after(request, identity))


@retry_deadlocks
def _store_attempt(credentials: dict[str, Any], request: HttpRequest) -> None:
    AxesProxyHandler.user_login_failed(__name__, credentials, _without_fields(request))


def _without_fields(request: HttpRequest) -> HttpRequest:
    """A copy without the fields of forms, which axes stores with the attempt.

    It masks `password` only, and the page that changes a password has other names for it.
    """
    bare = copy.copy(request)
    bare.GET = bare.POST = QueryDict()
    return bare


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
