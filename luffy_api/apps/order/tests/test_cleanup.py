"""Forged messages are deleted in time, genuine ones never."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from luffy_api.apps.order import cleanup
from luffy_api.apps.order.models import PaymentEvent
from luffy_api.common import deletion

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def event(*, accepted: bool = False, number: str = "", days_old: int = 0) -> PaymentEvent:
    made = PaymentEvent.objects.create(
        source="notification", accepted=accepted, out_trade_no=number, reason="bad_signature"
    )
    received = timezone.now() - timedelta(days=days_old)
    PaymentEvent.objects.filter(pk=made.pk).update(created_time=received)
    return made


def left() -> set[int]:
    return set(PaymentEvent.objects.values_list("id", flat=True))


def test_forged_messages_are_deleted_after_thirty_days():
    old, young = event(days_old=31), event(days_old=29)

    assert cleanup.clean_up() == 1

    assert left() == {young.pk}
    assert old.pk not in left()


def test_genuine_messages_are_kept_for_ever():
    genuine = {event(accepted=True, days_old=999).pk, event(number="01J", days_old=999).pk}

    assert cleanup.clean_up() == 0

    assert left() == genuine


def test_only_the_newest_forged_messages_are_kept(monkeypatch):
    monkeypatch.setattr(cleanup, "MAX_FORGED", 3)
    genuine = event(accepted=True, number="01J")
    flood = [event().pk for _ in range(5)]

    assert cleanup.clean_up() == 2

    assert left() == {genuine.pk, *flood[2:]}


def test_a_flood_of_forged_messages_is_deleted_in_short_chunks(monkeypatch):
    monkeypatch.setattr(cleanup, "MAX_FORGED", 1)
    monkeypatch.setattr(deletion, "CHUNK", 2)
    genuine = event(accepted=True, number="01J")
    flood = [event().pk for _ in range(6)]

    with CaptureQueriesContext(connection) as queries:
        assert cleanup.clean_up() == 5

    deleted = [each["sql"] for each in queries if each["sql"].startswith("DELETE")]
    assert len(deleted) == 3
    assert left() == {genuine.pk, flood[-1]}


def test_the_chunks_are_not_searched_in_the_order_of_the_model():
    event(days_old=31)

    with CaptureQueriesContext(connection) as queries:
        cleanup.clean_up()

    found = [each["sql"] for each in queries if "LIMIT 1000" in each["sql"]]
    assert found
    assert not [sql for sql in found if "ORDER BY" in sql]
