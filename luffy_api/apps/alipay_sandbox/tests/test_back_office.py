"""Starting conditions and the read-only back office."""

from decimal import Decimal

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse

from luffy_api.apps.alipay_sandbox.conf import require_development
from luffy_api.apps.alipay_sandbox.models import SandboxNotification, SandboxTrade
from luffy_api.apps.alipay_sandbox.tests.merchant import wait_for


def test_it_refuses_to_start_in_production(sandbox, settings):
    settings.DEBUG, settings.ALIPAY_SANDBOX_ALLOWED = False, False
    with pytest.raises(ImproperlyConfigured, match="local payment gateway"):
        require_development()
    settings.ALIPAY_SANDBOX_ALLOWED = True
    require_development()
    settings.DEBUG, settings.ALIPAY_SANDBOX_ALLOWED = True, False
    require_development()


@pytest.mark.parametrize("name", ["APP_ID", "SELLER_ID", "APP_PUBLIC_KEY", "PRIVATE_KEY"])
def test_it_refuses_to_start_half_configured(sandbox, settings, name):
    settings.ALIPAY_SANDBOX = {k: v for k, v in settings.ALIPAY_SANDBOX.items() if k != name}
    with pytest.raises(ImproperlyConfigured, match=name):
        require_development()


def test_it_refuses_to_start_without_settings(settings):
    del settings.ALIPAY_SANDBOX
    with pytest.raises(ImproperlyConfigured, match="ALIPAY_SANDBOX"):
        require_development()


@pytest.fixture
def admin_site(client, transactional_db):
    user = get_user_model().objects.create_superuser(username="boss", email="b@luffy.test")
    client.force_login(user)
    return client


@pytest.fixture
def notification(sandbox, merchant, transactional_db):
    trade = SandboxTrade.objects.create(
        out_trade_no="01JABC", subject="课程", total_amount=Decimal("9.90"), notify_url=merchant.url
    )
    return SandboxNotification.objects.create(trade=trade, body="a=b")


@pytest.mark.usefixtures("deliveries")
def test_a_message_is_sent_again_from_the_back_office(admin_site, notification, merchant):
    address = reverse("admin:alipay_sandbox_sandboxnotification_changelist")
    form = {"action": "resend", "_selected_action": [notification.pk]}
    assert "重新发送通知" in admin_site.get(address).content.decode()
    assert admin_site.post(address, form).status_code == 302
    wait_for(lambda: merchant.forms == [[("a", "b")]])


@pytest.mark.parametrize("model", ["sandboxtrade", "sandboxnotification"])
def test_rows_can_be_read_and_not_written(admin_site, notification, model):
    changelist = reverse(f"admin:alipay_sandbox_{model}_changelist")
    change = reverse(f"admin:alipay_sandbox_{model}_change", args=[1])
    assert admin_site.get(changelist).status_code == 200
    assert admin_site.get(change).status_code in {200, 302}
    assert admin_site.get(f"{changelist}add/").status_code == 403
    assert admin_site.post(change, {}).status_code in {302, 403}
