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
    lines = OrderDetail.objects.filter(
        order__out_trade_no=OuterRef("reference"), course=OuterRef("course")
    )
    grants = EnrollmentGrant.objects.filter(
        source=EnrollmentGrant.Source.ORDER, study_ends_at__isnull=False
    ).annotate(months=Subquery(lines.values("study_months")[:1]))
    rows = grants.order_by("pk").values_list("reference", "months", "starts_at", "study_ends_at")
    for number, months, begins, ends in rows.iterator():
        if study_periods.end_of(begins, months) != ends:
            yield number


RULES: dict[str, Callable[[], Iterator[str]]] = {
    "课程的学习期限与订单中购买的不符": _wrong_ends,
}
