"""Payment keys from the database: precedence, age, encryption, rotation, checks."""

from io import StringIO

import pytest
from cryptography.fernet import Fernet
from django.core.checks import run_checks
from django.core.management import call_command
from django.db import OperationalError, connection

from luffy_api.apps.order.checks import TAG
from luffy_api.apps.order.exceptions import CredentialsRefused, GatewayUnavailable
from luffy_api.apps.order.models import PaymentCredential, PayType
from luffy_api.apps.order.payment import credential_entry, credentials
from luffy_api.apps.user.tests.concurrency import run_concurrently
from luffy_api.common import encryption
from luffy_api.libs.alipay_v1.keys import generate_key_pair
from luffy_api.libs.alipay_v1.settings import alipay_config
from luffy_api.libs.alipay_v1.tests.certificates import chain

pytestmark = pytest.mark.django_db

ALIPAY = PayType.ALIPAY
OLD_KEY, NEW_KEY = (Fernet.generate_key().decode() for _ in range(2))


@pytest.fixture
def clock(monkeypatch):
    """The age of what this process has read: clock.pass_by(seconds)."""

    class Clock:
        now = 1000.0

        def pass_by(self, seconds):
            self.now += seconds

    clock = Clock()
    monkeypatch.setattr(credentials, "monotonic", lambda: clock.now)
    return clock


@pytest.fixture
def database_source(settings, monkeypatch, clock):
    """The shop has a key to encrypt with, and a process that has read nothing yet."""
    settings.KEY_ENCRYPTION_KEY = [OLD_KEY]
    monkeypatch.setattr(credentials, "_cache", credentials._Cache())


@pytest.fixture(scope="module")
def pairs():
    """Two pairs (private, public): the school's and Alipay's."""
    return generate_key_pair(), generate_key_pair()


@pytest.fixture
def away(monkeypatch):
    """A function after whose call the table cannot be read."""

    def cut():
        def fail(*args):
            raise OperationalError(2006, "Server has gone away")

        monkeypatch.setattr(PaymentCredential.objects, "only", fail)

    return cut


def store(student, **texts):
    return credential_entry.store(provider=ALIPAY, texts=texts, user_id=student.pk)


def remove(name):
    return credential_entry.remove(provider=ALIPAY, name=name)


def app_id() -> str:
    return credentials.values_of(ALIPAY)["APP_ID"]


# --- Which value is used -----------------------------------------------------------------------


def test_a_stored_value_wins_over_the_settings_and_the_rest_stays(
    database_source, settings, student, clock
):
    store(student, APP_ID="2021000000000077")

    assert alipay_config().app_id == "2021000000000077"
    assert alipay_config().seller_id == settings.ALIPAY["SELLER_ID"]


def test_a_removed_value_falls_back_to_the_settings(database_source, settings, student, clock):
    store(student, APP_ID="2021000000000077")
    assert app_id() == "2021000000000077"

    assert remove("APP_ID").name == "APP_ID"
    clock.pass_by(credentials.MAX_AGE)

    assert app_id() == settings.ALIPAY["APP_ID"]
    assert remove("APP_ID") is None


def test_without_an_encryption_key_the_database_is_not_read(
    database_source, settings, student, django_assert_num_queries
):
    store(student, APP_ID="2021000000000077")
    settings.KEY_ENCRYPTION_KEY = []

    with django_assert_num_queries(0):
        assert app_id() == settings.ALIPAY["APP_ID"]


def test_the_table_is_read_once_in_a_while_and_not_for_each_request(
    database_source, clock, django_assert_num_queries
):
    with django_assert_num_queries(1):
        for _ in range(50):
            app_id()
    clock.pass_by(credentials.MAX_AGE)
    with django_assert_num_queries(1):
        app_id()


def test_a_change_is_used_within_ten_seconds(database_source, student, clock):
    app_id()
    store(student, APP_ID="2021000000000077")

    clock.pass_by(credentials.MAX_AGE)

    assert credentials.MAX_AGE < 10
    assert app_id() == "2021000000000077"


def test_the_process_that_changes_a_value_uses_it_after_the_commit(
    database_source, student, django_capture_on_commit_callbacks
):
    app_id()

    with django_capture_on_commit_callbacks(execute=True):
        store(student, APP_ID="2021000000000077")

    assert app_id() == "2021000000000077"


def test_a_database_that_is_away_keeps_the_last_known_keys(database_source, student, clock, away):
    store(student, APP_ID="2021000000000077")
    app_id()

    away()
    credentials.forget()
    clock.pass_by(3600)

    assert app_id() == "2021000000000077"


def test_a_database_that_was_never_reached_is_unavailable(database_source, away):
    away()

    with pytest.raises(GatewayUnavailable):
        alipay_config()


