"""Trades that an order had before its present one."""

from typing import Self

from django.db import models

from luffy_api.apps.order.models.orders import Order, PayType


class EarlierTradeQuerySet(models.QuerySet["EarlierTrade"]):
    """Trades by whether they may still be paid."""

    def open(self) -> Self:
        """Those of which it is not known yet that nobody can pay them."""
        return self.filter(is_open=True)


class EarlierTrade(models.Model):
    """A trade that its student left for another way to pay, or whose order was paid without it.

    It is open until the provider has said that it is closed or paid, or until its time limit has
    passed.
    """

    # No database constraint: see docs/decisions/0002.
    order = models.ForeignKey(
        Order,
        verbose_name="订单",
        on_delete=models.CASCADE,
        related_name="earlier_trades",
        db_constraint=False,
    )
    pay_type = models.SmallIntegerField("支付方式", choices=PayType)
    number = models.CharField("交易的订单号", max_length=64, unique=True)
    is_open = models.BooleanField("可能仍可付款", default=True)
    created_time = models.DateTimeField("更换时间", auto_now_add=True)

    objects = EarlierTradeQuerySet.as_manager()

    class Meta:
        db_table = "luffy_earlier_trade"
        verbose_name = verbose_name_plural = "更换过的交易"
        ordering = ["id"]

    def __str__(self) -> str:
        return self.number
