"""`Idempotency-Key`: a request that is sent again within a day gets the order it got before.

Protocol: the IETF draft "The Idempotency-Key HTTP Header Field". Only success is remembered; a
refused request changed nothing and is judged anew.
"""

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from luffy_api.apps.order.exceptions import KeyReused
from luffy_api.apps.order.models import Order, PlacingKey

LIFETIME = timedelta(days=1)


@dataclass(frozen=True)
class Ticket:
    """Who asks under which key, and a digest of what for."""

    user_id: int
    key: str
    fingerprint: str


def ticket(*, user_id: int, key: str, basket: str, total: str) -> Ticket:
    """The ticket of a request for this basket at this total."""
    return Ticket(user_id, key, hashlib.sha256(f"{basket} {total}".encode()).hexdigest())


def order_of(mine: Ticket) -> Order | None:
    """The order that was placed with this key, None for a new or old one. Raises KeyReused."""
    rows = PlacingKey.objects.filter(user_id=mine.user_id, key=mine.key)
    rows.filter(created_time__lt=timezone.now() - LIFETIME).delete()
    used = rows.select_related("order").first()
    if used is None:
        return None
    if used.fingerprint != mine.fingerprint:
        raise KeyReused
    return used.order


def remember(mine: Ticket, order: Order) -> None:
    """In the transaction that places the order; IntegrityError when the key was used just now."""
    PlacingKey.objects.create(
        user_id=mine.user_id, key=mine.key, fingerprint=mine.fingerprint, order=order
    )
