"""Forgetting what no rule looks at any more. Genuine messages about money are kept for ever."""

from datetime import timedelta

from django.utils import timezone

from luffy_api.apps.order.models import PaymentEvent, PlacingKey

KEY_LIFETIME = timedelta(days=1)
UNPROVEN_LIFETIME = timedelta(days=30)
UNPROVEN_KEPT = 10_000


def sweep() -> int:
    """Deletes placing keys over a day old, and refused messages that anyone could have sent:
    those over 30 days old, and all but the newest 10,000. Returns how many rows."""
    keys, _ = PlacingKey.objects.filter(created_time__lt=timezone.now() - KEY_LIFETIME).delete()
    return int(keys) + _sweep_unproven()


def _sweep_unproven() -> int:
    # Only what was proved genuine is kept under an order number.
    unproven = PaymentEvent.objects.filter(accepted=False, out_trade_no="")
    old, _ = unproven.filter(created_time__lt=timezone.now() - UNPROVEN_LIFETIME).delete()
    ids = unproven.order_by("-id").values_list("id", flat=True)
    last_kept = ids[UNPROVEN_KEPT - 1 : UNPROVEN_KEPT].first()
    many = unproven.filter(id__lt=last_kept).delete()[0] if last_kept else 0
    return int(old) + int(many)
