"""The school's own settings: one row that staff edit in the back office."""

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from luffy_api.common.models import TimestampedModel


class SchoolSettings(TimestampedModel):
    """The single row; without it the defaults of its fields hold."""

    ONLY_PK = 1

    # MariaDB allows no check of an id that counts up.
    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY_PK, editable=False)
    refund_days = models.PositiveSmallIntegerField(
        "退款期限（天）",
        default=7,
        validators=[MaxValueValidator(365)],
        help_text="付款后多少天内学员可以自己申请退款；0 表示学员不能自己申请",
    )
    refund_watched_percent = models.PositiveSmallIntegerField(
        "退款时最多已看（%）",
        default=20,
        validators=[MaxValueValidator(100)],
        help_text="学员看过的视频超过这个比例，就只能由后台发起退款",
    )

    refund_returns_coupon = models.BooleanField(
        "全额退款后退回优惠券",
        default=True,
        db_default=True,
        help_text="订单的款项全部退回后，所用的优惠券退给学员，在有效期内可以再用；部分退款不退券",
    )

    offline_confirm_above = models.DecimalField(
        "线下收款须两人确认的金额（元）",
        max_digits=10,
        decimal_places=2,
        default=Decimal("1000.00"),
        validators=[MinValueValidator(0)],
        help_text="超过这个金额的线下收款，须由登记人以外的同事确认；0 表示每一笔都须两人",
    )

    teachers_see_revenue = models.BooleanField(
        "讲师可以看到自己课程的收入",
        default=False,
        db_default=False,
        help_text="不勾选时，有后台账号的讲师只看到自己课程的浏览、购买人次和学习进度，看不到金额",
    )

    class Meta:
        db_table = "luffy_school_settings"
        verbose_name = verbose_name_plural = "学校设置"
        constraints = [
            models.CheckConstraint(name="school_settings_single", condition=Q(id=1)),
            models.CheckConstraint(
                name="school_settings_percent", condition=Q(refund_watched_percent__lte=100)
            ),
        ]

    def __str__(self) -> str:
        return "学校设置"
