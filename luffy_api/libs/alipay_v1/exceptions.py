"""Errors of requests to Alipay and of its notifications."""

from enum import StrEnum


class AlipayError(Exception):
    """The base of all errors of this package."""


class AlipayUnknown(AlipayError):
    """There was no trustworthy answer. It never means "failed": repeat the request later."""


class AlipayNotConfigured(AlipayUnknown):
    """Identity or keys are missing or unreadable; the message names which, never a key."""


class AlipayRefused(AlipayError):
    """Alipay understood the request and refused it, in a signed answer.

    `sub_code` is Alipay's own, such as `ACQ.TRADE_STATUS_ERROR`.
    """

    def __init__(self, sub_code: str, message: str) -> None:
        super().__init__(f"{sub_code}: {message}")
        self.sub_code = sub_code


class AlipayCodeRejected(AlipayError):
    """The code of a login is wrong, too old or used: the visitor has to be sent again."""


class BillNotFound(AlipayError):
    """Alipay has no bill of that day: it is not made yet, or there was no trade."""


class BillInvalid(AlipayError):
    """What was offered as a bill is not a complete bill of that day; nothing of it may be used."""


class RejectionReason(StrEnum):
    """Why a notification was rejected; stored with the message."""

    EMPTY = "empty"
    REPEATED_PARAMETER = "repeated_parameter"
    MISSING_SIGN = "missing_sign"
    SIGN_TYPE = "sign_type"
    BAD_SIGNATURE = "bad_signature"
    MISSING_FIELD = "missing_field"
    MALFORMED = "malformed"
    AMOUNT = "amount"
    APP_ID = "app_id"
    SELLER_ID = "seller_id"


class NotificationRejected(AlipayError):
    """The message is not a genuine, complete notification for this merchant."""

    def __init__(self, reason: RejectionReason, message: str) -> None:
        super().__init__(f"{reason}: {message}")
        self.reason = reason
        self.message = message
