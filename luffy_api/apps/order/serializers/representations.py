"""Orders as dictionaries, made without a serializer: the same as OrderSerializer makes of them."""

from typing import Any

from luffy_api.apps.order import memberships, payability
from luffy_api.apps.order.models import Order, OrderDetail, PayType
from luffy_api.apps.order.serializers.orders import (
    OrderMembershipSerializer,
    OrderSerializer,
    PaymentRefusalSerializer,
)
from luffy_api.apps.order.states import OrderStatus
from luffy_api.common.response import wire_time


def represent(order: Order) -> dict[str, Any]:
    """An order with its `lines` and `refund_rows`, as its owner sees it."""
    if order.refund_rows:
        return dict(OrderSerializer(order, context={}).data)
    line = None if order.lines else memberships.line_of(order)
    refusal = payability.with_payability(order).payment_refusal
    return {
        "out_trade_no": order.out_trade_no,
        "subject": order.subject,
        "total_amount": f"{order.total_amount:.2f}",
        "order_status": int(order.order_status),
        "order_status_name": str(OrderStatus(order.order_status).label),
        "pay_type": int(order.pay_type),
        "pay_type_name": str(PayType(order.pay_type).label),
        "trade_no": order.trade_no,
        "pay_time": wire_time(order.pay_time) if order.pay_time else None,
        "created_time": wire_time(order.created_time),
        "expires_at": wire_time(order.expires_at),
        "coupon_name": order.coupon_name,
        "coupon_amount": f"{order.coupon_amount:.2f}",
        "courses": [_course(line) for line in order.lines],
        "membership": dict(OrderMembershipSerializer(line).data) if line else None,
        "refunded_amount": "0.00",
        "refunds": [],
        "payment_refusal": dict(PaymentRefusalSerializer(refusal).data) if refusal else None,
        "can_reorder": order.can_reorder,
    }


def _course(line: OrderDetail) -> dict[str, Any]:
    picture = line.course.course_img
    return {
        "id": line.course_id,
        "name": line.course.name,
        "course_img": picture.url if picture else None,
        "price": f"{line.price:.2f}",
        "real_price": f"{line.real_price:.2f}",
        "vip_amount": f"{line.vip_amount:.2f}",
        "coupon_amount": f"{line.coupon_amount:.2f}",
        "package": line.package_id,
        "package_name": line.package_name,
        "study_months": line.study_months,
        "product_type": line.product_type,
        "product_id": line.product_id,
    }
