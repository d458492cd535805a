"""The only place where rows of this app are locked; certificates come after their student."""

from collections.abc import Collection
from typing import Any

from django.db.models import OuterRef, Subquery

from luffy_api.apps.course.models import CourseSection
from luffy_api.apps.learning import completion
from luffy_api.apps.learning.models import CourseCertificate, Quiz, SectionProgress
from luffy_api.common.locks import locked


def lock_progress(pks: Collection[int]) -> list[Any]:
    """Those of the rows that still exist, locked by id until the transaction ends.

    Each has `duration`, the `watched_length` of its section: by a subquery, since a join would
    lock sections.
    """
    section = CourseSection.objects.filter(pk=OuterRef("section")).order_by()
    rows = SectionProgress.objects.select_for_update().filter(pk__in=pks).order_by("pk")
    return list(
        rows.annotate(duration=Subquery(section.values(length=completion.watched_length())))
    )


def lock_quizzes(section_ids: Collection[int]) -> list[Quiz]:
    """Lock quizzes until the transaction ends; before their questions, as a page of one does."""
    return locked(Quiz.objects.filter(pk__in=section_ids).order_by("pk"))


def lock_certificate(certificate_id: int) -> CourseCertificate | None:
    """Lock a certificate until the transaction ends; None if there is none."""
    return next(iter(locked(CourseCertificate.objects.filter(pk=certificate_id))), None)


def lock_certificates_of(*user_ids: int) -> list[CourseCertificate]:
    """Lock all certificates of these students, whom the transaction has locked, by id."""
    return locked(CourseCertificate.objects.filter(user__in=user_ids).order_by("pk"))
