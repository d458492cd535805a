"""User names that differ in case, width or accents only are one name, on every database."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from luffy_api.apps.user.models import User
from luffy_api.apps.user.tests.conftest import post
from luffy_api.apps.user.usernames import normalize_username
from luffy_api.tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
SPELLINGS = ["xiaoming", "XiaoMing", "XIAOMING", "ｘｉａｏｍｉｎｇ", "xiâoming", "xiaomíng"]


@pytest.mark.parametrize("name", SPELLINGS)
def test_every_spelling_logs_in_to_the_same_account(api, student, name):
    answer = post(api, "login/", username=name, password=PASSWORD)
    assert answer.json()["data"]["user"]["id"] == student.pk


@pytest.mark.parametrize("name", SPELLINGS)
def test_no_spelling_makes_a_second_account(api, student, code_for, name):
    mobile = "13700000000"
    code = code_for(mobile, "register")
    body = {"mobile": mobile, "code": code, "password": PASSWORD, "username": name}
    answer = post(api, "register/", **body)
    assert (answer.status_code, list(answer.json()["errors"])) == (409, ["username"])


def test_rare_characters_are_names_of_their_own(api, code_for):
    for mobile, name in [("13700000001", "𠮷田"), ("13700000002", "𡃁田")]:
        body = {"mobile": mobile, "code": code_for(mobile, "register"), "username": name}
        assert post(api, "register/", **body, password=PASSWORD).status_code == 201

        answer = post(api, "login/", username=name, password=PASSWORD)
        assert answer.json()["data"]["user"]["username"] == name


@pytest.mark.parametrize("name", SPELLINGS[1:])
def test_nobody_takes_a_namesake_by_the_profile(student, stranger_api, name):
    answer = stranger_api.patch("/api/v1/user/profile/", {"username": name}, format="json")
    assert (answer.status_code, list(answer.json()["errors"])) == (409, ["username"])


@pytest.mark.parametrize("name", SPELLINGS[1:])
def test_the_database_refuses_a_namesake_whoever_writes_it(student, name):
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user(name)
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.bulk_create([User(username=name)])


def test_the_back_office_reports_a_taken_name(student):
    with pytest.raises(ValidationError):
        User(username="XIAOMING", password="x").clean()
    student.username = "XiaoMing"
    student.clean()


@pytest.mark.parametrize(
    "name",
    ["13800000002", "1３800000002", "①3800000002", "138-0000-0002", "138.0000.0002", "12345678901"],
)
def test_no_name_is_a_mobile_for_a_login(student, student_api, name):
    UserFactory(mobile="13800000002")

    answer = student_api.patch("/api/v1/user/profile/", {"username": name}, format="json")

    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["username"])
    with pytest.raises(ValidationError):
        User(username=name, password="x").full_clean()


def test_other_digits_are_names(student, student_api):
    for name in ("１２３４", "1380000000", "138_0000_0002x", "23800000002"):
        answer = student_api.patch("/api/v1/user/profile/", {"username": name}, format="json")
        assert answer.status_code == 200, name


def test_one_may_change_the_case_of_ones_own_name(student, student_api):
    answer = student_api.patch("/api/v1/user/profile/", {"username": "XiaoMing"}, format="json")
    assert answer.json()["data"]["username"] == "XiaoMing"
    assert User.objects.get().username_key == "xiaoming"


def test_a_new_name_opens_and_the_old_one_no_more(api, student, student_api):
    student_api.patch("/api/v1/user/profile/", {"username": "Another"}, format="json")
    names = ["another", "xiaoming"]
    answers = [post(api, "login/", username=name, password=PASSWORD) for name in names]
    assert [answer.status_code for answer in answers] == [200, 400]


def test_different_names_stay_different():
    for name in ("小明", "小名", "xiao-ming", "xiao_ming", "xiao.ming", "xiaoming1"):
        UserFactory(username=name)
    assert User.objects.count() == 6


def test_the_longest_normal_form_fits():
    # One letter that unfolds to eighteen, thirty times.
    name = "\ufdfa" * 30
    assert len(normalize_username(name)) <= 540
    UserFactory(username=name)
