"""`Idempotency-Key`: a request that is repeated within a day gets the order of the first one.

Protocol: the IETF draft "The Idempotency-Key HTTP Header Field". Only success is stored; a refused
request changed nothing and is judged again.
"""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeAlias

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from luffy_api.apps.order.exceptions import IdempotencyKeyReused
from luffy_api.apps.order.models import IdempotencyKey, Order
from luffy_api.common.prepared_insert import PreparedInsert
from luffy_api.common.prepared_query import PreparedQuery
from luffy_api.common.transactions import retry_deadlocks

# An Order with `key_id`, `key_created` and `key_fingerprint` of the key that it was stored with.
OrderOfKey: TypeAlias = Any

LIFETIME = timedelta(days=1)


@dataclass(frozen=True)
class RequestKey:
    """A student's key, and a digest of the request that it was sent with."""

    user_id: int
    key: str
    fingerprint: str


def request_key(*, user_id: int, key: str, cart: str, total: str) -> RequestKey:
    """The key of a checkout: `cart` is its cart_key, `total` yuan with two decimals."""
    return RequestKey(user_id, key, hashlib.sha256(f"{cart} {total}".encode()).hexdigest())


def find_order(request: RequestKey) -> Order | None:
    """The order that this key was stored with; None for a new or expired key.

    Raises IdempotencyKeyReused when the key was stored with another cart or total.
    """
    order: OrderOfKey | None = _order_of_key.first(request.user_id, request.key)
    if order is None:
        return None
    if order.key_created < timezone.now() - LIFETIME:
        # Only one that was found: a DELETE by key and time goes through the index of the time on
        # MariaDB and locks the oldest row of all, so that one checkout would wait for the other.
        IdempotencyKey.objects.filter(pk=order.key_id).delete()
        return None
    if order.key_fingerprint != request.fingerprint:
        raise IdempotencyKeyReused
    placed: Order = order
    return placed


def _build_order_of_key(user_id: int, key: str) -> QuerySet[Order]:
    rows = Order.objects.filter(idempotency_keys__user_id=user_id, idempotency_keys__key=key)
    return rows.order_by().annotate(
        key_id=F("idempotency_keys__pk"),
        key_created=F("idempotency_keys__created_time"),
        key_fingerprint=F("idempotency_keys__fingerprint"),
    )


_order_of_key: "PreparedQuery[Order]" = PreparedQuery(_build_order_of_key, int, str)
_insert_key = PreparedInsert(IdempotencyKey)


@retry_deadlocks
@transaction.atomic
def forget(*, user_id: int, key: str) -> None:
    """Delete a key, if there is one, so that the request is carried out anew."""
    IdempotencyKey.objects.filter(user_id=user_id, key=key).delete()


def store(request: RequestKey, order: Order) -> None:
    """Store the key in the transaction of the checkout.

    It travels with COMMIT. Raises IntegrityError there when a concurrent request was first.
    """
    columns = _insert_key.columns(
        user_id=request.user_id, key=request.key, fingerprint=request.fingerprint, order_id=order.pk
    )
    _insert_key.send([columns])
