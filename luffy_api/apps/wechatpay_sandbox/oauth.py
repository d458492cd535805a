"""OAuth of the gateway's two apps: the official account, and the website by which visitors log in.

A person has another openid at each app and the same unionid, as where both apps are bound to one
account of the open platform. The scope snsapi_base tells the openid alone.
"""

import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from luffy_api.apps.wechatpay_sandbox.conf import gateway_settings
from luffy_api.apps.wechatpay_sandbox.exceptions import GatewayError
from luffy_api.apps.wechatpay_sandbox.models import WechatCode

CODE_LIFETIME = timedelta(minutes=5)
# WeChat's errcodes.
INVALID_CODE, USED_CODE = 40029, 40163


@dataclass(frozen=True, slots=True)
class Known:
    """A person at one app; `unionid` is "" where the scope does not tell it."""

    openid: str
    unionid: str


def secrets_of_apps() -> dict[str, str]:
    """The secret of each app, by its id."""
    known = gateway_settings()
    return {known.app_id: known.app_secret, known.login_app_id: known.login_app_secret}


def issue_code(*, app_id: str, person: str, has_unionid: bool) -> str:
    """A code of this app for a person, whom any text names."""
    openid, unionid = _id("o", person, app_id), _id("u", person, "") if has_unionid else ""
    return WechatCode.objects.create(app_id=app_id, openid=openid, unionid=unionid).code


def use_code(*, app_id: str, code: str) -> Known:
    """The person a code of this app stands for, once. Raises GatewayError with WeChat's errcode."""
    since = timezone.now() - CODE_LIFETIME
    found = WechatCode.objects.filter(app_id=app_id, code=code, created_at__gte=since).first()
    if found is None:
        raise GatewayError(200, str(INVALID_CODE), "invalid code")
    if not WechatCode.objects.filter(pk=found.pk, used=False).update(used=True):
        raise GatewayError(200, str(USED_CODE), "code been used")
    return Known(found.openid, found.unionid)


def _id(kind: str, person: str, app_id: str) -> str:
    """28 characters, as WeChat's own."""
    secret = gateway_settings().login_app_secret.encode()
    digest = hmac.digest(secret, f"{app_id}:{person}".encode(), "sha256")
    return f"{kind}{urlsafe_b64encode(digest).decode()[:27]}"
