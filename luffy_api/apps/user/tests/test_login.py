"""POST user/login/: by name, mobile or e-mail."""

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher

from luffy_api.apps.user.tests.conftest import post
from luffy_api.tests.factories import PASSWORD, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def log_in(api, username, password=PASSWORD):
    return post(api, "login/", username=username, password=password)


def test_the_answer_is_a_login(api, student):
    data = log_in(api, "xiaoming").json()["data"]
    assert data.keys() == {"token", "expires_at", "user", "consent_needed"}
    assert data["user"] == {
        "id": student.pk,
        "username": "xiaoming",
        "nickname": student.nickname,
        "mobile": "138****5678",
        "icon": None,
    }
    api.credentials(HTTP_AUTHORIZATION=f"jwt {data['token']}")
    assert api.get("/api/v1/user/profile/").status_code == 200


@pytest.mark.parametrize(
    "identity",
    [
        "xiaoming",
        "  xiaoming ",
        "13812345678",
        "+8613812345678",
        "+86 138-1234-5678",
        "86 13812345678",
        "0086 13812345678",
        " 138 1234 5678 ",
        "１３８１２３４５６７８",
        "ming@example.com",
        "MING@Example.COM",
        " ming@example.com ",
    ],
)
def test_every_spelling_names_the_same_account(api, student, identity):
    answer = log_in(api, identity)
    assert answer.status_code == 200, answer.json()
    assert answer.json()["data"]["user"]["id"] == student.pk


@pytest.mark.parametrize(
    ("identity", "password"),
    [
        ("xiaoming", "wrong password"),
        ("13812345678", "wrong password"),
        ("xiaoming", f"{PASSWORD} "),
        ("xiaoming", PASSWORD.upper()),
        ("nobody", PASSWORD),
        ("13900000099", PASSWORD),
        ("nobody@example.com", PASSWORD),
        ("disabled", PASSWORD),
        ("without", PASSWORD),
        ("xiao%", PASSWORD),
        ("xiaomin_", PASSWORD),
        ("' OR 1=1 --", PASSWORD),
        ("+1 13812345678", PASSWORD),
        ("@", PASSWORD),
        ("%@example.com", PASSWORD),
    ],
)
def test_nobody_learns_why_it_failed(api, student, identity, password):
    UserFactory(username="disabled", is_active=False)
    UserFactory(username="without", password=None)
    answer = log_in(api, identity, password)
    assert answer.status_code == 400
    assert answer.json() == {"code": 2001, "msg": "账号或密码错误", "data": None, "errors": {}}


def test_a_name_is_no_mobile_of_another_account(api, student):
    # Given a stranger who would like to be found by the student's number
    answer = post(
        api,
        "register/",
        mobile="13700000000",
        code="123456",
        password=PASSWORD,
        username="13812345678",
    )
    assert list(answer.json()["errors"]) == ["username"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"username": "xiaoming"},
        {"password": PASSWORD},
        {"username": "", "password": ""},
        {"username": None, "password": None},
        {"username": ["xiaoming"], "password": {"a": 1}},
        {"username": "a" * 255, "password": PASSWORD},
        {"username": "xiaoming", "password": "a" * 1001},
        {"username": "xiao\0ming", "password": PASSWORD},
        {"username": "\ud800", "password": PASSWORD},
        {"username": "xiaoming", "password": "\ud800"},
    ],
)
def test_what_is_no_login_is_refused(api, student, body):
    answer = post(api, "login/", **body)
    assert (answer.status_code, answer.json()["code"]) == (400, 1000)
    assert answer.json()["errors"].keys() <= {"username", "password"}


def test_the_time_of_the_login_is_kept(api, student):
    assert student.last_login is None
    log_in(api, "xiaoming")
    student.refresh_from_db()
    assert student.last_login is not None


@pytest.mark.parametrize(
    "identity", ["xiaoming", "nobody", "13900000099", "nobody@x.cn", "disabled", "without"]
)
def test_every_login_computes_exactly_one_hash(api, student, monkeypatch, identity):
    # Else the time of the answer would tell whether an account exists.
    UserFactory(username="disabled", is_active=False)
    UserFactory(username="without", password=None)
    hashed = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(
        MD5PasswordHasher, "encode", lambda *args: hashed.append(1) or encode(*args)
    )
    assert log_in(api, identity, "some password").status_code == 400
    assert len(hashed) == 1


@pytest.mark.parametrize("others", [0, 9])
def test_a_fixed_number_of_queries(api, student, django_assert_num_queries, others):
    UserFactory.create_batch(others)
    with django_assert_num_queries(18):
        log_in(api, "xiaoming")


def test_staff_log_in_through_the_back_office_only(api, client):
    UserFactory(username="chief", is_staff=True)
    response = log_in(api, "chief")
    assert (response.status_code, response.json()["code"]) == (400, 2001)
    body = {"username": "chief", "password": PASSWORD}
    assert client.post("/admin/login/?next=/admin/", body).status_code == 302


@pytest.mark.parametrize("purpose", ["login", "reset"])
def test_a_code_is_no_way_in_for_staff_either(api, code_for, purpose):
    chief = UserFactory(username="chief", is_staff=True)
    path = {"login": "sms_login/", "reset": "password/reset/"}[purpose]
    body = {
        "mobile": chief.mobile,
        "code": code_for(chief.mobile, purpose),
        "password": "another one",
    }
    assert post(api, path, **body).status_code == 400
    chief.refresh_from_db()
    assert chief.check_password(PASSWORD)
