"""`manage.py check_payment`: the shop, the local gateway and the sentences for an admin."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

from luffy_api.apps.order.models import Order, PaymentEvent
from luffy_api.libs.payment_settings.rsa_keys import generate_key_pair
from luffy_api.tests.loaded_settings import KEY, PROD, PUBLIC_KEY

ROOT = Path(__file__).resolve().parents[2]
NOT_A_PAIR = (
    "支付宝不接受我们的签名：ALIPAY_APP_PRIVATE_KEY 与控制台里上传的应用公钥不是一对，"
    "请重新上传与这把私钥配对的应用公钥，或换成配对的私钥。"
)
WRONG_KEY = (
    "支付宝的应答用 ALIPAY_PUBLIC_KEY 验签不通过：请到控制台重新复制“支付宝公钥”"
    "（不是应用公钥；沙箱与正式环境各有一把）。"
)


@pytest.fixture
def check(one_origin, capsys):
    """Runs the command: (status, lines on stdout, lines on stderr)."""

    def run():
        try:
            call_command("check_payment")
            status = 0
        except SystemExit as end:
            status = end.code
        said = capsys.readouterr()
        return status, said.out.splitlines(), said.err.splitlines()

    return run


@pytest.fixture
def change(settings, one_origin):
    def to(**values):
        settings.ALIPAY = {**settings.ALIPAY, **values}

    return to


# What the gateways answer is explained; no kind of database changes it.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.any_database]


def test_a_new_installation_has_no_errors(check, live_server):
    status, said, errors = check()

    assert (status, errors) == (0, [])
    assert said == [
        "✓ ALIPAY_GATEWAY=local：检查的是开发用的本地网关（密钥、网关、通知地址），它不收真钱，"
        "要先用 ./scripts/start 启动；开店前请换成 sandbox 或 production 再检查。",
        "✓ ALIPAY_APP_PRIVATE_KEY 是一把可用的 2048 位 RSA 应用私钥。",
        "✓ ALIPAY_PUBLIC_KEY 是一把可用的 2048 位 RSA 支付宝公钥。",
        "✓ ALIPAY_SELLER_ID 是 2088000000000001，付给别人的通知会被拒绝。",
        "✓ WECHATPAY_GATEWAY=local：检查的是开发用的本地微信支付网关，它不收真钱；"
        "开店前请换成 production 再检查。",
        "✓ 微信支付商户 1900000001 的密钥可用，应答用微信支付公钥验签。",
        f"✓ 支付网关 {live_server.url.removeprefix('http://')} 有应答。",
        "✓ 支付宝认识应用 9021000100000001，并接受我们的签名。",
        "✓ 支付宝的签名可以用 ALIPAY_PUBLIC_KEY 验证。",
        "✓ 从这台服务器向通知地址发送伪造的通知，被正确拒绝（failed）。这只证明了一半："
        "支付宝从公网访问，还须经过防火墙和域名备案，请用手机流量打开网站再确认一次。",
        f"✓ 微信支付 {live_server.url.removeprefix('http://')} 有应答。",
        "✓ 微信支付认识商户 1900000001，双方的签名都能验证。",
        "✓ 从这台服务器向微信支付的通知地址发送伪造的通知，被正确拒绝（401）。",
        "没有发现问题。",
    ]


def test_it_leaves_one_rejected_message_of_each_provider_that_names_its_sender(check):
    check()

    left = PaymentEvent.objects.order_by("id").values_list("accepted", "message")
    assert list(left) == [
        (False, "note=manage.py+check_payment"),
        (False, '{"note": "manage.py check_payment"}'),
    ]
    assert not Order.objects.exists()


def test_a_private_key_that_the_gateway_does_not_know(check, change):
    change(APP_PRIVATE_KEY=generate_key_pair()[0])

    status, said, errors = check()

    assert (status, errors) == (1, [NOT_A_PAIR])
    assert "没有发现问题。" not in said


def test_a_public_key_that_is_not_the_gateways(check, change):
    change(ALIPAY_PUBLIC_KEY=generate_key_pair()[1])

    status, _, errors = check()

    assert (status, errors) == (1, [WRONG_KEY])


def test_our_own_public_key_is_one_error(check, change, settings):
    change(ALIPAY_PUBLIC_KEY=settings.ALIPAY_SANDBOX["APP_PUBLIC_KEY"])

    status, _, errors = check()

    assert status == 1
    assert len(errors) == 1
    assert errors[0].startswith("ALIPAY_PUBLIC_KEY 填成了我们自己的应用公钥")


def test_an_app_that_the_gateway_does_not_know(check, change):
    change(APP_ID="2021000000000009")

    status, _, errors = check()

    assert status == 1
    assert [error[:26] for error in errors] == ["支付宝不认识应用 2021000000000009："]


def test_every_error_at_once(check, change, live_server):
    change(
        APP_PRIVATE_KEY=generate_key_pair()[0],
        ALIPAY_PUBLIC_KEY=generate_key_pair()[1],
        SELLER_ID="me",
        NOTIFY_URL=f"{live_server.url}/shop",
    )

    status, _, errors = check()

    assert status == 1
    assert errors == [
        "ALIPAY_SELLER_ID 应是 2088 开头的 16 位数字（商户 PID），现在是 'me'。",
        "通知地址的路径应是 /api/v1/order/success/，现在是 /shop：PUBLIC_URL 只填到域名为止。",
        NOT_A_PAIR,
        WRONG_KEY,
    ]


def test_an_unreachable_gateway_and_an_invalid_notification_url(check, change):
    change(GATEWAY_URL="http://127.0.0.1:9/gateway.do", NOTIFY_URL="http://127.0.0.1:9/api")

    assert check()[2] == [
        "通知地址的路径应是 /api/v1/order/success/，现在是 /api：PUBLIC_URL 只填到域名为止。",
        "访问不了支付网关 127.0.0.1:9：对方拒绝连接，那个端口上没有服务。",
    ]


def test_outside_of_development_a_local_address_is_an_error(check, settings):
    settings.ALIPAY_GATEWAY = "sandbox"

    status, said, errors = check()

    assert status == 1
    assert errors == [
        "通知地址里的 localhost 不是公网域名，支付宝访问不到，"
        "请把 PUBLIC_URL 换成公网可以访问的网址。"
    ]
    assert not any("local:" in line for line in said)


def run_command(tmp_path, **env):
    """The command as a process of its own, without a network: (status, lines of stderr)."""
    proxies = dict.fromkeys(("http_proxy", "https_proxy"), "http://127.0.0.1:9")
    done = subprocess.run(
        [sys.executable, "manage.py", "check_payment"],
        env={**PROD, "VAR_DIR": str(tmp_path), "ENV_FILE": os.devnull, **proxies, **env},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert not any(line in done.stdout + done.stderr for line in KEY.splitlines())
    return done.returncode, done.stderr.splitlines()


@pytest.mark.parametrize(
    ("changes", "sentences"),
    [
        ({"ALIPAY_APP_PRIVATE_KEY": ""}, ["Set ALIPAY_APP_PRIVATE_KEY"]),
        (
            {"ALIPAY_APP_PRIVATE_KEY": "rubbish"},
            ["ALIPAY_APP_PRIVATE_KEY 无法使用：这里的应用私钥无法识别"],
        ),
        (
            {"ALIPAY_APP_PRIVATE_KEY": PUBLIC_KEY, "ALIPAY_PUBLIC_KEY": KEY},
            [
                "ALIPAY_APP_PRIVATE_KEY 无法使用：这里应填应用私钥，填的却是一把公钥",
                "ALIPAY_PUBLIC_KEY 无法使用：这里应填支付宝公钥，填的却是一把私钥",
            ],
        ),
        ({"ALIPAY_GATEWAY": "sandbocks"}, ["ALIPAY_GATEWAY is 'sandbocks'"]),
    ],
)
def test_settings_that_prevent_the_start_are_reported_the_same_way(tmp_path, changes, sentences):
    status, said = run_command(tmp_path, **changes)

    assert status == 1
    assert len(said) == len(sentences)
    assert all(line.startswith(sentence) for line, sentence in zip(said, sentences, strict=True))


def test_settings_are_checked_without_a_network(tmp_path):
    bare = "".join(KEY.splitlines()[1:-1])
    file = tmp_path / "private.txt"
    file.write_bytes(b"\xef\xbb\xbf" + bare.encode() + b"\r\n")

    status, said = run_command(
        tmp_path, ALIPAY_APP_PRIVATE_KEY="", ALIPAY_APP_PRIVATE_KEY_FILE=str(file)
    )

    assert status == 1
    beginnings = [
        "ALIPAY_PUBLIC_KEY 填成了我们自己的应用公钥",
        "通知地址里的 school.example 不是公网域名",
        "访问不了支付网关 openapi-sandbox.dl.alipaydev.com",
    ]
    assert all(line.startswith(start) for line, start in zip(said, beginnings, strict=True))


@pytest.fixture
def change_wechat(settings, one_origin):
    def to(**values):
        settings.WECHATPAY = {**settings.WECHATPAY, **values}

    return to


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"PRIVATE_KEY": KEY}, "微信支付不接受我们的签名：请核对 WECHATPAY_MCH_ID"),
        ({"SERIAL_NO": "0" * 40}, "微信支付不接受我们的签名：请核对 WECHATPAY_MCH_ID"),
        ({"PUBLIC_KEY": PUBLIC_KEY}, "微信支付的应答验签不通过：请核对 WECHATPAY_PUBLIC_KEY"),
        ({"MCH_ID": "me"}, "WECHATPAY_MCH_ID 无法使用：商户号是 8 到 10 位数字。"),
        ({"API_V3_KEY": "short"}, "WECHATPAY_API_V3_KEY 无法使用：APIv3 密钥应为 32 个字符。"),
        ({"PUBLIC_KEY_ID": ""}, "WECHATPAY_PUBLIC_KEY 和 WECHATPAY_PUBLIC_KEY_ID 要一起填写"),
        ({"GATEWAY_URL": "http://127.0.0.1:9"}, "访问不了微信支付 127.0.0.1:9："),
        ({"NOTIFY_URL": "http://127.0.0.1:9/api/v1/order/wechat/notify/"}, "从这台服务器访问微信"),
    ],
)
def test_errors_of_wechat_pay_are_told_too(check, change_wechat, changes, sentence):
    change_wechat(**changes)

    status, _, errors = check()

    assert status == 1
    assert any(error.startswith(sentence) for error in errors), errors


def test_a_shop_without_wechat_pay_hears_nothing_of_it(check, settings):
    settings.WECHATPAY = {}

    status, said, errors = check()

    assert (status, errors) == (0, [])
    assert not any("微信" in line for line in said)
