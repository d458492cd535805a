"""Money that reached the school without a payment provider: a bank transfer, or cash."""

from uuid import uuid4

from django.db import models
from django.db.models import Case, F, Q, When
from django.utils import timezone

from luffy_api.apps.order.models.orders import Order
from luffy_api.apps.user.models import User
from luffy_api.common.models import TimestampedModel
from luffy_api.libs.storage import private_storage


class OfflineStatus(models.IntegerChoices):
    """Only a CONFIRMED one has paid its order."""

    WAITING = 0, "待确认"
    CONFIRMED = 1, "已入账"
    VOID = 2, "已作废"


def receipt_name(suffix: str) -> str:
    """A new name in the private storage: nothing of the payer is in it."""
    return f"order/receipts/{timezone.localdate():%Y%m}/{uuid4().hex}{suffix}"


class OfflinePayment(TimestampedModel):
    """What staff have recorded about a payment by hand, of the whole order; times in UTC.

    `reference` (the bank's number, or that of a receipt) becomes the payment's `trade_no`.
    """

    # No database constraint towards orders: see docs/decisions/0002.
    order = models.ForeignKey(
        Order,
        verbose_name="订单",
        on_delete=models.PROTECT,
        related_name="offline_payments",
        db_constraint=False,
    )
    payer = models.CharField("付款人", max_length=100)
    reference = models.CharField("凭证号", max_length=64, db_index=True)
    amount = models.DecimalField("金额（元）", max_digits=10, decimal_places=2)
    paid_at = models.DateTimeField("到账时间")
    receipt = models.FileField(
        "凭证", upload_to="order/receipts", storage=private_storage, max_length=255
    )
    status = models.SmallIntegerField("状态", choices=OfflineStatus, default=OfflineStatus.WAITING)
    recorded_by = models.ForeignKey(
        User, verbose_name="登记人", on_delete=models.PROTECT, related_name="+"
    )
    decided_by = models.ForeignKey(
        User,
        verbose_name="确认人",
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
    )
    decided_at = models.DateTimeField("确认时间", null=True, blank=True)
    # The unique column allows one that waits for each order, on every database.
    waiting_order = models.GeneratedField(
        expression=Case(When(status=OfflineStatus.WAITING, then=F("order_id")), default=None),
        output_field=models.BigIntegerField(null=True),
        db_persist=True,
        unique=True,
    )

    class Meta:
        db_table = "luffy_offline_payment"
        verbose_name = verbose_name_plural = "线下收款"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(name="offline_payment_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="offline_payment_decided",
                condition=Q(status=OfflineStatus.WAITING)
                | Q(decided_by__isnull=False, decided_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference}：{self.amount} 元"
