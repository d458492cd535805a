"""A Django that does nothing: one view that answers prepared bytes, beside which others are put.

A WSGI application of its own, without apps, middleware or database. `/N` answers N bytes of JSON.
"""

from functools import cache

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path


@cache
def _body(size: int) -> bytes:
    return b'"' + b"x" * (size - 2) + b'"'


def prepared(request: HttpRequest, size: int) -> HttpResponse:
    """The view."""
    headers = {"Content-Type": "application/json", "Content-Length": str(size)}
    return HttpResponse(_body(size), headers=headers)


urlpatterns = [path("<int:size>", prepared)]

settings.configure(
    ALLOWED_HOSTS=["127.0.0.1"],
    INSTALLED_APPS=[],
    MIDDLEWARE=[],
    ROOT_URLCONF=__name__,
    SECRET_KEY="a benchmark has no secrets",  # noqa: S106
    USE_I18N=False,
)
application = get_wsgi_application()
