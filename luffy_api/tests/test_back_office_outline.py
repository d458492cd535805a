"""The back office of chapters, sections and their videos."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from luffy_api.apps.course.models import CourseChapter, CourseSection
from luffy_api.apps.video.models import Video
from luffy_api.tests import factories
from luffy_api.tests.back_office import act, form_of, page, save

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def counted(course):
    course.refresh_from_db()
    return course.sections, course.pub_sections


def test_the_numbers_of_a_course_follow_its_sections(admin_client):
    first = factories.SectionFactory()
    course, chapter = first.chapter.course, first.chapter
    second = factories.SectionFactory(chapter=chapter)
    # When nothing but "save" is pressed
    save(admin_client, chapter)
    assert counted(course) == (2, 2)
    # When a section is hidden on the chapter's page, shown in bulk, deleted on its own page
    url = page(CourseChapter, "change", chapter.pk)
    form = form_of(admin_client, url)
    admin_client.post(url, {k: v for k, v in form.items() if k != "coursesections-1-is_show"})
    assert counted(course) == (2, 1)
    act(admin_client, "show", second)
    assert counted(course) == (2, 2)
    admin_client.post(page(CourseSection, "delete", second.pk), {"post": "yes"})
    assert counted(course) == (1, 1)
    # When the chapter is deleted on its own page
    admin_client.post(page(CourseChapter, "delete", chapter.pk), {"post": "yes"})
    assert counted(course) == (0, 0)
    chapter.refresh_from_db()
    assert chapter.is_delete


def test_a_chapter_with_its_sections_is_entered_on_one_page(admin_client):
    course = factories.CourseFactory()
    lines = {"TOTAL_FORMS": 1, "INITIAL_FORMS": 0, "0-name": "一", "0-section_type": 2}
    lines |= {"0-orders": 1, "0-duration": 60, "0-is_show": "on"}
    data = {"course": course.pk, "chapter": 1, "name": "第一章", "is_show": "on"}
    data |= {f"coursesections-{name}": value for name, value in lines.items()}
    assert admin_client.post(page(CourseChapter, "add"), data).status_code == 302
    assert CourseSection.objects.get().chapter.course == course
    # Its video is still to come
    assert counted(course) == (1, 0)


def test_a_video_of_an_unknown_type_is_refused(admin_client, folders):
    section = factories.SectionFactory()
    answer = save(admin_client, section, video=SimpleUploadedFile("a.html", b"<script>"))
    assert answer.context["errors"]


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("", ["失败的", "可播放的", "没有视频的"]),
        ("0", ["没有视频的"]),
        ("3", ["可播放的"]),
        ("4", ["失败的"]),
        ("x", []),
    ],
)
def test_sections_are_listed_by_the_state_of_their_video(admin_client, value, found):
    factories.SectionFactory(name="可播放的")
    factories.SectionFactory(name="失败的", video_state=Video.State.FAILED)
    factories.SectionFactory(name="没有视频的", video="")
    answer = admin_client.get(
        page(CourseSection, "changelist"), {"video_state": value} if value else {}
    )
    assert sorted(section.name for section in answer.context["cl"].result_list) == sorted(found)


def test_a_fixed_number_of_queries_for_a_list_of_sections(admin_client, django_assert_num_queries):
    section = factories.SectionFactory()
    url = page(CourseSection, "changelist")
    admin_client.get(url)
    with CaptureQueriesContext(connection) as asked:
        admin_client.get(url)
    factories.SectionFactory.create_batch(5, chapter=section.chapter)
    with django_assert_num_queries(len(asked)):
        admin_client.get(url)
