"""The figures of days: sums that were counted by hand, and prepared rows that equal them."""

import random
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command

from luffy_api.apps.dashboard import tasks
from luffy_api.apps.dashboard.figures import daily, reading
from luffy_api.apps.dashboard.figures.facts import CourseFigures, Figures, facts_of
from luffy_api.apps.dashboard.figures.spans import Span
from luffy_api.apps.dashboard.models import DailyCourseFigures, DailyFigures
from luffy_api.apps.dashboard.tests.sold import at, give_back, pay, place
from luffy_api.apps.learning.models import StudyDay
from luffy_api.apps.order.models import Order, OrderPayment, Refund
from luffy_api.apps.order.states import OrderStatus
from luffy_api.apps.user.models import User
from luffy_api.common import dates
from luffy_api.tests.factories import CourseFactory, UserFactory
from luffy_api.tests.races import at_once

pytestmark = pytest.mark.django_db
NOON = at("23 12:00")
DAYS = [date(2026, 11, day) for day in (20, 21, 22, 23)]
SPAN = Span(DAYS[0], DAYS[-1])


@pytest.fixture
def noon():
    """The clock stands at noon in Shanghai on 23 November."""
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def courses(db):
    with time_machine.travel(at("19 12:00"), tick=False):
        return [CourseFactory(price=price) for price in ("100.00", "60.00", "33.33")]


@pytest.fixture
def sold(courses):
    """Orders around two midnights; what they come to stands below."""
    dear, cheap, odd = courses
    pay(place(at("20 23:59:59.9"), dear), at("21 00:00"))
    both = place(at("21 10:00"), dear, cheap)
    payment, second = pay(both, at("21 10:05")), pay(both, at("21 12:00"))
    place(at("21 11:00"), odd, order_status=OrderStatus.CANCELLED)
    give_back(second, "160.00", at("22 00:00"))
    give_back(payment, "100.00", at("22 23:59:59.999999"), course=dear)
    whole = pay(place(at("22 00:00"), odd), at("22 09:01"))
    give_back(whole, "33.33", at("23 00:00"))
    Order.objects.filter(pk=whole.order_id).update(order_status=OrderStatus.REFUNDED)
    place(at("23 10:00"), dear, cheap, odd, order_status=OrderStatus.EXPIRED)
    return [order.user for order in Order.objects.order_by("pk")]


BY_HAND = [
    Figures(placed=1, converted=1, new_students=1),
    Figures(placed=2, converted=1, paid=2, income=Decimal("420.00"), new_students=2),
    Figures(
        placed=1,
        converted=1,
        paid=1,
        income=Decimal("33.33"),
        refunds=2,
        refunded=Decimal("260.00"),
        new_students=1,
    ),
    Figures(placed=1, refunds=1, refunded=Decimal("33.33"), new_students=1),
]


def test_days_come_to_what_was_counted_by_hand(noon, sold):
    assert [facts_of(day).figures for day in DAYS] == BY_HAND


def test_prepared_days_and_today_come_to_the_same(noon, sold):
    daily.refresh()

    assert list(DailyFigures.objects.values_list("day", flat=True)) == DAYS[2::-1]
    found = reading.read(SPAN)
    assert list(found.days.values()) == BY_HAND
    total = found.total
    assert (total.placed, total.converted, total.paid, total.refunds) == (5, 3, 3, 3)
    assert (total.income, total.refunded) == (Decimal("453.33"), Decimal("293.33"))
    assert total.net == Decimal("160.00")
    assert total.conversion == 60
    assert found.missing == 0


def test_courses_come_to_what_was_counted_by_hand(noon, sold, courses):
    dear, cheap, odd = courses
    daily.refresh()

    assert reading.read(SPAN).courses == {
        dear.pk: CourseFigures(2, Decimal("200.00"), Decimal("100.00")),
        cheap.pk: CourseFigures(1, Decimal("60.00")),
        odd.pk: CourseFigures(1, Decimal("33.33"), Decimal("33.33")),
    }
    by_day = reading.read_course(SPAN, odd.pk)
    assert list(by_day.values()) == [
        *(CourseFigures(), CourseFigures()),
        CourseFigures(1, Decimal("33.33")),
        CourseFigures(refunded=Decimal("33.33")),
    ]


