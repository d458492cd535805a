"""Orders whose rows were lost, made again from what the provider keeps with their trades."""

import logging
from decimal import Decimal

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from luffy_api.apps.course.models import Course
from luffy_api.apps.order import subjects
from luffy_api.apps.order.exceptions import OrderNotRecreated
from luffy_api.apps.order.models import Order, OrderDetail, PayMethod, PayType
from luffy_api.apps.order.numbers import placed_at, trade_count
from luffy_api.apps.order.payment import references
from luffy_api.apps.order.payment.interface import Payment
from luffy_api.apps.order.payment.references import Reference
from luffy_api.apps.order.states import OrderStatus
from luffy_api.apps.user.models import User
from luffy_api.common.database_errors import is_taken
from luffy_api.common.transactions import retry_deadlocks

logger = logging.getLogger(__name__)

# How it was really paid is not known.
METHODS = {PayType.ALIPAY: PayMethod.PAGE, PayType.WECHAT: PayMethod.NATIVE}


def recreate(payment: Payment) -> None:
    """The order of a proved payment, expired, so that `record_payment` makes it paid.

    Its lines have the prices that were paid; list prices and study periods are those of today.
    Raises OrderNotRecreated with the reason. Nothing happens when the order is there.
    """
    reference = references.read(payment.reference, out_trade_no=payment.out_trade_no)
    if reference is None:
        raise OrderNotRecreated("支付平台没有保存可识别的订单内容")
    if sum(reference.prices.values(), Decimal(0)) != payment.total_amount:
        raise OrderNotRecreated("实付金额与订单内容不符")
    if not User.objects.filter(pk=reference.user_id).exists():
        raise OrderNotRecreated(f"学员在备份之后才注册，{_about(reference)}")
    courses = Course.objects.in_bulk(list(reference.prices))
    if len(courses) < len(reference.prices):
        raise OrderNotRecreated(f"其中有备份之后才建的课程，{_about(reference)}")
    try:
        _create(payment, reference, courses)
    except IntegrityError as error:
        if not is_taken(error, Order, "out_trade_no"):
            raise
    logger.info("order %s was made again from its trade", payment.out_trade_no)


@retry_deadlocks
@transaction.atomic
def _create(payment: Payment, reference: Reference, courses: dict[int, Course]) -> None:
    began = placed_at(payment.out_trade_no) or payment.paid_at or timezone.now()
    order = Order.objects.create(
        out_trade_no=payment.out_trade_no,
        user_id=reference.user_id,
        subject=subjects.subject_of([course.name for course in courses.values()]),
        total_amount=payment.total_amount,
        pay_type=payment.pay_type,
        pay_method=METHODS[payment.pay_type],
        trade_count=trade_count(payment.number),
        order_status=OrderStatus.EXPIRED,
        expires_at=began + settings.ORDER_TIMEOUT,
    )
    Order.objects.filter(pk=order.pk).update(created_time=began)
    OrderDetail.objects.bulk_create(
        OrderDetail(
            order=order,
            course=courses[pk],
            price=courses[pk].price,
            real_price=price,
            study_months=courses[pk].study_months,
        )
        for pk, price in reference.prices.items()
    )


def _about(reference: Reference) -> str:
    return f"学员 {reference.user_id}，课程 {'、'.join(map(str, reference.prices))}"
