"""Keys and certificates of payment providers: a wrong one stops the shop, and is never shown."""

import pytest
from cryptography.fernet import Fernet

from luffy_api.libs.alipay_v1.tests.certificates import chain
from luffy_api.libs.payment_settings.rsa_keys import generate_key_pair
from luffy_api.tests.loaded_settings import DEV, KEY, PROD, PUBLIC_KEY, refusal, run

__all__ = ["refusal", "run"]


@pytest.fixture(scope="module")
def files():
    """The certificates of a school, which take long to make."""
    return chain(*(generate_key_pair()[0] for _ in range(2)))


def test_certificates_come_from_files_and_take_the_place_of_the_public_key(run, files, tmp_path):
    certificates = {"ALIPAY_APP_CERT": files.app, "ALIPAY_CERT": files.alipay}
    given = {**PROD, "ALIPAY_PUBLIC_KEY": None, "ALIPAY_ROOT_CERT": files.root}
    for name, text in certificates.items():
        (tmp_path / name).write_bytes(text.replace("\n", "\r\n").encode("utf-8-sig"))
        given[f"{name}_FILE"] = str(tmp_path / name)

    status, shown = run(
        given, "sorted(s.ALIPAY['SOURCES'].items()), 'ALIPAY_PUBLIC_KEY' in s.ALIPAY"
    )

    assert (status, shown) == (
        0,
        "[('ALIPAY_CERT', 'file'), ('APP_CERT', 'file')] False",
    )


def test_with_an_encryption_key_the_database_may_hold_the_keys(run):
    bare = {**PROD, "ALIPAY_APP_ID": None, "ALIPAY_APP_PRIVATE_KEY": None}
    keys = ",".join(Fernet.generate_key().decode() for _ in range(2))

    status, shown = run({**bare, "KEY_ENCRYPTION_KEY": f" {keys} ,"}, "len(s.KEY_ENCRYPTION_KEY)")

    assert (status, shown) == (0, "2")


def test_a_wrong_encryption_key_is_named_and_not_repeated(refusal):
    wrong = "not-thirty-two-bytes"

    sentence = refusal({**PROD, "KEY_ENCRYPTION_KEY": wrong})

    assert sentence.startswith("KEY_ENCRYPTION_KEY must be 32 bytes")
    assert wrong not in sentence


def test_development_makes_an_encryption_key_and_keeps_it(run, tmp_path):
    fresh = {**DEV, "VAR_DIR": str(tmp_path / "fresh")}
    first, second = (run(fresh, "s.KEY_ENCRYPTION_KEY") for _ in range(2))

    assert first == second
    assert len(first[1]) == len("['']") + 44


def test_certificate_mode_needs_every_certificate(refusal, files):
    two = {"ALIPAY_APP_CERT": files.app, "ALIPAY_ROOT_CERT": files.root}

    sentence = refusal({**PROD, **two})

    assert sentence == "Set ALIPAY_CERT or ALIPAY_CERT_FILE: it has no default."


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ALIPAY_APP_PRIVATE_KEY", "rubbish"),
        ("ALIPAY_APP_PRIVATE_KEY", PUBLIC_KEY),
        ("ALIPAY_PUBLIC_KEY", "rubbish"),
        ("ALIPAY_PUBLIC_KEY", KEY),
        ("ALIPAY_APP_CERT", "rubbish"),
        ("ALIPAY_APP_CERT", KEY),
        ("ALIPAY_CERT", PUBLIC_KEY),
        ("ALIPAY_ROOT_CERT", "rubbish"),
        ("PUBLIC_URL", "http://[bad"),
        ("PUBLIC_URL", "http://a:b"),
        ("DATABASE_URL", "mysql://u:p@h:abc/db"),
        ("DATABASE_URL", "mysql://luffy:p#w@h:3306/db"),
    ],
)
def test_what_cannot_work_stops_the_start_and_not_the_first_purchase(refusal, name, value):
    sentence = refusal({**PROD, name: value})

    assert name in sentence
    assert "PRIVATE KEY" not in sentence


WECHATPAY = {
    **PROD,
    "WECHATPAY_GATEWAY": "production",
    "WECHATPAY_MCH_ID": "1900000001",
    "WECHATPAY_APP_ID": "wx8888888888888888",
    "WECHATPAY_SERIAL_NO": "5157F09EFDC096DE15EBE81A47057A7232F1B8E1",
    "WECHATPAY_PRIVATE_KEY": KEY,
    "WECHATPAY_API_V3_KEY": "k" * 32,
    "WECHATPAY_PUBLIC_KEY": PUBLIC_KEY,
    "WECHATPAY_PUBLIC_KEY_ID": "PUB_KEY_ID_1",
}


def test_wechat_pay_is_off_until_it_is_asked_for(run):
    shown = "s.WECHATPAY, 'luffy_api.apps.wechatpay_sandbox' in s.INSTALLED_APPS"
    assert run(PROD, shown) == (0, "{} False")
    assert run({**DEV, "WECHATPAY_GATEWAY": "off"}, shown) == (0, "{} False")


def test_wechat_pay_with_a_public_key_or_with_platform_certificates(run):
    shown = "s.WECHATPAY['GATEWAY_URL'], s.WECHATPAY['NOTIFY_URL'], s.WECHATPAY['PUBLIC_KEY_ID']"
    addresses = "https://api.mch.weixin.qq.com https://school.example/api/v1/order/wechat/notify/"
    assert run(WECHATPAY, shown) == (0, f"{addresses} PUB_KEY_ID_1")
    without = {**WECHATPAY, "WECHATPAY_PUBLIC_KEY": None, "WECHATPAY_PUBLIC_KEY_ID": None}
    assert run(without, shown) == (0, addresses)


@pytest.mark.parametrize(
    "name",
    [
        *("WECHATPAY_MCH_ID", "WECHATPAY_APP_ID", "WECHATPAY_SERIAL_NO"),
        *("WECHATPAY_PRIVATE_KEY", "WECHATPAY_API_V3_KEY"),
        *("WECHATPAY_PUBLIC_KEY", "WECHATPAY_PUBLIC_KEY_ID"),
    ],
)
def test_a_missing_value_of_wechat_pay_is_named(refusal, name):
    assert name in refusal({**WECHATPAY, name: None})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WECHATPAY_PRIVATE_KEY", "rubbish"),
        ("WECHATPAY_PRIVATE_KEY", PUBLIC_KEY),
        ("WECHATPAY_PUBLIC_KEY", "rubbish"),
        ("WECHATPAY_PUBLIC_KEY", KEY),
        ("WECHATPAY_API_V3_KEY", "k" * 31),
        ("WECHATPAY_API_V3_KEY", "密" * 32),
    ],
)
def test_a_bad_key_of_wechat_pay_is_named_and_never_shown(refusal, name, value):
    sentence = refusal({**WECHATPAY, name: value})
    assert sentence.startswith(f"{name} 无法使用：")
    assert value not in sentence
