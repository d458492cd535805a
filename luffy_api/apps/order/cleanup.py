"""Deletes rows that no rule reads any more. Genuine payment messages are kept for ever."""

from django.conf import settings
from django.utils import timezone

from luffy_api.apps.order import cart, idempotency
from luffy_api.apps.order.models import IdempotencyKey, PaymentEvent
from luffy_api.common.deletion import delete_in_chunks

MAX_FORGED = 10_000


def clean_up() -> int:
    """Delete expired idempotency keys, forged messages, and what left the carts; return how many.

    Forged are rejected messages that anyone could have sent: those older than
    FORGED_MESSAGE_RETENTION are deleted, and all but the newest 10,000.
    """
    expired = timezone.now() - idempotency.LIFETIME
    keys = delete_in_chunks(IdempotencyKey.objects.filter(created_time__lt=expired))
    return keys + _delete_forged() + cart.clean_up()


def _delete_forged() -> int:
    # Only a message that was proved genuine is stored with an order number.
    forged = PaymentEvent.objects.filter(accepted=False, out_trade_no="")
    old = delete_in_chunks(
        forged.filter(created_time__lt=timezone.now() - settings.FORGED_MESSAGE_RETENTION)
    )
    ids = forged.order_by("-id").values_list("id", flat=True)
    oldest_kept = ids[MAX_FORGED - 1 : MAX_FORGED].first()
    surplus = delete_in_chunks(forged.filter(id__lt=oldest_kept)) if oldest_kept else 0
    return old + surplus
