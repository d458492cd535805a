"""System check of logins by WeChat and others: `manage.py check --deploy`."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning, register

from luffy_api.apps.user.social import registry

NO_CODES = (
    "配置了微信或支付宝登录，但 SMS_BACKEND=console 不会发出短信："
    "第一次登录要用短信验证码绑定手机号，请配置短信服务。"
)


@register(deploy=True)
def check_social_login(**kwargs: Any) -> list[CheckMessage]:
    """Warn where nobody could bind the mobile of a first login."""
    if settings.SMS_BACKEND == "console" and registry.offered():
        return [Warning(NO_CODES, id="user.W001")]
    return []
