"""Notifications about one refund, as WeChat Pay sends them."""

from luffy_api.apps.order.exceptions import PaymentRejected
from luffy_api.apps.order.models import OrderPayment, PaymentEvent, Refund, RefundStatus
from luffy_api.apps.order.payment import event_log, refund_records, services
from luffy_api.apps.order.payment.interface import Payment, RefundResult, RefundState

Reason = PaymentEvent.Reason


def record(payment: Payment, result: RefundResult, *, body: str = "") -> None:
    """Record what became of the refund with `payment.refund_request_no`, whoever asked for it.

    A payment that was never reported is recorded first: the refund proves it. Raises
    PaymentRejected like `services.record_payment`, and for another amount than was asked for.
    """
    paid = _find(payment)
    if paid is None:
        services.record_payment(payment, body=body)
        paid = OrderPayment.objects.get(pay_type=payment.pay_type, trade_no=payment.trade_no)
    if paid.order.out_trade_no != payment.out_trade_no:
        raise PaymentRejected(Reason.TRADE_OF_ANOTHER_ORDER)
    own = Refund.objects.filter(payment=paid, out_request_no=payment.refund_request_no).first()
    if own is not None:
        _record_own(own, result)
    elif result.state is RefundState.SUCCEEDED:
        refund_records.record_console_refund(paid, result, request_no=payment.refund_request_no)
    event_log.log_event(payment, accepted=True, reason=_reason(paid, result), body=body)


def _find(payment: Payment) -> OrderPayment | None:
    rows = OrderPayment.objects.filter(pay_type=payment.pay_type, trade_no=payment.trade_no)
    return rows.select_related("order").first()


def _record_own(refund: Refund, result: RefundResult) -> None:
    if result.amount != refund.amount:
        raise PaymentRejected(Reason.AMOUNT_DIFFERS)
    if result.state is RefundState.SUCCEEDED:
        refund_records.record_refunded(refund, result)
    elif result.state is RefundState.CLOSED:
        refund_records.record_failed(refund, answer=result.word)
    else:
        # The buyer's card takes no money: it goes on when a person has chosen another account.
        open_one = Refund.objects.filter(pk=refund.pk, status=RefundStatus.PROCESSING)
        open_one.update(gateway_answer=result.word[:200])


def _reason(paid: OrderPayment, result: RefundResult) -> PaymentEvent.Reason:
    if result.state is RefundState.CLOSED:
        return Reason.REFUND_CLOSED
    if result.state is not RefundState.SUCCEEDED:
        return Reason.REFUND_ABNORMAL
    return Reason.REFUNDED if result.amount == paid.amount else Reason.PARTLY_REFUNDED
