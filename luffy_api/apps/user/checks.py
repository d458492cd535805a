"""System checks of logins by WeChat and others: `manage.py check --deploy`."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning, register

from luffy_api.apps.user.exceptions import LoginUnavailable
from luffy_api.apps.user.social import registry
from luffy_api.apps.user.social.interface import Device, LoginProvider
from luffy_api.common import encryption

NO_CODES = (
    "配置了微信或支付宝登录，但 SMS_BACKEND=console 不会发出短信："
    "第一次登录要用短信验证码绑定手机号，请配置短信服务。"
)
NO_KEYS = (
    "{provider}登录已经打开，但没有可用的密钥，学员点了会看到“暂时不可用”："
    "请填写{provider}的密钥，或者关闭这种登录。"
)


@register(deploy=True)
def check_social_login(**kwargs: Any) -> list[CheckMessage]:
    """Warn where nobody could bind the mobile of a first login."""
    if settings.SMS_BACKEND == "console" and registry.offered():
        return [Warning(NO_CODES, id="user.W001")]
    return []


@register(deploy=True)
def check_social_keys(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Warn of a login that is offered and whose keys are missing or cannot be read.

    Keys may stand in the database: with KEY_ENCRYPTION_KEY this is left out without `--database`.
    """
    if encryption.is_enabled() and not databases:
        return []
    return [
        Warning(NO_KEYS.format(provider=provider.provider.label), id="user.W002")
        for provider, devices in registry.offered().items()
        if not all(_has_keys(provider, device) for device in devices)
    ]


def _has_keys(provider: LoginProvider, device: Device) -> bool:
    try:
        provider.authorize_url(device=device, redirect_uri=settings.PUBLIC_URL, state="0")
    except LoginUnavailable:
        return False
    return True
