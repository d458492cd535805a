"""What can go wrong at the door."""

from luffy_api.common import exceptions
from luffy_api.common.codes import Code


class LoginFailed(exceptions.RuleViolated):
    """Unknown account, wrong password and disabled account are one and the same answer."""

    code = Code.LOGIN_FAILED


class SmsCodeWrong(exceptions.RuleViolated):
    """Wrong, used, too old or tried too often."""

    code = Code.SMS_CODE_WRONG

    def __init__(self) -> None:
        super().__init__(errors={"code": [str(Code.SMS_CODE_WRONG.label)]})


class SmsCodeTooSoon(exceptions.TooMany):
    """The last code is younger than the interval."""

    code = Code.SMS_CODE_TOO_SOON


class SmsNotSent(exceptions.Unavailable):
    """The provider failed."""

    def __init__(self) -> None:
        super().__init__("短信发送失败,请稍后再试")


class AccountTaken(exceptions.Conflict):
    """The mobile, name or e-mail belongs to somebody."""

    code = Code.ACCOUNT_TAKEN


class PasswordRefused(exceptions.RuleViolated):
    """Too short, too long or too common; or the old one is wrong."""

    code = Code.PASSWORD_REFUSED


class InvalidToken(Exception):
    """The token proves nothing, for whatever reason."""
