"""POST user/sms_login/: in by a code, with or without an account."""

import json

import pytest

from luffy_api.apps.user.models import User
from luffy_api.apps.user.tests.conftest import post, wrong
from luffy_api.libs.sms.tests import test_aliyun
from luffy_api.tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
MOBILE = "13700000000"
aliyun = test_aliyun.provider


def log_in(api, mobile, code):
    return post(api, "sms_login/", mobile=mobile, code=code)


def test_a_student_logs_in(api, code_for, student):
    answer = log_in(api, "+86 138 1234 5678", code_for(student.mobile, "login"))
    assert answer.status_code == 200
    assert answer.json()["data"]["user"]["id"] == student.pk


def test_a_code_comes_through_alibaba_cloud(api, aliyun, student):
    assert post(api, "sms_code/", mobile=student.mobile, purpose="login").status_code == 200
    [message] = aliyun.messages

    code = json.loads(message["TemplateParam"])["code"]

    assert log_in(api, student.mobile, code).status_code == 200


def test_a_code_that_alibaba_cloud_refuses_is_not_counted(api, aliyun, student):
    for error in ("isv.BUSINESS_LIMIT_CONTROL", "isv.AMOUNT_NOT_ENOUGH", None):
        aliyun.error = error
        answer = post(api, "sms_code/", mobile=student.mobile, purpose="login")
        assert answer.status_code == (503 if error else 200)


def test_an_unknown_mobile_gets_an_account_without_a_password(api, code_for):
    answer = log_in(api, MOBILE, code_for(MOBILE, "login"))
    assert answer.status_code == 200
    user = User.objects.get()
    assert (user.mobile, user.has_usable_password()) == (MOBILE, False)
    api.credentials(HTTP_AUTHORIZATION=f"jwt {answer.json()['data']['token']}")
    assert api.get("/api/v1/user/profile/").status_code == 200


def test_a_code_is_for_one_login(api, code_for):
    code = code_for(MOBILE, "login")
    assert [log_in(api, MOBILE, code).status_code for _ in range(2)] == [200, 400]


@pytest.mark.parametrize("purpose", ["register", "reset"])
def test_a_code_for_another_purpose(api, code_for, purpose):
    assert log_in(api, MOBILE, code_for(MOBILE, purpose)).json()["code"] == 2002


def test_a_wrong_code_makes_no_account(api, code_for):
    answer = log_in(api, MOBILE, wrong(code_for(MOBILE, "login")))
    assert (answer.status_code, answer.json()["code"]) == (400, 2002)
    assert not User.objects.exists()


def test_without_ever_asking_for_a_code(api):
    assert log_in(api, MOBILE, "123456").json()["code"] == 2002


def test_a_disabled_account_cannot_log_in(api, code_for):
    UserFactory(mobile=MOBILE, is_active=False)
    answer = log_in(api, MOBILE, code_for(MOBILE, "login"))
    assert (answer.status_code, answer.json()["code"]) == (400, 2001)


@pytest.mark.parametrize("others", [0, 9])
def test_a_fixed_number_of_queries(api, code_for, student, django_assert_num_queries, others):
    UserFactory.create_batch(others)
    code = code_for(student.mobile, "login")
    with django_assert_num_queries(7):
        log_in(api, student.mobile, code)
