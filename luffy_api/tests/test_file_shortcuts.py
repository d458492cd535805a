"""A public file is answered by a short cut, which differs from the view in nothing but cost."""

import pytest
from django.conf import settings as django_settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from luffy_api.tests.passed_on import ShortcutClient

pytestmark = pytest.mark.django_db
PICTURE = b"a picture of sixteen"


class Browser(ShortcutClient):
    """Asks for public files."""

    def get(self, name, **headers):
        answer = self.client.get(f"/media/{name}", headers=headers)
        answer.body = b"" if not answer.streaming else b"".join(answer.streaming_content)
        return answer


@pytest.fixture
def browser(monkeypatch):
    """One whose first file, which all layers have answered, has come."""
    browser = Browser(monkeypatch)
    browser.picture = default_storage.save("covers/a.webp", ContentFile(PICTURE))
    browser.first = browser.get(browser.picture)
    return browser


def own(answer):
    return {name: value for name, value in answer.items() if name != "X-Request-ID"}


def test_the_short_cut_answers_as_the_view_does(browser):
    second = browser.get(browser.picture)

    assert (browser.passed, second.status_code, second.body) == (1, 200, PICTURE)
    assert own(second) == own(browser.first)
    assert second.resolver_match.route == browser.first.resolver_match.route


def test_a_part_and_a_copy_that_is_still_good(browser):
    part = browser.get(browser.picture, Range="bytes=2-8")
    same = browser.get(browser.picture, If_None_Match=browser.first["ETag"])

    assert (part.status_code, part.body) == (206, PICTURE[2:9])
    assert part["Content-Range"] == f"bytes 2-8/{len(PICTURE)}"
    assert (same.status_code, same.body) == (304, b"")
    assert browser.passed == 1


def test_nothing_of_the_first_file_is_told_of_another(browser):
    other = default_storage.save("covers/a.unknown", ContentFile(b"x"))

    answers = browser.get(other), browser.get(browser.picture)

    assert [answer.get("Content-Disposition") for answer in answers] == ["attachment", None]
    assert [answer["Content-Type"] for answer in answers] != [browser.first["Content-Type"]] * 2
    assert browser.passed == 1


@pytest.mark.parametrize(
    "name", ["covers/none.webp", "../settings.py", "a%0Ab", "a%00b", "/", "x" * 5000]
)
def test_what_is_no_file_is_left_to_the_view(browser, name):
    assert browser.get(name).status_code == 404
    assert browser.passed == 2


def test_only_what_reads_takes_it(browser):
    assert browser.client.head(f"/media/{browser.picture}").status_code == 200
    assert browser.client.post(f"/media/{browser.picture}").status_code == 405
    assert browser.passed == 3


def test_a_foreign_host_is_left_to_the_other_layers(browser):
    assert (
        browser.client.get(f"/media/{browser.picture}", HTTP_HOST="evil.example").status_code == 400
    )
    assert browser.passed == 2
    assert "evil.example" not in django_settings.ALLOWED_HOSTS
