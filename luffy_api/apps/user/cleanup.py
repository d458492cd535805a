"""Deletion of expired rows."""

from axes.models import AccessAttempt
from django.conf import settings
from django.utils import timezone

from luffy_api.apps.user import captchas, logins, sms_codes, tokens
from luffy_api.apps.user.models import SocialAccount
from luffy_api.apps.user.social import nonces
from luffy_api.common.deletion import delete_in_chunks


def clear_expired() -> int:
    """Deletes expired revocations, codes, captchas, attempts, logins and nonces; how many.

    And what closed accounts have connected still.
    """
    cooled_off = timezone.now() - settings.AXES_COOLOFF_TIME
    attempts = delete_in_chunks(AccessAttempt.objects.filter(attempt_time__lt=cooled_off))
    codes = sms_codes.clear_expired() + captchas.clear_expired() + nonces.clear_expired()
    closed = _delete_of_closed_accounts()
    return tokens.clear_expired() + codes + attempts + logins.clear_expired() + closed


def _delete_of_closed_accounts() -> int:
    """A release from before logins elsewhere closes accounts without it while it serves beside.

    The person could connect to no other account.
    """
    return delete_in_chunks(SocialAccount.objects.filter(user__closed_at__isnull=False))
