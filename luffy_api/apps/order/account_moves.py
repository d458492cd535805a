"""What a person has bought on one account moves to another, in a merge.

Whoever records a payment locks the order first, and reads whose it is under that lock: either the
payment is over before the orders are locked here, or it finds the new account.
"""

from luffy_api.apps.order import cart
from luffy_api.apps.order.exceptions import OrdersOpen
from luffy_api.apps.order.locks import lock_orders_of
from luffy_api.apps.order.models import IdempotencyKey, Invoice, Order, Refund
from luffy_api.apps.order.states import OrderStatus


def lock(*user_ids: int) -> None:
    """Lock all orders of the accounts, by id, before anything else. Raises OrdersOpen.

    An unpaid order stands under a key of its own account and may be at a cashier at this moment.
    """
    numbers = [
        order.out_trade_no
        for order in lock_orders_of(user_ids)
        if order.order_status == OrderStatus.UNPAID
    ]
    if numbers:
        raise OrdersOpen(numbers)


def move(*, source_id: int, target_id: int) -> None:
    """Move orders, refunds that were asked for, invoices, and the cart.

    Payments hang on their orders.
    """
    Order.objects.of(source_id).update(user=target_id)
    Refund.objects.filter(requested_by=source_id).update(requested_by=target_id)
    Invoice.objects.of(source_id).update(user=target_id)
    cart.move(source_id=source_id, target_id=target_id)
    # Good for a day, and only for whom they were sent by.
    IdempotencyKey.objects.filter(user=source_id).delete()
