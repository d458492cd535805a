"""What staff and the scheduler of the school do."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal

from hypothesis import strategies as st
from hypothesis.stateful import rule

from luffy_api.apps.course import enrollment
from luffy_api.apps.course.models import Course, CourseDiscount, EnrollmentGrant
from luffy_api.apps.order import cancellation
from luffy_api.apps.order.models import Order, Refund
from luffy_api.apps.order.payment import reconciliation, refund_requests, refunds
from luffy_api.common.exceptions import DomainError
from luffy_api.tests.factories import DiscountFactory
from luffy_api.tests.payment_machine.base import (
    AMOUNTS,
    COURSES,
    LINES,
    ORDERS,
    PEOPLE,
    PRICES,
    PaymentWorld,
)
from luffy_api.tests.payment_machine.students import course_of_line

BATCHES = [cancellation.close_expired, reconciliation.reconcile, int]


class School(PaymentWorld):
    """They decide about refunds, give courses away, change the catalogue, and run batches."""

    @rule(number=ORDERS, approve=st.sampled_from([True, True, False]))
    def decide_a_refund(self, number: str, approve: bool) -> None:
        act = refund_requests.approve if approve else refund_requests.reject
        for refund in Refund.objects.filter(order__out_trade_no=number, status=0):
            with suppress(DomainError):  # less may be left by now
                act(refund_id=refund.pk, staff=self.world.students[0], answer="")

    @rule(number=ORDERS, line=LINES, amount=AMOUNTS, again=st.booleans())
    def start_a_refund(
        self, number: str, line: int | None, amount: str | None, again: bool
    ) -> None:
        """Whole, of one course, or of an amount; of the order's own payment or of a second one."""
        order = Order.objects.get(out_trade_no=number)
        second_one = order.payments.exclude(trade_no=order.trade_no).first() if again else None
        with suppress(DomainError):
            refunds.start(
                out_trade_no=number,
                reason="退课",
                origin=Refund.Origin.STAFF,
                amount=Decimal(amount) if amount else None,
                course_id=None if amount or second_one else course_of_line(number, line),
                payment_id=second_one.pk if second_one else None,
            )

    @rule(person=PEOPLE, course=COURSES)
    def grant(self, person: int, course: int) -> None:
        pair = (self.world.students[person].pk, self.world.courses[course].pk)
        source = EnrollmentGrant.Source.GRANT
        enrollment.enroll(user_id=pair[0], course_id=pair[1], source=source)
        self.history.granted.add(pair)

    @rule(
        course=COURSES,
        price=st.sampled_from([*PRICES, "0.01", "99999.99"]),
        status=st.sampled_from([Course.Status.ONLINE, Course.Status.ONLINE, *Course.Status]),
        free=st.sampled_from([False, False, True]),
    )
    def edit_a_course(self, course: int, price: str, status: int, free: bool) -> None:
        """Another price, withdrawn or listed again, or free by a discount."""
        chosen = self.world.courses[course]
        Course.objects.filter(pk=chosen.pk).update(price=price, status=status)
        CourseDiscount.objects.all().delete()
        if free:
            kind = CourseDiscount.Type.FREE
            DiscountFactory(discount_type=kind, value=0, courses=[chosen])

    @rule(minutes=st.sampled_from([0, 1, 3, 10, 29, 31, 60]), batch=st.sampled_from(BATCHES))
    def wait(self, minutes: int, batch: Callable[[], int]) -> None:
        self.now.shift(timedelta(minutes=minutes))
        batch()
        enrollment.end_expired_grants()
