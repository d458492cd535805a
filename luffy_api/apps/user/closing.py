"""Closing an account: the person disappears, the books stay."""

import secrets

from django.db import transaction
from django.utils import timezone

from luffy_api.apps.user import avatars, sms_codes
from luffy_api.apps.user.exceptions import LoginFailed, NoMobile, PasswordRefused, StaffStays
from luffy_api.apps.user.models import SmsCode, SmsPurpose, User
from luffy_api.common.transactions import retry_deadlocks

CLOSED_NICKNAME = "已注销用户"


def close(*, user: User, password: str = "", code: str = "") -> None:
    """Anonymises the account for good; its orders and courses stay, without a name.

    `code`, sent to the account's mobile, counts only where there is no password. Raises StaffStays,
    PasswordRefused, SmsCodeWrong, NoMobile, and LoginFailed when it has been closed meanwhile.
    """
    if user.is_staff or user.is_superuser:
        raise StaffStays
    _prove(user, password, code)
    _close(user)


def _prove(user: User, password: str, code: str) -> None:
    if user.has_usable_password():
        if not user.check_password(password):
            raise PasswordRefused("密码不正确", errors={"password": ["密码不正确"]})
    elif user.mobile:
        sms_codes.use(mobile=user.mobile, purpose=SmsPurpose.CONFIRM, code=code)
    else:
        raise NoMobile


@retry_deadlocks
@transaction.atomic
def _close(user: User) -> None:
    row = User.objects.select_for_update().filter(pk=user.pk, is_active=True).first()
    if row is None:
        raise LoginFailed
    _anonymise(row)


def _anonymise(user: User) -> None:
    """An unusable password is a new one, so every token ends."""
    SmsCode.objects.filter(mobile=user.mobile).delete()
    avatars.forget_files(user)
    user.username = f"closed-{secrets.token_hex(8)}"
    user.nickname = CLOSED_NICKNAME
    user.mobile = user.email = None
    user.signature = user.first_name = user.last_name = user.icon.name = ""
    user.set_unusable_password()
    user.is_active = False
    user.closed_at = timezone.now()
    user.save()
    user.groups.clear()
    user.user_permissions.clear()
