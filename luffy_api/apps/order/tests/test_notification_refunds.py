"""Refunds of the provider's own pages, as its notifications tell them, for every provider."""

from decimal import Decimal

import pytest

from luffy_api.apps.course.models import Course, Enrollment
from luffy_api.apps.order.models import OrderPayment, PaymentEvent, Refund
from luffy_api.apps.order.states import OrderStatus
from luffy_api.apps.order.tests.recorded import PAID, UNPAID, last_reason, reasons, snapshot
from luffy_api.tests.factories import OrderFactory
from luffy_api.tests.peers import paid, post, refunded, trade_no_of
from luffy_api.tests.refunding import refunded_and_due

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_violations")]
REFUNDED = (OrderStatus.REFUNDED, 0, 7)


def rows() -> list[tuple[str, Decimal]]:
    return list(Refund.objects.order_by("id").values_list("origin", "amount"))


def test_a_partial_refund_keeps_the_enrolment_and_becomes_a_row_once(peer, order):
    post(paid(peer, order))

    answers = [post(refunded(peer, order, "8.00")) for _ in range(2)]

    assert answers == [peer.accepted] * 2
    assert snapshot(order) == PAID
    assert rows() == [("console", Decimal("8.00"))]
    assert refunded_and_due(order)[0] == Decimal("8.00")
    assert reasons()[:2] == ["paid", "partly_refunded"]
    assert PaymentEvent.objects.count() == 3


def test_partial_refunds_that_are_all_of_it_end_the_enrolment(peer, order):
    post(paid(peer, order))

    post(refunded(peer, order, "8.00"))
    post(refunded(peer, order, "91.00", request_no="CONSOLE2", total="99.00"))

    assert snapshot(order) == REFUNDED
    assert rows() == [("console", Decimal("8.00")), ("console", Decimal("91.00"))]


def test_a_full_refund_ends_the_enrolment_once(peer, order):
    """Also when the school made the refund on the provider's pages."""
    post(paid(peer, order))

    answers = [post(refunded(peer, order)) for _ in range(2)]

    assert answers == [peer.accepted] * 2
    assert snapshot(order) == REFUNDED
    assert rows() == [("console", Decimal("99.00"))]
    assert reasons()[:2] == ["paid", "refunded"]


def test_a_payment_repeated_after_its_refund_does_not_enrol_again(peer, order):
    post(paid(peer, order))
    post(refunded(peer, order))

    assert post(paid(peer, order)) == peer.accepted
    assert snapshot(order) == REFUNDED
    assert rows() == [("console", Decimal("99.00"))]


def test_a_full_refund_without_its_payment_does_not_enrol(peer, order):
    """The notification of the payment was lost: the refund proves it."""
    assert post(refunded(peer, order)) == peer.accepted

    assert snapshot(order) == REFUNDED
    assert OrderPayment.objects.get().trade_no == trade_no_of(order.out_trade_no)


def test_a_partial_refund_heard_before_its_payment_proves_it(peer, order):
    assert post(refunded(peer, order, "8.00")) == peer.accepted
    assert snapshot(order) == PAID

    assert post(paid(peer, order)) == peer.accepted

    assert snapshot(order) == PAID
    assert OrderPayment.objects.count() == 1
    assert rows() == [("console", Decimal("8.00"))]
    assert reasons() == ["paid", "partly_refunded", "repeated"]


def test_a_refund_of_a_second_trade_leaves_the_order_paid(peer, order):
    post(paid(peer, order))
    second = {"trade_no": "2026000second"}
    post(paid(peer, order, **second))
    assert refunded_and_due(order)[1] == Decimal("99.00")

    assert post(refunded(peer, order, **second)) == peer.accepted

    assert snapshot(order) == PAID
    assert refunded_and_due(order) == (Decimal("99.00"), 0)


def test_a_refund_does_not_open_a_refunded_order(peer, order):
    post(paid(peer, order))
    post(refunded(peer, order))

    answer = post(refunded(peer, order, "1.00", request_no="CONSOLE2", total="99.00"))

    assert answer == peer.accepted
    assert snapshot(order)[:2] == (OrderStatus.REFUNDED, 0)
    assert not Enrollment.objects.exists()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"merchant": "other"}, "seller_id"),
        ({"number": "01JABCDEFGHJKMNPQRSTVWXYZ0"}, "unknown_order"),
        ({"amount": Decimal("98.00")}, "amount_differs"),
    ],
)
def test_a_refund_that_fits_no_order_is_refused_and_logged(peer, order, changes, reason):
    if "merchant" in changes:
        changes = {"merchant": peer.other_merchant}

    assert post(refunded(peer, order, "8.00", **changes)) == peer.rejected
    assert snapshot(order) == UNPAID
    assert not Refund.objects.exists()
    assert last_reason() == f"refused: {reason}"


def test_a_refund_of_the_trade_of_another_order_is_refused(peer, order):
    post(paid(peer, order))
    other = OrderFactory(user=order.user, courses=[Course.objects.get()], open_cart_key="other")

    answer = post(refunded(peer, other, "8.00", trade_no=trade_no_of(order.out_trade_no)))

    assert answer == peer.rejected
    assert not Refund.objects.exists()
    assert last_reason() == "refused: trade_of_another_order"
