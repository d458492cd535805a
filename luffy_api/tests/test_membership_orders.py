"""Orders of memberships: placed, paid, given back; a fake gateway."""

from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest
import time_machine
from django.utils import timezone

from luffy_api.apps.course import enrollment, gifts
from luffy_api.apps.course.models import Course, Enrollment, EnrollmentGrant
from luffy_api.apps.order import amounts, checkout, student_refunds
from luffy_api.apps.order.models import MembershipLine, Order, Refund
from luffy_api.apps.order.states import OrderStatus
from luffy_api.apps.promotion.membership import opened, own
from luffy_api.apps.promotion.models import MembershipPeriod, MembershipTerm
from luffy_api.common.exceptions import DomainError
from luffy_api.tests.factories import (
    ClaimFactory,
    CourseFactory,
    MembershipTermFactory,
    PackageFactory,
    SectionFactory,
    UserFactory,
)
from luffy_api.tests.memberships import bought, days_left, order_page
from luffy_api.tests.refunding import deliver, finish, start

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("no_violations")]
DAY = timedelta(days=1)
VIP = Course.CourseType.VIP


def place(client, term, total="30.00", **more):
    """`term` is one, or what a client sends as its id."""
    body = {"membership": getattr(term, "pk", term), "total_amount": total, **more}
    return client.post("/api/v1/order/pay/", body, format="json")


def test_a_term_is_ordered_paid_and_opens_courses(student, student_api, term, fake_alipay):
    section = SectionFactory(course=CourseFactory(course_type=VIP, price="99.00"))
    join = f"/api/v1/promotion/membership/course/{section.chapter.course_id}/"
    assert student_api.post(join).status_code == 403

    order = place(student_api, term).json()["data"]

    assert (order["subject"], order["courses"]) == ("会员：月度会员（30 天）", [])
    line = {"id": term.pk, "name": "月度会员", "months": 0, "days": 30, "price": "30.00"}
    line |= {"product_type": "membership", "product_id": term.pk}
    assert order["membership"] == line
    number = order["out_trade_no"]
    again = place(student_api, term).json()
    assert again["out_trade_no"] == number
    fake_alipay.sell(Order.objects.get())
    assert deliver(fake_alipay, Order.objects.get())
    assert deliver(fake_alipay, Order.objects.get())  # the same message again
    mine = student_api.get("/api/v1/promotion/membership/mine/").json()["data"]
    assert [row["out_trade_no"] for row in mine["periods"]] == [number]
    assert mine["ends_at"] == mine["periods"][0]["ends_at"]
    assert days_left(student.pk) == 30
    assert not Enrollment.objects.exists()
    assert student_api.post(join).status_code == 200
    grant = EnrollmentGrant.objects.get()
    assert (grant.source, grant.ends_at) == (
        EnrollmentGrant.Source.MEMBERSHIP,
        MembershipPeriod.objects.get().ends_at,
    )
    progress = f"/api/v1/course/section/{section.pk}/progress/"
    assert student_api.put(progress, {"position": 1}, format="json").status_code == 200
    listed = student_api.get("/api/v1/order/").json()["data"]["results"][0]
    page = student_api.get(f"/api/v1/order/{number}/").json()["data"]
    assert [listed["membership"], page["membership"]] == [line, line]


def test_what_is_no_order_of_a_membership_is_refused(student, student_api, api, term, fake_alipay):
    course, claim = CourseFactory(), ClaimFactory(user=student)
    hidden = MembershipTermFactory(is_show=False)
    package = PackageFactory(courses=CourseFactory.create_batch(2))
    refused = [
        (hidden, {}, 404),
        (10**9, {}, 404),
        (term, {"courses": [course.pk]}, 400),
        (term, {"courses": []}, 400),
        (term, {"coupon": claim.pk}, 400),
        (term, {"package": package.pk}, 400),
        (None, {}, 400),
        *((wrong, {}, 400) for wrong in (0, -1, "x", [1], 10**30)),
    ]
    for which, more, status in refused:
        answer = place(student_api, which, **more)
        assert answer.status_code == status, (which, more, answer.json())
    assert place(student_api, None).json()["errors"] == {"courses": ["该字段是必填项。"]}
    for wrong in ("29.99", "0.00", "30.01"):
        answer = place(student_api, term, wrong)
        assert (answer.status_code, answer.json()["errors"]) == (409, {"total_amount": ["30.00"]})
    assert place(api, term).status_code == 401
    assert not Order.objects.exists()


