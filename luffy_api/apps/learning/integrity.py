"""Contradictions between certificates, enrollments, accounts and quizzes."""

from collections.abc import Callable, Iterator

from django.db.models import Count, Exists, F, OuterRef, QuerySet

from luffy_api.apps.course.models import CourseSection, EnrollmentGrant
from luffy_api.apps.learning.models import CourseCertificate


def _numbers(rows: QuerySet[CourseCertificate]) -> Iterator[str]:
    yield from rows.order_by("pk").values_list("number", flat=True)


def _without_course() -> Iterator[str]:
    had = EnrollmentGrant.objects.filter(user=OuterRef("user"), course=OuterRef("course"))
    yield from _numbers(CourseCertificate.objects.filter(~Exists(had), user__isnull=False))


def _of_merged_account() -> Iterator[str]:
    yield from _numbers(CourseCertificate.objects.filter(user__merged_into__isnull=False))


def _of_closed_account() -> Iterator[str]:
    closed = CourseCertificate.objects.filter(user__closed_at__isnull=False)
    yield from _numbers(closed.exclude(name__contains="*"))


def _count_of_questions() -> Iterator[str]:
    sections = CourseSection.objects.annotate(written=Count("quiz__questions"))
    wrong = sections.exclude(written=F("question_count")).order_by("pk")
    for pk, name in wrong.values_list("pk", "name"):
        yield f"{pk} {name}"


RULES: dict[str, Callable[[], Iterator[str]]] = {
    "结课证书的学员从来没有过这门课程": _without_course,
    "结课证书属于已并入其他账号的账号，请再合并一次": _of_merged_account,
    "已注销账号的结课证书上还有全名": _of_closed_account,
    "课时记下的题数与测验的题目不符": _count_of_questions,
}
