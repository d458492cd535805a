"""A playlist is answered by a short cut, which differs from the view in nothing but cost."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import OperationalError
from django.utils import timezone

from luffy_api.apps.course.models import CourseSection, Enrollment
from luffy_api.apps.learning import playback
from luffy_api.apps.video.models import Subtitle
from luffy_api.libs.storage import StorageUnavailable
from luffy_api.tests.factories import CourseFactory, EnrollmentFactory
from luffy_api.tests.passed_on import ShortcutClient
from luffy_api.tests.viewing import data, fill, given_to

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


class Player(ShortcutClient):
    """Asks for playlists."""

    def __init__(self, monkeypatch, urls):
        super().__init__(monkeypatch)
        self.urls = urls

    def get(self, name, **headers):
        return self.client.get(self.urls.get(name, name), headers=headers)


@pytest.fixture
def player(monkeypatch, folders, student, student_api):
    """Of a student, whose first playlist all layers have answered."""
    course = CourseFactory()
    fill(course, folders)
    EnrollmentFactory(user=student, course=course)
    urls = given_to(student_api, course)
    section = CourseSection.objects.get(videos__hls__gt="")
    Subtitle.objects.create(section=section, language="zh-CN", webvtt="WEBVTT\n")
    [subtitles] = data(student_api, f"section/{section.pk}/play/")["subtitles"]
    player = Player(monkeypatch, {**urls, "subtitles": subtitles["url"]})
    player.get("quality")
    return player


def by_view(player, name):
    """The answer of the view, which alone answers what has a query."""
    before = player.passed
    answer = player.get(f"{player.urls.get(name, name)}?x=1")
    assert player.passed == before + 1
    return answer.status_code, own(answer), answer.content


def own(answer):
    return {name: value for name, value in answer.items() if name != "X-Request-ID"}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("master", "application/vnd.apple.mpegurl"),
        ("quality", "application/vnd.apple.mpegurl"),
        ("subtitles", "text/vtt; charset=utf-8"),
    ],
)
def test_the_short_cut_answers_as_the_view_does(player, name, kind):
    answer = player.get(name)

    assert (player.passed, answer.status_code) == (1, 200)
    assert (answer["Content-Type"], answer["Cache-Control"]) == (kind, "private, no-store")
    assert (answer.status_code, own(answer), answer.content) == by_view(player, name)


@pytest.mark.parametrize(("name", "queries"), [("master", 2), ("quality", 1), ("subtitles", 2)])
def test_how_many_queries_it_is(player, django_assert_num_queries, name, queries):
    with django_assert_num_queries(queries):
        player.get(name)


def test_a_right_that_ends_ends_at_once(player):
    Enrollment.objects.all().delete()

    answer = player.get("master")

    assert (answer.status_code, answer.json()["code"], player.passed) == (403, 3001, 1)
    assert (answer.status_code, own(answer), answer.content) == by_view(player, "master")


EDITS = {
    "another token": lambda url: url.replace("/hls/", "/hls/x"),
    "another section": lambda url: url.replace("section/", "section/9"),
    "a section beyond all": lambda url: url.replace("section/", "section/99999999999999999"),
    "another name": lambda url: url.replace("index.m3u8", "other.m3u8"),
    "a way up": lambda url: url.replace("index.m3u8", "../../one/index.m3u8"),
    "subtitles that there are not": lambda url: url.replace("index.m3u8", "subtitles/en.vtt"),
    "a byte that is none of a name": lambda url: url.replace("index", "in%00dex"),
}


@pytest.mark.parametrize("edit", EDITS)
def test_an_edited_address_is_refused_as_by_the_view(player, edit):
    url = EDITS[edit](player.urls["master"])

    answer = player.get(url)

    assert 400 <= answer.status_code < 500
    assert (answer.status_code, own(answer), answer.content) == by_view(player, url)


def test_an_address_that_has_ended_is_refused(player, time_machine):
    time_machine.move_to(timezone.now() + timedelta(days=2))

    assert player.get("master").status_code == 403


def test_it_counts_for_the_limit_of_the_address(player, settings):
    cache.clear()
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "request": {"address": (3, 60)}}

    statuses = [player.get("quality").status_code for _ in range(4)]

    # The view says what is too many.
    assert (statuses, player.passed) == ([200, 200, 200, 429], 2)


@pytest.mark.parametrize("error", [StorageUnavailable("gone"), OperationalError(2006, "gone")])
def test_what_is_away_is_left_to_the_view_and_counts_once(player, settings, monkeypatch, error):
    def fail(**_):
        raise error

    cache.clear()
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "request": {"address": (3, 60)}}
    monkeypatch.setattr(playback, "get_playlist", fail)

    statuses = [player.get("master").status_code for _ in range(4)]

    assert statuses == [503, 503, 503, 429]


def test_what_takes_no_playlist_is_left_to_the_view(player):
    assert player.get("master", Accept="text/html").status_code == 406
    assert player.client.head(player.urls["master"]).status_code == 200
    assert player.passed == 3
