"""What may be used once: a unique row for each use."""

import hashlib

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from luffy_api.apps.user.exceptions import SocialLoginExpired
from luffy_api.apps.user.models import UsedNonce
from luffy_api.common.database_errors import is_taken
from luffy_api.common.deletion import delete_in_chunks
from luffy_api.common.transactions import retry_deadlocks


def use(nonce: str) -> None:
    """Raises SocialLoginExpired for one that was used before.

    In a transaction of the caller it counts as used if that one is committed.
    """
    try:
        _insert(_digest(nonce))
    except IntegrityError as error:
        if not is_taken(error, UsedNonce, "digest"):
            raise
        raise SocialLoginExpired from error


def is_used(nonce: str) -> bool:
    """Whether it counts no more, to say so before anything else is spent. One query."""
    return UsedNonce.objects.filter(digest=_digest(nonce)).exists()


def clear_expired() -> int:
    """Delete those of states and tickets that are too old to be accepted; how many."""
    lifetime = max(settings.SOCIAL_STATE_LIFETIME, settings.SOCIAL_TICKET_LIFETIME)
    until = timezone.now() - 2 * lifetime
    return delete_in_chunks(UsedNonce.objects.filter(created_time__lt=until))


@retry_deadlocks
@transaction.atomic
def _insert(digest: str) -> None:
    UsedNonce.objects.create(digest=digest)


def _digest(nonce: str) -> str:
    return hashlib.sha256(nonce.encode()).hexdigest()
