"""支付设置 in the back office: keys go in, and never come out."""

import pytest
from cryptography.fernet import Fernet
from django.contrib.admin.models import LogEntry

from luffy_api.apps.order.models import PaymentCredential
from luffy_api.libs.alipay_v1.tests.certificates import chain
from luffy_api.libs.payment_settings.rsa_keys import generate_key_pair
from luffy_api.tests.back_office import page
from luffy_api.tests.credential_page import APP_ID, SELLER_ID, URL, act, lines_of, text_of, told

# About a form; how keys are stored is the subject of order/tests/test_credential*.py.
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.any_database,
    pytest.mark.usefixtures("database_source"),
]


def test_keys_are_entered_and_only_their_fingerprints_are_shown(admin_client, pairs):
    (private, _), (_, public) = pairs

    answer = act(
        admin_client, "save", APP_ID=APP_ID, APP_PRIVATE_KEY=private, ALIPAY_PUBLIC_KEY=public
    )

    shown = text_of(answer)
    assert told(answer) == ["已保存 3 项，10 秒内在所有进程生效"]
    assert APP_ID in shown
    assert PaymentCredential.objects.get(name="APP_PRIVATE_KEY").fingerprint[:16] in shown
    assert shown.count("数据库\n") == 3
    assert not [line for line in lines_of(private) + lines_of(public) if line in shown]


def test_every_change_is_in_the_audit_log_without_the_key(admin_client, pairs):
    (private, _), _ = pairs
    act(admin_client, "save", APP_PRIVATE_KEY=private, APP_ID=APP_ID)
    act(admin_client, "save", APP_ID="2021000000000088")
    act(admin_client, "remove:APP_ID")

    entries = [(e.user.username, e.object_repr, e.change_message) for e in LogEntry.objects.all()]

    digits = PaymentCredential.objects.get().fingerprint[:16]
    assert [message for _, _, message in reversed(entries)] == [
        "填写APPID",
        f"填写应用私钥（指纹 {digits}）",
        "更换APPID",
        "删除APPID",
    ]
    assert {user for user, _, _ in entries} == {"admin"}
    assert not [line for line in lines_of(private) if line in str(entries)]
    history = admin_client.get(
        page(PaymentCredential, "history", PaymentCredential.objects.get().pk)
    )
    assert digits in text_of(history)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"APP_ID": "2021"}, "APPID 是 16 位数字。"),
        ({"SELLER_ID": "school@example.com"}, "PID 是 2088 开头的 16 位数字。"),
        ({"APP_PRIVATE_KEY": "MIIEvgIBADANBgkqhkiG-my-broken-private-key"}, "无法识别"),
        ({"APP_CERT": "-----BEGIN CERTIFICATE-----\nAAAA"}, "应用公钥证书无法识别"),
        ({"APP_PRIVATE_KEY": "x" * 40_000}, "32768"),
        ({"APP_ID": "\0"}, "空字符"),
    ],
)
def test_what_cannot_be_used_is_refused_and_not_shown_again(admin_client, fields, sentence):
    answer = act(admin_client, "save", **{"SELLER_ID": SELLER_ID, **fields})

    assert answer.status_code == 200
    assert sentence in text_of(answer)
    assert not [value for value in fields.values() if value in text_of(answer) and len(value) > 4]
    assert SELLER_ID not in text_of(answer)
    assert not PaymentCredential.objects.exists()
    assert not LogEntry.objects.exists()


def test_our_own_public_key_is_a_mistake_that_is_named(admin_client, pairs):
    (private, public), _ = pairs

    answer = act(admin_client, "save", APP_PRIVATE_KEY=private, ALIPAY_PUBLIC_KEY=public)

    assert "ALIPAY_PUBLIC_KEY 填成了我们自己的应用公钥" in text_of(answer)
    assert not PaymentCredential.objects.exists()


def test_a_certificate_of_another_key_is_refused_and_a_fitting_one_shows_its_end(
    admin_client, pairs
):
    (private, _), (alipay_private, _) = pairs
    files = chain(private, alipay_private, days=12.5)
    certificates = {"APP_CERT": files.app, "ALIPAY_CERT": files.alipay, "ROOT_CERT": files.root}

    other = generate_key_pair()[0]
    refused = act(admin_client, "save", APP_PRIVATE_KEY=other, **certificates)
    assert "ALIPAY_APP_CERT 与 ALIPAY_APP_PRIVATE_KEY 不是一对" in text_of(refused)

    saved = act(admin_client, "save", APP_PRIVATE_KEY=private, **certificates)
    assert text_of(saved).count(" 到期</span>") == 3
    assert "还有 12 天" in text_of(saved)


