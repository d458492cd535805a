"""POST user/confirm_code/ and PUT user/mobile/: an account moves to another number."""

from datetime import timedelta

import pytest

from luffy_api.apps.user.models import SmsCode, User
from luffy_api.apps.user.tests.conftest import post, wrong
from luffy_api.conftest import logged_in
from luffy_api.tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
NEW = "13700000000"


def move(client, **body):
    return client.put("/api/v1/user/mobile/", body, format="json")


def mobile_of(user):
    return User.objects.get(pk=user.pk).mobile


@pytest.fixture
def old_code(student, student_api, phone):
    """What the student's present phone shows."""
    assert post(student_api, "confirm_code/").status_code == 200
    return phone.codes[student.mobile]


@pytest.fixture
def code(code_for):
    """What the new phone shows."""
    return code_for(NEW, "bind")


def test_two_codes_move_the_account(student, student_api, old_code, code):
    answer = move(student_api, old_code=old_code, mobile=f"+86 {NEW}", code=code)
    assert answer.status_code == 200, answer.json()
    assert answer.json()["data"]["mobile"] == "137****0000"
    assert mobile_of(student) == NEW


def test_codes_move_once(student, student_api, old_code, code):
    body = {"old_code": old_code, "mobile": NEW, "code": code}
    assert move(student_api, **body).status_code == 200
    User.objects.filter(pk=student.pk).update(mobile=student.mobile)
    assert move(student_api, **body).status_code == 400
    assert mobile_of(student) == student.mobile


@pytest.mark.parametrize("extra", [{}, {"password": PASSWORD}])
def test_a_stolen_session_cannot_move_the_account_without_the_old_phone(
    student, student_api, code, extra
):
    answer = move(student_api, mobile=NEW, code=code, **extra)
    assert list(answer.json()["errors"]) == ["old_code"]
    assert mobile_of(student) == student.mobile


def test_a_wrong_code_of_either_phone_leaves_the_other_valid(student, student_api, old_code, code):
    answer = move(student_api, old_code=wrong(old_code), mobile=NEW, code=code)
    assert (answer.json()["code"], list(answer.json()["errors"])) == (2002, ["old_code"])
    answer = move(student_api, old_code=old_code, mobile=NEW, code=wrong(code))
    assert (answer.json()["code"], list(answer.json()["errors"])) == (2002, ["code"])
    assert mobile_of(student) == student.mobile
    assert move(student_api, old_code=old_code, mobile=NEW, code=code).status_code == 200


def test_five_wrong_tries_end_the_old_phones_code(student, student_api, old_code, code):
    for _ in range(5):
        move(student_api, old_code=wrong(old_code), mobile=NEW, code=code)
    answer = move(student_api, old_code=old_code, mobile=NEW, code=code)
    assert list(answer.json()["errors"]) == ["old_code"]


def test_five_wrong_tries_at_the_new_phones_code_leave_the_old_one_valid(
    student, student_api, old_code, code, code_for, settings
):
    for _ in range(6):
        answer = move(student_api, old_code=old_code, mobile=NEW, code=wrong(code))
        assert list(answer.json()["errors"]) == ["code"]
    settings.SMS_CODE_INTERVAL = timedelta(0)
    fresh = code_for(NEW, "bind")
    assert move(student_api, old_code=old_code, mobile=NEW, code=fresh).status_code == 200


def test_another_users_codes_move_nothing(student, student_api, old_code, phone, code):
    stranger = UserFactory()
    post(logged_in(stranger), "confirm_code/")
    theirs = phone.codes[stranger.mobile]
    if theirs != old_code:
        answer = move(student_api, old_code=theirs, mobile=NEW, code=code)
        assert list(answer.json()["errors"]) == ["old_code"]


@pytest.mark.parametrize("purpose", ["login", "register", "reset"])
def test_a_code_for_another_purpose_binds_nothing(student_api, old_code, code_for, purpose):
    answer = move(student_api, old_code=old_code, mobile=NEW, code=code_for(NEW, purpose))
    assert list(answer.json()["errors"]) == ["code"]


def test_a_number_that_is_taken(student, student_api, old_code, code):
    UserFactory(mobile=NEW)
    answer = move(student_api, old_code=old_code, mobile=NEW, code=code)
    assert (answer.status_code, answer.json()["code"]) == (409, 2004)
    assert list(answer.json()["errors"]) == ["mobile"]
    assert mobile_of(student) == student.mobile


def test_the_present_number_is_no_new_one(student, student_api, old_code):
    answer = move(student_api, old_code=old_code, mobile=student.mobile, code="123456")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["mobile"])


def test_an_account_without_a_number_proves_itself_by_its_password(code):
    user = UserFactory(mobile=None)
    client = logged_in(user)
    for guess in ({}, {"password": "guess"}, {"old_code": "123456"}):
        answer = move(client, mobile=NEW, code=code, **guess)
        assert (answer.status_code, list(answer.json()["errors"])) == (400, ["password"])
    assert move(client, mobile=NEW, code=code, password=PASSWORD).status_code == 200
    assert mobile_of(user) == NEW


def test_an_account_without_a_number_gets_no_code(phone):
    answer = post(logged_in(UserFactory(mobile=None)), "confirm_code/")
    assert answer.status_code == 400
    assert phone.sent == 0


def test_a_visitor_cannot_have_a_code_to_confirm_sent(api, student, phone):
    answer = post(api, "sms_code/", mobile=student.mobile, purpose="confirm")
    assert list(answer.json()["errors"]) == ["purpose"]
    assert not SmsCode.objects.exists()


@pytest.mark.any_database
def test_a_visitor_moves_nothing(api):
    assert move(api, mobile=NEW, code="123456", old_code="123456").status_code == 401
    assert post(api, "confirm_code/").status_code == 401
