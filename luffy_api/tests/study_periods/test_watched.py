"""学习期限: what was watched in one that is over does not count for the next refund."""

from contextlib import suppress
from datetime import timedelta
from threading import Event
from time import sleep

import pytest
import time_machine

from luffy_api.apps.course import enrollment
from luffy_api.apps.course.models import CourseSection, EnrollmentGrant
from luffy_api.apps.learning import (
    class_progress,
    course_progress,
    personal_data,
    progress,
    progress_buffer,
    section_selectors,
)
from luffy_api.apps.learning import selectors as learning
from luffy_api.apps.learning.exceptions import ConcurrentUpdate
from luffy_api.apps.learning.models import SectionProgress, StudyDay
from luffy_api.apps.order import (
    selectors,
    student_refunds,
)
from luffy_api.apps.order.models import Order
from luffy_api.apps.order.states import OrderStatus
from luffy_api.tests.factories import (
    CourseFactory,
    SectionFactory,
    UserFactory,
)
from luffy_api.tests.races import at_once
from luffy_api.tests.refunding import deliver, start
from luffy_api.tests.study_periods.periods import DAY, END, NOON, at, bought, ordered

pytestmark = pytest.mark.django_db(transaction=True)


def watch(student, course, seconds) -> SectionProgress:
    """Of a video of 100 seconds."""
    section = CourseSection.objects.filter(chapter__course=course).first() or SectionFactory(
        chapter__course=course, duration=100
    )
    row, _ = SectionProgress.objects.get_or_create(user=student, section=section)
    row.watched = seconds
    row.save()
    return row


def watched(student, course) -> int:
    return learning.watched_videos(user_id=student.pk, course_ids=[course.pk])[course.pk].percent


def refusal(student, order) -> str:
    page = selectors.my_order(user_id=student.pk, out_trade_no=order.out_trade_no)
    return student_refunds.options(page).lines[0].why


def test_what_was_watched_in_a_period_that_is_over_counts_no_more(student, course, fake_alipay):
    other = CourseFactory(price="99.00")
    with at(NOON):
        order = bought(fake_alipay, student, course, other, total="198.00")
        row = watch(student, course, 80)
        watch(student, other, 80)
        assert "已观看超过" in refusal(student, order)
    with at(END + DAY):
        enrollment.end_expired_grants()
        again = bought(fake_alipay, student, course)
        assert (watched(student, course), watched(student, other)) == (0, 80)
        assert refusal(student, again) == ""
        # It is shown as it was, and what is watched from now on counts for the next refund.
        row.refresh_from_db()
        assert (row.watched, row.earlier) == (0, 80)
        assert class_progress.by_section(user_id=student.pk, course_id=course.pk)[0].percent == 80
        outline = course_progress.outline_progress(course_id=course.pk, user_id=student.pk)
        assert [(each.percent, each.done) for each in outline.sections] == [(80, False)]
        statistics = section_selectors.section_statistics(course.pk)
        assert [each.seconds for each in statistics] == [80]
        assert personal_data.progress(student.pk)[0]["watched"] == 80
        watch(student, course, 95)
        assert "已观看超过" in refusal(student, again)


def test_a_refunded_purchase_goes_on_with_what_was_watched(student, course, fake_alipay):
    """Or a course could be watched for nothing, a part of it for each refund."""
    with at(NOON):
        bought(fake_alipay, student, course)
        watch(student, course, 60)
    with at(END + DAY):
        enrollment.end_expired_grants()
        second = bought(fake_alipay, student, course)
        watch(student, course, 20)
        start(second)
        third = bought(fake_alipay, student, course)
        assert watched(student, course) == 20
    with at(END + 40 * DAY):
        # Its own period is over.
        enrollment.end_expired_grants()
        bought(fake_alipay, student, course)
        assert watched(student, course) == 0
        assert third.order_status == OrderStatus.PAID


def report(student, section, position):
    return progress.save_progress(user_id=student.pk, section_id=section.pk, position=position)


