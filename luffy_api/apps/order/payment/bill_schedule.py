"""The scheduled comparison: yesterday's bill as soon as it is there, and days that were missed."""

import logging
from datetime import date, timedelta

from django.db.models import Q
from django.utils import timezone as clock

from luffy_api.apps.order.exceptions import BillUnavailable
from luffy_api.apps.order.models import Bill, PayType
from luffy_api.apps.order.payment import gateway
from luffy_api.apps.order.payment.bills import FINAL_HOUR, reconcile
from luffy_api.common.dates import SHANGHAI, midnight, today, yesterday
from luffy_api.common.transactions import retry_deadlocks

logger = logging.getLogger(__name__)

# The job runs every half an hour.
RETRY = timedelta(minutes=20)
# How far back it looks for days that were never compared.
CATCH_UP_DAYS = 7


def reconcile_due() -> None:
    """Reconcile the last days that were not compared yet; each provider's until one fails.

    For the scheduled job. A bill that is not there yet is asked for again at the next run, and
    told by an alert, once, when it should have been there.
    """
    for pay_type in gateway.configured():
        for day in _days_due(pay_type):
            if not _claim(pay_type, day):
                continue
            try:
                reconcile(pay_type=pay_type, day=day)
            except BillUnavailable as error:
                logger.warning("no bill of %s for %s: %s", pay_type.label, day, error.reason)
                _mark_missing(pay_type, day)
                break


def _days_due(pay_type: PayType) -> list[date]:
    """The last days without a result, the newest first."""
    last = yesterday()
    days = [last - timedelta(days=n) for n in range(CATCH_UP_DAYS)]
    done = Bill.objects.filter(pay_type=pay_type, day__in=days).exclude(load=0)
    compared = set(done.values_list("day", flat=True))
    return [day for day in days if day not in compared]


@retry_deadlocks  # of get_or_create
def _claim(pay_type: PayType, day: date) -> bool:
    """True for one of several jobs that run at once; days before yesterday once a day."""
    now = clock.now()
    before = now - RETRY if day == yesterday() else midnight(today())
    bill, _ = Bill.objects.get_or_create(pay_type=pay_type, day=day)
    waiting = Q(attempted_at=None) | Q(attempted_at__lte=before)
    return bool(Bill.objects.filter(waiting, pk=bill.pk).update(attempted_at=now))


def _mark_missing(pay_type: PayType, day: date) -> None:
    """Mark a bill that is not there although it should be: `conditions.missing_bills` tells it."""
    if clock.now().astimezone(SHANGHAI).hour < FINAL_HOUR and day == yesterday():
        return
    untold = Bill.objects.filter(pay_type=pay_type, day=day, alerted_at=None)
    untold.exclude(problem="").update(alerted_at=clock.now())
