"""Coupons, memberships, packages, money by hand, refunds and invoices of one student, at random.

Each has tests of its own; here they meet. Whatever happened, the books have to agree.
"""

import random
from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.utils import timezone

from luffy_api.apps.order import amounts, cancellation, checkout, invoices, memberships
from luffy_api.apps.order.exceptions import PriceChanged
from luffy_api.apps.order.models import (
    Invoice,
    InvoiceState,
    OfflinePayment,
    OfflineStatus,
    Order,
    OrderPayment,
    PayType,
    Refund,
    RefundStatus,
)
from luffy_api.apps.order.payment import offline, refund_requests, refunds
from luffy_api.apps.order.states import OrderStatus
from luffy_api.apps.promotion import packages
from luffy_api.apps.promotion.models import Redemption
from luffy_api.common.exceptions import DomainError
from luffy_api.tests.factories import (
    ClaimFactory,
    CouponFactory,
    CourseFactory,
    MembershipTermFactory,
    PackageFactory,
)
from luffy_api.tests.fake_gateway import FakeGateway, second
from luffy_api.tests.people import staff
from luffy_api.tests.refunding import ask, deliver, finish, post
from luffy_api.tests.test_check_pdf import PDF
from luffy_api.tests.violations import violations

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("folders")]
STEPS = 60
UNPAID, PAID = OrderStatus.UNPAID, OrderStatus.PAID


