"""Request rate limits of the account endpoints; settings/rate_limits.py has their numbers."""

from luffy_api.common.throttling import RateThrottle


class LoginThrottle(RateThrottle):
    """Endpoints that take a password."""

    scope = "login"


class CodeThrottle(RateThrottle):
    """Endpoints that take a code; apart from passwords, so neither blocks both."""

    scope = "code"


class SmsCodeThrottle(RateThrottle):
    """Endpoints that send a text message; sms_codes counts the messages."""

    scope = "sms_code"


class CaptchaThrottle(RateThrottle):
    """The endpoint that draws captchas."""

    scope = "captcha"


class SocialThrottle(RateThrottle):
    """Steps of a login by WeChat or others."""

    scope = "social"


class SocialReturnThrottle(RateThrottle):
    """The step that asks WeChat or another provider who has come."""

    scope = "social_return"


class HeavyThrottle(RateThrottle):
    """Endpoints that decode a picture or read many rows."""

    scope = "heavy"
