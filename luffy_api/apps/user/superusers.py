"""Somebody must be left who may give rights in the back office, and can log in there."""

from collections.abc import Collection

from django.db.models import QuerySet

from luffy_api.apps.user import locks
from luffy_api.apps.user.exceptions import LastSuperuser
from luffy_api.apps.user.models import User


def can_log_in(user: User) -> bool:
    """Whether the account opens the back office as a superuser, by its password."""
    has_rights = user.is_active and user.is_staff and user.is_superuser
    return has_rights and user.has_usable_password()


def require_another(user_ids: Collection[int]) -> None:
    """Raise LastSuperuser unless a superuser is left when these accounts are superusers no more.

    In the transaction that takes their rights, activity or passwords: until its end no other does
    the same, so of two who take each other's the second one sees what the first has done.
    """
    locks.lock_superusers()
    # Read with a lock: a snapshot may be older than what the one before has written.
    rows = locks.lock_users(_superusers().values_list("pk", flat=True))
    if not any(can_log_in(row) for row in rows if row.pk not in user_ids):
        raise LastSuperuser


def require_another_than(users: QuerySet[User]) -> None:
    """The same for many accounts, of which few are superusers. A query if none is."""
    if ids := list(_superusers().filter(pk__in=users.values("pk")).values_list("pk", flat=True)):
        require_another(ids)


def _superusers() -> QuerySet[User]:
    """By the index of staff."""
    return User.objects.filter(is_staff=True, is_superuser=True, is_active=True)
