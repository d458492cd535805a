"""What the outline of a course shows on its page of the back office."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from luffy_api.apps.course.models import CourseSection
from luffy_api.apps.dashboard.tests.outline.pages import chapters_of, ids, outline_of, shown
from luffy_api.apps.video.models import TranscodingJob, Video, VideoUpload
from luffy_api.tests.factories import ChapterFactory, SectionFactory, current_video
from luffy_api.tests.people import staff

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def test_it_shows_each_section_with_its_kind_state_and_length(operations, course):
    working = SectionFactory(
        chapter__course=course, chapter__chapter=3, name="e", video_state=Video.State.PROCESSING
    )
    TranscodingJob.objects.create(video=current_video(working), progress=40)
    text = {"section_type": 0, "video": "", "duration": 0}
    SectionFactory(chapter=working.chapter, name="f", content="正文", **text)
    SectionFactory(chapter=working.chapter, name="g", is_show=False, free_trail=True, **text)
    SectionFactory(chapter=working.chapter, name="h", is_delete=True)
    SectionFactory(
        chapter=working.chapter, name="i", video_state=Video.State.FAILED, video_note="已损坏"
    )

    answer = operations.get(outline_of(course)).json()["data"]

    assert [each["name"] for each in answer["chapters"]] == ["一", "二", working.chapter.name]
    rows = {row["name"]: row for row in answer["chapters"][2]["sections"]}
    assert list(rows) == ["e", "f", "g", "i"]
    assert rows["e"]["media"] == {
        "id": working.pk,
        "state": 2,
        "progress": 40,
        "error": "",
        "playable": True,
        "duration": 600,
    }
    assert [rows[name]["has_text"] for name in "fg"] == [True, False]
    assert (rows["g"]["is_show"], rows["g"]["free_trail"]) == (False, True)
    assert (rows["i"]["media"]["state"], rows["i"]["media"]["error"]) == (4, "已损坏")
    assert answer["rights"] == dict.fromkeys(answer["rights"], True)


def test_the_newest_video_and_an_upload_that_is_open_are_what_is_told(operations, course):
    section = CourseSection.objects.get(name="a")
    Video.objects.create(section=section, file="new.mp4", state=Video.State.FAILED, note="坏")
    other = CourseSection.objects.get(name="b")
    upload = VideoUpload(section=other, user=staff(), filename="b.mp4", size=1, part_size=1)
    upload.expires_at = "2999-01-01T00:00Z"
    upload.save()

    rows = chapters_of(operations, course)["一"]["sections"]

    assert [row["media"]["state"] for row in rows] == [4, 1, 3]


def test_the_number_of_queries_does_not_grow(operations, course):
    with CaptureQueriesContext(connection) as asked:
        operations.get(outline_of(course))
    for _ in range(10):
        SectionFactory.create_batch(3, chapter=ChapterFactory(course=course))
    with CaptureQueriesContext(connection) as again:
        operations.get(outline_of(course))
    assert len(asked) == len(again)
    about_it = [each for each in again.captured_queries if "luffy_course" in each["sql"]]
    assert len(about_it) == 3


@pytest.mark.every_database
def test_states_of_many_sections_are_one_small_query(operations, course):
    foreign = SectionFactory()
    wanted = [*ids("abc"), foreign.pk, 999_999]
    query = {"sections": ",".join(map(str, wanted))}

    with CaptureQueriesContext(connection) as asked:
        answer = operations.get(f"{outline_of(course)}media/", query)

    assert sorted(row["id"] for row in answer.json()["data"]) == sorted(ids("abc"))
    assert len([each for each in asked.captured_queries if "luffy_course" in each["sql"]]) == 1


def test_what_are_no_sections_is_refused(operations, course):
    wrong = ("", "0", "a", "1,,2", "1, 2", "-1", "1,2,", "9" * 19, "1," * 6000 + "1", "１")
    for query in wrong:
        answer = operations.get(f"{outline_of(course)}media/", {"sections": query})

        assert answer.status_code == 400, query[:80]


def test_names_are_given_as_they_are(operations, course):
    name = "</script><script>evil()</script>"
    ChapterFactory(course=course, name=name, chapter=9)

    answer = operations.get(outline_of(course))

    assert answer["Content-Type"] == "application/json"
    assert list(shown(operations, course))[-1] == name
