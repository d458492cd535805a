"""What the shop knows of a student's learning."""

from typing import Any

from luffy_api.apps.learning import progress_buffer, quiz_results
from luffy_api.apps.learning.models import (
    CourseCertificate,
    QuizAttempt,
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
            "watched": max(row.watched, row.earlier or 0),
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


def quiz_attempts(user_id: int) -> list[dict[str, Any]]:
    """What was answered in quizzes, and the marks; no right answers. One query."""
    rows = QuizAttempt.objects.filter(user_id=user_id).order_by("pk")
    return [
        {
            "course": row.section.chapter.course.name,
            "section": row.section.name,
            "attempt": row.number,
            "points": row.points,
            "total": row.total,
            "passed": row.passed,
            "answers": _answered(row),
            "submitted": row.created_time,
        }
        for row in rows.select_related("section__chapter__course").iterator(chunk_size=100)
    ]


def _answered(attempt: QuizAttempt) -> list[dict[str, Any]]:
    given = zip(
        quiz_results.stored_questions(attempt), quiz_results.stored_answers(attempt), strict=True
    )
    return [
        {
            "question": question.text,
            "answer": [*(question.options[place] for place in answer.choices), *answer.texts],
        }
        for question, answer in given
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
