"""Checks of the keys and the seller ID, without the network."""

import pytest
from Cryptodome.PublicKey import RSA
from django.core.checks import ERROR

from luffy_api.libs.alipay_v1.checks.keys import check_keys, check_seller

GOOD_PRIVATE = "ALIPAY_APP_PRIVATE_KEY 是一把可用的 2048 位 RSA 应用私钥。"
GOOD_PUBLIC = "ALIPAY_PUBLIC_KEY 是一把可用的 2048 位 RSA 支付宝公钥。"
UNREADABLE = "无法识别，请完整填写 RSA 密钥（PEM，或控制台显示的一长串字符）。"


@pytest.fixture
def said(alipay, settings):
    """The sentences about the keys after a change: (errors, infos)."""

    def look(**changes):
        report = check_keys({**settings.ALIPAY, **changes})
        errors = [found.msg for found in report.messages if found.level >= ERROR]
        return errors, [found.msg for found in report.messages if found.level < ERROR]

    return look


def test_good_keys(said):
    assert said() == ([], [GOOD_PRIVATE, GOOD_PUBLIC])


@pytest.mark.parametrize("text", ["", None, "nonsense", "AAAA"])
def test_a_key_that_cannot_be_read(said, text):
    assert said(APP_PRIVATE_KEY=text) == (
        [f"ALIPAY_APP_PRIVATE_KEY 无法使用：这里的应用私钥{UNREADABLE}"],
        [GOOD_PUBLIC],
    )
    assert said(ALIPAY_PUBLIC_KEY=text) == (
        [f"ALIPAY_PUBLIC_KEY 无法使用：这里的支付宝公钥{UNREADABLE}"],
        [GOOD_PRIVATE],
    )


def test_both_keys_swapped_are_two_errors(said, keys):
    errors, infos = said(APP_PRIVATE_KEY=keys.alipay_public, ALIPAY_PUBLIC_KEY=keys.app_private)

    assert infos == []
    assert errors == [
        "ALIPAY_APP_PRIVATE_KEY 无法使用：这里应填应用私钥，填的却是一把公钥，"
        "请核对是否填反了位置。",
        "ALIPAY_PUBLIC_KEY 无法使用：这里应填支付宝公钥，填的却是一把私钥，请核对是否填反了位置。",
    ]


def test_our_own_public_key_instead_of_alipays(said, keys):
    assert said(ALIPAY_PUBLIC_KEY=keys.app_public) == (
        [
            "ALIPAY_PUBLIC_KEY 填成了我们自己的应用公钥，应填控制台里“查看支付宝公钥”"
            "显示的那一把，否则支付宝的每条通知都会被拒绝。"
        ],
        [GOOD_PRIVATE],
    )


def test_our_own_public_key_in_another_form_is_noticed_too(said, keys):
    bare = "".join(keys.app_public.splitlines()[1:-1])
    pkcs1 = RSA.import_key(keys.app_private).export_key(pkcs=1).decode()

    (sentence,), _ = said(ALIPAY_PUBLIC_KEY=bare, APP_PRIVATE_KEY=pkcs1)

    assert sentence.startswith("ALIPAY_PUBLIC_KEY 填成了我们自己的应用公钥")


def test_keys_that_are_too_short(said):
    short = RSA.generate(1024)  # noqa: S505
    private = short.export_key().decode()
    other = RSA.generate(1024).public_key().export_key().decode()  # noqa: S505

    assert said(APP_PRIVATE_KEY=private, ALIPAY_PUBLIC_KEY=other)[0] == [
        "ALIPAY_APP_PRIVATE_KEY 太短：这把应用私钥只有 1024 位，支付宝的 RSA2 要求 2048 位，"
        "请重新生成密钥。",
        "ALIPAY_PUBLIC_KEY 太短：这把支付宝公钥只有 1024 位，支付宝的 RSA2 要求 2048 位，"
        "请重新生成密钥。",
    ]


def test_a_certificate_instead_of_a_key(said, certificate):
    assert said(ALIPAY_PUBLIC_KEY=certificate)[0] == [
        "ALIPAY_PUBLIC_KEY 无法使用：这里应填支付宝公钥，填的却是一张证书，"
        "请在控制台使用“公钥”方式的密钥。"
    ]


def test_no_sentence_holds_a_key(said, keys, certificate):
    pems = [keys.app_private, keys.app_public, keys.alipay_private, certificate]
    for private in pems:
        for public in pems:
            errors, infos = said(APP_PRIVATE_KEY=private, ALIPAY_PUBLIC_KEY=public)
            sentences = "".join(errors + infos)
            assert not any(line in sentences for pem in pems for line in pem.splitlines())


@pytest.mark.parametrize(
    ("seller", "good", "sentence"),
    [
        ("", True, "ALIPAY_SELLER_ID 没有填写，收到通知时不核对收款账户；建议填写商户的 PID。"),
        (None, True, "ALIPAY_SELLER_ID 没有填写，收到通知时不核对收款账户；建议填写商户的 PID。"),
        (
            "2088000000000001",
            True,
            "ALIPAY_SELLER_ID 是 2088000000000001，付给别人的通知会被拒绝。",
        ),
        *(
            (
                wrong,
                False,
                f"ALIPAY_SELLER_ID 应是 2088 开头的 16 位数字（商户 PID），现在是 {wrong!r}。",
            )
            for wrong in ("2088", "2021000000000001", "school@example.com", "2088" + "０" * 12)
        ),
    ],
)
def test_the_seller_id(seller, good, sentence):
    found = check_seller({"SELLER_ID": seller})

    assert (found.level < ERROR, found.msg) == (good, sentence)
