"""The back office of orders, and of who has which course."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from luffy_api.apps.course.models import Enrollment, EnrollmentGrant
from luffy_api.common import audit_log
from luffy_api.tests import factories
from luffy_api.tests.back_office import log_of, page
from luffy_api.tests.counting import count_students
from luffy_api.tests.memberships import bought
from luffy_api.tests.refunding import sold

pytestmark = pytest.mark.django_db


def test_a_course_is_given_away_once_and_counts_the_student(admin_client, student):
    course = factories.CourseFactory(students=5)
    gift = {"user": student.mobile, "course": course.pk}
    assert admin_client.post(page(Enrollment, "add"), gift).status_code == 302
    assert Enrollment.objects.count() == 1
    grant = EnrollmentGrant.objects.get()
    assert (grant.source, grant.ends_at) == (EnrollmentGrant.Source.GRANT, None)
    again = admin_client.post(page(Enrollment, "add"), gift)
    assert again.status_code == 200
    assert again.context["errors"]
    count_students()
    course.refresh_from_db()
    assert course.students == 6


@pytest.mark.parametrize(
    "source", [EnrollmentGrant.Source.MEMBERSHIP, EnrollmentGrant.Source.ORDER]
)
def test_who_has_a_course_for_a_time_is_given_it_for_good_with_a_reason(
    admin_client, student, source
):
    course = factories.EnrollmentFactory(user=student, source=source).course
    EnrollmentGrant.objects.update(ends_at=timezone.now() + timedelta(days=3))
    gift = {"user": student.mobile, "course": course.pk, "reason": "奖学金"}

    assert admin_client.post(page(Enrollment, "add"), gift).status_code == 302

    given = EnrollmentGrant.objects.get(source=EnrollmentGrant.Source.GRANT)
    assert given.ends_at is None
    assert f"赠送课程《{course.name}》，永久有效，原因：奖学金" in log_of(student)
    again = admin_client.post(page(Enrollment, "add"), gift)
    assert "之前已经赠送给这个学员" in again.content.decode()


def test_a_course_that_was_bought_is_not_given_away(admin_client, student):
    course = factories.EnrollmentFactory(user=student).course
    gift = {"user": student.mobile, "course": course.pk}

    answer = admin_client.post(page(Enrollment, "add"), gift)

    assert "已经拥有" in answer.content.decode()
    assert not EnrollmentGrant.objects.filter(source=EnrollmentGrant.Source.GRANT).exists()


@pytest.mark.parametrize("word", ["xiaoming", "13812345678", "爬虫"])
def test_rights_are_found_by_student_and_course(admin_client, student, word):
    factories.EnrollmentFactory(user=student, course__name="Python 爬虫")
    factories.EnrollmentFactory()
    assert (
        admin_client.get(page(Enrollment, "changelist"), {"q": word}).context["cl"].result_count
        == 1
    )


@pytest.mark.parametrize("by", ["out_trade_no", "trade_no", "username", "mobile"])
def test_an_order_is_found_by_its_numbers_and_its_student(admin_client, student, by):
    order = factories.OrderFactory(user=student, trade_no="2026030122001")
    factories.OrderFactory()
    word = getattr(student if by in {"username", "mobile"} else order, by)
    rows = admin_client.get(page(type(order), "changelist"), {"q": word}).context["cl"].result_list
    assert list(rows) == [order]


@pytest.mark.parametrize(
    "query",
    [
        {"order_status__exact": 1},
        {"created_time__gte": "2026-01-01 00:00:00+08:00"},
        {"created_time__gte": "rubbish"},
        {"order_status__exact": "x"},
        {"user__password__startswith": "a"},
        {"p": "999"},
        {"o": "99.-99"},
        {"q": "\0"},
    ],
)
def test_no_filter_of_orders_is_a_server_error(admin_client, query):
    factories.OrderFactory(pay_time=timezone.now(), order_status=1)
    answer = admin_client.get(page(factories.OrderFactory._meta.model, "changelist"), query)
    assert answer.status_code in {200, 302, 400}


def test_orders_are_filtered_by_what_was_bought(admin_client, student, fake_alipay):
    single = sold(fake_alipay, "30.00", user=student)
    whole = sold(fake_alipay, "40.00", user=student)
    package = factories.PackageFactory(courses=factories.CourseFactory.create_batch(2))
    whole.order_courses.update(package=package, package_name="套餐")
    member = bought(fake_alipay, student.pk, factories.MembershipTermFactory())
    url = page(type(single), "changelist")

    def found(goods):
        return [*admin_client.get(url, {"goods": goods}).context["cl"].result_list]

    assert [found(goods) for goods in ("courses", "package", "membership")] == [
        [single],
        [whole],
        [member],
    ]
    assert len(found("rubbish")) == 3


def test_the_page_of_an_order_has_what_was_withdrawn_and_decided(
    admin_client, fake_alipay, student, student_api
):
    order = sold(fake_alipay, "30.00", "69.00", user=student)
    url = f"/api/v1/order/{order.out_trade_no}/refund/"
    student_api.post(url, {"reason": "<b>买错了</b>"}, format="json")
    student_api.delete(url)
    student_api.post(url, {"reason": "还是不想学"}, format="json")
    refund = order.refunds.get()
    decide = reverse("admin:order_refund_decide", args=[refund.pk, "reject"])
    admin_client.post(decide, {"answer": "已看完"})

    answer = admin_client.get(page(type(order), "change", order.pk))

    entries = [each.get_change_message() for each in answer.context["entries"]]
    assert entries[0] == "拒绝退款：已看完"
    assert entries[1].startswith("学员撤回退款申请：99.00 元，整笔付款")
    assert [each.reason for each in answer.context["events"]] == ["paid"]
    text = answer.content.decode()
    assert "&lt;b&gt;买错了" in text
    assert "拒绝退款：已看完" in text


@pytest.mark.any_database
def test_the_history_of_an_order_takes_the_same_queries_however_long_it_is(
    admin_client, fake_alipay, student, django_assert_max_num_queries
):
    order = sold(fake_alipay, "30.00", user=student)
    url = page(type(order), "change", order.pk)
    admin_client.get(url)
    with CaptureQueriesContext(connection) as before:
        admin_client.get(url)
    for _ in range(5):
        audit_log.log_change(order, user_id=student.pk, message="x")

    with django_assert_max_num_queries(len(before)):
        admin_client.get(url)
