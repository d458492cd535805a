"""Writes of users."""

import secrets
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from luffy_api.apps.school.models import Agreement
from luffy_api.apps.user import captchas, consents, mobiles, sms_codes, usernames
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
from luffy_api.common.database_errors import is_taken
from luffy_api.common.exceptions import Conflict
from luffy_api.common.transactions import retry_deadlocks

MAX_PASSWORD_LENGTH = 128


def log_in(*, username: str, password: str) -> User:
    """The student of that user name, mobile or e-mail, if the password is right.

    Raises LoginFailed without a reason, also for staff: they log in through the back office.
    The caller counts the attempt (lockout.count_login).
    """
    user = IdentityBackend().authenticate(None, username=username, password=password)
    if user is None or user.is_staff:
        raise LoginFailed
    return record_login(user)


def authenticate_staff(*, username: str, password: str) -> User:
    """The member of staff of that user name, mobile or e-mail, if the password is right.

    Raises LoginFailed without a reason, also for students. The caller counts the attempt
    (lockout.count_login), and logs in.
    """
    user = IdentityBackend().authenticate(None, username=username, password=password)
    if user is None or not user.is_staff:
        raise LoginFailed
    return user


def log_in_by_sms(
    *,
    mobile: str,
    code: str,
    agreements: Sequence[int] | None = None,
    purpose: SmsPurpose = SmsPurpose.LOGIN,
) -> User:
    """Uses a code of this purpose; creates an account for an unknown mobile.

    `agreements` are ids of the versions that the student agrees to; without them the account is
    asked after the login, so that nobody learns here which mobiles are known. Raises SmsCodeWrong,
    ConsentRequired (the code is not used up), and LoginFailed for inactive accounts and staff.
    """
    mobile = mobiles.normalize(mobile)
    agreed = [] if agreements is None else consents.require_current(agreements)
    sms_codes.use(mobile=mobile, purpose=purpose, code=code)
    user = User.objects.filter(mobile=mobile).first()
    if user is None:
        return record_login(_create(mobile=mobile, password=None, agreed=agreed))
    if not user.is_active or user.is_staff:
        raise LoginFailed
    if agreed:
        consents.record_once(user, agreed)
    return record_login(user)


def register(
    *,
    mobile: str,
    code: str,
    password: str,
    username: str | None = None,
    agreements: Sequence[int] = (),
) -> User:
    """Creates an account by a REGISTER code. Raises PasswordRefused, AccountTaken, SmsCodeWrong.

    `agreements` are ids of the versions that the student agrees to; raises ConsentRequired unless
    they are those in force. The code is used last, so that a refusal does not cost a code, and only
    the holder of the code learns whether the mobile has an account.
    """
    mobile = mobiles.normalize(mobile)
    agreed = consents.require_current(agreements)
    check_password(password, User(username=username or "", mobile=mobile))
    if username:
        _require_free_name(username)
    sms_codes.use(mobile=mobile, purpose=SmsPurpose.REGISTER, code=code)
    user = _create(mobile=mobile, password=password, username=username, agreed=agreed)
    return record_login(user)


def reset_password(*, mobile: str, code: str, password: str) -> User:
    """Sets a password by a RESET code; invalidates all older tokens.

    Raises PasswordRefused, SmsCodeWrong (also for an unknown mobile).
    """
    mobile = mobiles.normalize(mobile)
    check_password(password, User(mobile=mobile))
    sms_codes.use(mobile=mobile, purpose=SmsPurpose.RESET, code=code)
    user = User.objects.filter(mobile=mobile, is_active=True, is_staff=False).first()
    if user is None:
        raise SmsCodeWrong
    return _set_password(user, password)


def require_password(
    *,
    user: User,
    password: str,
    attempt: AbstractContextManager[None],
    field: str = "password",
    message: str = "密码不正确",
) -> None:
    """Raises WrongPassword, about `field`, unless `password` is the user's.

    `attempt` counts the check (lockout.count_reauthentication) and is entered for nothing else, so
    that only a wrong password is counted as one.
    """
    with attempt:
        if not user.check_password(password):
            raise WrongPassword(message, field=field)


def change_password(
    *, user: User, old_password: str, password: str, attempt: AbstractContextManager[None]
) -> User:
    """Sets a new password; invalidates all older tokens.

    `attempt` as in require_password. Raises WrongPassword, PasswordRefused.
    """
    require_password(
        user=user,
        password=old_password,
        attempt=attempt,
        field="old_password",
        message="原密码不正确",
    )
    check_password(password, user)
    return _set_password(user, password)


def send_confirm_code(*, user: User, address: str, captcha: captchas.Answer | None = None) -> None:
    """Sends a CONFIRM code to the account's own mobile. Raises NoMobile, and see sms_codes.send."""
    if not user.mobile:
        raise NoMobile
    sms_codes.send(mobile=user.mobile, purpose=SmsPurpose.CONFIRM, address=address, captcha=captcha)


