"""Deletion of an account: personal data goes, orders and enrollments stay."""

import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager

from django.db import transaction
from django.utils import timezone

from luffy_api.apps.user import avatars, locks, services, sms_codes
from luffy_api.apps.user.exceptions import LoginFailed, NoMobile, StaffAccountProtected
from luffy_api.apps.user.models import (
    SmsCode,
    SmsPurpose,
    SocialAccount,
    StudentLogin,
    StudentNote,
    User,
)
from luffy_api.common.transactions import retry_deadlocks

DELETED_NICKNAME = "已注销用户"

_erasers: list[Callable[[int], None]] = []


def register(erase: Callable[[int], None]) -> None:
    """Of a higher app: `erase(user_id)` deletes what goes with an account, in its transaction."""
    if erase not in _erasers:
        _erasers.append(erase)


def delete_account(
    *, user: User, attempt: AbstractContextManager[None], password: str = "", code: str = ""
) -> None:
    """Anonymises and deactivates the account irrevocably, and ends all its tokens and sessions.

    The user authenticates once more: by `password` (`attempt` as in services.require_password), or,
    only where the account has none, by a `code` of purpose CONFIRM. Raises StaffAccountProtected,
    WrongPassword, SmsCodeWrong, NoMobile (neither password nor mobile), and LoginFailed if it was
    deleted meanwhile.
    """
    if user.is_staff or user.is_superuser:
        raise StaffAccountProtected
    if user.has_usable_password():
        services.require_password(user=user, password=password, attempt=attempt)
    elif user.mobile:
        sms_codes.use(mobile=user.mobile, purpose=SmsPurpose.CONFIRM, code=code)
    else:
        raise NoMobile
    close(user.pk)


@retry_deadlocks
@transaction.atomic
def close(user_id: int) -> None:
    """The same without asking who does it. Raises LoginFailed for an account that is not active."""
    user = locks.lock_active_user(user_id)
    if user is None:
        raise LoginFailed
    anonymise(user)


def anonymise(user: User) -> None:
    """Close an account whose row the caller has locked, in the caller's transaction."""
    SmsCode.objects.filter(mobile=user.mobile).delete()
    StudentNote.objects.filter(user=user).delete()
    StudentLogin.objects.filter(user=user).delete()
    # WeChat and others may be connected to another account then.
    SocialAccount.objects.filter(user=user).delete()
    for erase in _erasers:
        erase(user.pk)
    avatars.delete_files_on_commit(user)
    user.username = f"closed-{secrets.token_hex(8)}"
    user.nickname = DELETED_NICKNAME
    user.mobile = user.email = None
    user.signature = user.first_name = user.last_name = user.icon.name = ""
    # A new unusable password is another password hash, and tokens are signed with the hash.
    user.set_unusable_password()
    user.is_active = False
    user.closed_at = timezone.now()
    user.save()
    user.groups.clear()
    user.user_permissions.clear()
