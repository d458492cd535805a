import secrets

from django.db import models
from django.utils import timezone

from luffy_api.common.dates import SHANGHAI


def new_trade_no() -> str:
    """28 digits with the Beijing date in front, as Alipay's own."""
    return f"{timezone.now().astimezone(SHANGHAI):%Y%m%d}22001{secrets.randbelow(10**15):015d}"


def new_token() -> str:
    """The unguessable part of a cashier's URL."""
    return secrets.token_urlsafe(24)


class TradeStatus(models.TextChoices):
    WAITING = "WAIT_BUYER_PAY", "等待付款"
    PAID = "TRADE_SUCCESS", "已付款"
    CLOSED = "TRADE_CLOSED", "已关闭"


class BillFault(models.TextChoices):
    """What is wrong about a payment or refund in the bill of its day; set by tests."""

    OMITTED = "omitted", "账单漏记"
    AMOUNT = "amount", "账单金额多一元"
    ORDER = "order", "账单订单号不同"


class SandboxTradeQuerySet(models.QuerySet["SandboxTrade"]):
    def close_expired(self) -> int:
        """Close trades that were not paid in time; return how many."""
        now = timezone.now()
        late = self.filter(status=TradeStatus.WAITING, expires_at__lte=now)
        return late.update(status=TradeStatus.CLOSED, closed_at=now)


class SandboxTrade(models.Model):
    """A payment as the gateway sees it. Amounts in yuan, times in UTC."""

    out_trade_no = models.CharField("商户订单号", max_length=64, unique=True)
    trade_no = models.CharField("交易号", max_length=28, unique=True, default=new_trade_no)
    token = models.CharField(max_length=64, unique=True, default=new_token, editable=False)
    subject = models.CharField("商品", max_length=256)
    total_amount = models.DecimalField("金额", max_digits=11, decimal_places=2)
    refunded_amount = models.DecimalField("已退金额", max_digits=11, decimal_places=2, default=0)
    status = models.CharField(
        "状态", max_length=16, choices=TradeStatus, default=TradeStatus.WAITING
    )
    notify_url = models.CharField("通知地址", max_length=500, blank=True)
    return_url = models.CharField("返回地址", max_length=500, blank=True)
    buyer_id = models.CharField("付款人", max_length=16, default="2088000000000088")
    created_at = models.DateTimeField("创建时间", default=timezone.now, editable=False)
    expires_at = models.DateTimeField("付款期限", null=True, blank=True)
    paid_at = models.DateTimeField("付款时间", null=True, blank=True)
    closed_at = models.DateTimeField("关闭时间", null=True, blank=True)
    bill_fault = models.CharField("账单差错", max_length=16, choices=BillFault, blank=True)

    objects = SandboxTradeQuerySet.as_manager()

    class Meta:
        db_table = "luffy_sandbox_trade"
        ordering = ("-id",)
        verbose_name = verbose_name_plural = "交易"

    def __str__(self) -> str:
        return self.out_trade_no


class SandboxRefund(models.Model):
    """One refund request; the same request number is carried out once."""

    trade = models.ForeignKey(
        SandboxTrade, models.CASCADE, verbose_name="交易", related_name="refunds"
    )
    request_no = models.CharField("退款请求号", max_length=64)
    amount = models.DecimalField("退款金额", max_digits=11, decimal_places=2)
    created_at = models.DateTimeField("退款时间", default=timezone.now, editable=False)
    bill_fault = models.CharField("账单差错", max_length=16, choices=BillFault, blank=True)

    class Meta:
        db_table = "luffy_sandbox_refund"
        verbose_name = verbose_name_plural = "退款"
        constraints = (
            models.UniqueConstraint(
                fields=("trade", "request_no"), name="luffy_sandbox_refund_once"
            ),
        )

    def __str__(self) -> str:
        return self.request_no


class SandboxNotification(models.Model):
    """A notification to the merchant, repeated until it is answered with `success`.

    `next_attempt_at` is NULL when there are no attempts left.
    """

    trade = models.ForeignKey(
        SandboxTrade, models.CASCADE, verbose_name="交易", related_name="notifications"
    )
    body = models.TextField("内容")
    attempts = models.PositiveSmallIntegerField("次数", default=0)
    next_attempt_at = models.DateTimeField("下次发送", null=True, default=timezone.now)
    delivered_at = models.DateTimeField("送达时间", null=True)
    last_answer = models.CharField("最近的回答", max_length=200, blank=True)
    created_at = models.DateTimeField("创建时间", default=timezone.now, editable=False)

    class Meta:
        db_table = "luffy_sandbox_notification"
        ordering = ("-id",)
        verbose_name = verbose_name_plural = "异步通知"
        indexes = (models.Index(fields=("next_attempt_at",), name="luffy_sandbox_notify_due"),)

    def __str__(self) -> str:
        return f"{self.trade_id}/{self.pk}"


class SandboxAuthCode(models.Model):
    """What a visitor comes back with from the page of a login: good once, for three minutes."""

    code = models.CharField(max_length=64, unique=True, default=secrets.token_hex)
    open_id = models.CharField(max_length=64)
    used = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        db_table = "luffy_sandbox_auth_code"
        verbose_name = verbose_name_plural = "授权码"

    def __str__(self) -> str:
        return self.open_id
