"""PUT course/section/{id}/progress/: where a student stopped, and how much they have watched."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from luffy_api.apps.learning import progress
from luffy_api.apps.learning.models import SectionProgress
from luffy_api.tests.factories import EnrollmentFactory, SectionFactory

pytestmark = pytest.mark.django_db


def stop(client, pk, position):
    return client.put(
        f"/api/v1/course/section/{pk}/progress/", {"position": position}, format="json"
    )


def report(user, section, position):
    return progress.save_progress(user_id=user.pk, section_id=section.pk, position=position)


def play(client, pk):
    return client.get(f"/api/v1/course/section/{pk}/play/").json()["data"]


@pytest.fixture
def owned(student, section):
    """The section of ten minutes, bought by the student."""
    EnrollmentFactory(user=student, course=section.chapter.course)
    return section


@pytest.fixture
def clock():
    """Stands still until it is moved: `clock.shift(seconds)`."""
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        yield traveller


def test_the_player_resumes_where_the_student_stopped(student_api, owned):
    assert stop(student_api, owned.pk, 42).status_code == 200
    assert stop(student_api, owned.pk, 17).json()["code"] == 100
    assert play(student_api, owned.pk)["position"] == 17


def test_watching_it_all_with_a_report_every_ten_seconds_is_done(student_api, owned, clock):
    play(student_api, owned.pk)
    for position in range(10, 601, 10):
        clock.shift(10)
        data = stop(student_api, owned.pk, position).json()["data"]
    assert data == {"position": 600, "watched": 600, "done": True}


def test_watching_at_twice_the_speed_counts_in_full(student_api, owned, clock):
    play(student_api, owned.pk)
    for position in range(20, 601, 20):
        clock.shift(10)
        data = stop(student_api, owned.pk, position).json()["data"]
    assert data["watched"] == 600


def test_nine_tenths_are_enough_and_less_is_not(student_api, owned, clock):
    play(student_api, owned.pk)
    done = []
    for position in range(10, 541, 10):
        clock.shift(10)
        done.append(stop(student_api, owned.pk, position).json()["data"]["done"])
    assert done == [False] * 53 + [True]


def test_one_call_forges_nothing(student_api, owned, clock):
    assert stop(student_api, owned.pk, 600).json()["data"]["watched"] == 0


@pytest.mark.any_database
def test_a_thousand_calls_forge_no_more_than_twice_the_real_time(student, owned, clock):
    report(student, owned, 0)
    for call in range(1000):
        clock.shift(timedelta(milliseconds=60))
        told = report(student, owned, (call * 5) % 600)
    assert told.watched <= 2 * 60


@pytest.mark.parametrize("away", [3600, 10**7])
def test_time_without_a_player_earns_a_minute_at_most(student, owned, clock, away):
    report(student, owned, 0)
    clock.shift(away)
    assert report(student, owned, 600).watched <= 120


def test_a_seek_is_remembered_but_not_counted_as_watched(student_api, owned, clock):
    play(student_api, owned.pk)
    clock.shift(10)
    data = stop(student_api, owned.pk, 500).json()["data"]
    assert data == {"position": 500, "watched": 10, "done": False}
    assert play(student_api, owned.pk)["position"] == 500


def test_a_paused_player_watches_nothing(student_api, owned, clock):
    play(student_api, owned.pk)
    for _ in range(30):
        clock.shift(10)
        data = stop(student_api, owned.pk, 0).json()["data"]
    assert data["watched"] == 0


def test_a_lost_report_is_made_up_for_by_the_next(student_api, owned, clock):
    play(student_api, owned.pk)
    clock.shift(40)
    assert stop(student_api, owned.pk, 40).json()["data"]["watched"] == 40


def test_a_clock_that_was_set_back_breaks_nothing(student, owned, clock):
    report(student, owned, 10)
    clock.shift(-3600)
    assert report(student, owned, 20).watched == 0


def test_watching_again_does_not_undo_what_was_watched(student_api, owned, clock):
    play(student_api, owned.pk)
    for position in range(10, 601, 10):
        clock.shift(10)
        stop(student_api, owned.pk, position)
    assert play(student_api, owned.pk)["position"] == 0
    clock.shift(10)
    assert stop(student_api, owned.pk, 10).json()["data"] == {
        "position": 10,
        "watched": 600,
        "done": True,
    }


def test_a_trial_of_a_bought_course_counts_from_the_first_second(
    student, student_api, trial, clock
):
    EnrollmentFactory(user=student, course=trial.chapter.course)
    play(student_api, trial.pk)
    clock.shift(10)
    assert stop(student_api, trial.pk, 10).json()["data"]["watched"] == 10


def test_a_viewer_who_has_not_bought_leaves_no_row(stranger_api, trial):
    play(stranger_api, trial.pk)
    assert not SectionProgress.objects.exists()


def test_nobody_stops_after_the_end(student_api, owned):
    stop(student_api, owned.pk, 86400)
    assert SectionProgress.objects.get().position == 600


@pytest.mark.parametrize(
    "position", [-1, 86401, 10**30, "abc", "", None, 1.5, [1], {"a": 1}, "NaN"]
)
def test_what_is_no_second_of_a_section_is_refused(student_api, owned, position):
    answer = stop(student_api, owned.pk, position)
    assert answer.status_code == 400
    assert not SectionProgress.objects.exists()


def test_the_position_is_required(student_api, owned):
    answer = student_api.put(f"/api/v1/course/section/{owned.pk}/progress/", {}, format="json")
    assert list(answer.json()["errors"]) == ["position"]


def test_a_visitor_is_asked_to_log_in(api, section):
    assert stop(api, section.pk, 1).status_code == 401


def test_a_stranger_is_refused_on_free_trials_too(stranger_api, section, trial):
    for row in (section, trial):
        answer = stop(stranger_api, row.pk, 1)
        assert (answer.status_code, answer.json()["code"]) == (403, 3001)
    assert not SectionProgress.objects.exists()


@pytest.mark.parametrize("pk", [0, 10**6, 2**63])
def test_an_unknown_section(student_api, pk):
    assert stop(student_api, pk, 1).status_code == 404


@pytest.mark.parametrize("others", [0, 8])
def test_one_query_from_the_second_time_on(student_api, owned, django_assert_num_queries, others):
    SectionFactory.create_batch(others, chapter=owned.chapter)
    stop(student_api, owned.pk, 1)
    with django_assert_num_queries(1):  # progress with section, enrollment and the token's user
        stop(student_api, owned.pk, 2)
