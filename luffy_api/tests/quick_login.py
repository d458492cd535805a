"""Lets tests log a browser in with one row, for whom logging in is no subject."""

from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.http import HttpRequest
from django.test.client import ClientMixin

from luffy_api.apps.user.models import User

_djangos_own = ClientMixin.force_login


def force_login(client: ClientMixin, user: User, backend: str | None = None) -> None:
    """In place of Django's method: a session like that of a login, and nothing that follows one.

    Django writes the session three times, and whoever hears of a login looks for failed ones before
    it, which took longer than most pages. A browser that has a session already is Django's affair.
    """
    if settings.SESSION_COOKIE_NAME in client.cookies:
        _djangos_own(client, user, backend)
        return
    user.backend = backend or client._get_backend()
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore()
    request.session.update(
        {
            SESSION_KEY: user._meta.pk.value_to_string(user),
            BACKEND_SESSION_KEY: user.backend,
            HASH_SESSION_KEY: user.get_session_auth_hash(),
        }
    )
    request.session.save()
    client._set_login_cookies(request)
