"""Authentication by user name, mobile or e-mail with a password, for API and back office."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.http import HttpRequest

from luffy_api.apps.user import selectors
from luffy_api.apps.user.models import User
from luffy_api.common.prepared_query import PreparedQuery, PreparedValues


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

    def get_user_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """Hook of Django: the account's own rights, kept with it; one query."""
        if _has_all_or_none(user_obj, obj):
            return super().get_user_permissions(user_obj, obj)
        return _kept(user_obj, "_user_perm_cache", _own_rights)

    def get_group_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """Hook of Django: the rights of its roles, kept with it; one query."""
        if _has_all_or_none(user_obj, obj):
            return super().get_group_permissions(user_obj, obj)
        return _kept(user_obj, "_group_perm_cache", _rights_of_roles)


def _has_all_or_none(user: Any, obj: Any) -> bool:
    return bool(not user.is_active or user.is_anonymous or user.is_superuser or obj is not None)


def _kept(user: User, name: str, rights: PreparedValues) -> set[str]:
    """Under Django's own name."""
    if name not in user.__dict__:
        user.__dict__[name] = {f"{app}.{codename}" for app, codename in rights.all(user.pk)}
    found: set[str] = user.__dict__[name]
    return found


def _rights(**whose: int) -> QuerySet[Any, Any]:
    rows = Permission.objects.filter(**whose).order_by()
    return rows.values_list("content_type__app_label", "codename")


# What each page of staff asks for.
_user = PreparedQuery(lambda pk: User.objects.filter(pk=pk), int)
_own_rights = PreparedValues(lambda pk: _rights(user=pk), int)
_rights_of_roles = PreparedValues(lambda pk: _rights(group__user=pk), int)