def test_learning_is_counted_by_student_and_day(noon, courses):
    dear, cheap, _ = courses
    with time_machine.travel(at("20 08:00"), tick=False):
        one, other = UserFactory.create_batch(2)
    rows = [(20, one, dear, 60), (20, one, cheap, 30), (20, other, dear, 15), (21, one, dear, 0)]
    for day, user, course, seconds in rows:
        StudyDay.objects.create(day=date(2026, 11, day), user=user, course=course, seconds=seconds)
    daily.refresh()

    found = reading.read(SPAN)
    assert found.days[DAYS[0]] == Figures(new_students=2, active_students=2, watched_seconds=105)
    assert found.days[DAYS[1]] == Figures()
    assert found.courses == {
        dear.pk: CourseFigures(learners=2, watched_seconds=75),
        cheap.pk: CourseFigures(learners=1, watched_seconds=30),
    }


def test_colleagues_are_no_new_students_from_the_moment_of_their_role(noon):
    with time_machine.travel(at("20 08:00"), tick=False):
        one, *_ = UserFactory.create_batch(3)
        UserFactory(is_staff=True)
    UserFactory(is_staff=True)
    UserFactory()
    daily.refresh()
    row = DailyFigures.objects.get(day=DAYS[0])

    def found() -> list[int]:
        return [day.new_students for day in reading.read(SPAN).days.values()]

    assert found() == [3, 0, 0, 1]
    # However it is written, the prepared day stays what it is, and equal to its facts.
    for is_staff, students in ((True, 2), (False, 3)):
        User.objects.filter(pk=one.pk).update(is_staff=is_staff)
        assert found() == [students, 0, 0, 1]
        assert list(daily.differences()) == []
        assert DailyFigures.objects.get(day=DAYS[0]).computed_at == row.computed_at


def test_a_day_that_is_not_summed_yet_has_no_students_below_zero(noon, monkeypatch):
    with time_machine.travel(at("20 08:00"), tick=False):
        UserFactory(is_staff=True)
    monkeypatch.setattr(reading, "MAX_LIVE_DAYS", 0)

    found = reading.read(SPAN)

    assert found.missing == len(SPAN.days)
    assert found.total.new_students == 0


def test_a_day_is_summed_once_it_is_over(sold):
    with time_machine.travel(at("22 00:19:59"), tick=False):
        daily.refresh()
        assert not DailyFigures.objects.filter(day=DAYS[1]).exists()
        # In between it is counted from the facts.
        assert reading.read(Span(DAYS[1], DAYS[1])).total.paid == 2
    with time_machine.travel(at("22 00:20"), tick=False):
        daily.refresh()
    assert DailyFigures.objects.filter(day=DAYS[1]).exists()


def test_what_is_heard_of_late_changes_its_day_at_once(noon, sold, courses):
    daily.refresh()
    noon.shift(timedelta(hours=1))
    late = Order.objects.get(order_status=OrderStatus.CANCELLED, created_time__lt=at("22 00:00"))

    payment = pay(late, at("21 11:05"), heard=at("23 13:00"))

    expected = Figures(
        **{**vars(BY_HAND[1]), "converted": 2, "paid": 3, "income": Decimal("453.33")}
    )
    assert reading.read(SPAN).days[DAYS[1]] == expected
    assert DailyFigures.objects.get(day=DAYS[1]).paid == 2
    courses_before = reading.read(SPAN).courses
    daily.refresh()
    assert DailyFigures.objects.get(day=DAYS[1]).paid == 3
    assert reading.read(SPAN).days[DAYS[1]] == expected
    assert reading.read(SPAN).courses == courses_before

    noon.shift(timedelta(hours=1))
    give_back(payment, "33.33", at("22 18:00"), heard=at("23 14:00"))
    assert reading.read(SPAN).days[DAYS[2]].refunded == Decimal("293.33")
    daily.refresh()
    assert list(daily.differences()) == []


def test_what_a_transaction_hides_during_a_refresh_is_found_by_the_next(noon, sold):
    """A payment whose moment is before a refresh, and whose COMMIT after it."""
    daily.refresh()
    late = Order.objects.get(order_status=OrderStatus.CANCELLED, created_time__lt=at("22 00:00"))
    pay(late, at("21 11:05"), heard=at("23 11:59:30"))

    noon.shift(timedelta(minutes=1))
    assert reading.read(SPAN).days[DAYS[1]].paid == 3
    daily.refresh()
    assert DailyFigures.objects.get(day=DAYS[1]).paid == 3


def test_a_refund_without_a_course_is_spread_over_what_is_left(noon, courses):
    dear, cheap, odd = courses
    payment = pay(place(at("20 10:00"), dear, cheap, odd), at("20 10:01"))
    give_back(payment, "33.33", at("20 11:00"), course=odd)
    give_back(payment, "80.00", at("21 11:00"))
    give_back(payment, "80.00", at("22 11:00"))
    daily.refresh()

    found = reading.read(SPAN).courses
    assert [found[course.pk].net for course in courses] == [0, 0, 0]
    first = reading.read(Span(DAYS[1], DAYS[1])).courses
    assert [first[course.pk].refunded for course in (dear, cheap)] == [50, 30]


