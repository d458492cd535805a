"""What can go wrong at the door."""

from luffy_api.common import exceptions
from luffy_api.common.codes import Code


class LoginFailed(exceptions.RuleViolated):
    """Unknown account, wrong password and disabled account are one and the same answer."""

    code = Code.LOGIN_FAILED


class TooManyLogins(exceptions.TooMany):
    """Too many wrong passwords for this account from this address."""

    def __init__(self, *, retry_after: int) -> None:
        super().__init__("密码错误次数过多,请稍后再试或使用短信登录", retry_after=retry_after)


class SmsCodeWrong(exceptions.RuleViolated):
    """Wrong, used, too old or tried too often."""

    code = Code.SMS_CODE_WRONG

    def __init__(self, field: str = "code") -> None:
        super().__init__(errors={field: [str(Code.SMS_CODE_WRONG.label)]})


class SmsCodeTooSoon(exceptions.TooMany):
    """The last code is younger than the interval, or the number or address had its share."""

    code = Code.SMS_CODE_TOO_SOON


class SmsNotSent(exceptions.Unavailable):
    """The provider failed."""

    def __init__(self) -> None:
        super().__init__("短信发送失败,请稍后再试")


class SmsExhausted(exceptions.Unavailable):
    """The whole site has sent its share of a day."""

    def __init__(self) -> None:
        super().__init__("今日短信发送量已达上限,请明天再试或使用密码登录")


class NoMobile(exceptions.RuleViolated):
    """There is no number that a code could go to."""

    def __init__(self) -> None:
        super().__init__("您的账号还没有绑定手机号")


class MobileUnchanged(exceptions.RuleViolated):
    """The new number is the present one."""

    def __init__(self) -> None:
        text = "新手机号与当前手机号相同"
        super().__init__(text, errors={"mobile": [text]})


class AccountTaken(exceptions.Conflict):
    """The mobile, name or e-mail belongs to somebody."""

    code = Code.ACCOUNT_TAKEN


class PasswordRefused(exceptions.RuleViolated):
    """Too short, too long or too common; or the old one is wrong."""

    code = Code.PASSWORD_REFUSED


class AvatarRefused(exceptions.RuleViolated):
    """Not a still JPEG, PNG or WebP of a sensible size."""

    def __init__(self, message: str) -> None:
        super().__init__(message, errors={"icon": [message]})


class StaffStays(exceptions.Forbidden):
    """Who works in the back office is not closed from the shop."""

    def __init__(self) -> None:
        super().__init__("后台账号不能自行注销,请联系管理员")


class WrongPassword(PasswordRefused):
    """Not the password of the account; `field` is where it was typed."""

    def __init__(self, message: str, *, field: str) -> None:
        super().__init__(message, errors={field: [message]})


class InvalidToken(Exception):
    """The token proves nothing, for whatever reason."""
