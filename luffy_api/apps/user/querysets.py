"""Who may be found, and how."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import UserManager as DjangoUserManager

if TYPE_CHECKING:
    from luffy_api.apps.user.models import User


class UserManager(DjangoUserManager["User"]):
    """Stores a missing e-mail as NULL, since "" could belong to one account only."""

    def _create_user_object(
        self, username: str, email: str | None, password: str | None, **extra: Any
    ) -> User:
        user: User = super()._create_user_object(username, email, password, **extra)  # type: ignore[misc]
        user.email = user.email or None
        return user
