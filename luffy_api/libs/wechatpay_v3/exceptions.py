"""Errors of requests to WeChat Pay and of its notifications."""

from enum import StrEnum


class WechatPayError(Exception):
    """The base of all errors of this package."""


class WechatPayUnknown(WechatPayError):
    """There was no trustworthy answer. It never means "failed": repeat the request later."""


class WechatPayNotConfigured(WechatPayUnknown):
    """Identity or keys are missing or unreadable; the message names which, never a key."""


class WechatPayRefused(WechatPayError):
    """WeChat Pay understood the request and refused it, in a signed answer.

    `code` is its own, such as `OUT_TRADE_NO_USED`.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


class RejectionReason(StrEnum):
    """Why a notification was rejected; stored with the message."""

    EMPTY = "empty"
    MISSING_SIGN = "missing_sign"
    TIMESTAMP = "timestamp"
    SERIAL = "serial"
    BAD_SIGNATURE = "bad_signature"
    DECRYPTION = "decryption"
    EVENT_TYPE = "event_type"
    MISSING_FIELD = "missing_field"
    MALFORMED = "malformed"
    AMOUNT = "amount"
    APP_ID = "app_id"
    SELLER_ID = "seller_id"


# The sender did not prove itself: HTTP 401. Every other reason is HTTP 400.
NOT_AUTHENTICATED = frozenset(
    {
        RejectionReason.MISSING_SIGN,
        RejectionReason.TIMESTAMP,
        RejectionReason.SERIAL,
        RejectionReason.BAD_SIGNATURE,
    }
)


class NotificationRejected(WechatPayError):
    """The message is not a genuine, complete notification for this merchant."""

    def __init__(self, reason: RejectionReason, message: str) -> None:
        super().__init__(f"{reason}: {message}")
        self.reason = reason
        self.message = message
