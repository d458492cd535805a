"""What two accounts of one person have, and their merge."""

from decimal import Decimal

from django.utils import timezone

from luffy_api.apps.course.models import Enrollment
from luffy_api.apps.dashboard import merging
from luffy_api.apps.order.models import Order, PayType
from luffy_api.apps.order.payment import services
from luffy_api.apps.order.payment.interface import Payment
from luffy_api.tests import factories


def merge(kept, other, admin) -> None:
    merging.merge(kept_id=kept.pk, other_id=other.pk, staff_id=admin.pk, reason="同一个人")


def buy(user, course) -> Order:
    order = factories.OrderFactory(user=user, courses=[course])
    pay(order)
    return Order.objects.get(pk=order.pk)


def pay(order) -> None:
    services.record_payment(
        Payment(
            pay_type=PayType.ALIPAY,
            out_trade_no=order.out_trade_no,
            trade_no=f"T{order.pk}",
            total_amount=Decimal(order.total_amount),
            paid_at=timezone.now(),
            source="notification",
        )
    )


def courses_of(user) -> set[int]:
    return set(Enrollment.objects.filter(user=user).values_list("course_id", flat=True))
