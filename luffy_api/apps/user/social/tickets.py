"""A ticket: who came from a provider and has no account here yet, until a mobile is proven.

Signed, for the browser that came, for SOCIAL_TICKET_LIFETIME, good for one binding.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core import signing
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from luffy_api.apps.user.exceptions import SocialLoginExpired
from luffy_api.apps.user.models import SocialAccount
from luffy_api.apps.user.social import nonces
from luffy_api.apps.user.social.interface import Identity

SALT = "luffy.social.tickets"


@dataclass(frozen=True, slots=True)
class Ticket:
    """What the browser gets; expiry in UTC."""

    ticket: str
    expires_at: datetime
    provider: SocialAccount.Provider


@dataclass(frozen=True, slots=True)
class OpenedTicket:
    """Who came, and the nonce that makes the ticket good once."""

    identity: Identity
    nonce: str


def issue(identity: Identity, *, browser_key: str) -> Ticket:
    """For the browser with this key."""
    nonce = secrets.token_hex(12)
    content = [
        identity.provider.value,
        identity.app_id,
        identity.openid,
        identity.unionid,
        identity.former_openid,
        nonce,
        _browser(browser_key),
    ]
    expires_at = timezone.now() + settings.SOCIAL_TICKET_LIFETIME
    return Ticket(signing.dumps(content, salt=SALT), expires_at, identity.provider)


def open_ticket(ticket: str, *, browser_key: str) -> OpenedTicket:
    """Raises SocialLoginExpired for one that is forged, old, another browser's, or was used."""
    try:
        content = signing.loads(ticket, salt=SALT, max_age=settings.SOCIAL_TICKET_LIFETIME)
    except signing.BadSignature as error:
        raise SocialLoginExpired from error
    *person, nonce, browser = content
    if not constant_time_compare(browser, _browser(browser_key)) or nonces.is_used(nonce):
        raise SocialLoginExpired
    provider, *names = person
    return OpenedTicket(Identity(SocialAccount.Provider(provider), *names), nonce)


def _browser(browser_key: str) -> str:
    return salted_hmac(SALT, browser_key, algorithm="sha256").hexdigest()[:40]
