"""学习期限: told before buying, sold with a course, granted from the payment on."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from luffy_api.apps.course import enrollment, gifts, study_periods
from luffy_api.apps.course.models import Course
from luffy_api.apps.order import (
    integrity,
    study_integrity,
)
from luffy_api.apps.order.models import Order, OrderDetail
from luffy_api.apps.order.states import OrderStatus
from luffy_api.apps.promotion import services as promotion_services
from luffy_api.apps.promotion.tests.test_api import batch_of
from luffy_api.tests.factories import (
    CourseFactory,
    PackageFactory,
    UserFactory,
)
from luffy_api.tests.refunding import deliver
from luffy_api.tests.study_periods.periods import DAY, END, NOON, at, bought, ends, ordered, place

pytestmark = pytest.mark.django_db(transaction=True)


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
