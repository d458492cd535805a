"""Money by bank transfer or in cash: recorded by staff, confirmed, and then a payment like others.

Above a limit (`school.selectors.offline_confirm_above`) another person confirms it than the one who
recorded it. The trade at the online provider is closed before, so that nobody pays there as well;
if somebody has paid there meanwhile, one of the two payments is a second one and due back.
"""

from datetime import datetime
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any

from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.utils import timezone

from luffy_api.apps.order import amounts, locks, member_savings
from luffy_api.apps.order.exceptions import (
    OfflinePaymentDecided,
    OfflinePaymentNotFound,
    OfflinePaymentWaiting,
    OrderClosed,
    PaymentRejected,
    ReferenceTaken,
    SecondPersonNeeded,
)
from luffy_api.apps.order.models import (
    OfflinePayment,
    OfflineStatus,
    Order,
    OrderPayment,
    PaymentEvent,
    PayType,
)
from luffy_api.apps.order.models.offline_payments import receipt_name
from luffy_api.apps.order.payment import gateway, services
from luffy_api.apps.order.payment.interface import Payment, TradeState
from luffy_api.apps.order.states import ALLOWED_SOURCES, OrderStatus
from luffy_api.apps.school.selectors import offline_confirm_above
from luffy_api.apps.user.models import User
from luffy_api.common import audit_log
from luffy_api.common.database_errors import is_taken
from luffy_api.common.exceptions import DomainError
from luffy_api.common.transactions import retry_deadlocks
from luffy_api.libs.storage import private_storage

# What the audit log says of a decision.
LOG_MESSAGES = {OfflineStatus.CONFIRMED: "确认入账", OfflineStatus.VOID: "作废"}


def record(
    *,
    out_trade_no: str,
    payer: str,
    reference: str,
    paid_at: datetime,
    receipt: "File[Any]",
    staff: User,
) -> OfflinePayment:
    """Record that the whole of an unpaid order was paid by hand; nothing is paid by that alone.

    One that was cancelled or has expired takes it too: a transfer is slower than the time limit.
    Raises OrderNotFound, OrderClosed for an order that was paid, or is over and was placed at the
    price of a membership that went back, OfflinePaymentWaiting, ReferenceTaken, and
    StorageUnavailable.
    """
    suffix = PurePosixPath(receipt.name or "").suffix.lower()
    name = private_storage().save(receipt_name(suffix), receipt)
    try:
        return _record(out_trade_no, payer, reference, paid_at, name, staff)
    except (DomainError, IntegrityError) as error:
        # Only these prove that nothing was committed.
        private_storage().delete(name)
        if isinstance(error, IntegrityError) and is_taken(error, OfflinePayment, "waiting_order"):
            raise OfflinePaymentWaiting from error
        raise


@retry_deadlocks
@transaction.atomic
def _record(
    out_trade_no: str, payer: str, reference: str, paid_at: datetime, name: str, staff: User
) -> OfflinePayment:
    order = locks.lock_order(out_trade_no)
    if not takes_money(order):
        raise OrderClosed("这笔订单已经付过款，不能再登记线下收款")
    if order.order_status != OrderStatus.UNPAID:
        member_savings.require_price_kept(order)
    live = OfflinePayment.objects.filter(reference=reference).exclude(status=OfflineStatus.VOID)
    if live.exists() or _is_payment(reference):
        raise ReferenceTaken
    row = OfflinePayment.objects.create(
        order=order,
        payer=payer,
        reference=reference,
        amount=order.total_amount,
        paid_at=paid_at,
        receipt=name,
        recorded_by=staff,
    )
    message = f"登记线下收款 {row.amount:.2f} 元，{reference}"
    audit_log.log_addition(row, user_id=staff.pk, message=message)
    return row


def takes_money(order: Order) -> bool:
    """Whether money by hand can be recorded for an order: it was never paid."""
    return order.order_status in ALLOWED_SOURCES[OrderStatus.PAID]


def needs_second_person(row: OfflinePayment) -> bool:
    """Whether the amount is above the limit up to which one person is enough."""
    return row.amount > offline_confirm_above()


def confirm(*, offline_id: int, staff: User) -> OfflinePayment:
    """Enter the money: the order is paid by it. Return the row anew.

    Raises OfflinePaymentNotFound, OfflinePaymentDecided, SecondPersonNeeded, ReferenceTaken, and
    GatewayUnavailable when the trade at the online provider cannot be closed now; nothing is
    entered then. Waits for the network: never call it under a lock or in a transaction.
    """
    row = _find(offline_id)
    if row.status != OfflineStatus.WAITING:
        raise OfflinePaymentDecided
    if row.recorded_by_id == staff.pk and needs_second_person(row):
        raise SecondPersonNeeded(offline_confirm_above())
    if row.order.order_status == OrderStatus.UNPAID:
        _close_online_trade(row)
    try:
        _enter(row, staff)
    except PaymentRejected as error:
        raise ReferenceTaken from error
    return _find(offline_id)


def due_back(row: OfflinePayment) -> Decimal:
    """What of the order's money is due back now, in yuan.

    It had been paid otherwise, or its student has a course of it by something else.
    """
    [order] = amounts.with_amounts(Order.objects.filter(pk=row.order_id))
    return order.refund_due


def void(*, offline_id: int, staff: User) -> OfflinePayment:
    """Void what was recorded by mistake. Raises OfflinePaymentNotFound, OfflinePaymentDecided."""
    _void(_find(offline_id), staff)
    return _find(offline_id)


def _close_online_trade(row: OfflinePayment) -> None:
    """Close the trade that waits for its buyer; one that was paid meanwhile is recorded."""
    if services.query_and_record(row.order) is TradeState.WAITING:
        gateway.close_trade(row.order)


@retry_deadlocks
@transaction.atomic
def _void(row: OfflinePayment, staff: User) -> None:
    _decide(row, OfflineStatus.VOID, staff)


@retry_deadlocks
@transaction.atomic
def _enter(row: OfflinePayment, staff: User) -> None:
    locks.lock_order(row.order.out_trade_no)
    _decide(row, OfflineStatus.CONFIRMED, staff)
    services.record_payment(
        Payment(
            out_trade_no=row.order.out_trade_no,
            trade_no=row.reference,
            total_amount=row.amount,
            paid_at=row.paid_at,
            source=PaymentEvent.Source.OFFLINE,
            pay_type=PayType.OFFLINE,
        )
    )


def _decide(row: OfflinePayment, to: OfflineStatus, staff: User) -> None:
    waiting = OfflinePayment.objects.filter(pk=row.pk, status=OfflineStatus.WAITING)
    now = timezone.now()
    if not waiting.update(status=to, decided_by=staff, decided_at=now, updated_time=now):
        raise OfflinePaymentDecided
    message = f"{LOG_MESSAGES[to]}：{row.amount:.2f} 元，{row.reference}"
    audit_log.log_change(row, user_id=staff.pk, message=message)


def _find(offline_id: int) -> OfflinePayment:
    rows = OfflinePayment.objects.select_related("order", "recorded_by", "decided_by")
    row = rows.filter(pk=offline_id).first()
    if row is None:
        raise OfflinePaymentNotFound
    return row


def _is_payment(reference: str) -> bool:
    return OrderPayment.objects.filter(pay_type=PayType.OFFLINE, trade_no=reference).exists()
