"""manage.py clear_expired_tokens and its hourly task."""

from datetime import timedelta

import pytest
import time_machine
from axes.models import AccessAttempt
from django.core.management import call_command
from django.utils import timezone

from luffy_api.apps.user import tasks, tokens
from luffy_api.apps.user.models import RevokedToken, SmsCode, SmsMessage, SocialAccount
from luffy_api.apps.user.tests.conftest import post
from luffy_api.apps.user.tests.test_session import opens
from luffy_api.tests.factories import UserFactory

pytestmark = pytest.mark.django_db
TABLES = [RevokedToken, SmsCode, SmsMessage, AccessAttempt]


def leave_traces(api, student):
    """One row in each table; returns the token that was ended."""
    token = tokens.issue(student).token
    tokens.revoke(tokens.verify(token))
    post(api, "sms_code/", mobile=student.mobile, purpose="login")
    post(api, "login/", username="xiaoming", password="wrong")
    assert [table.objects.count() for table in TABLES] == [1, 1, 1, 1]
    return token


def clear(capsys):
    call_command("clear_expired_tokens")
    return capsys.readouterr().out.strip()


def test_what_is_still_needed_stays(api, student, phone, capsys):
    token = leave_traces(api, student)
    assert clear(capsys) == "已清理 0 条过期记录"
    assert not opens(token)


def test_what_has_expired_goes_and_a_second_run_finds_nothing(api, student, phone, capsys):
    leave_traces(api, student)
    with time_machine.travel(timezone.now() + timedelta(days=15)):
        assert clear(capsys) == "已清理 4 条过期记录"
        assert clear(capsys) == "已清理 0 条过期记录"
    assert [table.objects.count() for table in TABLES] == [0, 0, 0, 0]


def test_a_revocation_stays_while_any_token_of_the_login_may_live(api, student, phone, capsys):
    token = leave_traces(api, student)
    with time_machine.travel(timezone.now() + timedelta(days=14, hours=1)):
        clear(capsys)
        assert RevokedToken.objects.count() == 1
    assert not opens(token)


def test_the_task_does_the_same(api, student, phone):
    leave_traces(api, student)
    with time_machine.travel(timezone.now() + timedelta(days=15)):
        tasks.clear_expired_tokens.call_local()
    assert not RevokedToken.objects.exists()


def test_what_an_older_release_left_to_a_closed_account_goes(student, capsys):
    # It closes an account and knows nothing of what is connected.
    closed = UserFactory(is_active=False, closed_at=timezone.now())
    for openid, user in (("o-gone", closed), ("o-kept", student)):
        SocialAccount.objects.create(user=user, provider="wechat", app_id="1", openid=openid)
    SocialAccount.objects.create(user=closed, provider="alipay", app_id="1", openid="o-gone")

    assert clear(capsys) == "已清理 2 条过期记录"

    assert SocialAccount.objects.get().user == student