@pytest.fixture
def not_migrated(transactional_db):
    """The table is not there."""
    table = connection.ops.quote_name(PaymentCredential._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} RENAME TO luffy_elsewhere")
        yield
        cursor.execute(f"ALTER TABLE luffy_elsewhere RENAME TO {table}")


def test_before_the_migration_the_settings_hold(not_migrated, database_source, settings):
    assert app_id() == settings.ALIPAY["APP_ID"]
    assert ids(databases=["default"]) == set()


# --- Entering ----------------------------------------------------------------------------------


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


# --- At rest -----------------------------------------------------------------------------------


def test_a_dump_of_the_database_holds_no_value(database_source, student, pairs):
    (private, _), (_, public) = pairs
    entries = store(
        student, APP_PRIVATE_KEY=private, ALIPAY_PUBLIC_KEY=public, APP_ID="2021000000000077"
    )

    dump = StringIO()
    call_command("dumpdata", "order", "admin", stdout=dump)

    secrets = [*private.splitlines()[1:-1], *public.splitlines()[1:-1], "2021000000000077"]
    assert len(entries) == 3
    assert entries[0].row.value in dump.getvalue()
    assert not [secret for secret in secrets if secret in dump.getvalue()]
    assert not [secret for secret in secrets if secret in repr(entries)]


def test_a_value_cannot_be_moved_to_another_place(database_source, student, pairs):
    store(student, SELLER_ID="2088000000000077", APP_ID="2021000000000077")
    seller = PaymentCredential.objects.get(name="SELLER_ID")
    PaymentCredential.objects.filter(name="APP_ID").update(value=seller.value)

    with pytest.raises(GatewayUnavailable):
        alipay_config()


def test_another_key_opens_nothing_and_other_keys_are_not_used_instead(
    database_source, settings, student
):
    store(student, APP_ID="2021000000000077")
    settings.KEY_ENCRYPTION_KEY = [NEW_KEY]

    with pytest.raises(GatewayUnavailable):
        alipay_config()


def test_entering_a_value_again_is_the_way_out_of_a_lost_key(database_source, settings, student):
    store(student, APP_ID="2021000000000077")
    settings.KEY_ENCRYPTION_KEY = [NEW_KEY]

    store(student, APP_ID="2021000000000088")

    assert app_id() == "2021000000000088"


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
        return remove("APP_ID") if n % 4 == 3 else store(student, APP_ID=numbers[n])

    for _ in range(3):
        run_concurrently(8, act)

        rows = PaymentCredential.objects.filter(name="APP_ID")
        assert [row.decrypt() in numbers for row in rows] in ([], [True])


# --- Checks ------------------------------------------------------------------------------------

DEPLOY = {"include_deployment_checks": True}


def ids(**kwargs) -> set[str]:
    return {message.id for message in run_checks(tags=[TAG], **DEPLOY, **kwargs)}


def test_the_checks_see_stored_values_only_with_the_database(database_source, student):
    store(student, APP_ID="2021000000000077")

    assert ids() == {"payment.I041"}
    with_database = ids(databases=["default"])
    assert with_database >= {"payment.I001", "payment.I002", "payment.I004"}
    assert not [number for number in with_database if number[8] in "EW"]


def test_values_that_cannot_be_opened_are_an_error(database_source, settings, student):
    store(student, APP_ID="2021000000000077")
    settings.KEY_ENCRYPTION_KEY = [NEW_KEY]

    assert ids(databases=["default"]) == {"payment.E042"}


def test_values_without_a_key_are_a_warning(database_source, settings, student):
    store(student, APP_ID="2021000000000077")
    settings.KEY_ENCRYPTION_KEY = []

    assert "payment.W041" in ids(databases=["default"])


def test_values_under_an_old_key_are_a_warning(database_source, settings, student):
    store(student, APP_ID="2021000000000077")
    settings.KEY_ENCRYPTION_KEY = [NEW_KEY, OLD_KEY]

    assert "payment.W042" in ids(databases=["default"])


def test_a_database_that_is_away_is_an_error_where_it_is_used(
    database_source, settings, monkeypatch
):
    def fail(*args, **kwargs):
        raise OperationalError(2006, "Server has gone away")

    monkeypatch.setattr(connection.introspection, "table_names", fail)

    assert "payment.E041" in ids(databases=["default"])
    settings.KEY_ENCRYPTION_KEY = []
    assert "payment.E041" not in ids(databases=["default"])


def test_encryption_differs_each_time_and_is_bound_to_its_place(database_source):
    tokens = {encryption.encrypt("secret", place="a") for _ in range(2)}

    assert len(tokens) == 2
    for token in tokens:
        assert encryption.decrypt(token, place="a") == "secret"
        with pytest.raises(encryption.DecryptionFailed):
            encryption.decrypt(token, place="b")