def test_a_stored_value_that_is_removed_gives_way_to_the_environment(admin_client, settings):
    act(admin_client, "save", APP_ID=APP_ID)

    answer = act(admin_client, "remove:APP_ID")

    assert told(answer) == ["已删除APPID，10 秒内在所有进程改用文件或环境变量"]
    assert settings.ALIPAY["APP_ID"] in text_of(answer)
    assert told(act(admin_client, "remove:APP_ID")) == ["数据库里没有这一项，什么都没有改变"]


def test_each_source_is_named(admin_client, settings):
    sources = {"APP_ID": "file", "APP_PRIVATE_KEY": "environment"}
    settings.ALIPAY = {**settings.ALIPAY, "SOURCES": sources}
    act(admin_client, "save", SELLER_ID=SELLER_ID)

    lines = {
        line.field.name: (line.source, line.overrides)
        for line, _ in admin_client.get(URL).context["sections"][0]["lines"]
    }

    assert lines["APP_ID"] == ("文件", "")
    assert lines["APP_PRIVATE_KEY"] == ("环境变量", "")
    assert lines["SELLER_ID"] == ("数据库", "环境变量")
    assert lines["ROOT_CERT"] == ("未填写", "")


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"action": "save"},
        {"action": "steal", "provider": "1"},
        {"action": "remove:", "provider": "1"},
        {"action": "remove:../x", "provider": "1"},
        {"action": "save", "provider": "9", "APP_ID": APP_ID},
        {"action": "save", "provider": "3", "APP_ID": APP_ID},
        {"action": "save", "provider": "１", "APP_ID": APP_ID},
        {"action": "save", "provider": "1" * 5000},
        {"action": "save", "provider": "1"},
        {"action": "save", "provider": "1", "APP_ID": " \n "},
        {"action": "save", "provider": "1", "value": "x", "changed_by": "7"},
    ],
)
def test_an_odd_request_changes_nothing(admin_client, fields):
    answer = admin_client.post(URL, fields, follow=True)

    assert answer.status_code == 200
    assert not PaymentCredential.objects.exists()


def test_without_an_encryption_key_nothing_can_be_saved(admin_client, settings):
    settings.KEY_ENCRYPTION_KEY = []

    answer = act(admin_client, "save", APP_ID=APP_ID)

    assert "没有设置 KEY_ENCRYPTION_KEY" in text_of(answer)
    assert "<textarea" not in text_of(answer)
    assert not PaymentCredential.objects.exists()


def test_values_that_no_key_opens_are_named_and_can_be_entered_again(admin_client, settings):
    act(admin_client, "save", APP_ID=APP_ID)
    settings.KEY_ENCRYPTION_KEY = [Fernet.generate_key().decode()]

    broken = admin_client.get(URL)
    checked = act(admin_client, "check")
    again = act(admin_client, "save", APP_ID="2021000000000088")

    assert "无法解密" in text_of(broken)
    assert "无法解密" in text_of(checked)
    assert "2021000000000088" in text_of(again)


# --- 自检 --------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_the_self_check_asks_the_gateway_and_the_shop(admin_client, one_origin, settings):
    good = act(admin_client, "check")
    assert "支付宝认识应用" in text_of(good)
    assert "被正确拒绝（failed）" in text_of(good)

    act(admin_client, "save", APP_ID=APP_ID)
    wrong = act(admin_client, "check")
    assert f"支付宝不认识应用 {APP_ID}" in text_of(wrong)


@pytest.mark.django_db(transaction=True)
def test_keys_that_were_entered_are_used_for_the_next_purchase(
    admin_client, one_origin, settings, student_api, placed
):
    good = settings.ALIPAY
    settings.ALIPAY = {**good, "APP_ID": "", "APP_PRIVATE_KEY": "", "ALIPAY_PUBLIC_KEY": ""}
    again = f"/api/v1/order/{placed['out_trade_no']}/pay/"
    assert student_api.post(again).status_code == 400  # no provider is configured

    names = ("APP_ID", "APP_PRIVATE_KEY", "ALIPAY_PUBLIC_KEY")
    act(admin_client, "save", **{name: good[name] for name in names})

    assert student_api.post(again).json()["pay_url"].startswith(good["GATEWAY_URL"])


def test_the_page_has_a_fixed_number_of_queries(admin_client, django_assert_max_num_queries):
    # Six of them read 网站信息, which is kept for a while.
    with django_assert_max_num_queries(12):
        admin_client.get(URL)
    act(admin_client, "save", APP_ID=APP_ID, SELLER_ID=SELLER_ID)
    with django_assert_max_num_queries(12):
        admin_client.get(URL)
