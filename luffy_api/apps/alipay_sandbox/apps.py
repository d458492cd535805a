from django.apps import AppConfig

from luffy_api.apps.alipay_sandbox.conf import require_development


class AlipaySandboxConfig(AppConfig):
    name = "luffy_api.apps.alipay_sandbox"
    label = "alipay_sandbox"
    verbose_name = "本地支付网关"

    def ready(self) -> None:
        require_development()