class Shop:
    """A student, what is sold, and everything that may happen to their orders."""

    def __init__(self, gateway: FakeGateway, student: Any, seed: int) -> None:
        self.gateway, self.student, self.dice = gateway, student, random.Random(seed)
        self.colleague = staff(is_superuser=True)
        prices = [("99.99", "66.67"), ("0.03", None), ("349.00", "300.01"), ("49.90", "49.89")]
        self.courses = [CourseFactory(price=price, vip_price=vip) for price, vip in prices * 3]
        self.term = MembershipTermFactory(months=0, days=30, price="30.00")
        self.package = PackageFactory(courses=self.courses[1:4], price="200.01")
        self.claims = [
            ClaimFactory(user=student, coupon=CouponFactory(value=value, threshold=0))
            for value in ("20.00", "0.02")
        ]
        self.steps: list[str] = []
        self.held: dict[int, int] = {}  # the states of orders for which money was recorded

    # What a student does.

    def place(self) -> None:
        courses = self.dice.sample(self.courses, self.dice.randint(1, 3))
        claim = self.dice.choice([*self.claims, None, None])
        ids = [each.pk for each in courses]
        self._place(course_ids=ids, claim_id=claim and claim.pk)

    def place_package(self) -> None:
        offer = packages.offer(package_id=self.package.pk, user_id=self.student.pk)
        ids = [line.sold.course.pk for line in offer.due]
        self._place(course_ids=ids, package_id=self.package.pk)

    def place_membership(self) -> None:
        self._place(course_ids=[], term_id=self.term.pk)

    def _place(self, **what: Any) -> None:
        place = {"user_id": self.student.pk, "total_amount": Decimal("1000000.00"), **what}
        try:
            checkout.place_order(**place)
        except PriceChanged as error:
            total = Decimal(error.errors["total_amount"][0])
            checkout.place_order(**{**place, "total_amount": total})

    def pay(self) -> None:
        """At a cashier that was opened, whatever became of the order."""
        order = self._order()
        again = self.gateway.trade(order.trade_number) is not None
        if second(order.trade_number) not in self.gateway.trades:
            trade = self.gateway.sell(order, again=again)
            [key] = [key for key, each in self.gateway.trades.items() if each is trade]
            assert post(self.gateway.message(key))

    def cancel(self) -> None:
        cancellation.cancel(user_id=self.student.pk, out_trade_no=self._order(UNPAID).out_trade_no)

    def ask(self) -> None:
        order = self._order(PAID)
        lines = [line.course_id for line in order.order_courses.all()]
        ask(order, course_id=self.dice.choice([*lines, None]))

    def ask_for_invoice(self) -> None:
        orders = {self._order(PAID).out_trade_no for _ in range(2)}
        invoices.request_invoice(
            user_id=self.student.pk,
            out_trade_nos=sorted(orders),
            kind=1,
            title="路小飞",
            tax_number="",
            email="a@example.com",
        )

    # What the school does.

    def record(self) -> None:
        order = self._order(UNPAID)
        offline.record(
            out_trade_no=order.out_trade_no,
            payer="路小飞",
            reference=f"B{len(self.steps)}",
            paid_at=timezone.now(),
            receipt=SimpleUploadedFile("回单.pdf", PDF),
            staff=self.colleague,
        )
        self.held[order.pk] = order.order_status

    def confirm(self) -> None:
        offline.confirm(
            offline_id=self._of(OfflinePayment, status=OfflineStatus.WAITING).pk,
            staff=self.colleague,
        )

    def void(self) -> None:
        offline.void(
            offline_id=self._of(OfflinePayment, status=OfflineStatus.WAITING).pk,
            staff=self.colleague,
        )

    def approve(self) -> None:
        refund_requests.approve(
            refund_id=self._of(Refund, status=RefundStatus.REQUESTED).pk, staff=self.colleague
        )

    def start(self) -> None:
        order = self._order(PAID)
        payment = self.dice.choice([*order.payments.all(), None])
        cents = self.dice.choice([None, Decimal("0.01"), Decimal("20.00")])
        refunds.start(
            out_trade_no=order.out_trade_no,
            reason="退课",
            origin=Refund.Origin.STAFF,
            amount=cents,
            payment_id=payment and payment.pk,
            by_days=payment is None and memberships.line_of(order) is not None,
        )

    def give_back_by_hand(self) -> None:
        pk = self._of(Refund, status=RefundStatus.PROCESSING).pk
        refunds.record_by_hand(refund_id=pk, staff=self.colleague, answer="转账")

    def issue(self) -> None:
        row = self._of(Invoice, state=InvoiceState.REQUESTED)
        invoices.issue(
            invoice_id=row.pk,
            staff_id=self.colleague.pk,
            amount=row.amount,
            number=f"{row.pk:020d}",
            file=SimpleUploadedFile("发票.pdf", PDF),
        )

    def reverse(self) -> None:
        row = self._of(Invoice, state=InvoiceState.TO_REVERSE)
        number = f"9{row.pk:019d}"
        invoices.reverse(invoice_id=row.pk, staff_id=self.colleague.pk, reversal_number=number)

    # What time and the provider do.

    def refund_in_console(self) -> None:
        order = self._order(PAID)
        amount = self.dice.choice([None, Decimal("0.01")])
        known = self.gateway.trade(order.out_trade_no)
        if known and self.gateway.refund(order.out_trade_no, amount):
            deliver(self.gateway, order)

    def run_batches(self) -> None:
        if self.dice.random() < 0.5:
            past = timezone.now() - timedelta(minutes=6)
            Order.objects.filter(next_query_at__isnull=False).update(expires_at=past)
        Order.objects.filter(next_query_at__isnull=False).update(next_query_at=timezone.now())
        call_command("close_expired_orders")
        finish()

    def _order(self, *statuses: OrderStatus) -> Order:
        order: Order = self._of(Order, order_status__in=statuses or [*OrderStatus])
        return order

    def _of(self, model: Any, **rather: Any) -> Any:
        """A new row of a model, mostly one of which something is to be expected."""
        rows = list(model.objects.order_by("pk"))
        if self.dice.random() < 0.75:
            rows = list(model.objects.filter(**rather).order_by("pk")) or rows
        if not rows:
            raise DomainError
        return self.dice.choice(rows[-4:])

    def act(self) -> None:
        """One of all that may happen; a refusal is an answer as well."""
        often = [self.place, self.pay, self.record] * 3
        often += [self.confirm, self.ask_for_invoice, self.start, self.run_batches, self.cancel]
        seldom = [self.place_package, self.place_membership, self.cancel, self.ask, self.void]
        later = [self.ask_for_invoice, self.approve, self.start, self.give_back_by_hand]
        last = [self.issue, self.reverse, self.refund_in_console, self.run_batches]
        act: Callable[[], None] = self.dice.choice([*often, *seldom, *later, *last])
        try:
            act()
        except DomainError as error:
            self.steps.append(f"{act.__name__}: {type(error).__name__}")
        else:
            self.steps.append(act.__name__)