def change_mobile(
    *,
    user: User,
    mobile: str,
    code: str,
    attempt: AbstractContextManager[None],
    old_code: str = "",
    password: str = "",
) -> User:
    """Changes the mobile of the account.

    `code` was sent to the new mobile, `old_code` to the current one; an account without a mobile
    gives its password (`attempt` as in require_password). Raises MobileUnchanged, SmsCodeWrong
    (neither code is used up then), WrongPassword, AccountTaken, and Conflict if the mobile was
    changed meanwhile.
    """
    mobile = mobiles.normalize(mobile)
    if mobile == user.mobile:
        raise MobileUnchanged
    submissions = [sms_codes.CodeSubmission(mobile, SmsPurpose.BIND, code)]
    if user.mobile:
        submissions.insert(
            0, sms_codes.CodeSubmission(user.mobile, SmsPurpose.CONFIRM, old_code, "old_code")
        )
    else:
        require_password(user=user, password=password, attempt=attempt)
    sms_codes.use_all(*submissions)
    return _set_mobile(user, mobile)


def _set_mobile(user: User, mobile: str) -> User:
    try:
        updated = _replace_mobile(user, mobile)
    except IntegrityError as error:
        if not is_taken(error, User, "mobile"):
            raise
        text = "该手机号已绑定其他账号"
        raise AccountTaken(text, errors={"mobile": [text]}) from error
    if not updated:
        raise Conflict
    user.mobile = mobile
    return user


def update_profile(*, user: User, **fields: Any) -> User:
    """Writes the given fields. Raises AccountTaken for a user name or e-mail of another account."""
    if "username" in fields:
        _require_free_name(fields["username"], except_user=user)
    for name, value in fields.items():
        setattr(user, name, value)
    try:
        _save(user, [*fields])
    except IntegrityError as error:
        columns = {"username": ("username", "username_key"), "email": ("email",)}
        taken = [
            name
            for name, unique in columns.items()
            if name in fields and any(is_taken(error, User, column) for column in unique)
        ]
        if not taken:
            raise
        raise AccountTaken(errors={name: ["已被其他账号使用"] for name in taken}) from error
    return user


def check_password(password: str, user: User) -> None:
    """Checks length and common passwords, no composition rules (NIST SP 800-63B).

    Raises PasswordRefused.
    """
    try:
        if len(password) > MAX_PASSWORD_LENGTH:
            raise ValidationError(f"密码最多 {MAX_PASSWORD_LENGTH} 个字符")
        validate_password(password, user)
    except ValidationError as error:
        raise PasswordRefused(error.messages[0], errors={"password": error.messages}) from error


def _require_free_name(username: str, *, except_user: User | None = None) -> None:
    """Raises AccountTaken, by the normal form of the name; a unique column repeats the rule."""
    namesakes = User.objects.filter(username_key=usernames.normalize_username(username))
    if except_user is not None:
        namesakes = namesakes.exclude(pk=except_user.pk)
    if namesakes.exists():
        raise AccountTaken(errors={"username": ["该用户名已被使用"]})


def create_students(users: Sequence[User]) -> None:
    """Insert accounts without a password, in the caller's transaction; each gets its primary key.

    One without a user name gets one, as if it had registered by text message. Raises
    IntegrityError for a value that is taken.
    """
    for user in users:
        user.username = user.username or _new_username()
        user.nickname = user.nickname or f"同学{(user.mobile or '')[-4:]}"
        user.set_unusable_password()
    if connection.features.can_return_rows_from_bulk_insert:
        User.objects.bulk_create(users)
        return
    for user in users:
        user.save(force_insert=True)


def _new_username() -> str:
    return f"student-{secrets.token_hex(5)}"


def _create(
    *,
    mobile: str,
    password: str | None,
    username: str | None = None,
    agreed: Sequence[Agreement] = (),
) -> User:
    name = username or _new_username()
    nickname = username or f"同学{mobile[-4:]}"
    try:
        return _insert(name, password, agreed, mobile=mobile, nickname=nickname)
    except IntegrityError as error:
        if not any(is_taken(error, User, name) for name in ("mobile", "username", "username_key")):
            raise
        raise AccountTaken("该手机号或用户名已被注册，请直接登录") from error


def _set_password(user: User, password: str) -> User:
    user.set_password(password)
    user.save(update_fields=["password"])
    return user


def record_login(user: User) -> User:
    """Write down when the user has logged in; returns the user."""
    user.last_login = timezone.now()
    user.save(update_fields=["last_login"])
    return user


@retry_deadlocks
@transaction.atomic
def _insert(name: str, password: str | None, agreed: Sequence[Agreement], **fields: str) -> User:
    user = User.objects.create_user(name, None, password, **fields)
    if agreed:
        consents.record(user, agreed)
    return user


@retry_deadlocks
@transaction.atomic
def _save(user: User, fields: list[str]) -> None:
    user.save(update_fields=fields)


@retry_deadlocks
@transaction.atomic
def _replace_mobile(user: User, mobile: str) -> int:
    """0 when it was changed meanwhile."""
    return User.objects.filter(pk=user.pk, mobile=user.mobile).update(mobile=mobile)
