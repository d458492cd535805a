"""`manage.py check --deploy`: a first login needs a code, and every login its keys."""

import pytest

from luffy_api.apps.user.checks import check_social_keys, check_social_login

pytestmark = pytest.mark.any_database


def test_a_first_login_that_gets_no_code_is_warned_of(settings):
    assert [each.id for each in check_social_login()] == ["user.W001"]

    settings.SMS_BACKEND = "tencent"
    assert check_social_login() == []


def test_nothing_is_warned_of_where_no_provider_is_configured(settings):
    settings.WECHAT_LOGIN, settings.ALIPAY_LOGIN = {}, {}
    assert check_social_login() == []


@pytest.mark.parametrize("name", ["APP_ID", "APP_PRIVATE_KEY"])
def test_alipays_login_without_a_key_is_warned_of(settings, name):
    assert check_social_keys() == []

    settings.ALIPAY = {**settings.ALIPAY, name: ""}
    [warning] = check_social_keys()
    assert warning.id == "user.W002"
    assert warning.msg.startswith("支付宝登录已经打开")

    settings.ALIPAY_LOGIN = {}
    assert check_social_keys() == []


@pytest.mark.django_db
def test_keys_that_may_stand_in_the_database_are_looked_for_there_only(settings):
    settings.ALIPAY = {**settings.ALIPAY, "APP_ID": ""}
    settings.KEY_ENCRYPTION_KEY = ["x" * 43 + "="]

    assert check_social_keys() == []
    assert [each.id for each in check_social_keys(databases=["default"])] == ["user.W002"]
