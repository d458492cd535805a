"""The only place where rows of this app are locked."""

from collections.abc import Collection
from typing import Any

from django.db.models import OuterRef, Subquery

from luffy_api.apps.course.models import CourseSection
from luffy_api.apps.learning.models import SectionProgress


def lock_progress(pks: Collection[int]) -> list[Any]:
    """Those of the rows that still exist, locked by id until the transaction ends.

    Each has `duration`, the section's in seconds: by a subquery, since a join would lock sections.
    """
    section = CourseSection.objects.filter(pk=OuterRef("section")).order_by()
    rows = SectionProgress.objects.select_for_update().filter(pk__in=pks).order_by("pk")
    return list(rows.annotate(duration=Subquery(section.values("duration"))))
