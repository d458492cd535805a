"""The pages that give a course to a list of students, and take it from them."""

import pytest
from django.urls import reverse

from luffy_api.apps.course.models import Enrollment, EnrollmentGrant
from luffy_api.common import roles
from luffy_api.tests import factories
from luffy_api.tests.back_office import said
from luffy_api.tests.people import staff

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
GIVE, TAKE = (reverse(f"admin:dashboard_student_{name}") for name in ("gifts", "returns"))
STUDENTS = reverse("admin:dashboard_student_changelist")


@pytest.fixture
def operations(client):
    client.force_login(staff(roles.OPERATIONS))
    return client


def listed(course, students, **fields):
    return {"course": course.pk, "students": students, "reason": "补偿", **fields}


def test_a_list_is_looked_at_before_anything_is_written(operations, student):
    course = factories.CourseFactory()
    form = listed(course, "13812345678\n13900009999")

    html = operations.post(GIVE, form).content.decode()
    assert "确认赠送 1 人" in html
    assert "138****5678" in html
    assert "13900009999" in html
    assert not Enrollment.objects.exists()

    answer = operations.post(GIVE, {**form, "apply": "yes"}, follow=True)
    assert "已向 1 名学员赠送" in said(answer)
    assert "1 个没有找到" in said(answer)
    assert Enrollment.objects.get().user == student
    assert "确认赠送" not in operations.post(GIVE, form).content.decode()


def test_a_gift_to_a_whole_list_is_undone(operations, student):
    course = factories.CourseFactory(name="爬虫")
    buyer = factories.EnrollmentFactory(course=course, reference="N1").user
    form = listed(course, f"{student.mobile}，{buyer.mobile}，13900009999")
    operations.post(GIVE, {**form, "apply": "yes"})

    html = operations.post(TAKE, form).content.decode()
    assert "确认收回 1 人" in html
    assert "只能通过退款收回" in html
    assert Enrollment.objects.filter(user=student).exists()

    answer = operations.post(TAKE, {**form, "apply": "yes"}, follow=True)
    assert "已收回 1 名学员的《爬虫》，1 个没有找到" in said(answer)
    assert Enrollment.objects.get().user == buyer
    assert "确认收回" not in operations.post(TAKE, form).content.decode()


@pytest.mark.parametrize("page", [GIVE, TAKE])
@pytest.mark.parametrize("text", ["", "，，", "1\n" * 1001, "x" * 300])
def test_a_bad_list_is_refused_in_words(admin_client, page, text):
    answer = admin_client.post(page, listed(factories.CourseFactory(), text, apply="yes"))
    assert answer.status_code == 200
    assert answer.context["form"].errors


@pytest.mark.parametrize("page", [GIVE, TAKE])
@pytest.mark.parametrize("course", ["", "x", "999999", "9" * 40, "-1", "１"])
def test_a_course_that_is_not_there_is_refused_in_words(admin_client, student, page, course):
    sent = {"course": course, "students": student.mobile, "reason": "补偿", "apply": "yes"}
    answer = admin_client.post(page, sent)
    assert answer.status_code == 200
    assert answer.context["form"].errors["course"]


def test_only_who_may_give_and_take_finds_the_pages(client, student):
    grant = factories.EnrollmentFactory(user=student, source=EnrollmentGrant.Source.GRANT)
    sent = listed(grant.course, student.mobile, apply="yes")
    for role in ("", roles.FINANCE, roles.TEACHERS):
        client.force_login(staff(role))
        for page in (GIVE, TAKE):
            assert client.get(page).status_code == 403, role
            assert client.post(page, sent).status_code == 403, role
    client.force_login(student)
    assert client.post(TAKE, sent).status_code == 302
    assert Enrollment.objects.get() == grant


def test_the_list_of_students_leads_there(operations):
    html = operations.get(STUDENTS).content.decode()
    assert GIVE in html
    assert TAKE in html