def watching_at_the_end(student, course, gateway, clock) -> tuple[CourseSection, Order]:
    """510 seconds in the period that is over, and an order of the next one that is paid.

    Ten of them wait for the database. A membership keeps the course meanwhile.
    """
    bought(gateway, student, course)
    member = EnrollmentGrant.Source.MEMBERSHIP
    enrollment.enroll(user_id=student.pk, course_id=course.pk, source=member, ends_at=END + 2 * DAY)
    clock.move_to(END + DAY)
    enrollment.end_expired_grants()
    section = SectionFactory(chapter__course=course, duration=1000)
    order = ordered(student, course)
    gateway.sell(order)
    for position in (0, 10):
        report(student, section, position)
        clock.shift(10)
    progress_buffer.flush_all()
    SectionProgress.objects.update(watched=500)
    report(student, section, 20)
    return section, order


@pytest.mark.parametrize("skew", [-5, 0, 5])
@pytest.mark.parametrize("flushed", [True, False])
def test_a_report_from_before_the_payment_is_of_the_period_that_is_over(
    student, course, fake_alipay, skew, flushed
):
    """Whatever the clock of the machine says that records the payment, in seconds."""
    with at(NOON) as clock:
        section, order = watching_at_the_end(student, course, fake_alipay, clock)
        clock.shift(skew)
        assert deliver(fake_alipay, order)
        clock.shift(-skew)
        if flushed:
            progress_buffer.flush_all()
            row = SectionProgress.objects.get()
            assert (row.watched, row.earlier, row.position) == (0, 510, 20)
            assert sum(StudyDay.objects.values_list("seconds", flat=True)) == 20
        clock.shift(8 + max(skew, 0))
        told = report(student, section, 28)
        assert 0 < told.watched <= 16
        assert (
            learning.watched_videos(user_id=student.pk, course_ids=[course.pk])[course.pk].seconds
            == told.watched
        )
        row = SectionProgress.objects.get()
        assert (row.watched, row.position) == (told.watched, 28)
        # Both flushes together write it once, and nothing more.
        progress_buffer.flush_all()
        assert SectionProgress.objects.get().watched == told.watched


def test_control_without_the_beginning_the_old_count_comes_back(student, course, fake_alipay):
    with at(NOON) as clock:
        _, order = watching_at_the_end(student, course, fake_alipay, clock)
        assert deliver(fake_alipay, order)
        SectionProgress.objects.update(counted_from=None, reported_at=NOON)
        progress_buffer.flush_all()
        assert SectionProgress.objects.get().watched == 510


def test_players_that_report_while_a_payment_is_recorded_bring_nothing_back(
    student, course, fake_alipay
):
    """Three threads report and flush, before, during and after it."""
    with at(NOON) as clock:
        section, order = watching_at_the_end(student, course, fake_alipay, clock)
    done = Event()

    def play() -> None:
        while not done.is_set():
            with suppress(ConcurrentUpdate):
                report(student, section, 20)
            progress_buffer.flush_all()

    def pay() -> None:
        sleep(0.2)
        try:
            assert deliver(fake_alipay, order)
            sleep(0.3)
        finally:
            done.set()

    with time_machine.travel(END + DAY + timedelta(minutes=1)):
        at_once(play, play, play, pay)
        progress_buffer.flush_all()
    row = SectionProgress.objects.get()
    assert (row.watched, row.earlier) == (0, 510), (row.reported_at, row.counted_from)


def test_without_a_period_and_by_another_reason_it_counts(student, course, fake_alipay):
    with at(NOON):
        forever = CourseFactory(price="99.00")
        start(bought(fake_alipay, student, forever))
        watch(student, forever, 50)
        bought(fake_alipay, student, forever)
        assert watched(student, forever) == 50
        bought(fake_alipay, student, course)
        watch(student, course, 50)
        gifts_end = NOON + timedelta(days=3)
        EnrollmentGrant.objects.create(
            user=student, course=course, source=EnrollmentGrant.Source.GRANT, ends_at=gifts_end
        )
        assert watched(student, course) == 50
    with at(NOON + 4 * DAY):
        stranger = UserFactory()
        watch(stranger, course, 50)
        bought(fake_alipay, stranger, course)
        assert watched(stranger, course) == 50
        assert watched(student, course) == 50
