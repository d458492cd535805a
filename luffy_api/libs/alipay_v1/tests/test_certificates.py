"""Certificate mode: the files however they were saved, the requests, the answers, the checks."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import md5
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.core.checks import ERROR, WARNING

from luffy_api.libs.alipay_v1 import (
    AlipayNotConfigured,
    AlipayUnknown,
    Refund,
    close_trade,
    parse_notification,
    pay_page_url,
    query_trade,
    refund_trade,
)
from luffy_api.libs.alipay_v1.certificates import read_certificate, root_serial
from luffy_api.libs.alipay_v1.checks.certificates import check_credentials
from luffy_api.libs.alipay_v1.checks.gateway import check_gateway
from luffy_api.libs.alipay_v1.sdk import load_sdk
from luffy_api.libs.alipay_v1.settings import alipay_config
from luffy_api.libs.alipay_v1.tests.certificates import chain
from luffy_api.libs.alipay_v1.tests.signer import answer, genuine, sign
from luffy_api.libs.payment_settings.certificates import BadCertificate
from luffy_api.libs.payment_settings.rsa_keys import generate_key_pair
from luffy_api.libs.payment_settings.tests.certificates import SM2_ROOT

ROOT_NAMES = ["R1", "Class 1"]


def number_of(common: str, serial: int) -> str:
    """Alipay's serial number, by its manual: MD5 over issuer and number."""
    issuer = f"CN={common},OU=Certification Authority,O=Ant Financial,C=CN"
    return md5(f"{issuer}{serial}".encode()).hexdigest()  # noqa: S324


APP_SERIAL = number_of("Ant Financial Certification Authority R1", 7)
ROOT_SERIAL = "_".join(
    number_of(f"Ant Financial Certification Authority {name}", n)
    for n, name in enumerate(ROOT_NAMES, start=2**80)
)

SAVED = {
    "as downloaded": lambda text: text,
    "Windows line ends": lambda text: text.replace("\n", "\r\n"),
    "old Mac line ends": lambda text: text.replace("\n", "\r"),
    "blank lines everywhere": lambda text: text.replace("\n", "\n\n"),
    "blank Windows lines": lambda text: text.replace("\n", "\r\n\r\n"),
    "no blank lines": lambda text: re.sub(r"\n+", "\n", text),
    "blanks at every line": lambda text: text.replace("\n", "  \n  "),
    "byte order mark": lambda text: "\ufeff" + text,
    "folded into one line": lambda text: text.replace("\n", "\\n"),
    "folded Windows line ends": lambda text: text.replace("\n", "\\r\\n"),
    "other line length": lambda text: re.sub(r"(?<=[\w+/=])\n(?=[\w+/=])", "", text),
    "text around": lambda text: f"Issuer: C=CN\n{text}\nend of file",
}


@pytest.fixture(scope="module")
def files(keys):
    return chain(keys.app_private, keys.alipay_private)


@pytest.fixture
def certificate_mode(alipay, settings, files):
    """The merchant uses certificates; Alipay's public key is nowhere but in its certificate."""
    values = {k: v for k, v in settings.ALIPAY.items() if k != "ALIPAY_PUBLIC_KEY"}
    settings.ALIPAY = {
        **values,
        "APP_CERT": files.app,
        "ALIPAY_CERT": files.alipay,
        "ROOT_CERT": files.root,
    }
    return alipay


@pytest.mark.parametrize("save", SAVED.values(), ids=SAVED)
def test_the_numbers_do_not_depend_on_how_a_file_was_saved(files, keys, save):
    assert root_serial(save(files.root), "支付宝根证书") == ROOT_SERIAL
    app = read_certificate(save(files.app), "应用公钥证书")
    assert (app.serial, app.public_key) == (APP_SERIAL, keys.app_public)
    # The issuer's certificate stands behind Alipay's own in the file.
    assert read_certificate(save(files.alipay), "支付宝公钥证书").public_key == keys.alipay_public


def test_the_sdk_alone_would_number_the_root_wrongly(files):
    serial = load_sdk().DCAliPay.get_root_cert_sn

    assert serial(files.root) != ROOT_SERIAL
    assert serial(files.root.replace("\n", "\r\n")) != ROOT_SERIAL


