"""Invariants of study periods, for `integrity`: what was sold is what the student has."""

from collections.abc import Callable, Iterator

from django.db.models import OuterRef, Subquery

from luffy_api.apps.course import study_periods
from luffy_api.apps.course.models import EnrollmentGrant
from luffy_api.apps.order.models import OrderDetail


def _wrong_ends() -> Iterator[str]:
    """A period begins with its grant, and is as long as the line of the order says.

    What the release before this one has recorded as paid has no period.
    """
    grants = EnrollmentGrant.objects.filter(
        source=EnrollmentGrant.Source.ORDER,
        reference=OuterRef("order__out_trade_no"),
        course=OuterRef("course"),
    )
    lines = OrderDetail.objects.annotate(
        begins=Subquery(grants.values("starts_at")[:1]),
        ends=Subquery(grants.values("study_ends_at")[:1]),
    ).filter(ends__isnull=False)
    rows = lines.order_by("order_id", "pk").values_list(
        "order__out_trade_no", "study_months", "begins", "ends"
    )
    for number, months, begins, ends in rows.iterator():
        if study_periods.end_of(begins, months) != ends:
            yield number


RULES: dict[str, Callable[[], Iterator[str]]] = {
    "课程的学习期限与订单中购买的不符": _wrong_ends,
}
