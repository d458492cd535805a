"""支付设置 in the back office: keys go in, and never come out."""

import logging

import pytest
from cryptography.fernet import Fernet
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.test import Client

from luffy_api.apps.order.models import PaymentCredential, PaymentEvent, PayType
from luffy_api.apps.order.payment import credentials
from luffy_api.libs.alipay_v1.keys import generate_key_pair
from luffy_api.libs.alipay_v1.tests.certificates import chain
from luffy_api.tests.back_office import page
from luffy_api.tests.factories import UserFactory

pytestmark = pytest.mark.django_db
URL = "/admin/order/paymentcredential/"
APP_ID, SELLER_ID = "2021000000000077", "2088000000000077"


@pytest.fixture(autouse=True)
def database_source(settings, monkeypatch):
    settings.KEY_ENCRYPTION_KEY = [Fernet.generate_key().decode()]
    monkeypatch.setattr(credentials, "_cache", credentials._Cache())


@pytest.fixture(scope="module")
def pairs():
    """Two pairs (private, public): the school's and Alipay's."""
    return generate_key_pair(), generate_key_pair()


@pytest.fixture
def keeper(client):
    """keeper(*rights): a browser of a member of staff with these rights on the page."""

    def log_in(*rights):
        user = UserFactory(is_staff=True, username="keeper")
        names = [f"{right}_paymentcredential" for right in rights]
        user.user_permissions.add(*Permission.objects.filter(codename__in=names))
        client.force_login(user)
        return client

    return log_in


def act(client, action, **fields):
    return client.post(URL, {"provider": "1", "action": action, **fields}, follow=True)


def text_of(response) -> str:
    return response.content.decode()


def lines_of(text: str) -> list[str]:
    """The lines of a key that nobody else has."""
    return [line for line in text.splitlines() if len(line) > 40]


