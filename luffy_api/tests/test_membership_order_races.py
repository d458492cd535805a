"""Orders of memberships: what happens at the same moment, or twice; a fake gateway."""

from decimal import Decimal
from functools import partial
from inspect import unwrap
from threading import Barrier

import pytest
from django.db import IntegrityError
from django.utils import timezone

from luffy_api.apps.order import amounts
from luffy_api.apps.order.models import MembershipLine, Order
from luffy_api.apps.promotion.membership import own, periods
from luffy_api.apps.promotion.models import MembershipPeriod
from luffy_api.tests.factories import (
    MembershipTermFactory,
)
from luffy_api.tests.memberships import bought, days_left, days_left_of, ordered
from luffy_api.tests.races import at_once
from luffy_api.tests.refunding import deliver, finish, start

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("no_violations")]


def test_two_renewals_paid_at_once_both_count(student, term, fake_alipay):
    bought(fake_alipay, student.pk, term)
    others = [MembershipTermFactory(months=0, days=days) for days in (7, 11, 13)]
    orders = [ordered(student.pk, each) for each in others]
    for order in orders:
        fake_alipay.sell(order)

    ends = at_once(*(partial(deliver, fake_alipay, order) for order in orders))

    assert ends == ["done"] * 3
    assert days_left(student.pk) == 30 + 7 + 11 + 13
    assert sorted(MembershipPeriod.objects.values_list("number", flat=True)) == [1, 2, 3, 4]


def test_control_without_the_lock_both_would_begin_at_one_moment(student, monkeypatch):
    """The unique number refuses one of them, so that its notification is repeated."""
    both_have_read, read = Barrier(2), own.ends_at

    def read_together(*args):
        end = read(*args)
        both_have_read.wait(timeout=60)
        return end

    monkeypatch.setattr(own, "ends_at", read_together)
    monkeypatch.setattr(periods, "lock_students", lambda ids: None)
    month = periods.Bought("月度会员", Decimal("30.00"), months=0, days=30)
    refused = []

    def add(reference):
        try:
            unwrap(periods.add)(user_id=student.pk, reference=reference, bought=month)
        except IntegrityError:
            refused.append(reference)

    at_once(partial(add, "one"), partial(add, "two"))

    assert len(refused) == 1
    assert days_left_of(read(student.pk, timezone.now())) == 30
    MembershipPeriod.objects.all().delete()  # of no order


def test_a_refund_beside_a_renewal(student, term, fake_alipay):
    first = bought(fake_alipay, student.pk, term)
    second = ordered(student.pk, MembershipTermFactory(months=0, days=7))
    fake_alipay.sell(second)

    at_once(partial(deliver, fake_alipay, second), partial(start, first, by_days=True))
    finish()

    assert days_left(student.pk) == 7
    live = MembershipPeriod.objects.live(timezone.now()).get()
    assert live.starts_at <= timezone.now()


def test_two_clicks_make_one_order(student, term, fake_alipay):
    ends = at_once(*[partial(ordered, student.pk, term)] * 6)

    assert set(ends) == {"done"}
    assert (Order.objects.count(), MembershipLine.objects.count()) == (1, 1)


def test_a_second_payment_of_one_order_is_due_back_and_adds_nothing(student, term, fake_alipay):
    order = bought(fake_alipay, student.pk, term)
    fake_alipay.sell(order, again=True)
    assert deliver(fake_alipay, order, again=True)

    assert days_left(student.pk) == 30
    assert amounts.owing(Order.objects.all()).get().refund_due == Decimal("30.00")
