"""What a student has said and kept in the community."""

from typing import Any

from luffy_api.apps.community.models import Answer, Favourite, Note, Question, Rating


def ratings(user_id: int) -> list[dict[str, Any]]:
    """The student's ratings, the oldest first. One query."""
    rows = Rating.objects.filter(user_id=user_id).select_related("course").order_by("pk")
    return [
        {
            "course": row.course.name,
            "stars": row.stars,
            "text": row.text,
            "state": row.get_state_display(),
            "answer": row.answer,
            "written": row.created_time,
            "edited": row.edited_at,
        }
        for row in rows
    ]


def questions(user_id: int) -> list[dict[str, Any]]:
    """What the student has asked, the oldest first. One query."""
    rows = Question.objects.filter(user_id=user_id).select_related("course", "section")
    return [
        {
            "course": row.course.name,
            "section": row.section.name,
            "title": row.title,
            "text": row.text,
            "position": row.position,
            "state": row.get_state_display(),
            "written": row.created_time,
            "edited": row.edited_at,
        }
        for row in rows.order_by("pk")
    ]


def answers(user_id: int) -> list[dict[str, Any]]:
    """What the student has answered to questions, the oldest first. One query."""
    rows = Answer.objects.filter(user_id=user_id).select_related("question__course")
    return [
        {
            "course": row.question.course.name,
            "question": row.question.title,
            "text": row.text,
            "state": row.get_state_display(),
            "accepted": row.accepted_for_id is not None,
            "written": row.created_time,
            "edited": row.edited_at,
        }
        for row in rows.order_by("pk")
    ]


def notes(user_id: int) -> list[dict[str, Any]]:
    """The student's notes, the oldest first. One query."""
    rows = Note.objects.filter(user_id=user_id).select_related("course", "section")
    return [
        {
            "course": row.course.name,
            "section": row.section.name,
            "position": row.position,
            "text": row.text,
            "written": row.created_time,
            "latest": row.updated_time,
        }
        for row in rows.order_by("pk")
    ]


def favourites(user_id: int) -> list[dict[str, Any]]:
    """The courses that the student keeps, listed or not, the oldest first. One query."""
    rows = Favourite.objects.filter(user_id=user_id).order_by("pk")
    return [
        {"name": name, "added": added}
        for name, added in rows.values_list("course__name", "created_time")
    ]
