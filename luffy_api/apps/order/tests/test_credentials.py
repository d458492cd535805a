"""Payment keys from the database: which value is used, and what a dump shows."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection

from luffy_api.apps.order.exceptions import GatewayUnavailable
from luffy_api.apps.order.models import PaymentCredential
from luffy_api.apps.order.payment import credentials
from luffy_api.apps.order.tests.stored_credentials import (
    NEW_KEY,
    app_id,
    ids,
    remove,
    store,
)
from luffy_api.libs.alipay_v1.settings import alipay_config
from luffy_api.libs.payment_settings.rsa_keys import generate_key_pair

pytestmark = pytest.mark.django_db


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


def test_a_stored_value_wins_over_the_settings_and_the_rest_stays(
    database_source, settings, student, clock
):
    store(student, APP_ID="2021000000000077")

    assert alipay_config().app_id == "2021000000000077"
    assert alipay_config().seller_id == settings.ALIPAY["SELLER_ID"]


def test_a_removed_value_falls_back_to_the_settings(database_source, settings, student, clock):
    store(student, APP_ID="2021000000000077")
    assert app_id() == "2021000000000077"

    assert remove(student, "APP_ID").name == "APP_ID"
    clock.pass_by(credentials.MAX_AGE)

    assert app_id() == settings.ALIPAY["APP_ID"]
    assert remove(student, "APP_ID") is None


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
    database_source, settings, student, django_capture_on_commit_callbacks
):
    app_id()

    with django_capture_on_commit_callbacks(execute=True):
        store(student, APP_ID="2021000000000077")
    assert app_id() == "2021000000000077"

    with django_capture_on_commit_callbacks(execute=True):
        remove(student, "APP_ID")
    assert app_id() == settings.ALIPAY["APP_ID"]


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


# --- At rest -----------------------------------------------------------------------------------


def test_a_dump_of_the_database_holds_no_value(database_source, student, pairs):
    (private, _), (_, public) = pairs
    store(student, APP_PRIVATE_KEY=private, ALIPAY_PUBLIC_KEY=public, APP_ID="2021000000000077")

    dump = StringIO()
    call_command("dumpdata", "order", "admin", stdout=dump)

    secrets = [*private.splitlines()[1:-1], *public.splitlines()[1:-1], "2021000000000077"]
    rows = list(PaymentCredential.objects.all())
    assert len(rows) == 3
    assert rows[0].value in dump.getvalue()
    assert not [secret for secret in secrets if secret in dump.getvalue()]
    assert not [secret for secret in secrets if secret in repr(rows)]


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
