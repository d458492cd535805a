"""Accounts that must not become one, and a merge that fails on its way."""

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone

from luffy_api.apps.dashboard import merging
from luffy_api.apps.dashboard.exceptions import MergeRefused
from luffy_api.apps.dashboard.tests.merging.accounts import buy, courses_of, merge
from luffy_api.apps.order.exceptions import OrdersOpen
from luffy_api.apps.order.models import Order
from luffy_api.apps.user import account_moves
from luffy_api.tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def test_accounts_that_must_not_be_merged_are_refused(kept, other, admin):
    closed = factories.UserFactory(is_active=False, closed_at=timezone.now())
    idle = factories.UserFactory(is_active=False)
    refused = [(kept, kept), (kept, admin), (admin, other), (kept, closed), (closed, other)]
    for one, another in [*refused, (idle, other)]:
        with pytest.raises(MergeRefused):
            merge(one, another, admin)
        assert merging.plan(kept=one, other=another).obstacles
    with pytest.raises(MergeRefused):
        merging.merge(kept_id=kept.pk, other_id=999_999, staff_id=admin.pk, reason="x")
    assert not LogEntry.objects.exists()


@pytest.mark.parametrize("whose", ["kept", "other"])
def test_an_unpaid_order_of_either_forbids_it(kept, other, admin, whose):
    order = factories.OrderFactory(user={"kept": kept, "other": other}[whose])
    assert order.out_trade_no in merging.plan(kept=kept, other=other).obstacles[0]

    with pytest.raises(OrdersOpen):
        merge(kept, other, admin)

    other.refresh_from_db()
    assert other.is_active


def test_it_is_all_or_nothing(kept, other, admin, monkeypatch):
    course = buy(other, factories.CourseFactory()).order_courses.get().course

    def fail(**kwargs):
        raise RuntimeError

    monkeypatch.setattr(account_moves, "move", fail)
    with pytest.raises(RuntimeError):
        merge(kept, other, admin)

    assert courses_of(other) == {course.pk}
    assert Order.objects.get().user == other
