"""Refunds from the first wish to the answer of a gateway that keeps its own books, over HTTP."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from luffy_api.apps.course import enrollment
from luffy_api.apps.course.models import Course, EnrollmentGrant
from luffy_api.apps.order import exceptions, integrity
from luffy_api.apps.order.models import Order, PaymentEvent, PayType, Refund, RefundStatus
from luffy_api.apps.order.payment import (
    event_log,
    reconciliation,
    refund_requests,
    refunds,
    retry_schedule,
)
from luffy_api.apps.order.states import OrderStatus
from luffy_api.tests.factories import CourseFactory, OrderFactory, UserFactory
from luffy_api.tests.fake_gateway import FINISHED, PAID
from luffy_api.tests.fake_gateway import second as second_trade
from luffy_api.tests.refunding import courses_of, paid_again, refunded_and_due, sold

pytestmark = pytest.mark.django_db
STAFF = Refund.Origin.STAFF


@pytest.fixture(autouse=True)
def _no_violations_at_the_end(db):
    yield
    assert list(integrity.run_checks()) == []


@pytest.fixture
def order(fake_alipay):
    """Paid: a course for 30 and one for 69 yuan."""
    return sold(fake_alipay, "30.00", "69.00")


@pytest.fixture
def trade(fake_alipay, order):
    return fake_alipay.trades[order.out_trade_no]


def course(price: str) -> Course:
    return Course.objects.get(price=price)


def start(order, **how) -> Refund:
    return refunds.start(out_trade_no=order.out_trade_no, reason="退课", origin=STAFF, **how)


def ask(order, **how) -> Refund:
    number, student = order.out_trade_no, order.user_id
    return refund_requests.request_refund(
        user_id=student, out_trade_no=number, reason="退课", **how
    )


def make_due() -> None:
    Refund.objects.filter(next_query_at__isnull=False).update(next_query_at=timezone.now())


def events() -> list[tuple[str, str]]:
    return list(PaymentEvent.objects.order_by("id").values_list("source", "reason"))


class TestStart:
    """Started by staff or by the command."""

    def test_all_of_an_order_goes_back_and_its_access_ends(self, order, trade):
        refund = start(order)

        assert (refund.status, refund.amount) == (RefundStatus.REFUNDED, Decimal("99.00"))
        assert trade.refunds == {refund.out_request_no: Decimal("99.00")}
        order.refresh_from_db()
        assert order.order_status == OrderStatus.REFUNDED
        assert courses_of(order.user) == set()
        assert set(Course.objects.values_list("students", flat=True)) == {0}
        assert refunded_and_due(order) == (Decimal("99.00"), Decimal(0))
        assert events() == [("notification", "paid"), ("refund", "refunded")]

    def test_one_course_goes_back_and_the_others_stay(self, order, trade):
        refund = start(order, course_id=course("30.00").pk)

        assert trade.refunds == {refund.out_request_no: Decimal("30.00")}
        order.refresh_from_db()
        assert order.order_status == OrderStatus.PAID
        assert courses_of(order.user) == {course("69.00").pk}
        assert course("30.00").students == 0
        assert events()[-1] == ("refund", "partly_refunded")

    def test_an_order_is_refunded_when_its_last_course_goes_back(self, order, trade):
        for price in ("30.00", "69.00"):
            start(order, course_id=course(price).pk)

        order.refresh_from_db()
        assert order.order_status == OrderStatus.REFUNDED
        assert trade.left == 0
        assert courses_of(order.user) == set()

    def test_an_amount_goes_back_and_the_access_stays_until_all_did(self, order):
        start(order, amount=Decimal("98.99"))
        assert len(courses_of(order.user)) == 2

        last = start(order)

        assert last.amount == Decimal("0.01")
        assert courses_of(order.user) == set()

    def test_a_course_gets_no_more_than_what_is_left(self, order):
        start(order, amount=Decimal("80.00"))

        refund = start(order, course_id=course("69.00").pk)

        assert refund.amount == Decimal("19.00")

    def test_a_second_payment_goes_back_and_nothing_else_changes(self, fake_alipay, order):
        other = paid_again(fake_alipay, order)
        assert refunded_and_due(order) == (0, Decimal("99.00"))

        start(order, payment_id=other.pk)

        order.refresh_from_db()
        assert order.order_status == OrderStatus.PAID
        assert len(courses_of(order.user)) == 2
        assert refunded_and_due(order) == (Decimal("99.00"), 0)
        assert fake_alipay.trades[second_trade(order.out_trade_no)].left == 0
        assert fake_alipay.trades[order.out_trade_no].refunds == {}

    @pytest.mark.parametrize(
        "amount", ["0", "-1", "0.001", "99.01", "1e9", "NaN", "Infinity", "-Infinity"]
    )
    def test_an_impossible_amount_is_refused(self, order, trade, amount):
        with pytest.raises(exceptions.InvalidRefund):
            start(order, amount=Decimal(amount))

        assert not Refund.objects.exists()
        assert trade.refunds == {}

    def test_a_course_of_another_order_is_refused(self, order):
        with pytest.raises(exceptions.InvalidRefund, match="没有这门课程"):
            start(order, course_id=CourseFactory().pk)

    def test_amount_and_course_together_are_refused(self, order):
        with pytest.raises(exceptions.InvalidRefund):
            start(order, amount=Decimal("1.00"), course_id=course("30.00").pk)

    def test_a_second_payment_has_no_courses(self, fake_alipay, order):
        other = paid_again(fake_alipay, order)

        with pytest.raises(exceptions.InvalidRefund):
            start(order, payment_id=other.pk, course_id=course("30.00").pk)

    def test_a_payment_of_another_order_is_refused(self, fake_alipay, order):
        other = sold(fake_alipay, "1.00")

        with pytest.raises(exceptions.InvalidRefund):
            start(order, payment_id=other.payments.get().pk)

    def test_an_unpaid_order_and_an_unknown_one_are_refused(self, fake_alipay):
        with pytest.raises(exceptions.NothingToRefund):
            start(OrderFactory(open_cart_key="open"))
        with pytest.raises(exceptions.OrderNotFound):
            refunds.start(out_trade_no="unknown", reason="", origin=STAFF)

    def test_nothing_is_left_after_all_went_back(self, order, trade):
        start(order)

        for how in ({}, {"amount": Decimal("0.01")}, {"course_id": course("30.00").pk}):
            with pytest.raises(exceptions.NothingToRefund):
                start(order, **how)
        assert len(trade.refunds) == 1

    def test_a_course_goes_back_once(self, order, trade):
        start(order, course_id=course("30.00").pk)

        with pytest.raises(exceptions.NothingToRefund, match="已经退款"):
            start(order, course_id=course("30.00").pk)
        assert len(trade.refunds) == 1


class TestProvider:
    """What its answers, and their absence, do to a refund that is PROCESSING."""

    def test_a_refusal_is_kept_and_staff_may_start_anew(self, fake_alipay, order, trade):
        trade.status = FINISHED  # can no longer be refunded
        refund = start(order)
        assert refund.status == RefundStatus.FAILED
        assert refund.gateway_answer == "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL"
        assert refund.finished_at
        assert len(courses_of(order.user)) == 2
        assert events()[-1] == ("refund", "refund_failed")

        trade.status = PAID
        again = start(order)

        assert again.status == RefundStatus.REFUNDED
        assert list(trade.refunds) == [again.out_request_no]

    @pytest.mark.parametrize("mode", ["html", "error", "forged", "mute", "lost"])
    def test_without_a_trustworthy_answer_it_is_unknown_and_asked_again(
        self, fake_alipay, order, trade, mode
    ):
        fake_alipay.mode = mode
        refund = start(order)
        assert (refund.status, refund.query_failures) == (RefundStatus.PROCESSING, 1)
        assert refund.next_query_at - timezone.now() < retry_schedule.FIRST_RETRY
        assert len(courses_of(order.user)) == 2
        assert reconciliation.reconcile() == 0  # not due yet

        fake_alipay.mode = "fine"
        make_due()
        assert reconciliation.reconcile() == 1

        refund.refresh_from_db()
        assert (refund.status, refund.next_query_at) == (RefundStatus.REFUNDED, None)
        assert trade.refunds == {refund.out_request_no: Decimal("99.00")}
        assert courses_of(order.user) == set()
        assert events()[1:] == [("refund", "refunded")]

    def test_a_request_that_is_carried_out_twice_moves_money_once(self, fake_alipay, order, trade):
        """Its answer then says fund_change=N."""
        fake_alipay.mode = "doubled"

        refund = start(order, amount=Decimal("30.00"))

        assert refund.status == RefundStatus.REFUNDED
        assert trade.refunded == Decimal("30.00")

    def test_a_refund_of_a_process_that_died_is_finished(self, fake_alipay, order, trade):
        """Before the provider was asked: the commit has said when the batch takes over."""
        refund = refunds._start(order.out_trade_no, None, None, None, "退课", STAFF, None, None)
        assert timedelta(0) < refund.next_query_at - timezone.now() <= retry_schedule.LEASE

        make_due()
        reconciliation.reconcile()

        refund.refresh_from_db()
        assert refund.status == RefundStatus.REFUNDED
        assert trade.left == 0

    def test_a_refund_that_the_provider_works_on_is_asked_about_later(self, fake_alipay, order):
        fake_alipay.mode = "lost"
        refund = start(order)
        fake_alipay.mode, fake_alipay.refund_status = "fine", "REFUND_PROCESSING"

        make_due()
        assert reconciliation.reconcile() == 1

        refund.refresh_from_db()
        assert (refund.status, refund.query_failures) == (RefundStatus.PROCESSING, 0)
        assert refund.next_query_at > timezone.now()
        assert len(courses_of(order.user)) == 2

    def test_a_refund_that_ended_without_money_has_failed(self, fake_alipay, order, trade):
        fake_alipay.mode = "mute"
        refund = start(order)
        fake_alipay.mode, fake_alipay.refund_status = "fine", "REFUND_FAIL"

        make_due()
        reconciliation.reconcile()

        refund.refresh_from_db()
        assert (refund.status, refund.gateway_answer) == (RefundStatus.FAILED, "REFUND_FAIL")
        assert trade.refunds == {}

    def test_an_answer_about_another_amount_is_not_believed(self, fake_alipay, order, trade):
        fake_alipay.mode = "mute"
        refund = start(order)
        trade.refunds[refund.out_request_no] = Decimal("1.00")
        fake_alipay.mode = "fine"

        make_due()
        assert reconciliation.reconcile() == 0

        refund.refresh_from_db()
        assert refund.status == RefundStatus.PROCESSING

    def test_the_pauses_grow_and_the_batch_ends_early(self, fake_alipay, order):
        others = [sold(fake_alipay, "9.00", open_cart_key=None) for _ in range(4)]
        fake_alipay.mode = "mute"
        for each in (order, *others):
            start(each)
        make_due()

        assert reconciliation.reconcile() == 0

        failures = Refund.objects.order_by("id").values_list("query_failures", flat=True)
        assert sorted(failures) == [1, 1, 2, 2, 2]


class TestByHand:
    """Money that was paid by bank transfer or in cash: no provider can give it back."""

    @pytest.fixture
    def order(self, order):
        order.payments.update(pay_type=PayType.OFFLINE)
        Order.objects.update(pay_type=PayType.OFFLINE)
        return order

    def test_it_waits_until_staff_have_given_it_back(self, order, trade):
        refund = start(order)
        assert (refund.status, refund.next_query_at) == (RefundStatus.PROCESSING, None)
        assert reconciliation.reconcile() == 0

        done = refunds.record_by_hand(refund_id=refund.pk, answer="农行 0815")

        assert (done.status, done.gateway_answer) == (RefundStatus.REFUNDED, "农行 0815")
        assert courses_of(order.user) == set()
        assert trade.refunds == {}
        with pytest.raises(exceptions.RefundDecided):
            refunds.record_by_hand(refund_id=refund.pk, answer="again")
        with pytest.raises(exceptions.RefundNotFound):
            refunds.record_by_hand(refund_id=10**9, answer="")


def test_what_a_provider_gives_back_is_not_recorded_by_hand(fake_alipay, order):
    fake_alipay.mode = "mute"
    refund = start(order)

    with pytest.raises(exceptions.RefundDecided):
        refunds.record_by_hand(refund_id=refund.pk, answer="by hand")


class TestRequests:
    """Asked for by students."""

    def test_a_request_holds_nothing_back_until_it_is_approved(self, order, trade):
        refund = ask(order)

        assert (refund.status, refund.amount) == (RefundStatus.REQUESTED, Decimal("99.00"))
        assert refund.requested_by == order.user
        assert refund.next_query_at is None
        assert trade.refunds == {}
        assert len(courses_of(order.user)) == 2

    def test_an_approved_request_is_carried_out(self, order, trade):
        staff = UserFactory()
        refund = ask(order, course_id=course("30.00").pk)

        done = refund_requests.approve(refund_id=refund.pk, staff=staff, answer="好的")

        assert (done.status, done.decided_by, done.answer) == (RefundStatus.REFUNDED, staff, "好的")
        assert trade.refunds == {refund.out_request_no: Decimal("30.00")}
        assert courses_of(order.user) == {course("69.00").pk}

    def test_a_rejected_request_changes_nothing_and_another_may_follow(self, order, trade):
        refund = ask(order)

        done = refund_requests.reject(refund_id=refund.pk, staff=UserFactory(), answer="已看完")

        assert (done.status, done.answer) == (RefundStatus.REJECTED, "已看完")
        assert trade.refunds == {}
        assert ask(order).status == RefundStatus.REQUESTED

    @pytest.mark.parametrize("decide", [refund_requests.approve, refund_requests.reject])
    def test_a_request_is_decided_once(self, order, trade, decide):
        refund = ask(order)
        refund_requests.approve(refund_id=refund.pk, staff=UserFactory())

        with pytest.raises(exceptions.RefundDecided):
            decide(refund_id=refund.pk, staff=UserFactory(), answer="")
        with pytest.raises(exceptions.RefundNotFound):
            decide(refund_id=10**9, staff=UserFactory(), answer="")
        assert len(trade.refunds) == 1

    def test_withdrawn_requests_are_gone(self, order):
        for price in ("30.00", "69.00"):
            ask(order, course_id=course(price).pk)
        student, number = order.user_id, order.out_trade_no

        one = refund_requests.withdraw(
            user_id=student, out_trade_no=number, course_id=course("30.00").pk
        )
        rest = refund_requests.withdraw(user_id=student, out_trade_no=number)

        assert (one, rest) == (1, 1)
        assert not Refund.objects.exists()
        assert refund_requests.withdraw(user_id=student, out_trade_no=number) == 0

    def test_what_was_decided_cannot_be_withdrawn(self, order):
        refund = ask(order)
        refund_requests.approve(refund_id=refund.pk, staff=UserFactory())

        assert not refund_requests.withdraw(user_id=order.user_id, out_trade_no=order.out_trade_no)
        assert Refund.objects.get() == refund

    def test_a_stranger_sees_no_order(self, order):
        stranger = UserFactory()
        for act in (refund_requests.withdraw, refund_requests.request_refund):
            reason = {"reason": "mine"} if act is refund_requests.request_refund else {}
            with pytest.raises(exceptions.OrderNotFound):
                act(user_id=stranger.pk, out_trade_no=order.out_trade_no, **reason)

    @pytest.mark.parametrize(("first", "second"), [("", ""), ("", "30.00"), ("30.00", "")])
    def test_requests_for_the_same_money_are_refused(self, order, first, second):
        ask(order, course_id=course(first).pk if first else None)

        with pytest.raises(exceptions.RefundPending):
            ask(order, course_id=course(second).pk if second else None)
        with pytest.raises(exceptions.RefundPending):
            start(order)
        assert Refund.objects.count() == 1

    def test_the_rule_of_the_school_is_asked_with_the_order(self, order):
        def forbid(asked):
            assert asked == order
            raise exceptions.InvalidRefund("", "已超过 7 天")

        with pytest.raises(exceptions.InvalidRefund, match="7 天"):
            ask(order, check=forbid)
        assert not Refund.objects.exists()

    def test_only_a_paid_order_can_be_asked_for(self, fake_alipay, order):
        start(order)
        for each in (order, OrderFactory(user=order.user, open_cart_key="open")):
            with pytest.raises(exceptions.NothingToRefund):
                ask(each)


class TestAccess:
    """Access is the union of what paid orders and grants give."""

    def test_a_course_that_another_order_pays_for_stays(self, fake_alipay, order):
        wanted = course("30.00")
        other = sold(fake_alipay, courses=[wanted], user=order.user, open_cart_key="other")
        assert refunded_and_due(other) == (0, Decimal("30.00"))

        start(order)

        assert courses_of(order.user) == {wanted.pk}
        assert refunded_and_due(other) == (0, 0)  # the older reason is gone
        assert Course.objects.get(pk=wanted.pk).students == 1

    def test_the_refund_of_the_later_order_clears_its_debt_and_keeps_the_course(
        self, fake_alipay, order
    ):
        other = sold(fake_alipay, courses=[course("30.00")], user=order.user, open_cart_key="other")

        start(other)

        assert len(courses_of(order.user)) == 2
        assert refunded_and_due(other) == (Decimal("30.00"), 0)

    def test_a_gift_stays(self, fake_alipay):
        wanted, student = CourseFactory(price="50.00"), UserFactory()
        gift = EnrollmentGrant.Source.GRANT
        enrollment.enroll(user_id=student.pk, course_id=wanted.pk, source=gift)
        order = sold(fake_alipay, courses=[wanted], user=student)
        assert refunded_and_due(order) == (0, Decimal("50.00"))

        start(order, amount=Decimal("20.00"))
        assert refunded_and_due(order) == (Decimal("20.00"), Decimal("30.00"))
        start(order)

        assert courses_of(student) == {wanted.pk}
        assert refunded_and_due(order) == (Decimal("50.00"), 0)

    def test_a_refund_of_a_second_payment_does_not_pay_the_debt_of_the_order(self, fake_alipay):
        wanted, student = CourseFactory(price="50.00"), UserFactory()
        gift = EnrollmentGrant.Source.GRANT
        enrollment.enroll(user_id=student.pk, course_id=wanted.pk, source=gift)
        order = sold(fake_alipay, courses=[wanted], user=student)
        other = paid_again(fake_alipay, order)
        assert refunded_and_due(order) == (0, Decimal("100.00"))

        start(order, payment_id=other.pk)

        assert refunded_and_due(order) == (Decimal("50.00"), Decimal("50.00"))


@pytest.mark.django_db(transaction=True)
def test_payments_and_refunds_are_lines_of_the_log(fake_alipay, caplog):
    caplog.set_level("INFO")
    order = sold(fake_alipay, "30.00", "69.00")

    refund = start(order, course_id=course("30.00").pk)
    asked = ask(order)
    refund_requests.withdraw(user_id=order.user_id, out_trade_no=order.out_trade_no)

    number = order.out_trade_no
    ours = [each for each in caplog.records if each.name == event_log.logger.name]
    assert [record.getMessage() for record in ours] == [
        f"order {number} paid, 99.00 yuan",
        f"refund {refund.out_request_no} of order {number} done, 30.00 yuan",
        f"refund {asked.out_request_no} of order {number} requested, 69.00 yuan",
        f"refund {asked.out_request_no} of order {number} withdrawn, 69.00 yuan",
    ]
