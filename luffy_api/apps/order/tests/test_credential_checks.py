"""The system checks of payment keys in the database."""

import pytest
from django.db import OperationalError, connection

from luffy_api.apps.order.tests.stored_credentials import (
    NEW_KEY,
    OLD_KEY,
    ids,
    store,
)
from luffy_api.common import encryption

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


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
