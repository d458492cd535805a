"""Filters of a student's messages that a client may ask for."""

from luffy_api.apps.inbox.models import DeliveryQuerySet, Kind
from luffy_api.common.filters import ChoiceFilter, StrictFilterSet

UNREAD = [("true", "未读"), ("false", "已读")]


class InboxFilterSet(StrictFilterSet):
    """`kind`, and `unread`: true or false."""

    kind = ChoiceFilter(field_name="message__kind", choices=Kind.choices)
    unread = ChoiceFilter(choices=UNREAD, method="filter_unread")

    def filter_unread(self, rows: DeliveryQuerySet, name: str, value: str) -> DeliveryQuerySet:
        """Called by django-filter."""
        return rows.filter(read_at__isnull=value == "true")