@pytest.mark.any_database
def test_a_shop_that_ran_for_years_is_summed_in_steps(noon):
    UserFactory(date_joined=NOON - timedelta(days=100))

    found = reading.read(Span(dates.today() - timedelta(days=29), dates.today()))
    assert found.missing == 30 - reading.MAX_LIVE_DAYS
    assert daily.refresh() == daily.BATCH
    assert reading.read(Span(dates.today() - timedelta(days=29), dates.today())).missing == 0
    assert daily.refresh() == 100 - daily.BATCH
    assert daily.refresh() == 0


def test_an_empty_shop_has_nothing_to_sum(noon, django_assert_num_queries):
    assert daily.refresh() == 0
    assert reading.read(SPAN).total == Figures()


def test_sums_of_random_orders_are_those_that_python_adds(noon, courses):
    chance = random.Random(15)
    start = at("01 00:00")
    minutes = 22 * 24 * 60
    for _ in range(120):
        moment = start + timedelta(minutes=chance.randrange(minutes), microseconds=chance.random())
        order = place(moment, *chance.sample(courses, chance.randint(1, 3)))
        if chance.random() < 0.7:
            payment = pay(order, moment + timedelta(minutes=chance.randrange(60)))
            if chance.random() < 0.4:
                amount = Decimal(chance.randrange(1, int(payment.amount * 100))) / 100
                give_back(
                    payment, str(amount), payment.paid_at + timedelta(hours=chance.randrange(90))
                )
    while daily.refresh():
        pass

    found = reading.read(Span(date(2026, 11, 1), DAYS[-1]))
    assert found.total.placed == Order.objects.filter(created_time__lt=at("24 00:00")).count()
    for day, figures in found.days.items():
        paid = [row for row in OrderPayment.objects.all() if dates.day_of(row.paid_at) == day]
        back = [row for row in Refund.objects.all() if dates.day_of(row.finished_at) == day]
        assert figures.income == sum((row.amount for row in paid), Decimal(0)), day
        assert figures.refunded == sum((row.amount for row in back), Decimal(0)), day
        assert (figures.paid, figures.refunds) == (len(paid), len(back))
    assert sum(each.income for each in found.courses.values()) == found.total.income
    assert sum(each.refunded for each in found.courses.values()) == found.total.refunded
    assert list(daily.differences()) == []


def test_the_command_finds_what_is_wrong_and_repairs_it(noon, sold, courses):
    out = StringIO()
    call_command("compare_figures", stdout=out)
    assert out.getvalue() == "已核对 3 天，没有差异\n"

    DailyFigures.objects.filter(day=DAYS[1]).update(income="419.99")
    DailyCourseFigures.objects.filter(day=DAYS[2], course=courses[2]).delete()
    out = StringIO()
    with pytest.raises(CommandError, match="发现 3 处差异"):
        call_command("compare_figures", stdout=out)
    assert "2026-11-21 income：419.99，应为 420.00" in out.getvalue()

    call_command("compare_figures", repair=True, stdout=out)
    assert list(daily.differences()) == []
    assert list(reading.read(SPAN).days.values()) == BY_HAND


def test_the_jobs_sum_and_compare(noon, sold):
    tasks.sum_days()
    assert DailyFigures.objects.count() == 3
    DailyFigures.objects.filter(day=DAYS[1]).update(paid=77)
    tasks.compare_days()
    assert DailyFigures.objects.get(day=DAYS[1]).paid == 2


@pytest.mark.any_database
def test_reading_costs_as_many_queries_for_one_order_as_for_many(
    noon, courses, django_assert_num_queries
):
    place(at("20 10:00"), courses[0])
    daily.refresh()
    with django_assert_num_queries(14):
        reading.read(SPAN)
    for _ in range(5):
        pay(place(at("20 10:00"), *courses), at("20 10:01"), heard=at("20 10:01"))
        give_back(pay(place(at("23 10:00"), *courses), at("23 10:01")), "10.00", at("23 10:02"))
    daily.refresh()
    with django_assert_num_queries(16):
        reading.read(SPAN)


@pytest.mark.django_db(transaction=True)
def test_several_may_sum_the_same_days_at_the_same_moment(sold):
    with time_machine.travel(NOON, tick=True):
        assert at_once(*[daily.refresh] * 3) == ["done"] * 3

        assert DailyFigures.objects.count() == 3
        assert list(daily.differences()) == []
