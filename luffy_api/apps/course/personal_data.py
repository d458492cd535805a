"""The part of a user's personal data that this app stores."""

from typing import Any

from luffy_api.apps.course.models import EnrollmentGrant


def enrollments(user_id: int) -> list[dict[str, Any]]:
    """Return the reasons for which the user has or had courses, the oldest first. One query."""
    rows = EnrollmentGrant.objects.filter(user_id=user_id).select_related("course").order_by("pk")
    return [
        {
            "course": row.course.name,
            "source": row.get_source_display(),
            "out_trade_no": row.reference,
            "since": row.starts_at,
            "until": row.ends_at,
        }
        for row in rows
    ]
