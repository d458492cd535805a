"""Which order has which coupon. Callers are in a transaction that has locked or made the order.

`reference` is the number of the order. A coupon stays with a closed order for as long as that may
still be paid: otherwise a student could pay several orders with one coupon, by links of cashiers
that were never opened.
"""

import logging

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from luffy_api.apps.promotion.models import Redemption
from luffy_api.apps.promotion.pricing import Quote
from luffy_api.common.database_errors import is_taken
from luffy_api.common.transactions import retry_deadlocks

logger = logging.getLogger(__name__)
State = Redemption.State


def hold(*, claim_id: int, reference: str, cart_key: str, quote: Quote) -> None:
    """Put a coupon on a new order. Raises IntegrityError, see `is_rivalled`, when another has it.

    A closed order with the same courses gives it up: who pays both gets the second payment back.
    """
    closing = Redemption.objects.filter(live_claim=claim_id, state=State.CLOSING, cart_key=cart_key)
    _move(closing, State.RETURNED)
    Redemption.objects.create(
        claim_id=claim_id,
        live_claim=claim_id,
        reference=reference,
        cart_key=cart_key,
        amount=quote.amount,
    )


def is_rivalled(error: IntegrityError) -> bool:
    """Whether another order has the coupon that `hold` was called with."""
    return is_taken(error, Redemption, "live_claim")


def mark_used(reference: str) -> None:
    """The order was paid; late perhaps, when its coupon had gone back and may be elsewhere."""
    live = Redemption.objects.filter(reference=reference, state__in=[State.HELD, State.CLOSING])
    if _move(live, State.USED):
        return
    returned = Redemption.objects.filter(reference=reference, state=State.RETURNED).first()
    if returned is None:
        return
    try:
        _take_again(returned)
    except IntegrityError as error:
        if not is_rivalled(error):
            raise
        Redemption.objects.filter(pk=returned.pk).update(
            state=State.LATE, updated_time=timezone.now()
        )
        logger.warning("order %s: paid after its coupon was used again", reference)


@retry_deadlocks
@transaction.atomic
def _take_again(returned: Redemption) -> None:
    """A savepoint of its own: on its IntegrityError the payment goes on."""
    Redemption.objects.filter(pk=returned.pk).update(
        state=State.USED, live_claim=returned.claim_id, updated_time=timezone.now()
    )


def order_closed(reference: str, *, may_be_paid: bool) -> None:
    """An unpaid order was closed; its coupon goes back unless a link to pay it still works."""
    held = Redemption.objects.filter(reference=reference, state=State.HELD)
    _move(held, State.CLOSING if may_be_paid else State.RETURNED)


def payment_ruled_out(reference: str) -> None:
    """A closed order cannot be paid any more."""
    _move(Redemption.objects.filter(reference=reference, state=State.CLOSING), State.RETURNED)


def give_back(reference: str) -> None:
    """All money of a paid order went back, and the school gives the coupon back with it."""
    _move(Redemption.objects.filter(reference=reference, state=State.USED), State.RETURNED)


def _move(rows: "QuerySet[Redemption]", state: State) -> int:
    values: dict[str, None] = {} if state in Redemption.LIVE else {"live_claim": None}
    return rows.update(state=state, updated_time=timezone.now(), **values)
