"""Bulk changes of accounts by the back office: deactivate, activate, log out.

Each account that was changed has a line in the audit log, in the same transaction.
"""

from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet

from luffy_api.apps.user import superusers
from luffy_api.apps.user.models import User
from luffy_api.common import audit_log
from luffy_api.common.transactions import retry_deadlocks


@retry_deadlocks
@transaction.atomic
def deactivate(users: QuerySet[User], *, staff_id: int) -> int:
    """Deactivates active accounts and ends all their logins; returns how many there were.

    Raises LastSuperuser when nobody would be left who can log in as one.
    """
    superusers.require_another_than(users)
    active = Q(is_active=True)
    changes = {"is_active": False, "token_epoch": F("token_epoch") + 1}
    return _change(users, active, changes, staff_id, "停用账号")


def activate(users: QuerySet[User], *, staff_id: int) -> int:
    """Activates inactive accounts except deleted ones; returns how many there were."""
    inactive = Q(is_active=False, closed_at=None)
    return _change(users, inactive, {"is_active": True}, staff_id, "启用账号")


def log_out(users: QuerySet[User], *, staff_id: int) -> int:
    """Ends every token and session of the accounts; returns how many accounts there were."""
    return _change(users, Q(), {"token_epoch": F("token_epoch") + 1}, staff_id, "强制下线")


@retry_deadlocks
@transaction.atomic
def _change(
    users: QuerySet[User], condition: Q, changes: dict[str, Any], staff_id: int, message: str
) -> int:
    """Each by a conditional UPDATE, by id: of two members of staff at once one changes a row."""
    changed = 0
    for user in users.filter(condition).order_by("pk"):
        if User.objects.filter(condition, pk=user.pk).update(**changes):
            audit_log.log_change(user, user_id=staff_id, message=message)
            changed += 1
    return changed
