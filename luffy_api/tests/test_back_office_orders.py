"""The back office of orders, and of who has which course."""

import pytest
from django.utils import timezone

from luffy_api.apps.course.models import Enrollment, EnrollmentGrant
from luffy_api.tests import factories
from luffy_api.tests.back_office import page

pytestmark = pytest.mark.django_db


def test_a_course_is_given_away_once_and_counts_the_student(admin_client, student):
    course = factories.CourseFactory(students=5)
    gift = {"user": student.mobile, "course": course.pk}
    assert admin_client.post(page(Enrollment, "add"), gift).status_code == 302
    assert Enrollment.objects.count() == 1
    grant = EnrollmentGrant.objects.get()
    assert (grant.source, grant.ends_at) == (EnrollmentGrant.Source.GRANT, None)
    again = admin_client.post(page(Enrollment, "add"), gift)
    assert again.status_code == 200
    assert again.context["errors"]
    course.refresh_from_db()
    assert course.students == 6


@pytest.mark.parametrize("word", ["xiaoming", "13812345678", "爬虫"])
def test_rights_are_found_by_student_and_course(admin_client, student, word):
    factories.EnrollmentFactory(user=student, course__name="Python 爬虫")
    factories.EnrollmentFactory()
    assert (
        admin_client.get(page(Enrollment, "changelist"), {"q": word}).context["cl"].result_count
        == 1
    )


@pytest.mark.parametrize("by", ["out_trade_no", "trade_no", "username", "mobile"])
def test_an_order_is_found_by_its_numbers_and_its_student(admin_client, student, by):
    order = factories.OrderFactory(user=student, trade_no="2026030122001")
    factories.OrderFactory()
    word = getattr(student if by in {"username", "mobile"} else order, by)
    rows = admin_client.get(page(type(order), "changelist"), {"q": word}).context["cl"].result_list
    assert list(rows) == [order]


@pytest.mark.parametrize(
    "query",
    [
        {"order_status__exact": 1},
        {"created_time__gte": "2026-01-01 00:00:00+08:00"},
        {"created_time__gte": "rubbish"},
        {"order_status__exact": "x"},
        {"user__password__startswith": "a"},
        {"p": "999"},
        {"o": "99.-99"},
        {"q": "\0"},
    ],
)
def test_no_filter_of_orders_is_a_server_error(admin_client, query):
    factories.OrderFactory(pay_time=timezone.now(), order_status=1)
    answer = admin_client.get(page(factories.OrderFactory._meta.model, "changelist"), query)
    assert answer.status_code in {200, 302, 400}
