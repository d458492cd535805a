"""What is done, how it counts, and that it stays: `{done: true}`, and course/{id}/progress/."""

from datetime import timedelta
from threading import Barrier

import pytest
from django.utils import timezone

from luffy_api.apps.course.models import CourseSection
from luffy_api.apps.learning import (
    account_moves,
    class_progress,
    course_progress,
    progress,
    progress_buffer,
)
from luffy_api.apps.learning.models import SectionProgress
from luffy_api.tests.factories import (
    CourseFactory,
    EnrollmentFactory,
    ProgressFactory,
    SectionFactory,
    UserFactory,
)
from luffy_api.tests.processes.clients import in_threads

pytestmark = pytest.mark.django_db
DOCUMENT, EXERCISE = 0, 1


def text(course, kind=DOCUMENT, **fields):
    """A document or an exercise of the course."""
    return SectionFactory(
        **{"course": course, "section_type": kind, "video": "", "duration": 0, "content": "x"}
        | fields
    )


def mark(client, section, body=None):
    pk = getattr(section, "pk", section)
    url = f"/api/v1/course/section/{pk}/progress/"
    return client.put(url, {"done": True} if body is None else body, format="json")


def standing(client, course):
    return client.get(f"/api/v1/course/{course.pk}/progress/").json()["data"]


def percent(client, course):
    return standing(client, course)["course"]["percent"]


@pytest.fixture
def course(student):
    return EnrollmentFactory(user=student).course


def test_a_course_of_texts_alone_reaches_all_of_it(student_api, course):
    document, exercise = text(course), text(course, EXERCISE)

    answer = mark(student_api, document)
    half = percent(student_api, course)
    mark(student_api, exercise)

    assert answer.json()["data"] == {"position": 0, "watched": 0, "done": True}
    found = standing(student_api, course)
    assert (half, found["course"]["percent"]) == (50, 100)
    assert (found["course"]["done"], found["course"]["total"]) == (2, 2)
    assert found["sections"] == [
        {"id": each.pk, "percent": 100, "done": True} for each in (document, exercise)
    ]


def test_a_mark_that_is_repeated_changes_nothing_more(student_api, course):
    section = text(course)
    mark(student_api, section)
    first = SectionProgress.objects.get().done_at

    assert mark(student_api, section).status_code == 200
    assert SectionProgress.objects.get().done_at == first


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "position"),
        ({"done": False}, "done"),
        ({"done": "maybe"}, "done"),
        ({"done": None}, "done"),
        ({"done": [True]}, "done"),
        ({"done": True, "position": 3}, "done"),
    ],
)
def test_what_marks_nothing_is_refused(student_api, course, body, field):
    answer = mark(student_api, text(course), body)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert not SectionProgress.objects.exists()


def test_a_video_is_watched_and_an_empty_text_has_nothing_to_read(student_api, course):
    video = mark(student_api, SectionFactory(course=course))
    empty = mark(student_api, text(course, content=" \n"))
    assert (video.status_code, video.json()["msg"]) == (400, "视频看完后会自动记为学完")
    assert (empty.status_code, empty.json()["code"]) == (404, 3003)
    assert not SectionProgress.objects.exists()


def test_only_whoever_has_the_course_marks_and_sees_progress(api, stranger_api, course):
    section = text(course, free_trail=True)
    assert mark(api, section).status_code == 401
    assert mark(stranger_api, section).status_code == 403
    url = f"/api/v1/course/{course.pk}/progress/"
    assert api.get(url).status_code == 401
    answer = stranger_api.get(url)
    assert (answer.status_code, answer.json()["code"]) == (403, 3001)
    assert not SectionProgress.objects.exists()


@pytest.mark.parametrize("pk", [0, 10**6, 2**63])
def test_unknown_sections_and_courses(student_api, pk):
    assert mark(student_api, pk).status_code == 404
    assert student_api.get(f"/api/v1/course/{pk}/progress/").status_code == 404


def test_a_section_with_nothing_to_watch_or_read_yet_does_not_count(student_api, course):
    mark(student_api, text(course))
    assert percent(student_api, course) == 100

    text(course, content="")
    text(course, content=" \n\u3000")
    SectionFactory(course=course, video="", duration=0)
    SectionFactory(course=course, is_show=False)

    assert percent(student_api, course) == 100
    SectionFactory(course=course)
    assert percent(student_api, course) == 50


def test_a_course_with_nothing_to_do_yet_is_at_nothing(student_api, course):
    SectionFactory(course=course, video="", duration=0)
    assert standing(student_api, course) == {
        "course": {
            "percent": 0,
            "done": 0,
            "total": 0,
            "section_id": None,
            "section_name": "",
            "position": 0,
            "certificate": False,
        },
        "sections": [],
    }


