"""Payment keys in the database: entered, removed and encrypted with another key."""

import pytest
from django.core.management import call_command

from luffy_api.apps.order.exceptions import CredentialsRefused
from luffy_api.apps.order.models import PaymentCredential
from luffy_api.apps.order.payment import credential_entry
from luffy_api.apps.order.tests.stored_credentials import NEW_KEY, OLD_KEY, app_id, remove, store
from luffy_api.apps.user.tests.concurrency import run_concurrently
from luffy_api.libs.alipay_v1.settings import alipay_config
from luffy_api.libs.alipay_v1.tests.certificates import chain
from luffy_api.libs.payment_settings.rsa_keys import generate_key_pair

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def pairs():
    """Two pairs (private, public): the school's and Alipay's."""
    return generate_key_pair(), generate_key_pair()


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("APP_ID", "2021", "APPID 是 16 位数字"),
        ("APP_ID", "２０２１０００００００００００１", "APPID 是 16 位数字"),
        ("SELLER_ID", "2021000000000001", "PID 是 2088 开头的 16 位数字"),
        ("APP_PRIVATE_KEY", "nonsense", "无法识别"),
        ("ALIPAY_PUBLIC_KEY", "\x00", "无法识别"),
        ("APP_CERT", "nonsense", "无法识别"),
        ("ALIPAY_CERT", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "无法"),
        ("ROOT_CERT", "x" * 30000, "无法识别"),
    ],
)
def test_what_cannot_be_used_is_not_stored(database_source, student, name, text, sentence):
    with pytest.raises(CredentialsRefused) as refused:
        store(student, **{"SELLER_ID": "2088000000000077", name: text})

    assert sentence in refused.value.fields[name]
    assert text not in refused.value.fields[name]
    assert not PaymentCredential.objects.exists()


def test_our_own_public_key_in_the_place_of_alipays_is_named(database_source, student, pairs):
    (private, public), _ = pairs

    with pytest.raises(CredentialsRefused) as refused:
        store(student, APP_PRIVATE_KEY=private, ALIPAY_PUBLIC_KEY=public)

    [sentence] = refused.value.general
    assert sentence.startswith("ALIPAY_PUBLIC_KEY 填成了我们自己的应用公钥")


def test_a_certificate_of_another_private_key_is_refused_beside_what_is_stored(
    database_source, student, pairs
):
    (private, _), (alipay_private, _) = pairs
    files = chain(private, alipay_private)
    certificates = {"APP_CERT": files.app, "ALIPAY_CERT": files.alipay, "ROOT_CERT": files.root}
    store(student, APP_PRIVATE_KEY=private, **certificates)

    with pytest.raises(CredentialsRefused) as refused:
        store(student, APP_PRIVATE_KEY=generate_key_pair()[0])

    assert refused.value.general[0].startswith("ALIPAY_APP_CERT 与 ALIPAY_APP_PRIVATE_KEY 不是一对")
    assert PaymentCredential.objects.get(name="APP_CERT").expires_at is not None


def test_a_fault_that_was_there_before_does_not_hinder(database_source, settings, student, pairs):
    own = pairs[0]
    settings.ALIPAY = {**settings.ALIPAY, "APP_PRIVATE_KEY": own[0], "ALIPAY_PUBLIC_KEY": own[1]}

    store(student, SELLER_ID="2088000000000077")

    assert alipay_config().seller_id == "2088000000000077"


# --- Rotation ----------------------------------------------------------------------------------


def rotate(capsys) -> tuple[int, str, str]:
    try:
        call_command("rotate_encryption_key")
        status = 0
    except SystemExit as end:
        status = end.code
    said = capsys.readouterr()
    return status, said.out, said.err


def test_rotation_moves_every_value_to_the_first_key(database_source, settings, student, capsys):
    store(student, APP_ID="2021000000000077", SELLER_ID="2088000000000077")
    before = {row.name: row.changed_time for row in PaymentCredential.objects.all()}
    settings.KEY_ENCRYPTION_KEY = [NEW_KEY, OLD_KEY]

    assert rotate(capsys) == (0, "已用第一把密钥重新加密 2 项。\n", "")
    assert rotate(capsys) == (0, "已用第一把密钥重新加密 0 项。\n", "")

    settings.KEY_ENCRYPTION_KEY = [NEW_KEY]
    assert app_id() == "2021000000000077"
    # It is not a change of a value.
    assert {row.name: row.changed_time for row in PaymentCredential.objects.all()} == before


def test_rotation_names_what_no_key_opens_and_goes_on(database_source, settings, student, capsys):
    store(student, APP_ID="2021000000000077", SELLER_ID="2088000000000077")
    PaymentCredential.objects.filter(name="APP_ID").update(value="gAAAAA")
    settings.KEY_ENCRYPTION_KEY = [NEW_KEY, OLD_KEY]

    status, said, errors = rotate(capsys)

    assert (status, said) == (1, "已用第一把密钥重新加密 1 项。\n")
    assert errors.startswith("支付宝 APP_ID 用现有的密钥都打不开")


def test_rotation_without_a_key_fails(settings, capsys):
    settings.KEY_ENCRYPTION_KEY = []

    assert rotate(capsys)[0] == 1


def test_rotation_keeps_a_value_that_is_entered_meanwhile(
    database_source, settings, student, monkeypatch
):
    store(student, APP_ID="2021000000000077")
    settings.KEY_ENCRYPTION_KEY = [NEW_KEY, OLD_KEY]
    decrypt = PaymentCredential.decrypt

    def enter_meanwhile(row):
        text = decrypt(row)
        monkeypatch.setattr(PaymentCredential, "decrypt", decrypt)
        store(student, APP_ID="2021000000000088")
        return text

    monkeypatch.setattr(PaymentCredential, "decrypt", enter_meanwhile)
    credential_entry.rotate()

    assert app_id() == "2021000000000088"


@pytest.mark.django_db(transaction=True)
def test_people_who_enter_and_remove_at_once_leave_one_row_or_none(database_source, student):
    numbers = [f"202100000000{n:04}" for n in range(8)]

    def act(n):
        return remove(student, "APP_ID") if n % 4 == 3 else store(student, APP_ID=numbers[n])

    for _ in range(3):
        run_concurrently(8, act)

        rows = PaymentCredential.objects.filter(name="APP_ID")
        assert [row.decrypt() in numbers for row in rows] in ([], [True])
