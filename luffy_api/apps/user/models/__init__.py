"""Users, codes, and accounts elsewhere."""

from luffy_api.apps.user.models.accounts import (
    Consent,
    RevokedToken,
    StudentLogin,
    StudentNote,
    User,
    UserManager,
)
from luffy_api.apps.user.models.codes import (
    ASKABLE_PURPOSES,
    Captcha,
    FirstStaffCode,
    SmsCode,
    SmsMessage,
    SmsPurpose,
    SmsSendLock,
)
from luffy_api.apps.user.models.social import SocialAccount, UsedNonce

__all__ = [
    "ASKABLE_PURPOSES",
    "Captcha",
    "Consent",
    "FirstStaffCode",
    "RevokedToken",
    "SmsCode",
    "SmsMessage",
    "SmsPurpose",
    "SmsSendLock",
    "SocialAccount",
    "StudentLogin",
    "StudentNote",
    "UsedNonce",
    "User",
    "UserManager",
]
