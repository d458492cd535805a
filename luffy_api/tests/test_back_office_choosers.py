"""Choosers of the back office: what was sent for an id may be anything."""

import pytest

from luffy_api.apps.course.models import Course, CourseDiscount, CourseSection, Enrollment
from luffy_api.tests.back_office import page

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("model", "field"),
    [
        (Course, "course_category"),
        (Course, "teacher"),
        (CourseDiscount, "courses"),
        (CourseSection, "chapter"),
        (Enrollment, "user"),
    ],
)
def test_what_is_no_id_is_told_on_the_form(admin_client, model, field):
    for sent in ("9" * 30, "x", "-1", "１", "1.5", "\x00"):
        answer = admin_client.post(page(model, "add"), {field: sent})
        assert answer.status_code == 200, sent
        assert answer.context["adminform"].form.errors[field], sent


@pytest.mark.any_database
@pytest.mark.parametrize("model", [Course, CourseDiscount])
def test_choosers_are_made_before_they_are_named(admin_client, model):
    html = admin_client.get(page(model, "add")).content.decode()
    scripts = ("admin/js/jquery.init.js", "admin/js/autocomplete.js", "back_office/choosers.js")
    places = [html.index(script) for script in scripts]
    assert places == sorted(places)
