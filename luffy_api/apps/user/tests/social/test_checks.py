"""`manage.py check --deploy`: a first login needs a code."""

import pytest

from luffy_api.apps.user.checks import check_social_login

pytestmark = pytest.mark.any_database


def test_a_first_login_that_gets_no_code_is_warned_of(settings):
    assert [each.id for each in check_social_login()] == ["user.W001"]

    settings.SMS_BACKEND = "tencent"
    assert check_social_login() == []


def test_nothing_is_warned_of_where_no_provider_is_configured(settings):
    settings.WECHAT_LOGIN, settings.ALIPAY_LOGIN = {}, {}
    assert check_social_login() == []
