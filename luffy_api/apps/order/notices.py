"""What buyers are told of their money: derived afterwards, so that a payment waits for nothing."""

from collections.abc import Iterable
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from luffy_api.apps.inbox import scheduled_notices
from luffy_api.apps.inbox.models import Kind
from luffy_api.apps.inbox.notifications import Notice
from luffy_api.apps.order.models import (
    MembershipLine,
    Order,
    PaymentEvent,
    PayType,
    Refund,
    RefundStatus,
)
from luffy_api.apps.order.states import OrderStatus

Reason = PaymentEvent.Reason
PAID_REASONS = (Reason.PAID, Reason.PAID_BUT_OWNED)


def find_bought(since: datetime, until: datetime) -> list[Notice]:
    """Of orders whose payment was recorded in this time, and that are paid still. Three queries."""
    events = PaymentEvent.objects.filter(
        created_time__gte=since,
        created_time__lt=until,
        accepted=True,
        reason__in=PAID_REASONS,
    )
    reasons = dict(events.order_by("pk").values_list("out_trade_no", "reason"))
    orders = Order.objects.filter(out_trade_no__in=reasons, order_status=OrderStatus.PAID)
    wanted = orders.order_by("pk").only("subject", "total_amount", "out_trade_no", "user")
    terms = MembershipLine.objects.filter(order__out_trade_no__in=reasons)
    members = set(terms.values_list("order_id", flat=True))
    return [
        _bought(order, reasons[order.out_trade_no], of_membership=order.pk in members)
        for order in wanted
    ]


def find_refunded(since: datetime, until: datetime) -> list[Notice]:
    """Of refunds whose money went back in this time. A query."""
    rows = Refund.objects.filter(
        status=RefundStatus.REFUNDED, updated_time__gte=since, updated_time__lt=until
    )
    rows = rows.select_related("order", "course", "payment")
    return [_refunded(row) for row in rows.order_by("pk")]


BOUGHT = scheduled_notices.Source("bought", find_bought)
REFUNDED = scheduled_notices.Source("refunded", find_refunded)
SOURCES: Iterable[scheduled_notices.Source] = (BOUGHT, REFUNDED)


def tell() -> int:
    """Tell what is new of payments and refunds; return how many were told."""
    return sum(scheduled_notices.run(source) for source in SOURCES)


def _bought(order: Order, reason: str, *, of_membership: bool) -> Notice:
    owned = "其中您早已拥有的课程，款项将会退回。" if reason == Reason.PAID_BUT_OWNED else ""
    where = "请到“我的课程”开始学习。"
    if of_membership:
        where = "会员已经生效，VIP专享课程在课程页加入后即可学习，到期时间见“会员”页。"
    return Notice(
        user_id=order.user_id,
        kind=Kind.BOUGHT,
        title=f"购买成功：{order.subject}",
        text=(
            f"已收到您为“{order.subject}”支付的 {order.total_amount} 元（订单号 "
            f"{order.out_trade_no}）。{owned}{where}"
        ),
        link=f"/user/orders/{order.out_trade_no}",
        parameters={"subject": order.subject, "amount": str(order.total_amount)},
        submission=uuid5(NAMESPACE_URL, f"luffy:bought:{order.pk}"),
    )


def _refunded(refund: Refund) -> Notice:
    what = refund.course.name if refund.course else refund.order.subject
    way = "已原路退回（订单号 {number}），到账时间以支付平台为准。"
    if refund.payment.pay_type == PayType.OFFLINE:
        way = "已由学校退还给您（订单号 {number}）。"
    return Notice(
        user_id=refund.order.user_id,
        kind=Kind.REFUNDED,
        title=f"已退款：{what}",
        text=f"“{what}”的 {refund.amount} 元{way.format(number=refund.order.out_trade_no)}",
        link=f"/user/orders/{refund.order.out_trade_no}",
        parameters={"subject": what, "amount": str(refund.amount)},
        submission=uuid5(NAMESPACE_URL, f"luffy:refunded:{refund.pk}"),
    )
