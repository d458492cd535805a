import secrets

from django.db import models
from django.utils import timezone

from luffy_api.common.dates import SHANGHAI


def new_transaction_id() -> str:
    """28 digits that begin with 42, as WeChat Pay's own."""
    return f"42000{_today()}{secrets.randbelow(10**15):015d}"


def new_refund_id() -> str:
    """28 digits that begin with 50."""
    return f"50300{_today()}{secrets.randbelow(10**15):015d}"


def new_token() -> str:
    """The unguessable id of a prepared payment."""
    return f"wx{secrets.token_hex(17)}"


def _today() -> str:
    return f"{timezone.now().astimezone(SHANGHAI):%Y%m%d}"


class TradeState(models.TextChoices):
    NOTPAY = "NOTPAY", "等待付款"
    SUCCESS = "SUCCESS", "已付款"
    REFUND = "REFUND", "转入退款"
    CLOSED = "CLOSED", "已关闭"


class TradeType(models.TextChoices):
    NATIVE = "NATIVE", "扫码"
    H5 = "MWEB", "手机浏览器"
    JSAPI = "JSAPI", "微信内"


class BillFault(models.TextChoices):
    """What is wrong about a payment or refund in the bill of its day; set by tests."""

    OMITTED = "omitted", "账单漏记"
    AMOUNT = "amount", "账单金额多一元"
    ORDER = "order", "账单订单号不同"


class WechatTradeQuerySet(models.QuerySet["WechatTrade"]):
    def close_expired(self) -> int:
        """Close trades that were not paid in time; return how many."""
        now = timezone.now()
        late = self.filter(state=TradeState.NOTPAY, expires_at__lte=now)
        return late.update(state=TradeState.CLOSED)


class WechatTrade(models.Model):
    """A payment as the gateway sees it. Amounts in fen, times in UTC."""

    out_trade_no = models.CharField("商户订单号", max_length=32, unique=True)
    transaction_id = models.CharField(
        "交易号", max_length=32, unique=True, default=new_transaction_id
    )
    token = models.CharField(max_length=64, unique=True, default=new_token, editable=False)
    trade_type = models.CharField("方式", max_length=16, choices=TradeType)
    description = models.CharField("商品", max_length=127)
    total = models.PositiveBigIntegerField("金额（分）")
    refunded = models.PositiveBigIntegerField("已退（分）", default=0)
    state = models.CharField("状态", max_length=16, choices=TradeState, default=TradeState.NOTPAY)
    openid = models.CharField("付款人", max_length=128, blank=True)
    notify_url = models.CharField("通知地址", max_length=256)
    created_at = models.DateTimeField("创建时间", default=timezone.now, editable=False)
    expires_at = models.DateTimeField("付款期限", null=True, blank=True)
    paid_at = models.DateTimeField("付款时间", null=True, blank=True)
    bill_fault = models.CharField("账单差错", max_length=16, choices=BillFault, blank=True)

    objects = WechatTradeQuerySet.as_manager()

    class Meta:
        db_table = "luffy_wechat_sandbox_trade"
        ordering = ("-id",)
        verbose_name = verbose_name_plural = "交易"

    def __str__(self) -> str:
        return self.out_trade_no

    @property
    def yuan(self) -> str:
        """The amount in yuan, for the cashier."""
        return f"{self.total // 100}.{self.total % 100:02d}"


class WechatRefund(models.Model):
    """One refund; the same number is carried out once. Amounts in fen."""

    class State(models.TextChoices):
        PROCESSING = "PROCESSING", "处理中"
        SUCCESS = "SUCCESS", "已退款"
        CLOSED = "CLOSED", "已关闭"
        ABNORMAL = "ABNORMAL", "退款异常"

    trade = models.ForeignKey(
        WechatTrade, models.CASCADE, verbose_name="交易", related_name="refunds"
    )
    out_refund_no = models.CharField("商户退款单号", max_length=64, unique=True)
    refund_id = models.CharField("退款单号", max_length=32, unique=True, default=new_refund_id)
    amount = models.PositiveBigIntegerField("退款金额（分）")
    state = models.CharField("状态", max_length=16, choices=State, default=State.PROCESSING)
    notify_url = models.CharField("通知地址", max_length=256, blank=True)
    created_at = models.DateTimeField("退款时间", default=timezone.now, editable=False)
    finished_at = models.DateTimeField("到账时间", null=True)
    bill_fault = models.CharField("账单差错", max_length=16, choices=BillFault, blank=True)

    class Meta:
        db_table = "luffy_wechat_sandbox_refund"
        ordering = ("-id",)
        verbose_name = verbose_name_plural = "退款"

    def __str__(self) -> str:
        return self.out_refund_no


class WechatNotification(models.Model):
    """A notification to the merchant, repeated until it is answered with 200 or 204.

    `plain` is the resource before encryption: every attempt is encrypted and signed anew, since a
    signature is good for five minutes. `next_attempt_at` is NULL when there are no attempts left.
    """

    trade = models.ForeignKey(
        WechatTrade, models.CASCADE, verbose_name="交易", related_name="notifications"
    )
    event_id = models.CharField("通知号", max_length=40, unique=True)
    event_type = models.CharField("事件", max_length=32)
    url = models.CharField("地址", max_length=256)
    plain = models.TextField("内容")
    attempts = models.PositiveSmallIntegerField("次数", default=0)
    next_attempt_at = models.DateTimeField("下次发送", null=True, default=timezone.now)
    delivered_at = models.DateTimeField("送达时间", null=True)
    last_answer = models.CharField("最近的回答", max_length=200, blank=True)
    created_at = models.DateTimeField("创建时间", default=timezone.now, editable=False)

    class Meta:
        db_table = "luffy_wechat_sandbox_notification"
        ordering = ("-id",)
        verbose_name = verbose_name_plural = "异步通知"
        indexes = (models.Index(fields=("next_attempt_at",), name="luffy_wechat_notify_due"),)

    def __str__(self) -> str:
        return self.event_id


class WechatCode(models.Model):
    """A code of the OAuth fake: good once, for five minutes."""

    code = models.CharField(max_length=64, unique=True, default=secrets.token_hex)
    openid = models.CharField(max_length=64)
    app_id = models.CharField(max_length=32, default="", db_default="")
    unionid = models.CharField(max_length=64, default="", db_default="")
    used = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        db_table = "luffy_wechat_sandbox_code"
        verbose_name = verbose_name_plural = "授权码"

    def __str__(self) -> str:
        return self.openid
