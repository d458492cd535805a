"""The first account of the back office, made in the browser with a code from the terminal.

A code stands for the right to own the whole shop, so it has 80 bits, few tries, and ends with the
first member of staff, whoever made that one. Its row is what two visitors at once compete for.
"""

import secrets

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.crypto import constant_time_compare, salted_hmac

from luffy_api.apps.user import services
from luffy_api.apps.user.exceptions import AccountTaken, FirstStaffRefused
from luffy_api.apps.user.models import FirstStaffCode, User
from luffy_api.common import audit_log
from luffy_api.common.database_errors import is_taken
from luffy_api.common.transactions import retry_deadlocks

# Without letters and digits that look alike.
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
GROUPS, GROUP_LENGTH = 4, 4
MAX_TRIES = 10


def is_wanted() -> bool:
    """Whether nobody can log in to the back office yet. One query."""
    return not User.objects.filter(is_staff=True).exists()


def has_code() -> bool:
    """Whether a code was made that still has tries. One query."""
    return FirstStaffCode.objects.filter(tries__lt=MAX_TRIES).exists()


@retry_deadlocks
@transaction.atomic
def make_code() -> str | None:
    """A new code, which replaces the older one; None once there is staff."""
    if not is_wanted():
        return None
    groups = ["".join(secrets.choice(ALPHABET) for _ in range(GROUP_LENGTH)) for _ in range(GROUPS)]
    code = "-".join(groups)
    FirstStaffCode.objects.update_or_create(
        pk=FirstStaffCode.ONLY_PK, defaults={"digest": _digest(code), "tries": 0}
    )
    return code


def create(*, code: str, username: str, password: str) -> User:
    """The first superuser.

    Raises PasswordRefused, FirstStaffRefused (the code, or too late) and AccountTaken; a name that
    is taken does not use up the code. A try is counted before the comparison and stays counted, so
    this must run outside a transaction.
    """
    services.check_password(password, User(username=username))
    _count_try()
    try:
        return _create(code=code, username=username, password=password)
    except IntegrityError as error:
        if not any(is_taken(error, User, name) for name in ("username", "username_key")):
            raise
        raise AccountTaken("该用户名已被使用") from error


@retry_deadlocks
@transaction.atomic
def _count_try() -> None:
    codes = FirstStaffCode.objects.filter(pk=FirstStaffCode.ONLY_PK, tries__lt=MAX_TRIES)
    if not codes.update(tries=F("tries") + 1):
        raise FirstStaffRefused


@retry_deadlocks
@transaction.atomic
def _create(*, code: str, username: str, password: str) -> User:
    row = FirstStaffCode.objects.filter(pk=FirstStaffCode.ONLY_PK).first()
    if row is None or not constant_time_compare(row.digest, _digest(code)):
        raise FirstStaffRefused
    # Of two at once one deletes the row; the other waits here, and finds it gone.
    deleted, _ = FirstStaffCode.objects.filter(digest=row.digest).delete()
    if not deleted or not is_wanted():
        raise FirstStaffRefused
    user = User.objects.create_superuser(username, None, password)
    audit_log.log_addition(user, user_id=user.pk, message="首次使用时创建管理员")
    return user


def _digest(code: str) -> str:
    typed = "".join(each for each in code.upper() if each.isalnum())
    return salted_hmac("luffy.first_staff", typed, algorithm="sha256").hexdigest()
