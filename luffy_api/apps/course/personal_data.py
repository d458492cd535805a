"""The part of a user's personal data that this app stores."""

from typing import Any

from luffy_api.apps.course.models import Enrollment


def enrollments(user_id: int) -> list[dict[str, Any]]:
    """Return the user's enrollments, the oldest first. One query."""
    rows = Enrollment.objects.filter(user_id=user_id).select_related("course").order_by("pk")
    return [
        {
            "course": row.course.name,
            "source": row.get_source_display(),
            "out_trade_no": row.out_trade_no,
            "since": row.created_time,
        }
        for row in rows
    ]