def test_an_open_order_follows_the_term(student_api, term, fake_alipay):
    first = place(student_api, term).json()["out_trade_no"]
    MembershipTerm.objects.update(days=31)

    second = place(student_api, term).json()["out_trade_no"]

    assert second != first
    assert [line.days for line in MembershipLine.objects.order_by("pk")] == [30, 31]
    MembershipTerm.objects.update(is_show=False)
    again = student_api.post(f"/api/v1/order/{second}/pay/", {}, format="json")
    assert again.status_code == 409
    states = list(Order.objects.values_list("order_status", flat=True))
    assert states == [OrderStatus.CANCELLED, OrderStatus.CANCELLED]


def test_only_courses_for_members_are_opened_and_only_by_members(student, term, fake_alipay):
    bought(fake_alipay, student.pk, term)
    join = partial(opened.join, user_id=student.pk)
    wrong = {
        CourseFactory().pk: "NotForMembers",
        CourseFactory(course_type=VIP, status=Course.Status.ANNOUNCED).pk: "NotOnSale",
        CourseFactory(course_type=VIP, is_show=False).pk: "CourseNotFound",
        10**9: "CourseNotFound",
    }
    for course_id, error in wrong.items():
        with pytest.raises(DomainError) as raised:
            join(course_id=course_id)
        assert type(raised.value).__name__ == error, course_id
    course = CourseFactory(course_type=VIP)
    assert [join(course_id=course.pk) for _ in range(2)] == [True, False]
    with pytest.raises(DomainError):
        opened.join(user_id=UserFactory().pk, course_id=course.pk)


def test_a_member_who_looks_into_a_section_opens_its_course(
    student, student_api, stranger_api, term, fake_alipay
):
    vip, plain = CourseFactory(course_type=VIP), CourseFactory()
    section = SectionFactory(chapter__course=vip, section_type=1, content="一", free_trail=False)
    other = SectionFactory(chapter__course=plain, section_type=1, content="一", free_trail=False)

    def look(client, which):
        return client.get(f"/api/v1/course/section/{which.pk}/content/").status_code

    assert look(student_api, section) == 403
    bought(fake_alipay, student.pk, term)
    Course.objects.filter(pk=vip.pk).update(status=Course.Status.OFFLINE)
    assert look(student_api, section) in {403, 404}
    Course.objects.filter(pk=vip.pk).update(status=Course.Status.ONLINE)

    assert [look(student_api, each) for each in (section, section, other)] == [200, 200, 403]
    assert look(stranger_api, section) == 403
    grant = EnrollmentGrant.objects.get()
    assert (grant.course, grant.source) == (vip, EnrollmentGrant.Source.MEMBERSHIP)


def test_the_rule_of_the_school_says_who_asks(student, student_api, term, fake_alipay):
    order = bought(fake_alipay, student.pk, term)
    url = f"/api/v1/order/{order.out_trade_no}/"
    option = student_api.get(url).json()["data"]["refund_options"]
    assert option["whole"] == {"amount": "29.00", "allowed": True, "why": "", "note": ""}
    assert option["lines"] == []
    with time_machine.travel(timezone.now() + 10 * DAY):
        option = student_refunds.options(order_page(order)).whole
        assert "付款已超过 7 天" in option.why
        answer = student_api.post(f"{url}refund/", {"reason": "不用了"}, format="json")
        assert answer.status_code in (401, 409)
        assert not Refund.objects.exists()
        # Staff may, at any time.
        start(order, by_days=True)
        finish()
    assert fake_alipay.trades[order.out_trade_no].refunded == Decimal("19.00")


def test_what_was_refunded_closes_the_gap(student, term, fake_alipay):
    course = CourseFactory(course_type=VIP)
    first = bought(fake_alipay, student.pk, term)
    week = MembershipTermFactory(months=0, days=7, price=Decimal("10.00"))
    second = bought(fake_alipay, student.pk, week)
    opened.join(user_id=student.pk, course_id=course.pk)
    assert days_left(student.pk) == 37

    start(first, by_days=True)
    finish()

    assert fake_alipay.trades[first.out_trade_no].refunded == Decimal("29.00")
    assert days_left(student.pk) == 7
    assert EnrollmentGrant.objects.get().ends_at == own.ends_at(student.pk, timezone.now())
    start(second, by_days=True)
    finish()
    assert fake_alipay.trades[second.out_trade_no].refunded == Decimal("8.57")
    assert not Enrollment.objects.exists()


