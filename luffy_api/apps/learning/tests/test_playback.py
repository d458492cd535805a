"""GET course/section/{id}/play/: who gets a URL."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from luffy_api.apps.course import access
from luffy_api.apps.course.exceptions import NotEnrolled
from luffy_api.apps.course.models import Course
from luffy_api.apps.user.models import User
from luffy_api.tests.factories import EnrollmentFactory, ProgressFactory, SectionFactory
from luffy_api.tests.private_files import store

pytestmark = pytest.mark.django_db


def play(client, pk):
    return client.get(f"/api/v1/course/section/{pk}/play/")


def test_a_free_trial_plays_for_a_visitor(api, trial):
    data = play(api, trial.pk).json()["data"]
    assert data.keys() == {
        "url",
        "type",
        "expires_at",
        "position",
        "watermark",
        "poster",
        "subtitles",
        "chapters",
    }
    assert (data["watermark"], data["poster"]) == ("", None)
    assert (data["type"], data["position"]) == ("mp4", 0)
    life = datetime.fromisoformat(data["expires_at"]) - timezone.now()
    assert timedelta(minutes=24) < life <= timedelta(minutes=25)


def test_a_paid_section_plays_for_its_owner_from_where_they_stopped(student, student_api, section):
    EnrollmentFactory(user=student, course=section.chapter.course)
    ProgressFactory(user=student, section=section, position=42)
    ProgressFactory(section=section, position=99)
    data = play(student_api, section.pk).json()["data"]
    assert (data["type"], data["position"]) == ("mp4", 42)


def test_a_visitor_is_asked_to_log_in(api, section):
    answer = play(api, section.pk)
    assert (answer.status_code, answer.json()["code"]) == (401, 1001)


def test_a_stranger_is_asked_to_buy(student, stranger_api, section):
    EnrollmentFactory(user=student, course=section.chapter.course)
    answer = play(stranger_api, section.pk)
    assert (answer.status_code, answer.json()["code"]) == (403, 3001)
    assert answer.json()["data"] is None


def test_another_course_opens_nothing(student, student_api, section):
    EnrollmentFactory(user=student)
    assert play(student_api, section.pk).status_code == 403


@pytest.mark.any_database
@pytest.mark.parametrize(
    ("name", "kind"), [("a.mp4", "mp4"), ("a.FLV", "flv"), ("hls/index.m3u8", "hls")]
)
def test_the_type_tells_the_player_what_it_gets(api, folders, name, kind):
    store(folders, name)
    section = SectionFactory(video=name, free_trail=True)
    assert play(api, section.pk).json()["data"]["type"] == kind


@pytest.mark.parametrize("video", ["", "gone.mp4", "notes.pdf"])
def test_without_a_playable_file_there_is_nothing_to_play(api, folders, video):
    store(folders, "notes.pdf")
    section = SectionFactory(video=video, free_trail=True)
    answer = play(api, section.pk)
    assert (answer.status_code, answer.json()["code"]) == (404, 3003)


@pytest.mark.parametrize(
    "hidden", [{"is_show": False}, {"is_delete": True}, {"chapter__is_show": False}]
)
def test_a_hidden_section_is_not_there_even_for_owners(student, student_api, hidden):
    section = SectionFactory(video="a.mp4", free_trail=True, **hidden)
    EnrollmentFactory(user=student, course=section.chapter.course)
    answer = play(student_api, section.pk)
    assert (answer.status_code, answer.json()["code"]) == (404, 1004)


def test_a_trial_of_a_hidden_course_plays_for_its_owner_only(api, student, student_api, trial):
    Course.objects.filter(pk=trial.chapter.course_id).update(is_show=False)
    EnrollmentFactory(user=student, course=trial.chapter.course)
    assert play(api, trial.pk).status_code == 404
    assert play(student_api, trial.pk).status_code == 200


def test_an_account_that_was_closed_is_no_owner_any_more(student, section):
    """Its token opens nothing anyway; this is for what asks without one."""
    EnrollmentFactory(user=student, course=section.chapter.course)
    User.objects.update(is_active=False)
    with pytest.raises(NotEnrolled):
        access.watchable_section(section_id=section.pk, user_id=student.pk)
    with pytest.raises(NotEnrolled):
        access.owned_course(course_id=section.chapter.course_id, user_id=student.pk)


@pytest.mark.any_database
@pytest.mark.parametrize("pk", [0, 10**6, 2**63, 10**30, "abc", "-1"])
def test_an_unknown_section(api, pk):
    assert play(api, pk).status_code == 404


@pytest.mark.parametrize("others", [0, 8])
def test_a_fixed_number_of_queries(
    api, student, student_api, section, trial, django_assert_num_queries, others
):
    SectionFactory.create_batch(others, chapter=section.chapter)
    EnrollmentFactory(user=student, course=section.chapter.course)
    play(student_api, section.pk)
    with django_assert_num_queries(
        4
    ):  # token, section with right, position, subtitles and chapters
        play(student_api, section.pk)
    with django_assert_num_queries(2):
        play(api, trial.pk)


def test_asking_for_the_right_reads_no_table_from_end_to_end(student, section):
    EnrollmentFactory(user=student, course=section.chapter.course)
    plan = access.sections_visible_to(student.pk).filter(pk=section.pk).explain()
    # In the words of SQLite and of MariaDB.
    assert "luffy_enrollment" in plan
    assert not {"SCAN", "ALL"} & set(plan.split())
