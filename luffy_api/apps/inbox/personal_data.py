"""Messages in the export of a student's personal data, and their end with the account."""

from typing import Any

from luffy_api.apps.inbox import audiences, selectors
from luffy_api.apps.inbox.models import Delivery, Message, OptOut


def messages(user_id: int) -> dict[str, Any]:
    """What the student got by which way, the oldest first, and what is turned off. Two queries."""
    rows = Delivery.objects.filter(user_id=user_id).select_related("message").order_by("pk")
    return {
        "received": [_delivery(row) for row in rows],
        "turned_off": sorted(
            f"{each['kind_name']}：{each['channel_name']}"
            for each in selectors.preferences(user_id)
            if not each["enabled"]
        ),
    }


def _delivery(row: Delivery) -> dict[str, Any]:
    return {
        "title": row.message.title,
        "text": row.message.text,
        "link": row.message.link,
        "channel": row.get_channel_display(),
        "state": row.get_state_display(),
        "created": row.created_time,
        "read": row.read_at,
    }


def erase(user_id: int) -> None:
    """The account is closed: its deliveries and settings go, and what was written to it alone."""
    Delivery.objects.filter(user_id=user_id).delete()
    OptOut.objects.filter(user_id=user_id).delete()
    Message.objects.filter(audience=audiences.STUDENT, audience_id=user_id).delete()
