"""What a student gets for an order that has just become paid: its courses, or a membership."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from luffy_api.apps.course import enrollment
from luffy_api.apps.course.models import EnrollmentGrant
from luffy_api.apps.order import memberships, refund_policy
from luffy_api.apps.order.models import Order, OrderDetail, PaymentEvent
from luffy_api.common.prepared_query import PreparedValues
from luffy_api.common.replies import Reply

Reason = PaymentEvent.Reason


def send_sold_courses(out_trade_no: str) -> Reply:
    """Ask what an order has sold, for `deliver`: it travels with the next statement."""
    return _sold_courses.send(out_trade_no, timezone.now())


def deliver(order: Order, sold: Sequence[tuple[Any, ...]]) -> Reason:
    """Enrol in every course, and remember which of them the student had before.

    `sold` are the rows of `send_sold_courses`. A study period that was sold begins now, also where
    the money was paid earlier; where one was over, what is watched is counted anew. An order
    without a course is for a membership.
    """
    study_months = {course: months for course, months, _ in sold}
    course_ids = set(study_months)
    if not course_ids:
        memberships.add(order)
        return Reason.PAID
    new = enrollment.enroll_in_all(
        user_id=order.user_id,
        course_ids=course_ids,
        source=EnrollmentGrant.Source.ORDER,
        reference=order.out_trade_no,
        study_months=study_months,
    )
    if again := {course for course, _, is_again in sold if is_again}:
        refund_policy.count_anew(user_id=order.user_id, course_ids=again)
    if new == course_ids:
        return Reason.PAID
    owned = enrollment.owned_besides(
        user_id=order.user_id, course_ids=course_ids - new, reference=order.out_trade_no
    )
    if not owned:
        return Reason.PAID  # a membership had opened them
    order.order_courses.filter(course_id__in=owned).update(owned_before=True)
    return Reason.PAID_BUT_OWNED


def _build_sold(number: str, now: datetime) -> QuerySet[OrderDetail, Any]:
    """Course, months of its study period, and whether one of its student is over.

    And the course was not bought since: who has had the money of that back goes on with what they
    have watched.
    """
    grants = EnrollmentGrant.objects.order_by()
    since = grants.filter(
        user=OuterRef("user"),
        course=OuterRef("course"),
        source=EnrollmentGrant.Source.ORDER,
        starts_at__gte=OuterRef("ends_at"),
    )
    over = grants.with_period().filter(
        ~Exists(since),
        user=OuterRef("order__user"),
        course=OuterRef("course"),
        ends_at__lte=now,
    )
    rows = (
        OrderDetail.objects.filter(order__out_trade_no=number)
        .order_by()
        .annotate(again=Exists(over))
    )
    return rows.values_list("course_id", "study_months", "again")


_sold_courses = PreparedValues(_build_sold, str, datetime)
