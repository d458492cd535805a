"""Refunds: asked for, decided, and carried out by the payment provider."""

from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from luffy_api.apps.course.models import Course
from luffy_api.apps.order.models.orders import Order
from luffy_api.apps.order.models.payments import OrderPayment
from luffy_api.apps.order.numbers import new_request_no
from luffy_api.common.models import TimestampedModel


class RefundStatus(models.IntegerChoices):
    """Stored in `Refund.status` and sent on the wire as its number."""

    REQUESTED = 0, "申请中"
    REJECTED = 1, "已拒绝"
    PROCESSING = 2, "处理中"
    REFUNDED = 3, "已退款"
    FAILED = 4, "失败"


OPEN_STATUSES = (RefundStatus.REQUESTED.value, RefundStatus.PROCESSING.value)
# Target status: those that it may be entered from. What failed is never tried again: staff start
# another refund, with a number of its own. Its provider may tell later that the money went back.
ALLOWED_SOURCES: dict[RefundStatus, tuple[RefundStatus, ...]] = {
    RefundStatus.REJECTED: (RefundStatus.REQUESTED,),
    RefundStatus.PROCESSING: (RefundStatus.REQUESTED,),
    RefundStatus.REFUNDED: (RefundStatus.PROCESSING, RefundStatus.FAILED),
    RefundStatus.FAILED: (RefundStatus.PROCESSING,),
}


class RefundQuerySet(models.QuerySet["Refund"]):
    """Refunds by what they say about money."""

    def refunded(self) -> Self:
        """Those whose money has gone back."""
        return self.filter(status=RefundStatus.REFUNDED)

    def committed(self) -> Self:
        """Those whose money has gone back or may go back at any moment."""
        return self.filter(status__in=[RefundStatus.PROCESSING, RefundStatus.REFUNDED])

    def due(self) -> Self:
        """Those whose provider has to be asked by now, the longest due first."""
        waiting = self.filter(status=RefundStatus.PROCESSING, next_query_at__lte=timezone.now())
        return waiting.order_by("next_query_at")

    def claim(self, refund: "Refund", *, until: datetime) -> bool:
        """Postpone a refund's next query to `until` (UTC); True for exactly one caller."""
        unclaimed = self.filter(pk=refund.pk, next_query_at=refund.next_query_at)
        return bool(unclaimed.postpone(until))

    def postpone(self, until: datetime) -> int:
        """Postpone the next query of all to `until` (UTC), because they are asked about now."""
        return self.update(next_query_at=until)

    def transition(self, *, to: RefundStatus, **fields: Any) -> int:
        """Move the refunds that ALLOWED_SOURCES permits; return how many moved.

        One conditional UPDATE, like that of orders. Nothing is queried afterwards unless `fields`
        say when.
        """
        changes = {"next_query_at": None, "updated_time": timezone.now(), **fields}
        return self.filter(status__in=ALLOWED_SOURCES[to]).update(status=to, **changes)


class Refund(TimestampedModel):
    """Money that goes back on one payment, for one course of its order or without naming any.

    `amount` in yuan, times in UTC. `out_request_no` is our number for the provider, under which a
    repeated call moves money once. A request that its student withdraws is deleted.
    """

    class Origin(models.TextChoices):
        STUDENT = "student", "学员申请"
        STAFF = "staff", "后台发起"
        COMMAND = "command", "命令行"
        CONSOLE = "console", "支付平台后台"

    # No database constraints towards orders and courses: see docs/decisions/0002.
    order = models.ForeignKey(
        Order,
        verbose_name="订单",
        on_delete=models.PROTECT,
        related_name="refunds",
        db_constraint=False,
    )
    payment = models.ForeignKey(
        OrderPayment,
        verbose_name="付款",
        on_delete=models.PROTECT,
        related_name="refunds",
        db_constraint=False,
    )
    course = models.ForeignKey(
        Course,
        verbose_name="课程",
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        null=True,
        blank=True,
    )
    amount = models.DecimalField("退款金额（元）", max_digits=10, decimal_places=2)
    # When it is refunded the membership of its order ends. A refund of all money ends it anyway.
    ends_membership = models.BooleanField(
        "按剩余天数退会员", default=False, db_default=False, editable=False
    )
    reason = models.CharField("退款原因", max_length=200)
    answer = models.CharField("给学员的答复", max_length=200, blank=True)
    origin = models.CharField("来源", max_length=16, choices=Origin)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="申请人",
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="处理人",
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
    )
    out_request_no = models.CharField(
        "退款单号", max_length=64, unique=True, default=new_request_no, editable=False
    )
    status = models.SmallIntegerField(
        "退款状态", choices=RefundStatus, default=RefundStatus.REQUESTED
    )
    gateway_answer = models.CharField("支付平台答复", max_length=200, blank=True)
    decided_at = models.DateTimeField("处理时间", null=True, blank=True)
    finished_at = models.DateTimeField("完成时间", null=True, blank=True)
    # When the next batch asks the payment provider; NULL when nothing is open.
    next_query_at = models.DateTimeField("下次查询", null=True, db_index=True, editable=False)
    query_failures = models.PositiveSmallIntegerField("连续未答复", default=0, editable=False)
    # The unique pair allows one open refund for the same line of a payment, on every database.
    open_payment = models.GeneratedField(
        expression=Case(When(status__in=OPEN_STATUSES, then=F("payment_id")), default=None),
        output_field=models.BigIntegerField(null=True),
        db_persist=True,
    )
    line = models.GeneratedField(
        expression=Coalesce(F("course_id"), Value(0)),
        output_field=models.BigIntegerField(),
        db_persist=True,
    )

    objects = RefundQuerySet.as_manager()

    class Meta:
        db_table = "luffy_refund"
        verbose_name = verbose_name_plural = "退款"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(name="refund_amount_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="refund_finished_has_time",
                condition=~Q(status=RefundStatus.REFUNDED) | Q(finished_at__isnull=False),
            ),
            models.UniqueConstraint(fields=["open_payment", "line"], name="refund_open_once"),
        ]
        indexes = [
            models.Index(fields=["status", "-id"], name="refund_by_status"),
            # Without it SQLite finds the refunds of an order among all that are refunded.
            models.Index(fields=["order", "status"], name="refund_of_order"),
            # What went back on a day, and of which of them somebody heard since a moment.
            models.Index(fields=["status", "finished_at"], name="refund_finished"),
            models.Index(fields=["status", "updated_time"], name="refund_changed"),
        ]

    @property
    def scope(self) -> str:
        """退款范围 in words: a course of the order, the whole payment, or any part of it."""
        if self.course:
            return f"课程《{self.course.name}》"
        if self.ends_membership:
            return "会员剩余天数"
        return "整笔付款" if self.amount == self.payment.amount else "付款的一部分"

    @property
    def ended_at(self) -> datetime | None:
        """When the money was back or the request was refused (UTC); None while neither is so."""
        return self.decided_at if self.status == RefundStatus.REJECTED else self.finished_at

    def __str__(self) -> str:
        return f"{self.out_request_no}：{self.amount} 元"