@pytest.mark.parametrize(
    ("read", "text", "sentence"),
    [
        (read_certificate, "", "无法识别"),
        (read_certificate, "nonsense", "无法识别"),
        (read_certificate, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "无法"),
        (read_certificate, "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----", "无法"),
        (read_certificate, "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----", "无法"),
        (read_certificate, SM2_ROOT, "无法识别|不是 RSA"),
        (root_serial, SM2_ROOT, "没有 RSA 证书"),
        (root_serial, "", "无法识别"),
        (root_serial, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "无法"),
    ],
)
def test_what_is_no_certificate_is_refused(read, text, sentence):
    with pytest.raises(BadCertificate, match=sentence):
        read(text, "证书")


@pytest.mark.parametrize("read", [read_certificate, root_serial])
def test_a_private_key_in_the_place_of_a_certificate_is_not_repeated(keys, read):
    with pytest.raises(BadCertificate, match="填的却是一把私钥") as caught:
        read(keys.app_private, "应用公钥证书")

    assert keys.app_private.splitlines()[1] not in str(caught.value)


def test_a_public_key_in_the_place_of_a_certificate_is_refused(keys):
    with pytest.raises(BadCertificate, match="无法识别"):
        read_certificate(keys.app_public, "应用公钥证书")


def parameters(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def test_a_request_carries_both_numbers_under_its_signature(certificate_mode, keys):
    url = pay_page_url(out_trade_no="N1", subject="爬虫", total_amount=Decimal("9.90"))

    sent = parameters(url)
    assert sent["app_cert_sn"] == APP_SERIAL
    assert sent["alipay_root_cert_sn"] == ROOT_SERIAL
    text = "&".join(f"{name}={value}" for name, value in sorted(sent.items()) if name != "sign")
    assert sent["sign"] == sign(text, keys.app_private)


def test_key_mode_sends_no_numbers(alipay):
    sent = parameters(pay_page_url(out_trade_no="N1", subject="x", total_amount=Decimal("9.90")))

    assert not {"app_cert_sn", "alipay_root_cert_sn"} & set(sent)


CALLS = {
    "alipay.trade.query": (
        lambda: query_trade(out_trade_no="N1").trade_no,
        {"trade_status": "TRADE_SUCCESS", "trade_no": "T1", "total_amount": "9.90"},
        "T1",
    ),
    "alipay.trade.close": (lambda: close_trade(out_trade_no="N1").value, {}, "closed"),
    "alipay.trade.refund": (
        lambda: refund_trade(trade_no="T1", amount=Decimal("1.00"), request_no="R1"),
        {"trade_no": "T1", "refund_fee": "1.00", "fund_change": "Y"},
        Refund("T1", Decimal("1.00"), moved_money=True),
    ),
}


def with_serial(body: bytes, serial: str) -> bytes:
    """An answer of certificate mode names Alipay's certificate, outside of what is signed."""
    return body.replace(b',"sign":', f',"alipay_cert_sn":"{serial}","sign":'.encode())


@pytest.mark.parametrize("method", CALLS)
def test_answers_are_verified_by_alipays_certificate(gateway, certificate_mode, keys, method):
    ask, node, expected = CALLS[method]
    genuine_answer = answer(method, keys.alipay_private, code="10000", out_trade_no="N1", **node)
    gateway.reply = with_serial(genuine_answer, "0" * 32)

    assert ask() == expected
    assert all("app_cert_sn=" in path for path in gateway.asked)

    gateway.reply = answer(method, keys.app_private, code="10000", out_trade_no="N1", **node)
    with pytest.raises(AlipayUnknown):
        ask()


def test_a_notification_is_verified_by_alipays_certificate(certificate_mode, keys):
    assert parse_notification(genuine(keys)).is_paid


@pytest.mark.parametrize("name", ["APP_CERT", "ALIPAY_CERT", "ROOT_CERT"])
@pytest.mark.parametrize("text", ["", "nonsense"])
def test_certificate_mode_needs_all_three(certificate_mode, settings, name, text):
    settings.ALIPAY = {**settings.ALIPAY, name: text}

    with pytest.raises(AlipayNotConfigured):
        alipay_config()


def test_certificates_win_over_a_public_key_beside_them(certificate_mode, settings, keys):
    settings.ALIPAY = {**settings.ALIPAY, "ALIPAY_PUBLIC_KEY": keys.app_public}

    assert alipay_config().alipay_public_key == keys.alipay_public


# --- Checks ------------------------------------------------------------------------------------


@pytest.fixture
def said(certificate_mode, settings):
    """Ids and sentences of the checks after a change."""

    def look(**changes):
        return {m.id: m for m in check_credentials({**settings.ALIPAY, **changes}).messages}

    return look


def test_three_good_certificates(said):
    found = said()

    assert not [m for m in found.values() if m.level >= WARNING]
    assert found["payment.I031"].msg == "ALIPAY_ROOT_CERT 是一张可用的支付宝根证书。"


def test_a_missing_certificate_is_named(said):
    message = said(ROOT_CERT="")["payment.E032"]

    assert message.msg.startswith("ALIPAY_ROOT_CERT 没有填写：证书方式要填全三张证书")


def test_a_certificate_that_belongs_to_another_private_key(said):
    message = said(APP_PRIVATE_KEY=generate_key_pair()[0])["payment.E033"]

    assert message.msg.startswith("ALIPAY_APP_CERT 与 ALIPAY_APP_PRIVATE_KEY 不是一对")


def test_our_own_certificate_in_the_place_of_alipays(said, files):
    assert said(ALIPAY_CERT=files.app)["payment.E034"].level == ERROR


def test_an_app_without_a_number(said):
    assert said(APP_ID="")["payment.E017"].level == ERROR


@pytest.mark.parametrize(
    ("days", "expected"),
    [(31, {}), (29.5, {"payment.W031"}), (0.5, {"payment.W031"}), (-0.5, {"payment.E035"})],
)
def test_the_end_of_a_certificate_is_announced_30_days_before(said, keys, days, expected):
    ending = chain(keys.app_private, keys.alipay_private, days=days)

    found = said(APP_CERT=ending.app)

    assert {number for number in found if found[number].level >= WARNING} == set(expected)


def test_the_warning_tells_the_day_in_beijing(said, keys):
    with time_machine.travel(datetime(2026, 3, 1, 20, tzinfo=UTC), tick=False):
        ending = chain(keys.app_private, keys.alipay_private, days=10)
        sentence = said(APP_CERT=ending.app)["payment.W031"].msg

    assert sentence == (
        "ALIPAY_APP_CERT 的应用公钥证书将于 2026-03-12 过期（还有 10 天），"
        "请尽快到控制台下载新的证书。"
    )


@pytest.fixture
def asked(gateway, certificate_mode):
    """The sentences of the check that uses the network."""
    return lambda: [m.msg for m in check_gateway(alipay_config(), own_key=False)]


def test_the_gateway_is_verified_by_its_certificate(gateway, asked, keys):
    unknown = {"code": "40004", "sub_code": "ACQ.TRADE_NOT_EXIST"}
    gateway.reply = answer("alipay.trade.query", keys.alipay_private, **unknown)
    assert asked()[-1] == "支付宝的签名可以用 ALIPAY_CERT 验证。"

    gateway.reply = answer("alipay.trade.query", keys.app_private, **unknown)
    assert asked()[-1].startswith("支付宝的应答用 ALIPAY_CERT 验签不通过：请到控制台重新下载")


@pytest.mark.parametrize(
    ("sub_code", "sentence"),
    [
        ("isv.missing-app-cert-sn", "这个应用在控制台里用的是证书方式"),
        ("isv.app-cert-not-exist", "支付宝不认识我们的应用公钥证书"),
        ("isv.app-cert-expired", "应用公钥证书已过期"),
        ("isv.invalid-alipay-root-cert-sn", "支付宝不接受我们的根证书"),
    ],
)
def test_a_refused_certificate_is_explained(gateway, asked, keys, sub_code, sentence):
    refused = {"code": "40002", "sub_code": sub_code}
    gateway.reply = answer("alipay.trade.query", keys.alipay_private, **refused)

    assert any(said.startswith(sentence) for said in asked())


def test_no_sentence_holds_a_key_or_certificate(said, files, keys):
    texts = [files.app, files.alipay, files.root, keys.app_private, keys.alipay_public, "x"]
    lines = {line for text in texts for line in text.splitlines() if len(line) > 40}
    for text in texts:
        for name in ("APP_CERT", "ALIPAY_CERT", "ROOT_CERT", "APP_PRIVATE_KEY"):
            sentences = "".join(message.msg for message in said(**{name: text}).values())
            assert not [line for line in lines if line in sentences]
