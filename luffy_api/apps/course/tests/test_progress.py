"""PUT course/section/{id}/progress/: where a student stopped."""

import pytest

from luffy_api.apps.course.models import SectionProgress
from luffy_api.tests.factories import EnrollmentFactory, SectionFactory

pytestmark = pytest.mark.django_db


def stop(client, pk, position):
    return client.put(
        f"/api/v1/course/section/{pk}/progress/", {"position": position}, format="json"
    )


@pytest.fixture
def owned(student, section):
    """The section, bought by the student."""
    EnrollmentFactory(user=student, course=section.chapter.course)
    return section


def test_the_player_resumes_where_the_student_stopped(student_api, owned):
    assert stop(student_api, owned.pk, 42).status_code == 200
    assert stop(student_api, owned.pk, 17).json()["code"] == 100
    played = student_api.get(f"/api/v1/course/section/{owned.pk}/play/").json()["data"]
    assert played["position"] == 17


def test_the_furthest_second_is_kept(student, student_api, owned):
    for position in (100, 20):
        stop(student_api, owned.pk, position)
    row = SectionProgress.objects.get(user=student, section=owned)
    assert (row.position, row.furthest) == (20, 100)


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
def test_four_queries_from_the_second_time_on(
    student_api, owned, django_assert_num_queries, others
):
    SectionFactory.create_batch(others, chapter=owned.chapter)
    stop(student_api, owned.pk, 1)
    with django_assert_num_queries(4):
        stop(student_api, owned.pk, 2)
