"""SMS_BACKEND and its companions."""

from luffy_api.settings import env

ENDPOINT = "https://sms.tencentcloudapi.com"


def tencent() -> dict[str, str]:
    """What libs/sms/tencent.py reads: every key must be given."""
    return {
        "SECRET_ID": env.secret("TENCENT_SECRET_ID"),
        "SECRET_KEY": env.secret("TENCENT_SECRET_KEY"),
        "SDK_APP_ID": env.text("SMS_SDK_APP_ID"),
        "SIGN_NAME": env.text("SMS_SIGN_NAME"),
        "TEMPLATE_ID": env.text("SMS_TEMPLATE_ID"),
        "REGION": env.text("TENCENT_REGION", "ap-guangzhou"),
        "ENDPOINT": env.address("TENCENT_SMS_ENDPOINT", ENDPOINT),
    }