def test_a_part_that_staff_give_back_leaves_the_membership_and_all_ends_it(
    student, term, fake_alipay
):
    order = bought(fake_alipay, student.pk, term)
    later = bought(fake_alipay, student.pk, term)
    start(order, amount=Decimal("5.00"))
    finish()
    assert days_left(student.pk) == 60

    start(order)  # the other 25 yuan
    finish()

    order.refresh_from_db()
    assert order.order_status == OrderStatus.REFUNDED
    assert days_left(student.pk) == 30
    # Nothing of one that has not begun is used.
    start(later, amount=Decimal("4.00"))
    finish()
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        start(later, by_days=True)
        finish()
    assert fake_alipay.trades[later.out_trade_no].refunded <= Decimal("30.00")
    assert days_left(student.pk) == 0


def test_a_course_that_the_membership_opened_can_be_bought_and_is_kept(student, term, fake_alipay):
    course = CourseFactory(course_type=VIP, price="99.00")
    membership = bought(fake_alipay, student.pk, term)
    opened.join(user_id=student.pk, course_id=course.pk)

    order = checkout.place_order(
        user_id=student.pk, course_ids=[course.pk], total_amount=Decimal("99.00")
    )
    fake_alipay.sell(order)
    assert deliver(fake_alipay, order)

    assert not amounts.owing(Order.objects.all()).exists()
    assert not order.order_courses.get().owned_before
    start(membership, by_days=True)
    finish()
    assert Enrollment.objects.get().course == course
    with pytest.raises(DomainError):
        checkout.place_order(
            user_id=student.pk, course_ids=[course.pk], total_amount=Decimal("99.00")
        )


def test_a_course_that_has_become_free_is_joined_for_good_and_its_package_sold(
    student, student_api, api, term, fake_alipay, django_assert_num_queries
):
    bought(fake_alipay, student.pk, term)
    free, other = CourseFactory(course_type=VIP), CourseFactory(price="50.00")
    package = PackageFactory(courses=[free, other], price="40.00")
    url = f"/api/v1/promotion/membership/course/{free.pk}/"

    def only_opened():
        return student_api.get(url).json()["data"]["only_opened"]

    def why():
        return student_api.get(f"/api/v1/promotion/package/{package.pk}/").json()["data"]["why"]

    assert not only_opened()
    assert student_api.post(url).status_code == 200
    assert only_opened()
    Course.objects.filter(pk=free.pk).update(price=0)
    assert "请先免费加入" in why()

    joined = student_api.post(f"/api/v1/course/{free.pk}/enroll/")

    assert joined.status_code < 300
    assert (only_opened(), why()) == (False, "")
    assert api.get(url).status_code == 401
    for unknown in (10**9, 10**20):
        answer = student_api.get(f"/api/v1/promotion/membership/course/{unknown}/")
        assert (answer.status_code, answer.json()["code"]) == (404, 1004)
    with django_assert_num_queries(1):
        opened.is_only_opened(user_id=student.pk, course_id=free.pk)


def test_a_course_that_the_membership_opened_may_be_given_joined_and_redeemed(
    student, admin_user, term, fake_alipay
):
    bought(fake_alipay, student.pk, term)
    given, free = CourseFactory(course_type=VIP), CourseFactory(course_type=VIP)
    for each in (given, free):
        opened.join(user_id=student.pk, course_id=each.pk)
    Course.objects.filter(pk=free.pk).update(price=0)

    enrollment.join_free_course(user_id=student.pk, course_id=free.pk)
    gift = {"user_id": student.pk, "course_id": given.pk, "staff_id": admin_user.pk}
    assert gifts.give(**gift, ends_at=None, reason="奖学金")

    with time_machine.travel(timezone.now() + 40 * DAY):
        enrollment.end_expired_grants()
        assert Enrollment.objects.filter(user=student).count() == 2
