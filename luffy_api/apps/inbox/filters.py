"""Filters of a student's messages that a client may ask for."""

from luffy_api.apps.inbox.models import DeliveryQuerySet, Kind
from luffy_api.common.filters import ChoiceFilter, StrictFilterSet

UNREAD = [("true", "未读"), ("false", "已读")]


class InboxFilterSet(StrictFilterSet):
    """`kind`, and `unread`: true or false."""

    kind = ChoiceFilter(choices=Kind.choices, method="filter_kind")
    unread = ChoiceFilter(choices=UNREAD, method="filter_unread")

    def filter_kind(self, rows: DeliveryQuerySet, name: str, value: str) -> DeliveryQuerySet:
        """Called by django-filter."""
        return rows.of_kind(int(value))

    def filter_unread(self, rows: DeliveryQuerySet, name: str, value: str) -> DeliveryQuerySet:
        """Called by django-filter."""
        return rows.filter(read_at__isnull=value == "true")
