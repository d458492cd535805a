"""Reads of the school's settings."""

from dataclasses import dataclass
from decimal import Decimal

from luffy_api.apps.school.models import SchoolSettings


@dataclass(frozen=True)
class RefundPolicy:
    """Until how many days after paying, and how many percent watched, a student may ask."""

    days: int
    watched_percent: int


def school_settings() -> SchoolSettings:
    """The stored row, or an unsaved one with the defaults. One query."""
    row = SchoolSettings.objects.filter(pk=SchoolSettings.ONLY_PK).first()
    return row or SchoolSettings(pk=SchoolSettings.ONLY_PK)


def refund_policy() -> RefundPolicy:
    """The school's rule for refunds that students ask for. One query."""
    row = school_settings()
    return RefundPolicy(days=row.refund_days, watched_percent=row.refund_watched_percent)


def offline_confirm_above() -> Decimal:
    """Above how many yuan a second person confirms a payment by hand. One query."""
    return school_settings().offline_confirm_above
