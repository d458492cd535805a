"""The merchant's certificate: read however it was saved, compared, and told when it ends."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.core.checks import ERROR, INFO, WARNING

from luffy_api.libs.payment_settings.tests.certificates import SM2_ROOT
from luffy_api.libs.wechatpay_v3.certificates import read_certificate
from luffy_api.libs.wechatpay_v3.checks import check_given, check_settings
from luffy_api.libs.wechatpay_v3.fields import read_field
from luffy_api.libs.wechatpay_v3.tests.certificates import SERIAL, certificate

NOTIFY = "/api/v1/order/wechat/notify/"
SAVED = {
    "as downloaded": lambda text: text,
    "Windows line ends": lambda text: text.replace("\n", "\r\n"),
    "blank lines": lambda text: text.replace("\n", "\n\n"),
    "folded into one line": lambda text: text.replace("\n", "\\n"),
    "text around": lambda text: f"Bag Attributes\n{text}\nend",
}


@pytest.fixture
def give(settings, wechat):
    """Sets the merchant's certificate; the messages of the checks about certificates."""

    def enter(pem: bytes | str, **values):
        text = pem.decode() if isinstance(pem, bytes) else pem
        settings.WECHATPAY = {**settings.WECHATPAY, "CERT": text, **values}
        messages = check_settings(notify_path=NOTIFY, development=False)
        return [each for each in messages if "证书" in each.msg]

    return enter


@pytest.mark.parametrize("save", SAVED.values(), ids=SAVED)
def test_a_certificate_is_read_however_it_was_saved(keys, save):
    pem = certificate(keys.merchant_private).decode()

    read = read_certificate(save(pem))

    assert (read.serial, read.public_key) == (f"{SERIAL:X}", keys.merchant_public.strip())
    field = read_field("CERT", save(pem))
    assert (field.fingerprint, field.expires_at) == (read.fingerprint, read.expires_at)
    assert len(read.fingerprint) == 64


@pytest.mark.parametrize("text", ["", "x", SM2_ROOT, "-----BEGIN CERTIFICATE-----\nAA\n-----END"])
def test_what_is_no_certificate_is_refused(text):
    with pytest.raises(ValueError, match="证书"):
        read_field("CERT", text)


def test_a_private_key_in_its_place_is_not_repeated(keys):
    with pytest.raises(ValueError, match="填的却是一把私钥") as caught:
        read_field("CERT", keys.merchant_private)

    assert keys.merchant_private[40:80] not in str(caught.value)


def test_its_end_is_told_with_number_and_fingerprint(give, keys):
    pem = certificate(keys.merchant_private)
    end = read_certificate(pem.decode())

    [message] = give(pem)

    assert message.level == INFO
    assert f"序列号 {SERIAL:X}，指纹 {end.fingerprint[:16]}" in message.msg


@pytest.mark.parametrize(
    ("now", "level"),
    [("2026-03-01", INFO), ("2026-03-04", WARNING), ("2026-04-02", WARNING), ("2026-04-03", ERROR)],
)
def test_thirty_days_before_its_end_it_is_a_warning(give, keys, now, level):
    """It ends at noon of the second of April, UTC."""
    with time_machine.travel(datetime(2026, 3, 3, 12, tzinfo=UTC), tick=False):
        pem = certificate(keys.merchant_private, days=30)

    with time_machine.travel(now, tick=False):
        messages = give(pem)

    assert [each.level for each in messages] == [level]
    assert "2026-04-02" in messages[0].msg


def test_one_over_another_key_is_refused(give, keys):
    messages = give(certificate(keys.platform_private))

    assert [each.id for each in messages] == ["payment.E105"]


def test_a_serial_number_of_another_certificate_is_refused(give, keys):
    [message] = give(certificate(keys.merchant_private, serial=0xABC))

    assert message.id == "payment.E106"
    assert message.msg.endswith("证书上的是 ABC。")


def test_a_serial_number_may_be_written_in_small_letters(give, keys):
    serial = f"0{SERIAL:x}"

    assert [each.level for each in give(certificate(keys.merchant_private), SERIAL_NO=serial)] == [
        INFO
    ]


def test_without_one_nothing_is_wrong(give, settings):
    [message] = give("")

    assert (message.level, message.id) == (INFO, "payment.I103")
    assert list(check_given(settings.WECHATPAY)) == []


def test_one_that_cannot_be_read_is_an_error(give):
    [message] = give("nonsense")

    assert message.msg.startswith("WECHATPAY_CERT 无法使用：")
