"""Brakes on guessing; rates stand in settings."""

from luffy_api.common.throttling import AddressThrottle


class LoginThrottle(AddressThrottle):
    """Every door that takes a password or a code."""

    scope = "login"


class SmsCodeThrottle(AddressThrottle):
    """Text messages cost money and annoy."""

    scope = "sms_code"
