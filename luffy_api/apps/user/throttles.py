"""Request rate limits of the account endpoints; rates stand in settings/api.py."""

from luffy_api.common.throttling import ClientIPThrottle, UserThrottle


class LoginThrottle(ClientIPThrottle):
    """Endpoints that take a password, by IP address."""

    scope = "login"


class CodeThrottle(ClientIPThrottle):
    """Endpoints that take a code, by IP address; apart from passwords, so neither blocks both."""

    scope = "code"


class SmsCodeThrottle(ClientIPThrottle):
    """Endpoints that send a text message, by IP address; sms_codes counts the messages."""

    scope = "sms_code"


class ReauthenticationThrottle(UserThrottle):
    """Endpoints that ask for the password again, by account: a stolen token allows no guessing."""

    scope = "reauthentication"


class HeavyThrottle(UserThrottle):
    """Endpoints that decode a picture or read many rows, by account."""

    scope = "heavy"
