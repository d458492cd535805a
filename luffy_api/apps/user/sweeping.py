"""Forgetting what no rule looks at any more."""

from axes.models import AccessAttempt
from django.conf import settings
from django.utils import timezone

from luffy_api.apps.user import sms_codes, tokens


def sweep() -> int:
    """Deletes expired revocations, codes, sendings and wrong tries; returns how many rows."""
    rested = timezone.now() - settings.AXES_COOLOFF_TIME
    attempts, _ = AccessAttempt.objects.filter(attempt_time__lt=rested).delete()
    return tokens.sweep() + sms_codes.sweep() + int(attempts)
