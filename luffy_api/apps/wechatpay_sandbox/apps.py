from django.apps import AppConfig

from luffy_api.apps.wechatpay_sandbox.conf import require_development


class WechatPaySandboxConfig(AppConfig):
    name = "luffy_api.apps.wechatpay_sandbox"
    label = "wechatpay_sandbox"
    verbose_name = "本地微信支付网关"

    def ready(self) -> None:
        require_development()
