"""学习期限: sold with a course, granted from the payment on, over after that; a fake gateway."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from threading import Event
from time import sleep

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from luffy_api.apps.course import account_moves, enrollment, gifts, period_reminders, study_periods
from luffy_api.apps.course.exceptions import AlreadyEnrolled
from luffy_api.apps.course.models import Course, CourseSection, Enrollment, EnrollmentGrant
from luffy_api.apps.inbox.models import Kind, Message
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
    checkout,
    integrity,
    selectors,
    student_refunds,
    study_integrity,
)
from luffy_api.apps.order.models import Order, OrderDetail
from luffy_api.apps.order.states import OrderStatus
from luffy_api.apps.promotion import services as promotion_services
from luffy_api.apps.promotion.tests.test_api import batch_of
from luffy_api.tests.factories import (
    CourseFactory,
    PackageFactory,
    SectionFactory,
    UserFactory,
)
from luffy_api.tests.races import at_once
from luffy_api.tests.refunding import deliver, finish, refunded_and_due, start

pytestmark = pytest.mark.django_db(transaction=True)
DAY = timedelta(days=1)
MINE, ENDED = "/api/v1/course/mine/", "/api/v1/course/mine/ended/"
NOON = datetime(2027, 1, 31, 4, tzinfo=UTC)  # 12 o'clock in Shanghai
END = datetime(2027, 2, 28, 4, tzinfo=UTC)


def authenticated(user) -> APIClient:
    """A token would be over in the years of these tests."""
    client = APIClient()
    client.force_authenticate(user)
    return client


@pytest.fixture
def student_api(student) -> APIClient:
    return authenticated(student)


@pytest.fixture
def course() -> Course:
    """For 99 yuan, to be studied for a month."""
    return CourseFactory(name="数据分析", study_months=1)


def body(*courses, total="99.00", **more):
    return {"courses": [each.pk for each in courses], "total_amount": total, **more}


def place(client, *courses, **more):
    return client.post("/api/v1/order/pay/", body(*courses, **more), format="json")


def ordered(student, *courses, total="99.00", **more) -> Order:
    return checkout.place_order(
        user_id=student.pk,
        course_ids=[each.pk for each in courses],
        total_amount=Decimal(total),
        **more,
    )


def bought(gateway, student, *courses, **more) -> Order:
    order = ordered(student, *courses, **more)
    gateway.sell(order)
    assert deliver(gateway, order)
    order.refresh_from_db()
    return order


def ends(student) -> dict[int, datetime | None]:
    """When grants of the student end, by course."""
    return dict(EnrollmentGrant.objects.filter(user=student).values_list("course_id", "ends_at"))


def at(moment):
    return time_machine.travel(moment, tick=False)


@pytest.mark.parametrize(
    ("begins", "months", "expected"),
    [
        (NOON, None, None),
        (NOON, 1, END),
        (NOON, 12, datetime(2028, 1, 31, 4, tzinfo=UTC)),
        (datetime(2028, 1, 31, 4, tzinfo=UTC), 1, datetime(2028, 2, 29, 4, tzinfo=UTC)),
        # In Shanghai it is the 31st already.
        (datetime(2027, 1, 30, 16, 30, tzinfo=UTC), 1, datetime(2027, 2, 27, 16, 30, tzinfo=UTC)),
        (NOON, 120, datetime(2037, 1, 31, 4, tzinfo=UTC)),
    ],
)
def test_months_are_those_of_the_schools_calendar(begins, months, expected):
    assert study_periods.end_of(begins, months) == expected


def test_everybody_is_told_before_buying(api, student_api, stranger_api, course, fake_alipay):
    page = api.get(f"/api/v1/course/{course.pk}/").json()["data"]
    student_api.post("/api/v1/order/cart/", {"course": course.pk}, format="json")
    [row] = student_api.get("/api/v1/order/cart/").json()["data"]
    order = place(student_api, course, study_months=[1]).json()["data"]

    assert page["study_months"] == row["study_months"] == order["courses"][0]["study_months"] == 1
    listed = student_api.get("/api/v1/order/").json()["data"]["results"][0]
    assert listed["courses"] == order["courses"]
    assert stranger_api.get(f"/api/v1/order/{order['out_trade_no']}/").status_code == 404
    assert place(api, course).status_code == 401


def test_the_period_begins_when_the_payment_is_recorded(student, course, fake_alipay):
    with at(NOON - 40 * DAY):
        order = ordered(student, course)
        fake_alipay.sell(order)
    with at(NOON):  # late, long after the time limit of the order
        assert deliver(fake_alipay, order)

        assert list(integrity.run_checks()) == []
    assert ends(student) == {course.pk: END}


def test_a_changed_setting_leaves_what_was_sold(student, student_api, course, fake_alipay):
    with at(NOON):
        bought(fake_alipay, student, course)
        open_order = ordered(UserFactory(), course)
    Course.objects.update(study_months=2)

    assert ends(student) == {course.pk: END}
    assert open_order.order_courses.get().study_months == 1
    assert OrderDetail.objects.filter(study_months=1).count() == 2


def test_a_shorter_period_than_was_seen_is_refused(student_api, course, fake_alipay):
    for seen in (None, 2, 120):
        answer = place(student_api, course, study_months=[seen])
        assert (answer.status_code, list(answer.json()["errors"])) == (409, ["study_months"]), seen
        assert "1 个月" in answer.json()["msg"]
    assert not Order.objects.exists()
    Course.objects.update(study_months=3)
    assert place(student_api, course, study_months=[2]).status_code == 201  # longer is no loss
    Course.objects.update(study_months=None)
    assert place(student_api, course, study_months=[2]).status_code == 201


def test_wrong_periods_are_refused(student_api, course, fake_alipay):
    for wrong in ([], [1, 1], [0], [121], ["x"], [10**30], "1", {}, [[1]], [-1], [1.5]):
        answer = place(student_api, course, study_months=wrong)
        assert answer.status_code == 400, wrong
        assert next(iter(answer.json()["errors"])).startswith("study_months"), wrong
    assert place(student_api, course).status_code == 201  # a page of the release before


def test_an_open_order_with_another_period_is_replaced(student_api, course, fake_alipay):
    first = place(student_api, course).json()["data"]["out_trade_no"]
    assert place(student_api, course).json()["data"]["out_trade_no"] == first
    Course.objects.update(study_months=6)

    second = place(student_api, course).json()["data"]

    assert second["courses"][0]["study_months"] == 6
    assert Order.objects.get(out_trade_no=first).order_status == OrderStatus.CANCELLED


def test_after_the_end_progress_is_kept_and_it_may_be_bought_again(
    student, student_api, api, course, fake_alipay
):
    stranger_api = authenticated(UserFactory())
    section = SectionFactory(course=course)
    with at(NOON):
        bought(fake_alipay, student, course)
        SectionProgress.objects.create(user=student, section=section, position=9)
        [row] = student_api.get(MINE).json()["data"]["results"]
        assert row["ends_at"] == "2027-02-28T12:00:00+08:00"
        assert student_api.get(ENDED).json()["data"] == []
        assert place(student_api, course).status_code == 409  # it runs: nothing to buy
    with at(END):
        enrollment.end_expired_grants()
        assert student_api.get(MINE).json()["data"]["results"] == []
        [row] = student_api.get(ENDED).json()["data"]
        assert (row["id"], row["ends_at"]) == (course.pk, "2027-02-28T12:00:00+08:00")
        assert row["progress"]["section_id"] == section.pk
        assert not student_api.get(f"/api/v1/course/{course.pk}/").json()["data"]["owned"]
        assert stranger_api.get(ENDED).json()["data"] == []
        assert api.get(ENDED).status_code == 401
        again = bought(fake_alipay, student, course)
        assert student_api.get(ENDED).json()["data"] == []
        [row] = student_api.get(MINE).json()["data"]["results"]
        assert row["ends_at"] == "2027-03-28T12:00:00+08:00"
        assert row["progress"]["section_id"] == section.pk
        assert refunded_and_due(again) == (0, 0)
        assert list(integrity.run_checks()) == []


def test_what_was_paid_twice_is_owed_after_the_first_period(student, course, fake_alipay):
    with at(NOON):
        first, second = ordered(student, course), None
        Order.objects.update(open_cart_key=None)
        second = ordered(student, course)
        for order in (first, second):
            fake_alipay.sell(order)
        assert deliver(fake_alipay, first)
    with at(NOON + 20 * DAY):
        assert deliver(fake_alipay, second)
        assert refunded_and_due(second) == (0, 99)
    with at(END + DAY):
        enrollment.end_expired_grants()
        assert refunded_and_due(second) == (0, 99)
        assert refunded_and_due(first) == (0, 0)


def test_a_refunded_course_has_not_expired(student, student_api, course, fake_alipay):
    order = bought(fake_alipay, student, course)

    start(order)
    finish()

    with at(timezone.now() + 400 * DAY):
        assert student_api.get(ENDED).json()["data"] == []
    assert not Enrollment.objects.exists()


def test_codes_and_joining_begin_a_period_and_gifts_have_their_own_end(
    student, student_api, course
):
    free = CourseFactory(free=True, study_months=12)
    given = CourseFactory(study_months=1)
    code = batch_of(1, course=course).codes.get().code
    with at(NOON):
        promotion_services.redeem(user_id=student.pk, text=code)
        student_api.post(f"/api/v1/course/{free.pk}/enroll/")
        gifts.give(
            user_id=student.pk, course_id=given.pk, ends_at=None, staff_id=student.pk, reason="礼"
        )

    year = datetime(2028, 1, 31, 4, tzinfo=UTC)
    assert ends(student) == {course.pk: END, free.pk: year, given.pk: None}


def test_each_course_of_an_order_has_its_own_period(student, course, fake_alipay):
    other = CourseFactory(study_months=12)
    courses = [course, other, CourseFactory()]
    package = PackageFactory(price="150.00", courses=courses)
    with at(NOON):
        bought(fake_alipay, student, *courses, total="150.00", package_id=package.pk)

    assert [ends(student)[each.pk] for each in courses] == [
        END,
        datetime(2028, 1, 31, 4, tzinfo=UTC),
        None,
    ]


def test_a_payment_costs_no_query_more(course, fake_alipay):
    def queries(each) -> int:
        order = ordered(UserFactory(), each)
        fake_alipay.sell(order)
        with CaptureQueriesContext(connection) as seen:
            assert deliver(fake_alipay, order)
        return len(seen)

    plain = CourseFactory()
    queries(plain)  # compiles them
    assert queries(course) == queries(plain)


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_of_ended_courses_costs_the_same_whatever_its_length(
    student, student_api, django_assert_num_queries, count
):
    months = {each.pk: 1 for each in CourseFactory.create_batch(count, study_months=1)}
    with at(NOON):
        source = EnrollmentGrant.Source.FREE
        enrollment.enroll_in_all(
            user_id=student.pk, course_ids=months, source=source, study_months=months
        )
    with at(END):
        enrollment.end_expired_grants()
        student_api.get(ENDED)  # renders the cards
        with django_assert_num_queries(6):  # three of them for the cards
            assert len(student_api.get(ENDED).json()["data"]) == count


def test_staff_prolong_a_period_by_a_gift(student, course, fake_alipay):
    with at(NOON):
        bought(fake_alipay, student, course)
        gift = {"user_id": student.pk, "course_id": course.pk, "staff_id": student.pk}
        with pytest.raises(AlreadyEnrolled):
            gifts.give(**gift, ends_at=END, reason="同期")
        assert gifts.give(**gift, ends_at=END + 30 * DAY, reason="延期")
    with at(END + DAY):
        enrollment.end_expired_grants()
        assert Enrollment.objects.filter(user=student).exists()
        assert enrollment.ended_courses(student.pk) == []


def test_the_end_is_told_once_a_week_before(student, course, fake_alipay):
    other = CourseFactory(name="另一门", study_months=1)
    prolonged = CourseFactory(study_months=1)
    with at(NOON):
        bought(fake_alipay, student, course, other, prolonged, total="297.00")
        gift = {"user_id": student.pk, "course_id": prolonged.pk, "staff_id": student.pk}
        gifts.give(**gift, ends_at=END + DAY, reason="延期")
    with at(END - 8 * DAY):
        assert period_reminders.remind() == 0
    with at(END - 7 * DAY):
        call_command("remind_study_periods")
        assert [period_reminders.remind() for _ in range(2)] == [0, 0]
        message = Message.objects.get(kind=Kind.COURSE_EXPIRING)
    assert message.title == "您的 2 门课程将于 2027-02-28 起到期"
    assert "《数据分析》（2027-02-28 12:00）" in message.text
    assert "《另一门》" in message.text
    assert message.link == "/user/courses"


def test_a_single_course_that_ends_is_a_page(student, course, fake_alipay):
    with at(NOON):
        bought(fake_alipay, student, course)
    with at(END - 7 * DAY):
        period_reminders.remind()
    assert Message.objects.get(kind=Kind.COURSE_EXPIRING).link == f"/course/{course.pk}"


def test_nobody_is_told_of_what_was_refunded(student, course, fake_alipay):
    order = bought(fake_alipay, student, course)
    start(order)
    finish()
    with at(timezone.now() + 25 * DAY):
        assert period_reminders.remind() == 0


def test_of_merged_accounts_the_later_end_stays(student):
    free, target = CourseFactory(free=True, study_months=1), UserFactory()
    for moment, user in ((NOON, student), (NOON + DAY, target)):
        with at(moment):
            enrollment.join_free_course(user_id=user.pk, course_id=free.pk)

    with transaction.atomic():
        account_moves.move(source_id=target.pk, target_id=student.pk)

    grant = EnrollmentGrant.objects.get()
    assert grant.ends_at == grant.study_ends_at > END


def test_another_end_than_was_sold_is_found(student, course, fake_alipay):
    order = bought(fake_alipay, student, course)
    [rule] = study_integrity.RULES
    found = integrity.Violation(rule, order.out_trade_no)
    lines = OrderDetail.objects.filter(order=order)

    for wrong in (2, None):
        lines.update(study_months=wrong)
        assert found in integrity.run_checks()
    lines.update(study_months=1)
    assert found not in integrity.run_checks()
    with at(timezone.now() + 40 * DAY):
        enrollment.end_expired_grants()
        assert list(integrity.run_checks()) == []


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
