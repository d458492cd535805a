"""The only place where rows of the catalogue are locked; the rest calls these functions.

Students come before courses. Who pays for a course does not lock it: a best-seller's buyers would
wait for each other until each has committed.
"""

from collections.abc import Collection

from django.utils import timezone

from luffy_api.apps.course.models import (
    Course,
    CourseChapter,
    CourseDiscount,
    CourseSection,
    Enrollment,
    StudentCountChange,
)
from luffy_api.apps.user.exceptions import LoginFailed
from luffy_api.apps.user.models import User
from luffy_api.common.locks import locked, locks_are_local
from luffy_api.common.prepared_query import PreparedValues


def lock_students(user_ids: Collection[int]) -> None:
    """Lock the enrollments of users until the transaction ends, by the rows of the users."""
    if len(user_ids) == 1:
        _lock_student.send(*user_ids)
        return
    rows = User.objects.select_for_update().filter(pk__in=user_ids).order_by("pk")
    list(rows.values_list("pk", flat=True))


def lock_writer(user_id: int) -> None:
    """Lock a student who writes what the closing of an account deletes, or a merge moves.

    Raises LoginFailed if the account was closed while the request waited: the row would stay for
    good, under the name of nobody.
    """
    rows = User.objects.select_for_update().filter(pk=user_id, is_active=True).order_by()
    if not list(rows.values_list("pk", flat=True)):
        raise LoginFailed


_lock_student = PreparedValues(
    lambda pk: User.objects.select_for_update().filter(pk=pk).order_by().values_list("pk"), int
)


def lock_courses(course_ids: Collection[int]) -> None:
    """Lock the courses until the transaction ends, by id, so that no two callers deadlock."""
    rows = Course.objects.select_for_update().filter(pk__in=course_ids).order_by("pk")
    list(rows.values_list("pk", flat=True))


def lock_chapters(
    course_id: int, chapter_ids: Collection[int] | None = None
) -> list[CourseChapter]:
    """Lock chapters of a course that are not deleted, all or those named, by id.

    Chapters come before their sections, and both before the course, whose numbers follow them.
    """
    rows = CourseChapter.objects.not_deleted().filter(course_id=course_id)
    if chapter_ids is not None:
        rows = rows.filter(pk__in=chapter_ids)
    return locked(rows.order_by("pk"))


def lock_sections(chapter_ids: Collection[int]) -> list[CourseSection]:
    """Lock the sections of these chapters that are not deleted, by id; texts are not loaded."""
    rows = CourseSection.objects.not_deleted().filter(chapter_id__in=chapter_ids)
    return locked(rows.defer("content", "answer").order_by("pk"))


def lock_discount(discount_id: int) -> CourseDiscount | None:
    """Lock a discount, before its courses, until the transaction ends; None if there is none."""
    return CourseDiscount.objects.select_for_update().filter(pk=discount_id).first()


def lock_student_changes(pks: Collection[int]) -> list[StudentCountChange]:
    """Those of the rows that still exist and that nobody else has locked."""
    rows = StudentCountChange.objects.select_for_update(skip_locked=True)
    return list(rows.filter(pk__in=pks).order_by("pk"))


def hold_enrollments(*, user_id: int, course_ids: Collection[int]) -> None:
    """Guard the user's enrollments, for a transaction that has locked the student.

    On a node of a cluster they are written: whether one stays depends on grants that another node
    may give or end at this moment. The student is not: other writes of the account would fail it.
    """
    if locks_are_local():
        rows = Enrollment.objects.filter(user_id=user_id, course_id__in=course_ids)
        rows.update(updated_time=timezone.now())
