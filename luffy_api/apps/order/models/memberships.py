"""What an order of a membership is for."""

from decimal import Decimal

from django.db import models
from django.db.models import Q

from luffy_api.apps.order.models.orders import Order
from luffy_api.apps.promotion.models import MembershipTerm


class MembershipLine(models.Model):
    """The one line of an order that is for a membership; such an order has no course.

    Name, length and price (yuan) are those of the term when the order was placed. No database
    constraints towards orders and terms: see docs/decisions/0002.
    """

    order = models.OneToOneField(
        Order,
        verbose_name="订单",
        on_delete=models.CASCADE,
        related_name="membership_line",
        db_constraint=False,
    )
    term = models.ForeignKey(
        MembershipTerm,
        verbose_name="会员套餐",
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
    )
    name = models.CharField("会员套餐", max_length=20)
    months = models.PositiveSmallIntegerField("月数", default=0)
    days = models.PositiveSmallIntegerField("天数", default=0)
    price = models.DecimalField("价格（元）", max_digits=8, decimal_places=2)

    class Meta:
        db_table = "luffy_order_membership"
        verbose_name = verbose_name_plural = "会员订单内容"
        constraints = [
            models.CheckConstraint(
                name="order_membership_length",
                condition=Q(months=0, days__gte=1) | Q(days=0, months__gte=1),
            ),
            models.CheckConstraint(
                name="order_membership_price", condition=Q(price__gte=Decimal("0.01"))
            ),
        ]

    # As clients name what was sold, see `OrderDetail.product_type`.
    product_type = "membership"

    def __str__(self) -> str:
        return f"{self.name}：{self.price}"
