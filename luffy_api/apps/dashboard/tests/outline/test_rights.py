"""Who may see the outline of a course, and who may change what of it."""

import pytest
from rest_framework.test import APIClient

from luffy_api.apps.course.models import CourseChapter
from luffy_api.apps.dashboard.tests.outline.pages import (
    LONG_AGO,
    VIEW,
    change,
    move,
    move_chapters,
    outline_of,
    with_rights,
)
from luffy_api.common import roles
from luffy_api.tests.people import staff

pytestmark = pytest.mark.django_db


ACTIONS = {
    "add_coursechapter": lambda client, course: client.post(
        f"{outline_of(course)}chapter/", {"name": "三"}, format="json"
    ),
    "add_coursesection": lambda client, course: client.post(
        f"{outline_of(course)}section/",
        {"chapter": CourseChapter.objects.get(name="一").pk, "name": "e", "section_type": 2},
        format="json",
    ),
    "change_coursechapter": lambda client, course: move_chapters(
        client, course, "一二", "二一", at=LONG_AGO
    ),
    "change_coursesection": lambda client, course: move(
        client, course, change("一", "abc", "cab"), at=LONG_AGO
    ),
}


@pytest.mark.any_database
@pytest.mark.parametrize("right", ACTIONS)
def test_each_action_needs_its_own_right(course, right):
    others = [name for name in ACTIONS if name != right]

    assert ACTIONS[right](with_rights(*VIEW, *others), course).status_code == 403
    assert ACTIONS[right](with_rights(right), course).status_code == 403
    assert ACTIONS[right](with_rights(*VIEW, right), course).status_code in {200, 201}


@pytest.mark.any_database
def test_who_may_only_look_is_told_that_nothing_can_be_changed(course):
    answer = with_rights(*VIEW).get(outline_of(course))

    rights = answer.json()["data"]["rights"]
    assert [name for name, may in rights.items() if may] == ["open_forms"]


@pytest.mark.any_database
@pytest.mark.parametrize("missing", VIEW)
def test_who_may_not_see_all_of_it_sees_nothing(course, missing):
    client = with_rights(*[right for right in VIEW if right != missing])

    assert client.get(outline_of(course)).status_code == 403


@pytest.mark.any_database
def test_it_is_closed_to_finance_students_and_visitors(course, student_api, student, api):
    finance = APIClient()
    finance.force_login(staff(roles.FINANCE))
    in_browser = APIClient()
    in_browser.force_login(student)

    assert finance.get(outline_of(course)).status_code == 403
    assert in_browser.get(outline_of(course)).status_code == 403
    assert student_api.get(outline_of(course)).status_code == 401
    assert api.get(outline_of(course)).status_code == 401


@pytest.mark.any_database
def test_a_change_from_another_site_is_refused(course):
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(staff(roles.OPERATIONS))

    assert ACTIONS["add_coursechapter"](client, course).status_code == 403
