"""Starting conditions and the read-only back office."""

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse

from luffy_api.apps.wechatpay_sandbox.conf import require_development
from luffy_api.apps.wechatpay_sandbox.models import WechatNotification, WechatTrade
from luffy_api.apps.wechatpay_sandbox.tests.conftest import wait_for


def test_it_refuses_to_start_in_production(sandbox, settings):
    settings.DEBUG, settings.WECHATPAY_SANDBOX_ALLOWED = False, False
    with pytest.raises(ImproperlyConfigured, match="local WeChat Pay gateway"):
        require_development()
    settings.WECHATPAY_SANDBOX_ALLOWED = True
    require_development()
    settings.DEBUG, settings.WECHATPAY_SANDBOX_ALLOWED = True, False
    require_development()


@pytest.mark.parametrize("name", ["APP_ID", "MCH_ID", "MERCHANT_PUBLIC_KEY", "PRIVATE_KEY"])
def test_it_refuses_to_start_half_configured(sandbox, settings, name):
    values = settings.WECHATPAY_SANDBOX
    settings.WECHATPAY_SANDBOX = {k: v for k, v in values.items() if k != name}
    with pytest.raises(ImproperlyConfigured, match=name):
        require_development()


@pytest.fixture
def admin_site(client, transactional_db):
    user = get_user_model().objects.create_superuser(username="boss", email="b@luffy.test")
    client.force_login(user)
    return client


@pytest.fixture
def notification(sandbox, merchant, transactional_db):
    trade = WechatTrade.objects.create(
        out_trade_no="01JABC", trade_type="NATIVE", description="课程", total=1, notify_url=""
    )
    trade.refunds.create(out_refund_no="R1", amount=1)
    return WechatNotification.objects.create(
        trade=trade,
        event_id="EV-1",
        event_type="TRANSACTION.SUCCESS",
        url=merchant.url,
        plain="{}",
    )


@pytest.mark.usefixtures("deliveries")
def test_a_message_is_sent_again_from_the_back_office(admin_site, notification, merchant):
    address = reverse("admin:wechatpay_sandbox_wechatnotification_changelist")
    form = {"action": "resend", "_selected_action": [notification.pk]}
    assert "重新发送通知" in admin_site.get(address).content.decode()
    assert admin_site.post(address, form).status_code == 302
    wait_for(lambda: merchant.received)


@pytest.mark.parametrize("model", ["wechattrade", "wechatrefund", "wechatnotification"])
def test_rows_can_be_read_and_not_written(admin_site, notification, model):
    changelist = reverse(f"admin:wechatpay_sandbox_{model}_changelist")
    assert admin_site.get(changelist).status_code == 200
    assert admin_site.get(f"{changelist}add/").status_code == 403
    pk = (notification.trade.refunds.get() if model == "wechatrefund" else notification).pk
    change = reverse(f"admin:wechatpay_sandbox_{model}_change", args=[pk])
    assert admin_site.post(change, {}).status_code in {302, 403}
