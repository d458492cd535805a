"""What begins anew with another study period of a course: the count of what is watched in it."""

from collections.abc import Collection
from datetime import timedelta

from django.db.models import F, Value
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from luffy_api.apps.course.models import CourseSection
from luffy_api.apps.learning import completion
from luffy_api.apps.learning.models import SectionProgress

AN_INSTANT = timedelta(microseconds=1)


def begin(*, user_id: int, course_ids: Collection[int]) -> None:
    """Count from 0 what a student watches of the courses, in the caller's transaction. One query.

    Refunds go by it (`selectors.watched_videos`). What was watched in earlier periods stays as
    `earlier`, and everything that is shown to anybody goes by the further of both.

    A report that waits for the database is not flushed, as the transaction may be undone. It went
    on from a row that is older than `counted_from`, by whatever clock, and so adds nothing to the
    new count (`Pending.is_before`).
    """
    sections = CourseSection.objects.filter(chapter__course__in=course_ids)
    rows = SectionProgress.objects.filter(user=user_id, section__in=sections)
    now = timezone.now()
    begins = Greatest(Value(now), Coalesce(F("reported_at") + AN_INSTANT, Value(now)))
    # In this order: MariaDB assigns from left to right.
    rows.order_by().update(
        earlier=completion.furthest(), watched=0, counted_from=begins, reported_at=begins
    )
