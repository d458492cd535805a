"""Settings of the providers of text messages."""

from decimal import Decimal, InvalidOperation

from django.core.exceptions import ImproperlyConfigured

from luffy_api.settings import env

TENCENT_ENDPOINT = "https://sms.tencentcloudapi.com"
ALIYUN_ENDPOINT = "https://dysmsapi.aliyuncs.com"
PARAMETER = "{1}"


def tencent() -> dict[str, str]:
    """TENCENT_SMS for libs/sms/tencent.py. Raises ImproperlyConfigured for a missing variable."""
    return {
        "SECRET_ID": env.secret("TENCENT_SECRET_ID"),
        "SECRET_KEY": env.secret("TENCENT_SECRET_KEY"),
        "SDK_APP_ID": env.text("SMS_SDK_APP_ID"),
        **_templates(),
        "REGION": env.text("TENCENT_REGION", "ap-guangzhou"),
        "ENDPOINT": env.url("TENCENT_SMS_ENDPOINT", TENCENT_ENDPOINT),
    }


def aliyun() -> dict[str, str]:
    """ALIYUN_SMS for libs/sms/aliyun.py. Raises ImproperlyConfigured for a missing variable."""
    return {
        "ACCESS_KEY_ID": env.secret("ALIYUN_ACCESS_KEY_ID"),
        "ACCESS_KEY_SECRET": env.secret("ALIYUN_ACCESS_KEY_SECRET"),
        **_templates(),
        "ENDPOINT": env.url("ALIYUN_SMS_ENDPOINT", ALIYUN_ENDPOINT),
    }


def _templates() -> dict[str, str]:
    """What every provider has to approve: the signature, a template for codes, one for any text."""
    return {
        "SIGN_NAME": env.text("SMS_SIGN_NAME"),
        "TEMPLATE_ID": env.text("SMS_TEMPLATE_ID"),
        "MESSAGE_TEMPLATE_ID": env.text("SMS_MESSAGE_TEMPLATE_ID", ""),
        "MESSAGE_TEMPLATE": _template(),
    }


def price() -> Decimal:
    """What the provider charges for one message, in yuan. Raises ImproperlyConfigured."""
    text = env.text("SMS_PRICE", "0.05")
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal(-1)
    if not amount.is_finite() or not 0 <= amount <= 10:
        raise ImproperlyConfigured(
            f"SMS_PRICE is {text!r}; write the price of one text message in yuan, like 0.045."
        )
    return amount


def _template() -> str:
    text = env.text("SMS_MESSAGE_TEMPLATE", PARAMETER)
    if text.count(PARAMETER) != 1:
        raise ImproperlyConfigured(
            f"SMS_MESSAGE_TEMPLATE must be the text of the template with {PARAMETER} once."
        )
    return text