def check(shop: Shop) -> None:
    """What holds between the features, counted from the rows by themselves."""
    assert violations() == [], shop.steps
    payments = list(OrderPayment.objects.all())
    back: dict[int, Decimal] = defaultdict(Decimal)
    for refund in Refund.objects.filter(status=RefundStatus.REFUNDED):
        back[refund.payment_id] += refund.amount
    assert all(back[each.pk] <= each.amount for each in payments), shop.steps
    _check_gateway(shop, payments, back)
    _check_invoices(shop)
    _check_courses(shop)
    _check_waiting(shop)
    coupons = Redemption.objects.filter(state__in=Redemption.LIVE).values_list("claim", flat=True)
    assert len(set(coupons)) == len(coupons), shop.steps


def _check_gateway(shop: Shop, payments: list[OrderPayment], back: dict[int, Decimal]) -> None:
    """What the provider has taken and given back is what we say, once everything was heard."""
    online = [each for each in payments if each.pay_type == PayType.ALIPAY]
    taken = sum(each.amount for each in online)
    assert taken == sum(each.received for each in shop.gateway.trades.values()), shop.steps
    unheard = Refund.objects.filter(status=RefundStatus.PROCESSING).exists()
    given = sum(back[each.pk] for each in online)
    assert unheard or given == sum(t.refunded for t in shop.gateway.trades.values()), shop.steps


def _check_invoices(shop: Shop) -> None:
    """No live invoice that is not to be reversed says more than its orders hold."""
    held = dict(amounts.with_held(Order.objects.all()).values_list("pk", "held"))
    for row in Invoice.objects.live().exclude(state=InvoiceState.TO_REVERSE):
        orders = row.orders.values_list("pk", flat=True)
        assert row.amount <= sum(held[pk] for pk in orders), shop.steps
    assert all(amount >= 0 for amount in held.values()), shop.steps


def _check_courses(shop: Shop) -> None:
    """Every course that is paid is the student's, and is paid once or owed back."""
    own = set(shop.student.enrollments.values_list("course", flat=True))
    kept: dict[int, int] = defaultdict(int)
    for order in Order.objects.filter(order_status=OrderStatus.PAID):
        due = amounts.courses_due(order)
        gone = Refund.objects.refunded().filter(order=order).values_list("course", flat=True)
        for line in order.order_courses.exclude(course__in=[pk for pk in gone if pk]):
            assert line.course_id in own, shop.steps
            kept[line.course_id] += line.course_id not in due
    assert all(times == 1 for times in kept.values()), (kept, shop.steps)


def _check_waiting(shop: Shop) -> None:
    """Money that waits holds its order as it was, unless that was paid otherwise."""
    waiting = OfflinePayment.objects.filter(status=OfflineStatus.WAITING, order__pay_time=None)
    for pk, status in waiting.values_list("order", "order__order_status"):
        assert status == shop.held[pk], shop.steps


@pytest.mark.parametrize("seed", range(3))
def test_whatever_happens_the_books_agree(fake_alipay, student, seed):
    shop = Shop(fake_alipay, student, seed)

    for _ in range(STEPS):
        shop.act()
        check(shop)

    assert len(set(shop.steps)) > 12
