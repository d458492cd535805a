"""The only place that locks rows of this app. Each lock is held until the transaction ends.

No function of this app takes both locks, so there is no order between them.
"""

from collections.abc import Iterable

from django.db.models import F

from luffy_api.apps.user.models import SmsSendLock, User

_SENDERS, _MERGES, _SUPERUSERS = 1, 2, 3


def lock_active_user(user_id: int) -> User | None:
    """The locked row of an active account (SELECT … FOR UPDATE); None if there is none.

    SQLite ignores FOR UPDATE; there BEGIN IMMEDIATE has locked the whole file already.
    """
    return User.objects.select_for_update().filter(pk=user_id, is_active=True).first()


def lock_open_user(user_id: int) -> User | None:
    """The same for an account that is not closed, whether it is active or not."""
    return User.objects.select_for_update().filter(pk=user_id, closed_at=None).first()


def lock_users(user_ids: Iterable[int]) -> list[User]:
    """The locked rows of accounts, by id, as they were committed last."""
    return list(User.objects.select_for_update().filter(pk__in=list(user_ids)).order_by("pk"))


def lock_superusers() -> None:
    """Serialises those who take rights of superusers, on all nodes of a cluster.

    Each of two who take each other's rights writes another account, so locks of these would let
    both commit on two nodes.
    """
    _take_turn(_SUPERUSERS)


def lock_sms_sending() -> None:
    """Serialises the senders of text messages by an UPDATE of their row of SmsSendLock."""
    _take_turn(_SENDERS)


def lock_merges() -> None:
    """Serialises merges of accounts by an UPDATE of another row, before any other lock.

    Locks of the accounts are local to a node of a cluster, and each of two merges into each other
    writes the account that it closes, which is not the same: both would be carried out.
    """
    _take_turn(_MERGES)


def _take_turn(row: int) -> None:
    turns = SmsSendLock.objects.filter(pk=row)
    if not turns.update(turn=F("turn") + 1):
        SmsSendLock.objects.get_or_create(pk=row)
        turns.update(turn=F("turn") + 1)
