"""What a student has said in the community."""

from typing import Any

from luffy_api.apps.community.models import Rating


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
