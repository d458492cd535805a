"""Behind a server that sends the bytes, Django is not asked who may have a private file."""

import logging
from datetime import timedelta
from urllib.parse import unquote

import pytest
from django.db import OperationalError
from django.utils import timezone

from luffy_api.apps.course.models import Course, Enrollment
from luffy_api.apps.learning import signed_urls
from luffy_api.common import metrics
from luffy_api.file_shortcuts import PRIVATE_ROUTE
from luffy_api.libs.storage import private_storage, serving
from luffy_api.tests.direct_requests import Asked
from luffy_api.tests.factories import CourseFactory, EnrollmentFactory
from luffy_api.tests.private_files import store
from luffy_api.tests.viewing import DOWNLOADS, OF_VIDEOS, PLAYLISTS, fill, given_to

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.any_database]
FILES = sorted(OF_VIDEOS | DOWNLOADS)


class Player(Asked):
    """Asks for files by their addresses; `urls` are all that a student of a course has."""

    urls: dict[str, str]

    def get(self, name: str, method: str = "GET", **more):
        """By the name of an address, or the address itself."""
        url = unquote(self.urls.get(name, name)).encode().decode("latin-1")
        return self.ask(method, url, **more)


@pytest.fixture(autouse=True)
def _behind_a_server(settings):
    settings.ACCEL_REDIRECT_PREFIX = "/protected/"


@pytest.fixture
def player(folders, student, student_api):
    """One that has asked for a file, which all layers of Django have answered."""
    course = CourseFactory()
    fill(course, folders)
    EnrollmentFactory(user=student, course=course)
    with Player.serving() as player:
        player.urls = given_to(student_api, course)
        player.first = player.get("segment")
        yield player


def by_django(player, name, **more):
    """What Django answers; the answer to another origin tells so, and is otherwise the same."""
    status, headers, body, is_by_django = player.get(name, HTTP_ORIGIN="null", **more)
    assert is_by_django
    return status, own({**headers, "Vary": ""}), body


def own(headers):
    return {k: v for k, v in headers.items() if k not in {"X-Request-ID", "Vary"}}


@pytest.mark.parametrize("name", FILES)
def test_the_answer_is_the_one_of_django(player, name):
    status, headers, body, is_by_django = player.get(name)

    assert (player.first[3], is_by_django) == (True, False)
    assert (status, own(headers), body) == by_django(player, name)
    assert (status, body, headers["Content-Length"]) == ("200 OK", b"", "0")
    assert headers["X-Accel-Redirect"].startswith("/protected/private/course/")
    assert len(headers["X-Request-ID"]) == 32


@pytest.mark.parametrize("name", ["exports/a.bin", "exports/第 1 份.zip"])
def test_an_address_without_a_grant_asks_nobody(player, folders, django_assert_num_queries, name):
    store(folders, name)
    ends = timezone.now() + timedelta(hours=1)
    url = private_storage().signed_url(name, expires_at=ends)

    with django_assert_num_queries(0):
        status, headers, body, is_by_django = player.get(url)

    assert is_by_django is False
    assert (status, own(headers), body) == by_django(player, url)
    assert headers["Content-Disposition"] == "attachment"
    assert headers["Cache-Control"].startswith("private, max-age=")


def test_it_is_one_query(player, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert not player.get("segment")[3]


ENDS = {
    "the right ended": lambda url: Enrollment.objects.all().delete(),
    "the course was deleted": lambda url: Course.objects.update(is_delete=True),
}
EDITS = {
    "another name": lambda url: url.replace("0.ts", "1.ts"),
    "another end": lambda url: url.replace("/files/", "/files/9"),
    "no signature": lambda url: url.replace(url.split("/")[2], "x"),
    "a grant of another": lambda url: url.replace(":s", ":s9", 1),
    "a way up": lambda url: url.replace("0.ts", "../../../one/source.mp4"),
    "a byte that is none of the name": lambda url: url + "\x00",
}


@pytest.mark.parametrize("end", ENDS)
def test_who_has_the_right_no_more_is_refused_as_by_django(player, end):
    if end == "the course was deleted":
        Enrollment.objects.all().delete()
    ENDS[end](player.urls["segment"])

    status, headers, body, is_by_django = player.get("segment")

    assert (status, is_by_django) == ("403 Forbidden", False)
    assert body.decode() == serving.EXPIRED
    assert (status, own(headers), body) == by_django(player, "segment")


@pytest.mark.parametrize("edit", EDITS)
def test_an_edited_address_is_refused_as_by_django(player, edit):
    url = EDITS[edit](player.urls["segment"])

    status, headers, body, is_by_django = player.get(url)

    assert (status, is_by_django) == ("403 Forbidden", False)
    assert (status, own(headers), body) == by_django(player, url)


def test_an_address_that_has_ended_is_refused(player, time_machine):
    time_machine.move_to(timezone.now() + timedelta(days=2))

    assert player.get("segment")[0] == "403 Forbidden"


@pytest.mark.parametrize("name", sorted(PLAYLISTS))
def test_playlists_are_left_to_django(player, name):
    status, _, body, is_by_django = player.get(name)

    assert (status, body[:7], is_by_django) == ("200 OK", b"#EXTM3U", True)


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("segment", {"method": "HEAD"}),
        ("segment", {"method": "POST"}),
        ("segment", {"HTTP_HOST": "evil.example"}),
        ("segment", {"HTTP_ORIGIN": "https://app.example"}),
        ("segment", {"wsgi.url_scheme": "https"}),
        ("/files/", {}),
        ("/files/x", {}),
        ("/files", {}),
        ("/media/x/y", {}),
    ],
)
def test_what_is_not_ordinary_is_left_to_django(player, name, more):
    assert player.get(name, **more)[3]


def test_a_path_that_is_no_text_is_left_to_django(player):
    assert player.ask("GET", "/files/x/\xff.ts")[3]


def test_so_is_a_file_that_is_gone(player, folders):
    for each in (folders / "private").rglob("*.ts"):
        each.unlink()

    assert player.get("segment")[0::3] == ("404 Not Found", True)


def test_and_everything_where_nobody_sends_the_bytes(player, settings):
    settings.ACCEL_REDIRECT_PREFIX = ""

    status, _, body, is_by_django = player.get("segment")

    assert (status, is_by_django) == ("200 OK", True)
    assert body


def test_while_the_database_is_away_nobody_is_let_in(player, monkeypatch):
    def fail(*_):
        raise OperationalError(2006, "gone")

    monkeypatch.setattr(signed_urls, "_viewer", fail)

    assert player.get("segment")[0::3] == ("503 Service Unavailable", True)


def test_it_is_logged_and_measured_as_by_django(player, caplog):
    counter = metrics.REQUESTS.labels(PRIVATE_ROUTE, "GET", "2xx")._value
    before = counter.get()

    with caplog.at_level(logging.INFO, "luffy.access"):
        player.get("segment")
        by_django(player, "segment")

    lines = [each.getMessage() for each in caplog.records if each.name == "luffy.access"]
    assert len(lines) == 2
    assert len({line.rsplit(" ", 1)[0] for line in lines}) == 1
    assert counter.get() == before + 2
