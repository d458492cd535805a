"""System checks of the settings of alerts; what is malformed stops the start already."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning, register

from luffy_api.apps.monitoring import channels

TAG = "alerts"
NOBODY = (
    "没有设置 ALERT_WEBHOOK_URL 或 ALERT_EMAIL：出了问题没有人会收到通知，"
    "只能在日志和后台“告警”里看到。"
)
NO_TLS = "ALERT_WEBHOOK_URL 不是 https：机器人的密钥会以明文经过网络。"


@register(TAG, deploy=True)
def check_alerts(**kwargs: Any) -> list[CheckMessage]:
    """Without the network."""
    messages: list[CheckMessage] = []
    if not channels.configured():
        messages.append(Warning(NOBODY, id="monitoring.W001"))
    if settings.ALERT_WEBHOOK_URL.startswith("http://"):
        messages.append(Warning(NO_TLS, id="monitoring.W002"))
    return messages
