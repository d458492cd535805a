"""The steps of a login by a provider, and of connecting one to an account that is logged in."""

from collections.abc import Sequence
from contextlib import AbstractContextManager

from django.conf import settings

from luffy_api.apps.user import services, sms_codes
from luffy_api.apps.user.models import SmsPurpose, SocialAccount, User
from luffy_api.apps.user.social import accounts, questions, registry, states, tickets
from luffy_api.apps.user.social.interface import Device, Identity

# The route is in luffy_web/src/router/routes.ts.
CALLBACK_PATH = "/login/callback/"


def begin(*, provider: str, device: str, browser_key: str, user_id: int | None = None) -> str:
    """Where to send the browser that has this key; `user_id` is who connects an account.

    Raises LoginNotOffered, LoginUnavailable.
    """
    where = Device(device)
    found = registry.find(provider, where)
    state = states.issue(provider=provider, device=where, browser_key=browser_key, user_id=user_id)
    back = f"{settings.PUBLIC_URL}{CALLBACK_PATH}{provider}"
    return found.authorize_url(device=where, redirect_uri=back, state=state)


def begin_connecting(
    *,
    user: User,
    provider: str,
    device: str,
    browser_key: str,
    attempt: AbstractContextManager[None],
    code: str = "",
    password: str = "",
) -> str:
    """The same for an account that is logged in, whose student authenticates once more.

    By a `code` sent to the account's mobile; an account without one by its `password` (`attempt`
    as in services.require_password). A stolen session would otherwise make a way in that outlives
    it. Raises SmsCodeWrong, WrongPassword, LoginNotOffered, LoginUnavailable.
    """
    url = begin(provider=provider, device=device, browser_key=browser_key, user_id=user.pk)
    if user.mobile:
        sms_codes.use(mobile=user.mobile, purpose=SmsPurpose.CONFIRM, code=code)
    else:
        services.require_password(user=user, password=password, attempt=attempt)
    return url


def arrive(*, provider: str, code: str, state: str, browser_key: str) -> User | tickets.Ticket:
    """The student who is back from the provider, or the ticket of one who has to prove a mobile.

    Raises SocialLoginExpired, LoginNotOffered, LoginUnavailable, LoginFailed.
    """
    identity = _identity(provider=provider, code=code, state=state, browser_key=browser_key)
    user = accounts.log_in(identity)
    return user or tickets.issue(identity, browser_key=browser_key)


def bind(
    *,
    ticket: str,
    browser_key: str,
    mobile: str,
    code: str,
    agreements: Sequence[int] | None = None,
) -> tuple[User, SocialAccount.Provider]:
    """Connect who came to the account of a mobile, proven by a CONNECT code, and log in.

    An unknown mobile gets an account; `agreements` as in services.log_in_by_sms. Raises
    SocialLoginExpired and SocialAccountTaken (no code is used up), what log_in_by_sms raises, and
    what accounts.connect does.
    """
    opened = tickets.open_ticket(ticket, browser_key=browser_key)
    accounts.require_free(opened.identity)
    user = services.log_in_by_sms(
        mobile=mobile, code=code, agreements=agreements, purpose=SmsPurpose.CONNECT
    )
    accounts.connect(user_id=user.pk, identity=opened.identity, nonce=opened.nonce)
    return user, opened.identity.provider


def connect(*, user: User, provider: str, code: str, state: str, browser_key: str) -> None:
    """Connect who is back from the provider to the account that has begun it.

    Raises as `arrive` and accounts.connect.
    """
    identity = _identity(
        provider=provider, code=code, state=state, browser_key=browser_key, user_id=user.pk
    )
    accounts.connect(user_id=user.pk, identity=identity)


def _identity(
    *, provider: str, code: str, state: str, browser_key: str, user_id: int | None = None
) -> Identity:
    device = states.use(state=state, provider=provider, browser_key=browser_key, user_id=user_id)
    return questions.fetch_identity(registry.find(provider, device), device=device, code=code)
