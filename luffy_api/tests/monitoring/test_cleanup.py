"""Records are kept for the periods of the settings, and no longer."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.utils import timezone

from luffy_api.apps.monitoring import cleanup
from luffy_api.apps.monitoring.models import Alert, AlertNotice
from luffy_api.apps.order import cleanup as order_cleanup
from luffy_api.apps.order.models import PaymentEvent
from luffy_api.apps.search import search_log
from luffy_api.apps.search.models import SearchDay, SearchWord
from luffy_api.common import deletion
from luffy_api.tests.factories import UserFactory
from luffy_api.tests.loaded_settings import DEV, refusal, run

__all__ = ["refusal", "run"]

pytestmark = pytest.mark.django_db


def alert(key: str, *, days: int, is_open: bool = False) -> Alert:
    moment = timezone.now() - timedelta(days=days)
    made = Alert.objects.create(
        key=key,
        title=key,
        opened_at=moment,
        seen_at=moment,
        told_at=moment,
        resolved_at=None if is_open else moment,
    )
    AlertNotice.objects.create(alert=made, channel="mail", moment=AlertNotice.Moment.OPENED)
    return made


def entry(*, days: int) -> None:
    made = LogEntry.objects.create(user=UserFactory(), action_flag=CHANGE, object_repr="课程")
    moment = timezone.now() - timedelta(days=days)
    LogEntry.objects.filter(pk=made.pk).update(action_time=moment)


def test_old_alerts_and_lines_of_the_audit_log_are_deleted(settings, monkeypatch):
    monkeypatch.setattr(deletion, "CHUNK", 1)
    settings.ALERT_RETENTION = settings.AUDIT_LOG_RETENTION = timedelta(days=200)
    for days in (199, 201, 300):
        alert(f"over {days}", days=days)
        entry(days=days)
    alert("open", days=900, is_open=True)

    cleanup.delete_old()

    assert set(Alert.objects.values_list("key", flat=True)) == {"over 199", "open"}
    assert AlertNotice.objects.count() == 2
    assert LogEntry.objects.count() == 1


def test_forged_messages_are_kept_for_the_period_and_genuine_ones_for_ever(settings):
    settings.FORGED_MESSAGE_RETENTION = timedelta(days=3)
    for days, number in ((2, ""), (4, ""), (4, "A1")):
        made = PaymentEvent.objects.create(
            source="notification", accepted=False, reason="bad_signature", out_trade_no=number
        )
        PaymentEvent.objects.filter(pk=made.pk).update(
            created_time=timezone.now() - timedelta(days=days)
        )

    order_cleanup.clean_up()

    assert sorted(PaymentEvent.objects.values_list("out_trade_no", flat=True)) == ["", "A1"]
    assert PaymentEvent.objects.filter(
        out_trade_no="", created_time__gte=timezone.now() - timedelta(days=3)
    ).exists()


def test_words_of_the_search_box_are_kept_for_the_period(settings):
    settings.SEARCH_WORD_RETENTION = timedelta(days=20)
    today = timezone.localdate()
    for days in (19, 21):
        day = today - timedelta(days=days)
        SearchWord.objects.create(day=day, key=f"{days:032x}", text="python")
        SearchDay.objects.create(day=day)

    search_log.delete_old()

    assert [word.day for word in SearchWord.objects.all()] == [today - timedelta(days=19)]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FORGED_MESSAGE_DAYS", "0"),
        ("SEARCH_WORD_DAYS", "7"),
        ("ALERT_DAYS", "-1"),
        ("AUDIT_LOG_DAYS", "30"),
        ("AUDIT_LOG_DAYS", "ever"),
        ("IMPORT_ROW_DAYS", "0"),
    ],
)
def test_a_period_that_is_too_short_or_none_is_refused(refusal, name, value):
    assert name in refusal({**DEV, name: value})
