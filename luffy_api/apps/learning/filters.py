"""What a client may ask of 我的课程."""

from django.db.models import F, OuterRef, Subquery

from luffy_api.apps.course.models import EnrollmentQuerySet
from luffy_api.apps.learning import course_progress
from luffy_api.apps.learning.models import SectionProgress
from luffy_api.common.filters import ChoiceFilter, StrictFilterSet
from luffy_api.common.validation import current_user_id

UNFINISHED, FINISHED = "unfinished", "finished"
NEWEST, LATEST = "newest", "latest"


class MyCourseFilterSet(StrictFilterSet):
    """`state`: everything is done, or not. `ordering`: by right, or by what was learned last."""

    state = ChoiceFilter(
        choices=[(UNFINISHED, "未完成"), (FINISHED, "已完成")], method="filter_state"
    )
    ordering = ChoiceFilter(
        choices=[(NEWEST, "最近加入"), (LATEST, "最近学习")], initial=NEWEST, method="order"
    )

    def filter_state(self, rows: EnrollmentQuerySet, name: str, value: str) -> EnrollmentQuerySet:
        """Those of the student's courses that are in this state. Three queries."""
        ids = course_progress.courses_in_state(
            list(rows.values_list("course_id", flat=True)),
            user_id=current_user_id(self.request),
            finished=value == FINISHED,
        )
        return rows.filter(course_id__in=ids)

    def order(self, rows: EnrollmentQuerySet, name: str, value: str) -> EnrollmentQuerySet:
        """What was never begun comes after all that was."""
        if value == NEWEST:
            return rows
        own = SectionProgress.objects.filter(
            user_id=OuterRef("user_id"), section__chapter__course_id=OuterRef("course_id")
        )
        latest = own.order_by("-updated_time").values("updated_time")[:1]
        return rows.annotate(latest=Subquery(latest)).order_by(
            F("latest").desc(nulls_last=True), "-created_time", "-id"
        )
