"""Who uses the back office."""

from typing import Any

from django.contrib.auth.models import Group

from luffy_api.apps.user.models import User
from luffy_api.tests.factories import UserFactory


def staff(role: str = "", **fields: Any) -> User:
    """Somebody who works at the school, with the rights of a role, or with none."""
    user = UserFactory(is_staff=True, **fields)
    if role:
        user.groups.add(Group.objects.get(name=role))
    return User.objects.get(pk=user.pk)
