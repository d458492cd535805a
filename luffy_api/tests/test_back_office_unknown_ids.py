"""Addresses of rows that there are not: the list of the model says so, to each role."""

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from luffy_api.apps.community.models import Question
from luffy_api.apps.course.models import Course
from luffy_api.apps.order.models import Order
from luffy_api.common import roles
from luffy_api.tests.back_office import OURS, english, page
from luffy_api.tests.people import staff

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
UNKNOWN = ("999999", "9" * 30, "x")


def told(answer) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def test_the_list_of_each_model_says_that_the_row_is_not_there(admin_client):
    for model in OURS:
        for pk in UNKNOWN:
            answer = admin_client.get(page(model, "change", pk))
            assert answer.status_code in (302, 404), model
            if answer.status_code == 302:
                assert answer["Location"] == page(model, "changelist"), model
                assert any(pk in text for text in told(answer)), model
    shown = admin_client.get(page(Course, "change", "999999"), follow=True)
    assert "999999" in shown.content.decode()
    assert english(shown) == []


@pytest.mark.parametrize(
    ("role", "model"),
    [(roles.TEACHERS, Question), (roles.OPERATIONS, Course), (roles.FINANCE, Order)],
)
def test_each_role_reads_it_at_once(client, role, model):
    client.force_login(staff(role))
    for kind in ("change", "history"):
        shown = client.get(page(model, kind, "999999"), follow=True)
        assert shown.redirect_chain == [(page(model, "changelist"), 302)]
        assert "999999" in shown.content.decode()


def test_who_may_not_see_the_list_is_not_led_there(client):
    client.force_login(staff(roles.FINANCE))
    assert client.get(page(Course, "change", "999999")).status_code == 403
    answer = client.get(page(Course, "history", "999999"))
    assert answer["Location"] == reverse("admin:index")


def test_a_form_whose_row_went_meanwhile_leads_to_the_list_too(admin_client):
    answer = admin_client.post(page(Course, "change", "999999"), {"name": "x"})
    assert answer["Location"] == page(Course, "changelist")
    assert len(told(answer)) == 1
