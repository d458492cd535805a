"""POST user/close/: personal data is deleted, orders and enrollments stay."""

import threading
from contextlib import nullcontext

import pytest
from django.contrib.auth.models import Group
from django.db import connection

from luffy_api.apps.user import account_deletion, tokens
from luffy_api.apps.user.exceptions import LoginFailed
from luffy_api.apps.user.models import SmsCode, User
from luffy_api.apps.user.tests.conftest import post, wrong
from luffy_api.apps.user.tests.test_avatar import picture, put, stored
from luffy_api.conftest import logged_in
from luffy_api.tests import factories
from luffy_api.tests.factories import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture
def without_password(student):
    """Somebody who came by text message only."""
    student.set_unusable_password()
    student.save()
    return student


def test_personal_data_is_deleted_and_orders_stay(student, student_api):
    student.groups.add(Group.objects.create(name="试用"))
    student.first_name, student.last_name, student.signature = "明", "王", "好好学习"
    student.save()
    order = factories.OrderFactory(user=student)
    enrollment = factories.EnrollmentFactory(user=student)
    assert post(student_api, "close/", password=PASSWORD).status_code == 200
    student.refresh_from_db()
    assert student.username.startswith("closed-")
    assert student.nickname == "已注销用户"
    assert (student.mobile, student.email) == (None, None)
    assert (student.signature, student.first_name, student.last_name) == ("", "", "")
    assert (student.is_active, student.has_usable_password()) == (False, False)
    assert student.closed_at is not None
    assert student.groups.count() == 0
    for kept in (order, enrollment):
        kept.refresh_from_db()
        assert kept.user_id == student.pk
    assert not SmsCode.objects.filter(mobile="13812345678").exists()
    row = str(User.objects.filter(pk=student.pk).values().get())
    assert not any(word in row for word in ("xiaoming", "13812345678", "ming@", "王", "同学"))


def test_the_avatar_is_deleted_too(student_api, folders, django_capture_on_commit_callbacks):
    put(student_api, picture())
    assert len(stored(folders)) == 2
    with django_capture_on_commit_callbacks(execute=True):
        post(student_api, "close/", password=PASSWORD)
    assert stored(folders) == []


def test_every_token_ends_and_nothing_can_be_repeated(student, student_api):
    other_device = logged_in(student)
    post(student_api, "close/", password=PASSWORD)
    for device in (student_api, other_device):
        assert device.get("/api/v1/user/profile/").status_code == 401
        assert post(device, "token/refresh/").status_code == 401
        assert post(device, "close/", password=PASSWORD).status_code == 401


def test_nobody_logs_in_to_a_deleted_account(api, student, student_api):
    post(student_api, "close/", password=PASSWORD)
    student.refresh_from_db()
    names = ["xiaoming", "13812345678", "ming@example.com", student.username]
    answers = [post(api, "login/", username=name, password=PASSWORD) for name in names]
    assert {answer.status_code for answer in answers} == {400}


def test_the_mobile_opens_a_new_account_that_has_nothing_of_the_old(
    api, student, student_api, code_for
):
    enrollment = factories.EnrollmentFactory(user=student)
    post(student_api, "close/", password=PASSWORD)
    code = code_for("13812345678", "login")
    user = post(api, "sms_login/", mobile="13812345678", code=code).json()["data"]["user"]
    assert user["id"] != student.pk
    enrollment.refresh_from_db()
    assert enrollment.user_id == student.pk


@pytest.mark.parametrize("body", [{"password": "wrong"}, {}, {"code": "123456"}])
def test_without_the_password_nothing_happens(student, student_api, body):
    answer = post(student_api, "close/", **body)
    assert (answer.status_code, answer.json()["code"]) == (400, 2005)
    assert list(answer.json()["errors"]) == ["password"]
    student.refresh_from_db()
    assert (student.username, student.is_active) == ("xiaoming", True)


def test_a_code_does_not_replace_a_password(student, student_api, phone):
    post(student_api, "confirm_code/")
    assert post(student_api, "close/", code=phone.codes[student.mobile]).status_code == 400


def test_an_account_without_password_is_deleted_by_a_code(without_password, phone):
    client = logged_in(without_password)
    post(client, "confirm_code/")
    code = phone.codes[without_password.mobile]
    for body in ({"code": wrong(code)}, {}, {"password": ""}, {"password": PASSWORD}):
        assert post(client, "close/", **body).status_code == 400
    assert post(client, "close/", code=code).status_code == 200
    without_password.refresh_from_db()
    assert without_password.closed_at


def test_an_account_without_password_and_mobile_is_not_deleted(without_password):
    without_password.mobile = None
    without_password.save()
    answer = post(logged_in(without_password), "close/", code="123456")
    assert answer.status_code == 400


@pytest.mark.parametrize("right", ["is_staff", "is_superuser"])
def test_a_staff_account_cannot_be_deleted(student, student_api, right):
    setattr(student, right, True)
    student.save()
    answer = post(student_api, "close/", password=PASSWORD)
    assert (answer.status_code, answer.json()["code"]) == (403, 1003)
    student.refresh_from_db()
    assert student.is_active


def test_a_visitor_deletes_nothing(api):
    assert post(api, "close/", password=PASSWORD).status_code == 401


def test_the_back_office_does_not_bring_it_back(admin_client, student, student_api):
    post(student_api, "close/", password=PASSWORD)
    data = {"action": "activate", "_selected_action": student.pk}
    admin_client.post("/admin/user/user/", data)
    student.refresh_from_db()
    assert not student.is_active


@pytest.mark.django_db(transaction=True)
def test_of_many_concurrent_deletions_one_succeeds(student):
    start, outcomes = threading.Barrier(6), []

    def run():
        user = User.objects.get(pk=student.pk)
        start.wait(20)
        try:
            account_deletion.delete_account(user=user, password=PASSWORD, attempt=nullcontext())
            outcomes.append("closed")
        except LoginFailed:
            outcomes.append("late")
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(6)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(outcomes) == ["closed"] + ["late"] * 5
    assert not User.objects.filter(mobile="13812345678").exists()


def test_a_token_issued_at_the_last_moment_is_invalid_as_well(student, student_api):
    stale = User.objects.get(pk=student.pk)
    post(student_api, "close/", password=PASSWORD)
    late = student_api.__class__()
    late.credentials(HTTP_AUTHORIZATION=f"jwt {tokens.issue(stale).token}")
    assert late.get("/api/v1/user/profile/").status_code == 401
