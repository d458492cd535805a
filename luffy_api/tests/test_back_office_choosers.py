"""Choosers of the back office: what was sent for an id may be anything."""

import pytest
from django.contrib import admin

from luffy_api.apps.course.models import Course, CourseDiscount, CourseSection, Enrollment
from luffy_api.tests.back_office import OURS, page

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


def test_every_form_that_adds_a_row_tells_it(admin_client, admin_user, rf):
    request = rf.get("/")
    request.user = admin_user
    asked = set()
    for model in OURS:
        model_admin = admin.site._registry[model]
        names = model_admin.get_autocomplete_fields(request)
        if not model_admin.has_add_permission(request) or not names:
            continue
        for sent in ("9" * 30, "x"):
            answer = admin_client.post(page(model, "add"), dict.fromkeys(names, sent))
            assert answer.status_code == 200, (model, sent)
            errors = answer.context["adminform"].form.errors
            assert {name for name in names if name in errors}, (model, sent)
        asked.add(model)
    assert Enrollment in asked


@pytest.mark.any_database
@pytest.mark.parametrize("model", [Course, CourseDiscount])
def test_choosers_are_made_before_they_are_named(admin_client, model):
    html = admin_client.get(page(model, "add")).content.decode()
    scripts = ("admin/js/jquery.init.js", "admin/js/autocomplete.js", "back_office/choosers.js")
    places = [html.index(script) for script in scripts]
    assert places == sorted(places)
