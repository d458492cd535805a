"""Orders, payments, invoices, refunds and bills."""

from datetime import date, timedelta
from decimal import Decimal

import factory
from django.utils import timezone

from luffy_api.apps.order.models import (
    Bill,
    BillDifference,
    BillLine,
    BillResult,
    Invoice,
    InvoiceOrder,
    InvoiceState,
    OfflinePayment,
    Order,
    OrderDetail,
    OrderPayment,
    PayType,
    Refund,
    RefundStatus,
)
from luffy_api.tests.factories.catalogue import CourseFactory, UserFactory


class OrderFactory(factory.django.DjangoModelFactory):
    """An unpaid order for one course."""

    class Meta:
        model = Order
        skip_postgeneration_save = True

    user = factory.SubFactory(UserFactory)
    subject = "课程"
    total_amount = Decimal("99.00")
    expires_at = factory.LazyFunction(lambda: timezone.now() + timedelta(minutes=30))
    next_query_at = factory.LazyFunction(lambda: timezone.now() + timedelta(minutes=1))

    @factory.post_generation
    def courses(self, create, courses, **kwargs):
        """What is ordered; one new course when nothing is said."""
        for course in [CourseFactory()] if courses is None else courses:
            OrderDetail.objects.create(
                order=self, course=course, price=course.price, real_price=course.price
            )


class OrderPaymentFactory(factory.django.DjangoModelFactory):
    """The payment of a paid order."""

    class Meta:
        model = OrderPayment

    order = factory.SubFactory(
        OrderFactory,
        order_status=1,
        trade_no=factory.Sequence(lambda n: f"own{n}"),
        pay_time=factory.LazyFunction(timezone.now),
    )
    pay_type = factory.SelfAttribute("order.pay_type")
    trade_no = factory.SelfAttribute("order.trade_no")
    amount = factory.SelfAttribute("order.total_amount")
    paid_at = factory.LazyFunction(timezone.now)


class OfflinePaymentFactory(factory.django.DjangoModelFactory):
    """A bank transfer for an unpaid order that waits for its confirmation."""

    class Meta:
        model = OfflinePayment

    order = factory.SubFactory(OrderFactory)
    payer = "路小飞"
    reference = factory.Sequence(lambda n: f"BANK{n}")
    amount = factory.SelfAttribute("order.total_amount")
    paid_at = factory.LazyFunction(timezone.now)
    receipt = "order/receipts/202611/one.pdf"
    recorded_by = factory.SubFactory(UserFactory, is_staff=True)


class InvoiceFactory(factory.django.DjangoModelFactory):
    """An invoice in 申请中 for a paid order or for `orders`; `issued=True` for one with its PDF."""

    class Meta:
        model = Invoice
        skip_postgeneration_save = True

    class Params:
        issued = factory.Trait(
            state=InvoiceState.ISSUED,
            number=factory.Sequence(lambda n: f"{n:020d}"),
            file="order/invoices/202611/one.pdf",
            issued_at=factory.LazyFunction(timezone.now),
        )

    user = factory.SubFactory(UserFactory)
    kind = Invoice.Kind.PERSONAL
    title = "路小飞"
    email = "fei@example.com"
    amount = Decimal("99.00")

    @factory.post_generation
    def orders(self, create, orders, **kwargs):
        """What it is for; a new paid order when nothing is said."""
        for order in orders or [OrderPaymentFactory(order__user=self.user).order]:
            InvoiceOrder.objects.create(invoice=self, order=order)


class RefundFactory(factory.django.DjangoModelFactory):
    """A refund that its student asked for, of all that one payment brought."""

    class Meta:
        model = Refund

    class Params:
        refunded = factory.Trait(
            status=RefundStatus.REFUNDED, finished_at=factory.LazyFunction(timezone.now)
        )

    payment = factory.SubFactory(OrderPaymentFactory)
    order = factory.SelfAttribute("payment.order")
    amount = factory.SelfAttribute("payment.amount")
    reason = "买错了"
    origin = Refund.Origin.STUDENT
    requested_by = factory.SelfAttribute("order.user")


class BillFactory(factory.django.DjangoModelFactory):
    """The bill of a day of its own, compared."""

    class Meta:
        model = Bill

    pay_type = PayType.ALIPAY
    day = factory.Sequence(lambda n: date(2026, 1, 1) + timedelta(days=n % 3000))
    load = 1
    compared_at = factory.LazyFunction(timezone.now)


class BillLineFactory(factory.django.DjangoModelFactory):
    """A payment in a bill that we do not know."""

    class Meta:
        model = BillLine

    bill = factory.SubFactory(BillFactory)
    load = factory.SelfAttribute("bill.load")
    number = factory.Sequence(lambda n: n + 1)
    kind = BillLine.Kind.PAYMENT
    trade_no = factory.Sequence(lambda n: f"2026{n:024d}")
    out_trade_no = factory.Sequence(lambda n: f"N{n}")
    amount = "88.00"
    fee = "0.53"
    net = "87.47"
    finished_at = factory.LazyFunction(timezone.now)
    status = "已付款"
    result = BillResult.MISSING_OURS


class BillDifferenceFactory(factory.django.DjangoModelFactory):
    """A payment in a bill that we do not know, to be looked into."""

    class Meta:
        model = BillDifference

    bill = factory.SubFactory(BillFactory)
    key = factory.Sequence(lambda n: f"{n:064x}")
    kind = BillLine.Kind.PAYMENT
    result = BillResult.MISSING_OURS
    trade_no = factory.Sequence(lambda n: f"2026{n:024d}")
    out_trade_no = factory.Sequence(lambda n: f"N{n}")
    their_amount = "88.00"
    their_status = "已付款"
    occurred_at = factory.LazyFunction(timezone.now)
