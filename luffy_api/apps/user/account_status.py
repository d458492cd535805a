"""Bulk changes of accounts by the back office: deactivate, activate, log out."""

from django.db import transaction
from django.db.models import F, QuerySet

from luffy_api.apps.user.models import User


@transaction.atomic
def deactivate(users: QuerySet[User]) -> int:
    """Deactivates active accounts and ends all their logins; returns how many there were."""
    active = User.objects.filter(pk__in=_ids(users), is_active=True)
    return active.update(is_active=False, token_epoch=F("token_epoch") + 1)


def activate(users: QuerySet[User]) -> int:
    """Activates inactive accounts except deleted ones; returns how many there were."""
    return User.objects.filter(pk__in=_ids(users), is_active=False, closed_at=None).update(
        is_active=True
    )


def log_out(users: QuerySet[User]) -> int:
    """Ends every token and session of the accounts; returns how many accounts there were."""
    return User.objects.filter(pk__in=_ids(users)).update(token_epoch=F("token_epoch") + 1)


def _ids(users: QuerySet[User]) -> list[int]:
    """A list: MariaDB refuses an UPDATE that selects from its own table."""
    return list(users.values_list("pk", flat=True))
