"""Requests of the API pass by what only pages need, unless they are known by a cookie."""

from collections.abc import Iterator

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.authentication import SessionAuthentication
from rest_framework.settings import api_settings

from luffy_api.common.page_middleware import PageStaticFilesMiddleware, is_api


def views(resolver: URLResolver | None = None, path: str = "/") -> Iterator[tuple[str, type]]:
    """Paths, with 1 for each argument, and the classes of DRF's views there."""
    for entry in (resolver or get_resolver()).url_patterns:
        pattern = path + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from views(entry, pattern)
        elif isinstance(entry, URLPattern) and hasattr(entry.callback, "cls"):
            yield pattern.replace("<int:pk>", "1"), entry.callback.cls


def reads_cookies(view: type) -> bool:
    kinds = getattr(view, "authentication_classes", api_settings.DEFAULT_AUTHENTICATION_CLASSES)
    return any(issubclass(kind, SessionAuthentication) for kind in kinds)


def test_every_view_that_knows_staff_by_a_cookie_has_sessions():
    found = [path for path, view in views() if reads_cookies(view)]

    assert len(found) > 3
    assert [path for path in found if is_api(RequestFactory().get(path))] == []


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/api/v1/course/", True),
        ("/api/v1/course/section/1/play/", True),
        ("/api/v1/course/section/1/media/", False),
        ("/api/v1/course/1/outline/section/order/", False),
        ("/api/v1/course/upload/", False),
        ("/api/v1/nowhere/", True),
        ("/api/v1/docs/", False),
        ("/api/v1/docs/swagger.js", False),
        ("/apis/", False),
        ("/", False),
        ("/admin/api/", False),
    ],
)
def test_what_is_the_api(path, expected):
    assert is_api(RequestFactory().get(path)) is expected


def test_only_pages_show_the_document_of_the_app(settings, tmp_path):
    settings.WHITENOISE_ROOT = tmp_path
    for name in ("index.html", "offline.html", ".vite/manifest.json", "assets/a-12345678.js"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("x", encoding="utf-8")

    served = PageStaticFilesMiddleware(lambda request: HttpResponse("else")).files

    assert {"/offline.html", "/assets/a-12345678.js"} <= set(served)
    assert not {"/index.html", "/.vite/manifest.json"} & set(served)
