"""What the shop knows of a student's learning."""

from typing import Any

from luffy_api.apps.learning import progress_buffer
from luffy_api.apps.learning.models import (
    CourseCertificate,
    SectionAnswer,
    SectionProgress,
    StudyDay,
)


def progress(user_id: int) -> list[dict[str, Any]]:
    """Where every section was left, in seconds. One query."""
    progress_buffer.flush_student(user_id)
    rows = SectionProgress.objects.filter(user_id=user_id).order_by("pk")
    return [
        {
            "course": row.section.chapter.course.name,
            "section": row.section.name,
            "position": row.position,
            "watched": row.watched,
            "done": row.done_at,
            "first": row.created_time,
            "latest": row.updated_time,
        }
        for row in rows.select_related("section__chapter__course")
    ]


def study_days(user_id: int) -> list[dict[str, Any]]:
    """How many seconds were watched of which course on which day. One query.

    What players have reported just now is in it: exporters are called by name, "progress" before.
    """
    rows = StudyDay.objects.filter(user_id=user_id).order_by("day", "course_id")
    return [
        {"day": row.day, "course": row.course.name, "seconds": row.seconds}
        for row in rows.select_related("course")
    ]


def answers(user_id: int) -> list[dict[str, Any]]:
    """What was answered to which exercise. One query."""
    rows = SectionAnswer.objects.filter(user_id=user_id).order_by("pk")
    return [
        {
            "course": row.section.chapter.course.name,
            "section": row.section.name,
            "text": row.text,
            "latest": row.updated_time,
        }
        for row in rows.select_related("section__chapter__course")
    ]


def certificates(user_id: int) -> list[dict[str, Any]]:
    """The student's certificates as they are printed, the oldest first. One query."""
    rows = CourseCertificate.objects.filter(user_id=user_id).order_by("pk")
    return [
        {
            "number": row.number,
            "name": row.name,
            "course": row.course_name,
            "teacher": row.teacher_name,
            "school": row.school_name,
            "issued": row.issued_at,
            "revoked": row.revoked_at,
            "reason": row.reason,
        }
        for row in rows
    ]
