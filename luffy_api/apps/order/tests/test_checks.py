"""System checks of the payment settings: `manage.py check --tag payment --deploy`."""

import pytest
from django.core.checks import ERROR, run_checks
from django.core.management import CommandError, call_command

from luffy_api.apps.order.checks import TAG


@pytest.fixture
def wrong_seller(settings):
    settings.ALIPAY = {**settings.ALIPAY, "SELLER_ID": "me"}


def found(**kwargs) -> dict[str, int]:
    return {message.id: message.level for message in run_checks(tags=[TAG], **kwargs)}


def test_the_settings_of_development_have_no_error(settings):
    messages = found(include_deployment_checks=True)

    alipay = {"payment.I001", "payment.I002", "payment.I004"}
    assert set(messages) == alipay | {"payment.I101", "payment.I102"}
    assert all(level < ERROR for level in messages.values())


def test_a_wrong_setting_is_an_error_with_an_id(wrong_seller):
    assert found(include_deployment_checks=True)["payment.E004"] == ERROR


def test_the_command_fails_and_says_what_to_correct(wrong_seller):
    with pytest.raises(CommandError, match="ALIPAY_SELLER_ID 应是 2088 开头的 16 位数字"):
        call_command("check", "--tag", TAG, "--deploy")


def test_without_deploy_nothing_is_checked(wrong_seller):
    assert found() == {}
