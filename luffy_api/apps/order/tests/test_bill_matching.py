"""How single lines of a bill compare with our rows, for what the local gateway never writes."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from luffy_api.apps.order.models import BillResult, PayType, RefundStatus
from luffy_api.apps.order.payment.bill_matching import Matcher
from luffy_api.apps.order.payment.interface import BillEntry, BillEntryKind, BillEntryState
from luffy_api.tests.factories import OrderPaymentFactory, RefundFactory

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

AT = datetime(2026, 3, 1, 4, 0, tzinfo=UTC)


def refund_line(refund, state=BillEntryState.DONE, **changes):
    """The line about a refund of ours."""
    values = {
        "kind": BillEntryKind.REFUND,
        "state": state,
        "trade_no": refund.payment.trade_no,
        "out_trade_no": refund.order.out_trade_no,
        "request_no": refund.out_request_no,
        "amount": Decimal(refund.amount),
        "fee": Decimal(0),
        "net": -Decimal(refund.amount),
        "finished_at": AT,
    }
    return BillEntry(**{**values, **changes})


def result_of(entry, pay_type=PayType.ALIPAY):
    [match] = Matcher(pay_type).match([entry])
    return match.result


def test_what_a_provider_may_say_of_a_refund_in_each_of_its_states():
    results = {}
    for status in RefundStatus:
        refund = RefundFactory(status=status, finished_at=AT)
        for state in BillEntryState:
            results[status, state] = result_of(refund_line(refund, state))

    assert set(results.values()) == {BillResult.MATCHED, BillResult.STATUS_DIFFERS}
    assert {pair for pair, result in results.items() if result is BillResult.MATCHED} == {
        (RefundStatus.REFUNDED, BillEntryState.DONE),
        (RefundStatus.REFUNDED, BillEntryState.MOVING),
        (RefundStatus.PROCESSING, BillEntryState.MOVING),
        (RefundStatus.FAILED, BillEntryState.FAILED),
    }


def test_a_refund_on_another_trade_differs():
    refund = RefundFactory(refunded=True)

    assert result_of(refund_line(refund, trade_no="other")) is BillResult.STATUS_DIFFERS


def test_a_number_of_another_provider_is_not_ours():
    refund = RefundFactory(refunded=True)
    refunded = refund_line(refund)
    paid = refund_line(refund, kind=BillEntryKind.PAYMENT, request_no="")

    for line in (refunded, paid):
        assert result_of(line) is BillResult.MATCHED
        assert result_of(line, PayType.WECHAT) is BillResult.MISSING_OURS


def test_two_lines_about_one_payment_are_one_and_a_difference():
    payment = OrderPaymentFactory()
    line = refund_line(RefundFactory(payment=payment), kind=BillEntryKind.PAYMENT, request_no="")

    results = [match.result for match in Matcher(PayType.ALIPAY).match([line, line])]

    assert results == [BillResult.MATCHED, BillResult.MISSING_OURS]
