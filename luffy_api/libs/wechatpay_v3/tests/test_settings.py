import pytest

from luffy_api.libs.wechatpay_v3 import WechatPayNotConfigured
from luffy_api.libs.wechatpay_v3 import settings as wechatpay_settings
from luffy_api.libs.wechatpay_v3.settings import current


def test_the_configuration_keeps_secrets_out_of_its_repr(wechat):
    config = current()
    assert config.private_key == wechat.merchant_private
    assert wechat.merchant_private[40:80] not in repr(config)
    assert config.api_v3_key not in repr(config)


@pytest.mark.parametrize(
    "name",
    [
        *("GATEWAY_URL", "MCH_ID", "APP_ID", "SERIAL_NO", "PRIVATE_KEY", "API_V3_KEY"),
        *("PUBLIC_KEY", "PUBLIC_KEY_ID", "NOTIFY_URL"),
    ],
)
def test_a_missing_setting_is_named(wechat, settings, name):
    settings.WECHATPAY = {k: v for k, v in settings.WECHATPAY.items() if k != name}
    with pytest.raises(WechatPayNotConfigured, match=name):
        current()


@pytest.mark.parametrize(
    ("name", "value"), [("PRIVATE_KEY", "x"), ("PUBLIC_KEY", "x"), ("API_V3_KEY", "short")]
)
def test_a_bad_key_is_named(wechat, settings, name, value):
    settings.WECHATPAY = {**settings.WECHATPAY, name: value}
    with pytest.raises(WechatPayNotConfigured, match=name):
        current()


def test_without_public_key_and_id_certificates_are_used(wechat, settings):
    settings.WECHATPAY = {**settings.WECHATPAY, "PUBLIC_KEY": "", "PUBLIC_KEY_ID": ""}
    assert (current().public_key, current().public_key_id) == ("", "")


def test_without_values_or_loader_nothing_is_configured(wechat, settings, monkeypatch):
    settings.WECHATPAY = {}
    with pytest.raises(WechatPayNotConfigured, match="GATEWAY_URL"):
        current()
    monkeypatch.setattr(wechatpay_settings, "_registered", {})
    with pytest.raises(WechatPayNotConfigured, match="loader"):
        current()
