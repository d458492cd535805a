"""Settings of the providers of text messages."""

from luffy_api.settings import env

ENDPOINT = "https://sms.tencentcloudapi.com"


def tencent() -> dict[str, str]:
    """TENCENT_SMS for libs/sms/tencent.py. Raises ImproperlyConfigured for a missing variable."""
    return {
        "SECRET_ID": env.secret("TENCENT_SECRET_ID"),
        "SECRET_KEY": env.secret("TENCENT_SECRET_KEY"),
        "SDK_APP_ID": env.text("SMS_SDK_APP_ID"),
        "SIGN_NAME": env.text("SMS_SIGN_NAME"),
        "TEMPLATE_ID": env.text("SMS_TEMPLATE_ID"),
        "REGION": env.text("TENCENT_REGION", "ap-guangzhou"),
        "ENDPOINT": env.url("TENCENT_SMS_ENDPOINT", ENDPOINT),
    }
