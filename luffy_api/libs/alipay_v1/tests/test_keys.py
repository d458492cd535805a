import pytest
from Cryptodome.PublicKey import RSA
from django.core.exceptions import ImproperlyConfigured

from luffy_api.libs.alipay_v1.keys import as_pem
from luffy_api.libs.alipay_v1.settings import alipay_config


def bare(pem: str) -> str:
    return "".join(line for line in pem.splitlines() if not line.startswith("-----"))


def test_bare_base64_as_the_console_shows_it_becomes_pem(keys):
    assert as_pem(bare(keys.app_private), private=True) == keys.app_private
    assert as_pem(f" {bare(keys.app_public)}\n", private=False) == keys.app_public


def test_pkcs1_and_one_line_pem_become_the_same_pem(keys):
    pkcs1 = RSA.import_key(keys.app_private).export_key(pkcs=1).decode()
    assert as_pem(pkcs1, private=True) == keys.app_private
    assert as_pem(bare(pkcs1), private=True) == keys.app_private
    assert as_pem(keys.app_private.replace("\n", "\\n"), private=True) == keys.app_private


@pytest.mark.parametrize("text", ["", "no key", "-----BEGIN PRIVATE KEY-----\nAAAA", "é", "AAAA"])
def test_what_is_no_key_is_a_value_error_that_does_not_repeat_it(text):
    with pytest.raises(ValueError, match="not a readable RSA private key") as caught:
        as_pem(text, private=True)
    assert not text or text not in str(caught.value)


def test_the_wrong_half_of_a_pair_is_named(keys):
    with pytest.raises(ValueError, match="other half"):
        as_pem(keys.app_private, private=False)
    with pytest.raises(ValueError, match="other half"):
        as_pem(keys.app_public, private=True)


def test_the_configuration_keeps_the_private_key_out_of_its_repr(alipay):
    config = alipay_config()
    assert config.app_private_key == alipay.app_private
    assert bare(alipay.app_private)[:40] not in repr(config)


@pytest.mark.parametrize("name", ["APP_ID", "GATEWAY_URL", "ALIPAY_PUBLIC_KEY", "RETURN_URL"])
def test_a_missing_setting_is_named(alipay, settings, name):
    settings.ALIPAY = {k: v for k, v in settings.ALIPAY.items() if k != name}
    with pytest.raises(ImproperlyConfigured, match=name):
        alipay_config()


def test_a_bad_key_is_named(alipay, settings):
    settings.ALIPAY = {**settings.ALIPAY, "ALIPAY_PUBLIC_KEY": "nonsense"}
    with pytest.raises(ImproperlyConfigured, match="ALIPAY_PUBLIC_KEY"):
        alipay_config()


def test_an_empty_seller_means_any_seller(alipay, settings):
    settings.ALIPAY = {**settings.ALIPAY, "SELLER_ID": ""}
    assert alipay_config().seller_id is None
