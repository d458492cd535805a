"""What a player is told of the chapters of a video."""

import pytest

from luffy_api.apps.learning import playback, shortcuts
from luffy_api.apps.learning.serializers.sections import PlaySerializer
from luffy_api.apps.video import chapters
from luffy_api.apps.video.chapters import Chapter
from luffy_api.apps.video.models import Subtitle, Video
from luffy_api.tests.factories import EnrollmentFactory, SectionFactory
from luffy_api.tests.private_files import store

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture
def lecture(folders):
    """A paid section of ten minutes with chapters and subtitles."""
    store(folders, "course/videos/lesson.mp4")
    section = SectionFactory(duration=600)
    made = [Chapter(0, "开场"), Chapter(90, "变量"), Chapter(599, "结尾")]
    chapters.save(section_id=section.pk, chapters=made)
    Subtitle.objects.create(section=section, language="en", webvtt="WEBVTT\n")
    return section


def play(client, section):
    return client.get(f"/api/v1/course/section/{section.pk}/play/").json()["data"]


def test_an_owner_is_told_of_them_in_order(api, student, student_api, lecture):
    assert play(student_api, lecture) is None
    EnrollmentFactory(user=student, course=lecture.chapter.course)
    data = play(student_api, lecture)
    assert data["chapters"] == [
        {"start": 0, "title": "开场"},
        {"start": 90, "title": "变量"},
        {"start": 599, "title": "结尾"},
    ]
    assert [each["lang"] for each in data["subtitles"]] == ["en"]
    assert play(api, SectionFactory(free_trail=True, chapter=lecture.chapter))["chapters"] == []


def test_the_short_cut_tells_of_them_as_the_view_does(lecture, student):
    EnrollmentFactory(user=student, course=lecture.chapter.course)
    found = playback.get_playback(section_id=lecture.pk, viewer=student)
    assert len(found.chapters) == 3
    assert shortcuts.representation(found) == PlaySerializer(found).data


def test_a_replaced_video_keeps_those_that_begin_within_it(student, student_api, lecture):
    EnrollmentFactory(user=student, course=lecture.chapter.course)
    Video.objects.update(duration=91)
    lecture.duration = 91
    lecture.save(update_fields=["duration"])
    assert [each["start"] for each in play(student_api, lecture)["chapters"]] == [0, 90]
    lecture.duration = 0
    lecture.save(update_fields=["duration"])
    assert len(play(student_api, lecture)["chapters"]) == 3
