"""POST user/token/refresh/ and user/logout/: how a login goes on and ends."""

from datetime import timedelta

import jwt
import pytest
import time_machine
from django.utils import timezone
from rest_framework.test import APIClient

from luffy_api.apps.user import tokens
from luffy_api.apps.user.models import RevokedToken
from luffy_api.apps.user.tests.conftest import post
from luffy_api.tests.factories import PASSWORD, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def with_token(token):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"jwt {token}")
    return client


def refreshed(token):
    """The next token of the same login."""
    answer = post(with_token(token), "token/refresh/")
    assert answer.status_code == 200, answer.json()
    return answer.json()["data"]["token"]


def opens(token):
    return with_token(token).get("/api/v1/user/profile/").status_code == 200


def claims(token):
    return jwt.decode(token, options={"verify_signature": False})


def test_a_token_lives_two_hours(student):
    now = timezone.now().replace(microsecond=0)
    with time_machine.travel(now, tick=False) as clock:
        token = tokens.issue(student).token
        clock.shift(timedelta(hours=2, seconds=9))
        assert opens(token)
        clock.shift(timedelta(seconds=2))
        assert not opens(token)


def test_a_refreshed_token_is_another_one_of_the_same_login(student):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        first = tokens.issue(student).token
        clock.shift(timedelta(hours=1))
        second = refreshed(first)
    before, after = claims(first), claims(second)
    assert before["jti"] != after["jti"]
    assert after["exp"] - before["exp"] == 3600
    assert (before["orig_jti"], before["orig_iat"]) == (after["orig_jti"], after["orig_iat"])


def test_an_active_student_slides_through_fourteen_days_and_not_further(student):
    start = timezone.now().replace(microsecond=0)
    with time_machine.travel(start, tick=False) as clock:
        token = tokens.issue(student).token
        for _ in range(14 * 12):
            clock.shift(timedelta(hours=2))
            token = refreshed(token)
        clock.shift(timedelta(seconds=1))
        answer = post(with_token(token), "token/refresh/")
        assert (answer.status_code, answer.json()["code"]) == (401, 1001)
        assert opens(token)


def test_an_expired_token_is_not_refreshed(student):
    with time_machine.travel(timezone.now() - timedelta(hours=3)):
        token = tokens.issue(student).token
    assert post(with_token(token), "token/refresh/").status_code == 401


def test_logging_out_ends_every_token_of_that_login_and_no_other(student):
    old = tokens.issue(student).token
    new = refreshed(old)
    other = tokens.issue(student).token
    answer = post(with_token(new), "logout/")
    assert (answer.status_code, answer.json()["code"]) == (200, 100)
    assert [opens(old), opens(new), opens(other)] == [False, False, True]


def test_a_revoked_login_cannot_be_refreshed_or_ended_again(student):
    token = tokens.issue(student).token
    for path, status in [("logout/", 200), ("logout/", 401), ("token/refresh/", 401)]:
        assert post(with_token(token), path).status_code == status
    assert RevokedToken.objects.count() == 1


def test_a_revocation_is_kept_as_long_as_any_token_of_the_login_could_live(student):
    token = tokens.issue(student).token
    post(with_token(token), "logout/")
    kept = RevokedToken.objects.get().expires_at.timestamp() - claims(token)["orig_iat"]
    assert kept >= timedelta(days=14, hours=2).total_seconds()


def test_a_disabled_account_is_out_at_once(student):
    token = tokens.issue(student).token
    student.is_active = False
    student.save()
    assert not opens(token)


@pytest.mark.parametrize("path", ["token/refresh/", "logout/"])
def test_a_visitor_has_nothing_to_refresh_or_end(api, path):
    assert post(api, path).status_code == 401


@pytest.mark.parametrize("logins", [1, 12])
def test_a_token_check_is_one_query(student, django_assert_num_queries, logins):
    for _ in range(logins):
        tokens.revoke(tokens.verify(tokens.issue(student).token))
    token = tokens.issue(student).token
    with django_assert_num_queries(1):
        assert opens(token)


def test_logging_out_everywhere_ends_every_token_of_the_user_and_of_nobody_else(student):
    mine = [tokens.issue(student).token for _ in range(3)]
    mine.append(refreshed(mine[0]))
    theirs = tokens.issue(UserFactory()).token
    answer = post(with_token(mine[0]), "logout/all/")
    assert (answer.status_code, answer.json()["msg"]) == (200, "已退出所有设备")
    assert [opens(token) for token in mine] == [False] * 4
    assert post(with_token(mine[1]), "token/refresh/").status_code == 401
    assert opens(theirs)


def test_one_can_log_in_again_after_logging_out_everywhere(api, student):
    post(with_token(tokens.issue(student).token), "logout/all/")
    body = {"username": student.username, "password": PASSWORD}
    assert opens(post(api, "login/", **body).json()["data"]["token"])


def test_expired_revocations_are_deleted_and_valid_ones_are_kept(student):
    now = timezone.now()
    for login, age in (("a" * 32, -7200), ("b" * 32, -60), ("c" * 32, 3600)):
        ends = now + timedelta(seconds=age)
        RevokedToken.objects.create(orig_jti=login, user=student, expires_at=ends)
    assert tokens.clear_expired() == 1
    assert set(RevokedToken.objects.values_list("orig_jti", flat=True)) == {"b" * 32, "c" * 32}
