"""Authentication by user name, mobile or e-mail with a password, for API and back office."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest

from luffy_api.apps.user import selectors
from luffy_api.apps.user.models import User
from luffy_api.common.prepared_query import PreparedQuery


class IdentityBackend(ModelBackend):
    """Django's ModelBackend with three kinds of identity."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        """The active user or None; hashes once for an unknown account too, against timing."""
        if not username or not password:
            return None
        user = selectors.find_by_identity(username)
        if user is None:
            make_password(password)
            return None
        if user.check_password(password) and self.user_can_authenticate(user):
            return user
        return None

    def get_user(self, user_id: int) -> User | None:
        """Hook of Django for the account of a session, which each page asks for; one query."""
        user = _user.first(user_id)
        return user if user and self.user_can_authenticate(user) else None


_user = PreparedQuery(lambda pk: User.objects.filter(pk=pk), int)
