"""Errors of the user app."""

from luffy_api.common import exceptions
from luffy_api.common.codes import Code

CAPTCHA_WRONG = "图片中的字符不对或已过期，请按新的图片输入"


class LoginFailed(exceptions.RuleViolated):
    """Unknown account, wrong password or inactive account; the answer does not tell which."""

    code = Code.LOGIN_FAILED


class TooManyLogins(exceptions.TooMany):
    """The account is locked for this IP address; `retry_after` in seconds."""

    def __init__(self, *, retry_after: int) -> None:
        super().__init__("密码错误次数过多，请稍后再试或使用短信登录", retry_after=retry_after)


class SmsCodeWrong(exceptions.RuleViolated):
    """The code is wrong, used, expired or was tried too often; `field` is the form field."""

    code = Code.SMS_CODE_WRONG

    def __init__(self, field: str = "code") -> None:
        super().__init__(errors={field: [str(Code.SMS_CODE_WRONG.label)]})


class SmsCodeTooSoon(exceptions.TooMany):
    """Rate limit: too soon after the last code, or too many for the number or IP address."""

    code = Code.SMS_CODE_TOO_SOON


class CaptchaRequired(exceptions.RuleViolated):
    """Half of a budget of text messages, or the address's budget of wrong passwords, is used.

    A captcha has to be solved first; `answered` tells that the answer to one was wrong.
    """

    code = Code.CAPTCHA_REQUIRED
    links = {"captcha_url": "auth-captcha"}

    def __init__(self, *, answered: bool) -> None:
        message = CAPTCHA_WRONG if answered else str(self.code.label)
        super().__init__(message, errors={"captcha_text": [message]})


class SmsNotSent(exceptions.Unavailable):
    """The provider refused, failed or timed out."""

    def __init__(self) -> None:
        super().__init__("短信发送失败，请稍后再试")


class SmsExhausted(exceptions.Unavailable):
    """SMS_SITE_DAILY_CAP is reached."""

    def __init__(self) -> None:
        super().__init__("今日短信发送量已达上限，请明天再试或使用密码登录")


class NoMobile(exceptions.RuleViolated):
    """The account has no mobile that a code could be sent to."""

    def __init__(self) -> None:
        super().__init__("您的账号还没有绑定手机号")


class MobileUnchanged(exceptions.RuleViolated):
    """The new mobile is the current one."""

    def __init__(self) -> None:
        text = "新手机号与当前手机号相同"
        super().__init__(text, errors={"mobile": [text]})


class AccountTaken(exceptions.Conflict):
    """The mobile, user name or e-mail belongs to another account."""

    code = Code.ACCOUNT_TAKEN


class PasswordRefused(exceptions.RuleViolated):
    """The new password is too short, too long or too common; `errors` has all reasons."""

    code = Code.PASSWORD_REFUSED


class ConsentRequired(exceptions.RuleViolated):
    """The versions that were agreed to are not those in force, or not all of them."""

    code = Code.CONSENT_REQUIRED

    def __init__(self) -> None:
        super().__init__(errors={"agreements": [str(self.code.label)]})


class FirstStaffRefused(exceptions.RuleViolated):
    """The code is wrong or was tried too often, or there is staff; it does not tell which."""

    def __init__(self) -> None:
        super().__init__("代码不正确或已失效，请在终端查看最新的代码")


class LastSuperuser(exceptions.Conflict):
    """Nobody would be left who could give rights in the back office."""

    def __init__(self) -> None:
        super().__init__("至少要保留一位能登录后台的超级用户，请先让另一位同事成为超级用户")


class AvatarRefused(exceptions.RuleViolated):
    """Not a still JPEG, PNG or WebP within the limits of size."""

    def __init__(self, message: str) -> None:
        super().__init__(message, errors={"icon": [message]})


class StaffAccountProtected(exceptions.Forbidden):
    """Staff accounts cannot be deleted through the API."""

    def __init__(self) -> None:
        super().__init__("后台账号不能自行注销，请联系管理员")


class WrongPassword(PasswordRefused):
    """The current password is wrong; `field` is the form field it was sent in."""

    def __init__(self, message: str, *, field: str) -> None:
        super().__init__(message, errors={field: [message]})


class InvalidToken(Exception):
    """The token is malformed, forged, expired or revoked, or its user is inactive."""


class StudentClosed(exceptions.Conflict):
    """The account was closed, by its student or by a merge."""

    def __init__(self) -> None:
        super().__init__("账号已注销")


class LoginNotOffered(exceptions.NotFound):
    """The provider is not configured, or not on this device."""

    def __init__(self) -> None:
        super().__init__("这里暂不支持这种登录方式")


class LoginUnavailable(exceptions.Unavailable):
    """The provider gave no usable answer; nothing is known, the visitor may begin again."""

    def __init__(self, provider: str) -> None:
        super().__init__(f"{provider}暂时没有回应，请稍后再试或用手机号登录")


class SnapshotRefused(exceptions.RuleViolated):
    """WeChat shows a page snapshot, whose virtual account is nobody."""

    def __init__(self) -> None:
        super().__init__("现在打开的是微信的快照页，请点击页面下方的“使用完整服务”，然后再登录")


class SocialLoginExpired(exceptions.RuleViolated):
    """A state, code or ticket is forged, used, too old, or was issued to another browser."""

    code = Code.SOCIAL_LOGIN_EXPIRED


class SocialAccountTaken(exceptions.Conflict):
    """Another account here has connected this person of the provider."""

    code = Code.SOCIAL_ACCOUNT_TAKEN

    def __init__(self, provider: str) -> None:
        super().__init__(f"这个{provider}{self.code.label}")


class SocialAccountExists(exceptions.Conflict):
    """The account has connected another person of the provider."""

    def __init__(self, provider: str) -> None:
        super().__init__(f"这个账号已绑定另一个{provider}，请登录后在“个人资料”里先解除绑定")


class NotConnected(exceptions.NotFound):
    """The account has nothing of this provider to disconnect."""

    def __init__(self) -> None:
        super().__init__("没有绑定，不需要解除")


class LastWayIn(exceptions.RuleViolated):
    """Without it nobody could log in to the account."""

    def __init__(self) -> None:
        super().__init__("这是这个账号唯一的登录方式，请先绑定手机号")
