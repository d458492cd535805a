"""Brakes on guessing; rates stand in settings."""

from luffy_api.common.throttling import AddressThrottle, UserThrottle


class LoginThrottle(AddressThrottle):
    """Every door that takes a password."""

    scope = "login"


class CodeThrottle(AddressThrottle):
    """Every door that takes a code; apart, so that guessing at passwords does not close it."""

    scope = "code"


class SmsCodeThrottle(AddressThrottle):
    """Text messages cost money and annoy."""

    scope = "sms_code"


class ProofThrottle(UserThrottle):
    """Who holds a stolen token may not guess the password, from however many addresses."""

    scope = "proof"


class HeavyThrottle(UserThrottle):
    """What costs the server more than a row."""

    scope = "heavy"
