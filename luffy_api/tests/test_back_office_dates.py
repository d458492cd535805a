"""Filters by time in the lists of the back office: the last day of a span belongs to it."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from luffy_api.apps.order.models import Order
from luffy_api.tests.factories import OrderFactory

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
LIST = "/admin/order/order/"


def test_from_today_to_today_finds_the_whole_day(admin_client):
    last = datetime(2026, 11, 28, 23, 59, 59, 500_000, tzinfo=ZoneInfo("Asia/Shanghai"))
    order = OrderFactory()
    Order.objects.filter(pk=order.pk).update(created_time=last)
    page = admin_client.get(LIST).content.decode()
    assert "['00:00:00', '23:59:59']" in page
    assert "hh:mm:ss.999999" in page

    span = {
        "created_time__gte": "2026-11-28 00:00:00+08:00",
        "created_time__lte": "2026-11-28 23:59:59.999999+08:00",
    }

    assert list(admin_client.get(LIST, span).context["cl"].queryset) == [order]
