"""Writes about users."""

import secrets
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from luffy_api.apps.user import mobiles, names, sms_codes
from luffy_api.apps.user.backends import IdentityBackend
from luffy_api.apps.user.exceptions import (
    AccountTaken,
    LoginFailed,
    MobileUnchanged,
    NoMobile,
    PasswordRefused,
    SmsCodeWrong,
    WrongPassword,
)
from luffy_api.apps.user.models import SmsPurpose, User
from luffy_api.common.exceptions import Conflict

MAX_PASSWORD_LENGTH = 128


def log_in(*, username: str, password: str) -> User:
    """The student behind name, mobile or e-mail; raises LoginFailed without saying what was wrong.

    Staff come in through the back office only, so that its brakes and sessions hold for them.
    The caller counts the try (brakes.counted).
    """
    user = IdentityBackend().authenticate(None, username=username, password=password)
    if user is None or user.is_staff:
        raise LoginFailed
    return _seen(user)


def log_in_by_sms(*, mobile: str, code: str) -> User:
    """Takes the code; an unknown mobile gets an account. Raises SmsCodeWrong, LoginFailed."""
    mobile = mobiles.normalise(mobile)
    sms_codes.use(mobile=mobile, purpose=SmsPurpose.LOGIN, code=code)
    user = User.objects.filter(mobile=mobile).first() or _create(mobile=mobile, password=None)
    if not user.is_active or user.is_staff:
        raise LoginFailed
    return _seen(user)


def register(*, mobile: str, code: str, password: str, username: str | None = None) -> User:
    """A new account. Raises PasswordRefused, AccountTaken, SmsCodeWrong.

    The code is taken last, so that a refused password or name does not cost the student a code;
    whether the mobile is taken is only told to who holds the code.
    """
    mobile = mobiles.normalise(mobile)
    check_password(password, User(username=username or "", mobile=mobile))
    if username:
        _require_free_name(username)
    sms_codes.use(mobile=mobile, purpose=SmsPurpose.REGISTER, code=code)
    return _seen(_create(mobile=mobile, password=password, username=username))


def reset_password(*, mobile: str, code: str, password: str) -> User:
    """A new password for who holds the code; ends every older token. Raises SmsCodeWrong."""
    mobile = mobiles.normalise(mobile)
    check_password(password, User(mobile=mobile))
    sms_codes.use(mobile=mobile, purpose=SmsPurpose.RESET, code=code)
    user = User.objects.filter(mobile=mobile, is_active=True, is_staff=False).first()
    if user is None:
        raise SmsCodeWrong
    return _set_password(user, password)


def change_password(*, user: User, old_password: str, password: str) -> User:
    """Raises WrongPassword, PasswordRefused; ends every older token."""
    if not user.check_password(old_password):
        raise WrongPassword("原密码不正确", field="old_password")
    check_password(password, user)
    return _set_password(user, password)


def send_confirm_code(*, user: User, address: str) -> None:
    """A code to the account's own mobile. Raises NoMobile and what sms_codes.send raises."""
    if not user.mobile:
        raise NoMobile
    sms_codes.send(mobile=user.mobile, purpose=SmsPurpose.CONFIRM, address=address)


def change_mobile(
    *, user: User, mobile: str, code: str, old_code: str = "", password: str = ""
) -> User:
    """Moves the account to another number.

    `code` proves the new number, `old_code` the present one; an account without a number proves
    itself by its password. Raises MobileUnchanged, SmsCodeWrong, WrongPassword, AccountTaken;
    a wrong code leaves the other one alive.
    """
    mobile = mobiles.normalise(mobile)
    if mobile == user.mobile:
        raise MobileUnchanged
    proofs = [sms_codes.Proof(mobile, SmsPurpose.BIND, code)]
    if user.mobile:
        proofs.insert(0, sms_codes.Proof(user.mobile, SmsPurpose.CONFIRM, old_code, "old_code"))
    elif not user.check_password(password):
        raise WrongPassword("密码不正确", field="password")
    sms_codes.use_all(*proofs)
    return _set_mobile(user, mobile)


def _set_mobile(user: User, mobile: str) -> User:
    try:
        with transaction.atomic():
            moved = User.objects.filter(pk=user.pk, mobile=user.mobile).update(mobile=mobile)
    except IntegrityError as error:
        text = "该手机号已绑定其他账号"
        raise AccountTaken(text, errors={"mobile": [text]}) from error
    if not moved:
        raise Conflict
    user.mobile = mobile
    return user


def update_profile(*, user: User, **fields: Any) -> User:
    """Writes the given fields; raises AccountTaken when a unique one belongs to somebody else."""
    if "username" in fields:
        _require_free_name(fields["username"], but_of=user)
    for name, value in fields.items():
        setattr(user, name, value)
    try:
        with transaction.atomic():
            user.save(update_fields=[*fields])
    except IntegrityError as error:
        taken = [name for name in ("username", "email") if name in fields]
        raise AccountTaken(errors={name: ["已被其他账号使用"] for name in taken}) from error
    return user


def check_password(password: str, user: User) -> None:
    """NIST SP 800-63B: length and the list of common ones, no composition rules."""
    try:
        if len(password) > MAX_PASSWORD_LENGTH:
            raise ValidationError(f"密码最多 {MAX_PASSWORD_LENGTH} 个字符")
        validate_password(password, user)
    except ValidationError as error:
        raise PasswordRefused(error.messages[0], errors={"password": error.messages}) from error


def _require_free_name(username: str, *, but_of: User | None = None) -> None:
    """Names that differ in case, width or accents only are one name; the database says so too."""
    namesakes = User.objects.filter(username_key=names.fold(username))
    if but_of is not None:
        namesakes = namesakes.exclude(pk=but_of.pk)
    if namesakes.exists():
        raise AccountTaken(errors={"username": ["该用户名已被使用"]})


def _create(*, mobile: str, password: str | None, username: str | None = None) -> User:
    name = username or f"student-{secrets.token_hex(5)}"
    try:
        with transaction.atomic():
            return User.objects.create_user(
                name, None, password, mobile=mobile, nickname=username or f"同学{mobile[-4:]}"
            )
    except IntegrityError as error:
        raise AccountTaken("该手机号或用户名已被注册,请直接登录") from error


def _set_password(user: User, password: str) -> User:
    user.set_password(password)
    user.save(update_fields=["password"])
    return user


def _seen(user: User) -> User:
    user.last_login = timezone.now()
    user.save(update_fields=["last_login"])
    return user
