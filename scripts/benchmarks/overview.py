"""The first page of the back office over 200,000 orders, and summing the days that it shows.

Arguments: how many orders (200000), and over how many courses they are spread (500). They are
spread over the last year; each hundredth is refunded. Students are as many as orders, and a tenth
of them studies on each of the last 30 days.
"""

import os
import statistics
import time
from datetime import datetime, timedelta
from typing import Any

from scripts.benchmarks.figures import record
from scripts.benchmarks.scratch import scratch_database

ORDERS, COURSES = 200_000, 500
DAYS = 365
BATCH = 5000
TIMES = 7
SPANS = (1, 7, 30, 366)


def run(arguments: list[str]) -> None:
    """Fill the tables, sum the days, then open the page of some spans."""
    orders, courses = _numbers(arguments)
    with scratch_database():
        from django.db import connection

        from luffy_api.apps.dashboard.figures import daily

        _fill(orders, courses)
        print(f"{connection.vendor}, {orders} orders, {courses} courses")
        print(f"  (load of the machine before: {os.getloadavg()[0]:.1f})")
        began, days = time.perf_counter(), 0
        while summed := daily.refresh():
            days += summed
        seconds = time.perf_counter() - began
        print(f"  {days} days summed in {seconds:.1f} s, {1000 * seconds / days:.0f} ms each")
        record("a day summed (ms)", 1000 * seconds / days)
        began = time.perf_counter()
        daily.refresh()
        print(f"  a refresh without work: {1000 * (time.perf_counter() - began):.0f} ms")
        began = time.perf_counter()
        if list(daily.differences()):
            raise SystemExit("prepared sums are not those of the facts")
        print(f"  all days compared in {time.perf_counter() - began:.1f} s")
        for span in SPANS:
            _measure(span)


def _numbers(arguments: list[str]) -> tuple[int, int]:
    try:
        orders, courses = [*map(int, arguments), *(ORDERS, COURSES)[len(arguments) :]]
    except ValueError:
        raise SystemExit("name the numbers of orders and of courses") from None
    return orders, courses


def _measure(days: int) -> None:
    """The whole page as Django answers it to an admin, and its part for the numbers."""
    from django.test import Client
    from django.test.utils import override_settings

    from luffy_api.apps.dashboard.figures.overview import overview
    from luffy_api.apps.dashboard.figures.spans import Span
    from luffy_api.apps.user.models import User

    client, span = Client(), Span.until_today(days)
    client.force_login(User.objects.filter(is_superuser=True)[0])
    query = {"first": str(span.first), "last": str(span.last)}

    def page() -> None:
        answer = client.get("/admin/dashboard/dailyfigures/", query)
        if answer.status_code != 200:
            raise SystemExit(f"the page answers {answer.status_code}")

    with override_settings(ALLOWED_HOSTS=["*"]):
        whole, part = _median(page), _median(lambda: overview(span, lambda _: True))
    record(f"page of {days} days (ms)", whole[0])
    record(f"page of {days} days, CPU (ms)", whole[1])
    print(
        f"  {days} days: page {whole[0]:.0f} ms ({whole[1]:.0f} ms of our CPU), "
        f"of which numbers {part[0]:.0f} ms ({part[1]:.0f})"
    )


def _median(act: Any) -> tuple[float, float]:
    """Milliseconds, and those of this process's processor time."""
    act()
    times, used = [], []
    for _ in range(TIMES):
        began, cpu = time.perf_counter(), time.process_time()
        act()
        times.append(time.perf_counter() - began)
        used.append(time.process_time() - cpu)
    return 1000 * statistics.median(times), 1000 * statistics.median(used)


def _fill(orders: int, count: int) -> None:
    from django.utils import timezone

    from luffy_api.tests.factories import CategoryFactory, CourseFactory, TeacherFactory

    category, teacher = CategoryFactory(), TeacherFactory()
    courses = CourseFactory.create_batch(count, course_category=category, teacher=teacher)
    step = timedelta(days=DAYS) / orders
    start = timezone.now() - timedelta(days=DAYS)
    for begin in range(0, orders, BATCH):
        numbers = range(begin, min(begin + BATCH, orders))
        _fill_batch({number: start + number * step for number in numbers}, courses)
    _fill_learning(courses)
    _fill_searches()


def _fill_batch(moments: dict[int, datetime], courses: list[Any]) -> None:
    from django.db.models import F

    from luffy_api.apps.order.models import Order, OrderDetail, OrderPayment, Refund
    from luffy_api.apps.user.models import User

    # Two of three orders are paid.
    users = User.objects.bulk_create(
        User(
            username=f"s{number}",
            username_key=f"s{number}",
            date_joined=moment,
            is_superuser=not number,
            is_staff=not number,
        )
        for number, moment in moments.items()
    )
    orders = Order.objects.bulk_create(
        Order(
            user=user,
            subject="课程",
            total_amount="99.00",
            trade_no=f"T{number}" if number % 3 else "",
            order_status=1 if number % 3 else 3,
            pay_time=moment if number % 3 else None,
            expires_at=moment,
        )
        for user, (number, moment) in zip(users, moments.items(), strict=True)
    )
    Order.objects.filter(pk__gte=orders[0].pk).update(created_time=F("expires_at"))
    OrderDetail.objects.bulk_create(
        OrderDetail(
            order=order, course=courses[order.pk % len(courses)], price="99.00", real_price="99.00"
        )
        for order in orders
    )
    paid = [order for order in orders if order.trade_no]
    payments = OrderPayment.objects.bulk_create(
        OrderPayment(
            order=order, pay_type=1, trade_no=order.trade_no, amount="99.00", paid_at=order.pay_time
        )
        for order in paid
    )
    OrderPayment.objects.filter(pk__gte=payments[0].pk).update(created_time=F("paid_at"))
    refunds = Refund.objects.bulk_create(
        Refund(
            order=payment.order,
            payment=payment,
            amount="99.00",
            reason="不想学了",
            origin="staff",
            status=3,
            finished_at=payment.paid_at,
        )
        for payment in payments[::67]
    )
    Refund.objects.filter(pk__gte=refunds[0].pk).update(updated_time=F("finished_at"))


def _fill_learning(courses: list[Any]) -> None:
    from luffy_api.apps.learning.models import StudyDay
    from luffy_api.apps.user.models import User
    from luffy_api.common import dates

    users = list(User.objects.values_list("pk", flat=True))
    for ago in range(30):
        day = dates.today() - timedelta(days=ago)
        rows = (
            StudyDay(day=day, user_id=pk, course=courses[pk % len(courses)], seconds=900)
            for pk in users[ago % 10 :: 10]
        )
        StudyDay.objects.bulk_create(rows, batch_size=BATCH)


def _fill_searches() -> None:
    from luffy_api.apps.search.models import SearchDay, SearchWord
    from luffy_api.common import dates

    for ago in range(9):
        day = dates.today() - timedelta(days=ago)
        SearchDay.objects.create(day=day, searches=10_000, without_result=900)
        SearchWord.objects.bulk_create(
            SearchWord(day=day, key=f"k{n}", text=f"词{n}", people=n, searches=n, found=n % 5)
            for n in range(2000)
        )
