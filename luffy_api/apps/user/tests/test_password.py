"""PUT user/password/ and POST user/password/reset/: a new password ends every older token."""

import pytest

from luffy_api.apps.user import tokens
from luffy_api.apps.user.tests.conftest import post, wrong
from luffy_api.apps.user.tests.test_session import opens
from luffy_api.tests.factories import PASSWORD, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
NEW = "another good password"


def change(client, old=PASSWORD, new=NEW):
    body = {"old_password": old, "password": new}
    return client.put("/api/v1/user/password/", body, format="json")


def reset(api, mobile, code, password=NEW):
    return post(api, "password/reset/", mobile=mobile, code=code, password=password)


def logs_in(api, student, password):
    body = {"username": student.username, "password": password}
    return post(api, "login/", **body).status_code == 200


def test_a_change_ends_every_older_token_and_hands_out_a_new_one(api, student, student_api):
    older = tokens.issue(student).token
    answer = change(student_api)
    assert answer.status_code == 200
    assert not opens(older)
    assert student_api.get("/api/v1/user/profile/").status_code == 401
    assert opens(answer.json()["data"]["token"])
    assert [logs_in(api, student, word) for word in (PASSWORD, NEW)] == [False, True]


def test_a_wrong_old_password_changes_nothing(api, student, student_api):
    answer = change(student_api, old="guess")
    assert (answer.status_code, answer.json()["code"]) == (400, 2005)
    assert list(answer.json()["errors"]) == ["old_password"]
    assert logs_in(api, student, PASSWORD)


@pytest.mark.parametrize("new", ["short12", "password123", "a" * 129])
def test_a_poor_new_password_is_refused(student_api, new):
    answer = change(student_api, new=new)
    assert (answer.status_code, answer.json()["code"]) == (400, 2005)
    assert list(answer.json()["errors"]) == ["password"]


@pytest.mark.parametrize("body", [{}, {"password": NEW}, {"old_password": PASSWORD}])
def test_both_are_required(student_api, body):
    answer = student_api.put("/api/v1/user/password/", body, format="json")
    assert answer.json()["code"] == 1000


def test_a_visitor_changes_nothing(api):
    assert change(api).status_code == 401


def test_the_code_resets_the_password_and_ends_every_older_token(api, student, code_for):
    older = tokens.issue(student).token
    answer = reset(api, student.mobile, code_for(student.mobile, "reset"))
    assert answer.status_code == 200
    assert not opens(older)
    assert opens(answer.json()["data"]["token"])
    assert [logs_in(api, student, word) for word in (PASSWORD, NEW)] == [False, True]


def test_a_code_resets_once(api, student, code_for):
    code = code_for(student.mobile, "reset")
    answers = [reset(api, student.mobile, code).status_code for _ in range(2)]
    assert answers == [200, 400]


@pytest.mark.parametrize("purpose", ["login", "register"])
def test_a_code_for_another_purpose(api, student, code_for, purpose):
    answer = reset(api, student.mobile, code_for(student.mobile, purpose))
    assert answer.json()["code"] == 2002
    assert logs_in(api, student, PASSWORD)


def test_a_wrong_code(api, student, code_for):
    answer = reset(api, student.mobile, wrong(code_for(student.mobile, "reset")))
    assert answer.json()["code"] == 2002


def test_a_poor_password_costs_no_code(api, student, code_for):
    code = code_for(student.mobile, "reset")
    assert reset(api, student.mobile, code, "short12").json()["code"] == 2005
    assert reset(api, student.mobile, code).status_code == 200


def test_nobody_learns_whether_a_number_has_an_account(api, code_for):
    UserFactory(mobile="13700000001", is_active=False)
    answers = [
        reset(api, mobile, code_for(mobile, "reset")).json()
        for mobile in ("13700000000", "13700000001")
    ]
    assert answers[0] == answers[1]
    assert answers[0]["code"] == 2002


@pytest.mark.parametrize("others", [0, 9])
def test_a_fixed_number_of_queries(student_api, django_assert_num_queries, others):
    UserFactory.create_batch(others)
    with django_assert_num_queries(16):
        change(student_api)
