"""What is unused of a membership, the reminder, and what the pages of memberships ask for."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from luffy_api.apps.inbox.models import Delivery
from luffy_api.apps.promotion.membership import lengths, reminders
from luffy_api.apps.promotion.models import MembershipPeriod
from luffy_api.tests.factories import (
    CourseFactory,
    MembershipPeriodFactory,
    MembershipTermFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
URL = "/api/v1/promotion/membership/"
DAY = timedelta(days=1)


def test_what_is_unused_is_whole_days_to_the_cent_and_never_more_than_was_paid():
    now = timezone.now()
    third = {"price": Decimal("10.00"), "days": 3}
    expected = [
        (now - 0.5 * DAY, third, 2, "6.67"),
        (now - 1 * DAY, third, 2, "6.67"),
        (now - 2.99 * DAY, third, 0, "0.00"),
        (now - 3 * DAY, third, 0, "0.00"),
        (now - 90 * DAY, third, 0, "0.00"),
        (now, third, 3, "10.00"),
        (now + 500 * DAY, third, 3, "10.00"),
        (now, {**third, "ended_at": now}, 0, "0.00"),
        (now - 0.5 * DAY, {"price": Decimal("0.01"), "days": 365}, 364, "0.01"),
    ]
    for starts_at, fields, days, value in expected:
        period = MembershipPeriodFactory.build(starts_at=starts_at, **fields)
        found = lengths.unused_days(period, now), lengths.unused_value(period, now)
        assert found == (days, Decimal(value)), (starts_at - now, fields)


def test_the_database_refuses_terms_and_periods_that_cannot_be():
    wrong = [
        {"months": 0, "days": 0},
        {"months": 1, "days": 1},
        {"months": 121},
        {"months": 0, "days": 3661},
        {"price": "0.00"},
    ]
    for fields in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            MembershipTermFactory(**fields)
    now, user = timezone.now(), UserFactory()
    for fields in ({"ends_at": now - DAY}, {"days": 0, "ends_at": now + DAY}, {"price": "0"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            MembershipPeriodFactory(user=user, **fields)
    MembershipPeriodFactory(user=user, number=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        MembershipPeriodFactory(user=user, number=1)


def test_the_offer_is_what_is_shown_and_how_many_courses_it_opens(api, django_assert_num_queries):
    year = MembershipTermFactory(name="年度会员", months=12, price="299.00", orders=2)
    month = MembershipTermFactory(name="月度会员", orders=1)
    MembershipTermFactory(is_show=False)
    MembershipTermFactory(is_delete=True)
    CourseFactory(course_type=1)
    CourseFactory(course_type=1, is_show=False)
    CourseFactory(course_type=0)

    with django_assert_num_queries(2):
        data = api.get(URL).json()["data"]

    assert [row["id"] for row in data["terms"]] == [month.pk, year.pk]
    assert data["terms"][1] == {
        "id": year.pk,
        "name": "年度会员",
        "brief": "",
        "months": 12,
        "days": 0,
        "price": "299.00",
    }
    assert data["course_count"] == 1


def test_mine_is_mine(student, student_api, api, django_assert_max_num_queries):
    assert api.get(f"{URL}mine/").status_code == 401
    assert api.post(f"{URL}course/1/").status_code == 401
    MembershipPeriodFactory()
    assert student_api.get(f"{URL}mine/").json()["data"] == {"ends_at": None, "periods": []}
    now = timezone.now()
    MembershipPeriodFactory(user=student, number=1, ended_at=now)
    over = MembershipPeriodFactory(user=student, number=2, starts_at=now - 40 * DAY)
    assert student_api.get(f"{URL}mine/").json()["data"]["ends_at"] is None
    live = MembershipPeriodFactory(user=student, number=3)

    with django_assert_max_num_queries(2):
        data = student_api.get(f"{URL}mine/").json()["data"]

    rows = [row["out_trade_no"] for row in data["periods"]]
    assert rows[:2] == [live.reference, over.reference]
    assert data["ends_at"] == data["periods"][0]["ends_at"]


def test_members_are_told_once_before_the_end(student, capsys):
    now = timezone.now()
    period = MembershipPeriodFactory(user=student, number=1)
    MembershipPeriodFactory(user=UserFactory(is_active=False))
    MembershipPeriodFactory(ended_at=now)
    with time_machine.travel(now + 22 * DAY):
        assert reminders.remind() == 0
    with time_machine.travel(now + 23 * DAY + timedelta(minutes=1)):
        call_command("remind_members")
        assert "已提醒 1 位会员" in capsys.readouterr().out
        assert [reminders.remind() for _ in range(2)] == [0, 0]
        delivery = Delivery.objects.select_related("message").get()
        assert delivery.user == student
        ends = timezone.localtime(period.ends_at)
        assert delivery.message.title == f"您的会员将于 {ends:%Y-%m-%d} 到期"
        assert delivery.message.link == "/vip"
        # A renewal before its end is told of by itself, when it ends.
        MembershipPeriodFactory(user=student, number=2, starts_at=period.ends_at)
        assert reminders.remind() == 0
    with time_machine.travel(now + 54 * DAY):
        assert reminders.remind() == 1
    assert Delivery.objects.count() == 2


def test_a_renewed_membership_is_not_told_of(student):
    period = MembershipPeriodFactory(user=student, number=1)
    MembershipPeriodFactory(user=student, number=2, starts_at=period.ends_at)
    with time_machine.travel(period.ends_at - DAY):
        assert reminders.remind() == 0
    assert not MembershipPeriod.objects.exclude(reminded_at=None).exists()


def test_a_week_behind_a_year_is_told_of_and_a_week_alone_is_not(student):
    week = MembershipPeriodFactory(days=7)
    year = MembershipPeriodFactory(user=student, number=1, days=365)
    MembershipPeriodFactory(user=student, number=2, days=7, starts_at=year.ends_at)
    with time_machine.travel(week.starts_at + timedelta(hours=1)):
        assert reminders.remind() == 0
    with time_machine.travel(year.ends_at + timedelta(hours=1)):
        assert reminders.remind() == 1
    assert Delivery.objects.get().user == student
