"""`state` of OAuth 2.0 (RFC 6749, 10.12): this browser has begun this login, here, and lately.

It is signed, and nothing of it is stored until it comes back: the first letter of the device, when
it was made, a nonce, and a signature of these together with what the browser has to bring again.
That is the provider, who connects an account (nobody in a login), and the `browser_key`, a secret
that only the browser which began has. So neither can a stranger's code be slipped into a visitor's
browser, nor a visitor's code be used in a stranger's.
"""

import re
import secrets

from django.conf import settings
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from luffy_api.apps.user.exceptions import SocialLoginExpired
from luffy_api.apps.user.social import nonces
from luffy_api.apps.user.social.interface import Device

# Alipay takes 100 characters, WeChat 128; both letters and digits.
FORM = re.compile(r"([dpw])([0-9a-f]{8})[0-9a-f]{24}([0-9a-f]{40})", re.ASCII)
SIGNATURE = 40
DEVICES = {device.value[0]: device for device in Device}


def issue(*, provider: str, device: Device, browser_key: str, user_id: int | None = None) -> str:
    """For one visit to the provider, within SOCIAL_STATE_LIFETIME."""
    now = int(timezone.now().timestamp())
    head = f"{device.value[0]}{now:08x}{secrets.token_hex(12)}"
    return head + _signature(head, provider, browser_key, user_id)


def use(*, state: str, provider: str, browser_key: str, user_id: int | None = None) -> Device:
    """The device that a state was issued for. It counts once.

    Raises SocialLoginExpired for what was issued to another browser, account or provider, is too
    old, or was used.
    """
    found = FORM.fullmatch(state)
    if found is None:
        raise SocialLoginExpired
    expected = _signature(state[:-SIGNATURE], provider, browser_key, user_id)
    age = int(timezone.now().timestamp()) - int(found[2], 16)
    is_young = age <= settings.SOCIAL_STATE_LIFETIME.total_seconds()
    if not constant_time_compare(found[3], expected) or not is_young:
        raise SocialLoginExpired
    nonces.use(state)
    return DEVICES[found[1]]


def _signature(head: str, provider: str, browser_key: str, user_id: int | None) -> str:
    text = f"{head}:{provider}:{user_id or ''}:{browser_key}"
    return salted_hmac("luffy.social.states", text, algorithm="sha256").hexdigest()[:SIGNATURE]
