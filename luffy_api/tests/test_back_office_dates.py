"""Filters by time in the lists of the back office: the last day of a span belongs to it."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from luffy_api.apps.order.models import Order
from luffy_api.common.moment_pages import TOO_EARLY
from luffy_api.tests.back_office import save, tries
from luffy_api.tests.factories import CourseFactory, DiscountFactory, OrderFactory

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
LIST = "/admin/order/order/"


@pytest.mark.parametrize("name", ["starts_at", "ends_at"])
def test_a_moment_that_no_database_has_is_told_on_the_form(admin_client, name):
    discount = DiscountFactory()

    for day in ("0001-01-01", "1969-12-31"):
        [answer] = tries(admin_client, discount, {f"{name}_0": day, f"{name}_1": "00:00:00"})
        assert answer.status_code == 200
        assert answer.context["adminform"].form.errors[name] == [TOO_EARLY]


def test_forever_is_a_moment(admin_client):
    discount = DiscountFactory(courses=[CourseFactory()])

    answer = save(admin_client, discount, ends_at_0="9999-12-31", ends_at_1="23:59:59")

    assert answer.status_code == 302
    discount.refresh_from_db()
    assert discount.ends_at.year == 9999


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