@pytest.mark.parametrize(
    "later",
    [
        {"duration": 6000},
        {"duration": 0, "is_playable": False},
        {"is_show": False},
        {"is_delete": True},
    ],
)
def test_done_stays_done_whatever_becomes_of_the_section(student, student_api, course, later):
    seen, _ = SectionFactory(course=course), SectionFactory(course=course)
    began = timezone.now() - timedelta(seconds=60)
    SectionProgress.objects.create(
        user=student, section=seen, position=530, watched=530, reported_at=began
    )
    progress.save_progress(user_id=student.pk, section_id=seen.pk, position=545)
    progress_buffer.flush_all()
    assert percent(student_api, course) == 50

    CourseSection.objects.filter(pk=seen.pk).update(**later)

    assert percent(student_api, course) == 50
    again = progress.save_progress if later.get("duration") else None
    if again:
        assert again(user_id=student.pk, section_id=seen.pk, position=1).done


def test_what_an_earlier_release_has_counted_counts(student, student_api, course):
    ProgressFactory(user=student, section=SectionFactory(course=course), position=540)
    ProgressFactory(user=student, section=SectionFactory(course=course), position=539)
    found = standing(student_api, course)
    assert [(row["percent"], row["done"]) for row in found["sections"]] == [
        (100, True),
        (89, False),
    ]


def test_a_text_that_was_opened_is_a_place_to_go_on(student, student_api, stranger_api, course):
    section = text(course, free_trail=True, name="第一篇")
    for client in (student_api, student_api, stranger_api):
        client.get(f"/api/v1/course/section/{section.pk}/content/")

    found = standing(student_api, course)["course"]

    assert (found["section_id"], found["section_name"]) == (section.pk, "第一篇")
    assert [row.user for row in SectionProgress.objects.all()] == [student]


def test_a_teacher_sees_what_the_student_sees(student, student_api, course):
    document, video = text(course), SectionFactory(course=course)
    hidden = text(course, is_show=False)
    mark(student_api, document)
    ProgressFactory(user=student, section=hidden, position=0, done_at=timezone.now())
    ProgressFactory(user=student, section=video, position=300)

    pair = student.pk, course.pk
    found = class_progress.of_students([pair])[pair]
    own = course_progress.load_progress([course.pk], user_id=student.pk)[course.pk]

    assert (found.done, found.total, found.percent) == (2, 3, 66)
    assert (own.done, own.total, own.percent) == (2, 3, 66)
    lines = class_progress.by_section(user_id=student.pk, course_id=course.pk)
    assert [(line.percent, line.is_done) for line in lines] == [(100, True), (50, False)]


@pytest.mark.parametrize("size", [1, 8])
def test_a_fixed_number_of_queries(student_api, course, django_assert_num_queries, size):
    for _ in range(size):
        section = text(course)
        mark(student_api, section)
    # The token's user; course, progress, and what can be done
    with django_assert_num_queries(4):
        standing(student_api, course)
    # The token's user, section, right, row, mark
    with django_assert_num_queries(5):
        mark(student_api, section)


@pytest.mark.django_db(transaction=True)
def test_marks_at_the_same_moment_are_one(student, course):
    section, together = text(course), Barrier(6)

    def act(number):
        together.wait(timeout=30)
        return progress.mark_done(user_id=student.pk, section_id=section.pk).done

    assert in_threads(act, 6) == [True] * 6
    assert SectionProgress.objects.get().done_at is not None


@pytest.mark.django_db(transaction=True)
def test_a_mark_beside_reports_and_their_flush_stays(student, course):
    # Given a report that waits, and a row that others mark meanwhile
    section = text(course)
    progress.save_progress(user_id=student.pk, section_id=section.pk, position=1)
    together = Barrier(4)

    def act(number):
        together.wait(timeout=30)
        if number == 0:
            return progress.mark_done(user_id=student.pk, section_id=section.pk).done
        progress.save_progress(user_id=student.pk, section_id=section.pk, position=number)
        return progress_buffer.flush_all()

    in_threads(act, 4)
    progress_buffer.flush_all()

    assert SectionProgress.objects.get().done_at is not None


def test_of_two_accounts_what_one_has_done_is_done(student, course):
    other, section = UserFactory(), text(CourseFactory())
    ProgressFactory(user=student, section=section, position=90)
    ProgressFactory(user=other, section=section, position=9, done_at=timezone.now())
    account_moves.move(source_id=other.pk, target_id=student.pk)

    row = SectionProgress.objects.get()
    assert (row.user, row.position, row.done_at is not None) == (student, 90, True)