def told(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


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
        ({"APP_ID": "\0"}, "不允许"),
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
    assert text_of(saved).count(" 到期</span>") == 2
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


# --- Rights ------------------------------------------------------------------------------------


@pytest.mark.parametrize("rights", [(), ("add",), ("delete",)])
def test_without_the_right_there_is_no_page(keeper, rights):
    browser = keeper(*rights)

    assert browser.get(URL).status_code == 403
    assert act(browser, "save", APP_ID=APP_ID).status_code == 403
    assert not PaymentCredential.objects.exists()


def test_whoever_may_only_look_changes_and_checks_nothing(keeper):
    browser = keeper("view")

    assert "<textarea" not in text_of(browser.get(URL))
    for action in ("save", "remove:APP_ID", "check"):
        assert act(browser, action, APP_ID=APP_ID).status_code == 403
    assert not PaymentCredential.objects.exists()
    assert not PaymentEvent.objects.exists()


def test_the_right_to_change_is_enough(keeper):
    browser = keeper("change", "view")

    act(browser, "save", APP_ID=APP_ID)

    assert PaymentCredential.objects.get().changed_by.username == "keeper"


def test_a_row_is_never_edited_by_itself(admin_client):
    act(admin_client, "save", APP_ID=APP_ID)
    row = PaymentCredential.objects.get()

    for kind in ("change", "delete"):
        answer = admin_client.post(page(PaymentCredential, kind, row.pk), {"value": "x"})
        assert answer.status_code == 403
    shown = admin_client.get(page(PaymentCredential, "change", row.pk))
    assert row.value not in text_of(shown)
    assert APP_ID not in text_of(shown)


def test_a_forged_form_is_refused(admin_user):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(admin_user)

    assert act(browser, "save", APP_ID=APP_ID).status_code == 403
    assert not PaymentCredential.objects.exists()


# --- Leaks -------------------------------------------------------------------------------------


def test_a_crash_shows_no_key_in_its_page_or_log(
    admin_client, monkeypatch, settings, caplog, pairs
):
    (private, _), _ = pairs

    def crash(**kwargs):
        raise RuntimeError("something else")

    monkeypatch.setattr("luffy_api.apps.order.payment.credential_entry.store", crash)
    admin_client.raise_request_exception = False
    caplog.set_level(logging.DEBUG)
    settings.DEBUG = True

    answer = act(admin_client, "save", APP_PRIVATE_KEY=private)

    assert answer.status_code == 500
    assert "something else" in caplog.text
    seen = text_of(answer) + caplog.text
    assert not [line for line in lines_of(private) if line in seen]


def test_saving_and_removing_leave_no_key_in_the_log(admin_client, caplog, pairs):
    (private, _), _ = pairs
    caplog.set_level(logging.DEBUG)

    act(admin_client, "save", APP_PRIVATE_KEY=private)
    act(admin_client, "save", APP_PRIVATE_KEY=private[:-40], ALIPAY_PUBLIC_KEY=private)
    act(admin_client, "remove:APP_PRIVATE_KEY")

    assert not [line for line in lines_of(private) if line in caplog.text]


# --- 自检 --------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_the_self_check_asks_the_gateway_and_the_shop(admin_client, one_origin, settings):
    good = act(admin_client, "check")
    assert "支付宝认识应用" in text_of(good)
    assert "被正确拒绝(failed)" in text_of(good)

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


# --- WeChat Pay --------------------------------------------------------------------------------

WECHAT = {"MCH_ID": "1900000077", "API_V3_KEY": "k" * 32, "PUBLIC_KEY_ID": "PUB_KEY_ID_0077"}


def test_keys_of_wechat_pay_are_entered_and_used(admin_client, pairs):
    (private, _), (_, public) = pairs
    keys = {**WECHAT, "PRIVATE_KEY": private, "PUBLIC_KEY": public}

    answer = act(admin_client, "save", **keys, provider="2")

    credentials.forget()
    used = credentials.values_of(PayType.WECHAT)
    assert told(answer) == ["已保存 5 项，10 秒内在所有进程生效"]
    assert {name: used[name] for name in WECHAT} == WECHAT
    assert WECHAT["MCH_ID"] in text_of(answer)
    secrets = [WECHAT["API_V3_KEY"], *lines_of(private), *lines_of(public)]
    log = str([entry.change_message for entry in LogEntry.objects.all()])
    assert not [secret for secret in secrets if secret in text_of(answer) + log]
    # A digest of 32 characters that somebody chose could be tried out.
    assert PaymentCredential.objects.get(name="API_V3_KEY").fingerprint == ""


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"MCH_ID": "school"}, "商户号是 8 到 10 位数字"),
        ({"API_V3_KEY": "too-short-a-secret"}, "APIv3 密钥应为 32 个字符"),
        ({"PRIVATE_KEY": "nonsense-of-a-key"}, "商户 API 私钥无法识别"),
        ({"PUBLIC_KEY_ID": "0077"}, "PUB_KEY_ID_ 开头"),
    ],
)
def test_what_wechat_pay_cannot_use_is_refused(admin_client, fields, sentence):
    answer = act(admin_client, "save", provider="2", **fields)

    assert sentence in text_of(answer)
    assert not PaymentCredential.objects.exists()
    assert not [value for value in fields.values() if len(value) > 9 and value in text_of(answer)]


def test_one_providers_values_are_none_of_the_other(admin_client):
    act(admin_client, "save", provider="2", APP_ID="wx00000000000000ff", SELLER_ID=SELLER_ID)

    assert [(row.provider, row.name) for row in PaymentCredential.objects.all()] == [(2, "APP_ID")]
    credentials.forget()
    assert credentials.values_of(PayType.ALIPAY)["APP_ID"] != "wx00000000000000ff"


def test_a_provider_that_is_off_is_said_to_be_off(admin_client, settings):
    settings.WECHATPAY = {}

    assert "没有启用" in text_of(admin_client.get(URL))


def test_the_page_has_a_fixed_number_of_queries(admin_client, django_assert_max_num_queries):
    admin_client.get(URL)
    with django_assert_max_num_queries(9):
        admin_client.get(URL)
    act(admin_client, "save", APP_ID=APP_ID, SELLER_ID=SELLER_ID)
    with django_assert_max_num_queries(9):
        admin_client.get(URL)
