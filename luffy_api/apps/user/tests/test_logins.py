"""When students logged in, how, and from where."""

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from luffy_api.apps.user import account_deletion, cleanup, logins, personal_data
from luffy_api.apps.user.models import StudentLogin, User
from luffy_api.apps.user.tests.conftest import post
from luffy_api.common import roles
from luffy_api.tests.factories import PASSWORD, UserFactory
from luffy_api.tests.people import staff

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
Way = StudentLogin.Way
HERE = "127.0.0.1"


def kept(user) -> list[tuple[int, str]]:
    return list(logins.of_student(user.pk).values_list("way", "address"))


def test_each_way_in_is_kept_with_its_address(api, code_for):
    by_password, by_sms, forgetful = UserFactory.create_batch(3)
    post(api, "login/", username=by_password.username, password=PASSWORD)
    post(api, "sms_login/", mobile=by_sms.mobile, code=code_for(by_sms.mobile, "login"))
    code = code_for(forgetful.mobile, "reset")
    post(api, "password/reset/", mobile=forgetful.mobile, code=code, password="another-horse-8")
    code = code_for("13912345678", "register")
    post(api, "register/", mobile="13912345678", code=code, password="another-horse-8")

    new = User.objects.get(mobile="13912345678")
    assert [kept(user) for user in (by_password, by_sms, forgetful, new)] == [
        [(way, HERE)] for way in (Way.PASSWORD, Way.SMS, Way.RESET, Way.REGISTRATION)
    ]


def test_what_is_no_login_is_not_kept(api, student, student_api):
    post(api, "login/", username="xiaoming", password="wrong")
    post(api, "sms_login/", mobile=student.mobile, code="000000")
    assert student_api.post("/api/v1/user/token/refresh/").status_code == 200

    assert not StudentLogin.objects.exists()


def test_they_are_deleted_when_they_are_old():
    old, new = UserFactory.create_batch(2)
    with time_machine.travel(timezone.now() - settings.LOGIN_RETENTION - timedelta(hours=1)):
        logins.record(user=old, way=Way.SMS, address=HERE)
    logins.record(user=new, way=Way.SMS, address=HERE)

    assert cleanup.clear_expired() == 1
    assert (kept(old), kept(new)) == ([], [(Way.SMS, HERE)])


def test_they_are_in_the_export_and_go_with_the_account(student):
    other = UserFactory()
    for user in (student, other):
        logins.record(user=user, way=Way.PASSWORD, address=HERE)

    [row] = personal_data.export(student)["logins"]["kept"]
    assert (row["way"], row["address"]) == ("密码", HERE)

    account_deletion.close(student.pk)
    assert (kept(student), kept(other)) == ([], [(Way.PASSWORD, HERE)])


def test_superusers_see_them_on_the_page_of_the_student(admin_client, client, student):
    page = reverse("admin:dashboard_student_change", args=[student.pk])
    assert "没有登录记录" in admin_client.get(page).content.decode()
    logins.record(user=student, way=Way.SMS, address="203.0.113.9")

    html = admin_client.get(page).content.decode()
    assert "203.0.113.9" in html
    assert "短信验证码" in html
    client.force_login(staff(roles.OPERATIONS))
    assert "203.0.113.9" not in client.get(page).content.decode()
