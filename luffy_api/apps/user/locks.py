"""The only place that locks rows of this app. Each lock is held until the transaction ends.

No function of this app takes both locks, so there is no order between them.
"""

from django.db.models import F

from luffy_api.apps.user.models import SmsSendLock, User


def lock_active_user(user_id: int) -> User | None:
    """The locked row of an active account (SELECT … FOR UPDATE); None if there is none.

    SQLite ignores FOR UPDATE; there BEGIN IMMEDIATE has locked the whole file already.
    """
    return User.objects.select_for_update().filter(pk=user_id, is_active=True).first()


def lock_open_user(user_id: int) -> User | None:
    """The same for an account that is not closed, whether it is active or not."""
    return User.objects.select_for_update().filter(pk=user_id, closed_at=None).first()


def lock_sms_sending() -> None:
    """Serialises the senders of text messages by an UPDATE of the one row of SmsSendLock."""
    if not _advance_send_lock():
        SmsSendLock.objects.get_or_create(pk=1)
        _advance_send_lock()


def _advance_send_lock() -> int:
    return SmsSendLock.objects.filter(pk=1).update(turn=F("turn") + 1)
