"""Packages (套餐): some courses that are sold together at a price of their own.

One that is a path (学位课程) has its courses in an order, in stages.
"""

from datetime import datetime
from decimal import Decimal
from typing import Self

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from luffy_api.apps.course.models import Course
from luffy_api.common.models import CatalogueModel, CatalogueQuerySet

MIN_COURSES, MAX_COURSES = 2, 20
# A cent for each course at least, however many there are.
MIN_PRICE = Decimal("0.20")


class PackageQuerySet(CatalogueQuerySet["Package"]):
    """Packages by what can be done with them."""

    def on_sale(self, now: datetime) -> Self:
        """Those that students see and may buy at `now` (UTC)."""
        return self.visible().filter(
            Q(starts_at=None) | Q(starts_at__lte=now),
            Q(ends_at=None) | Q(ends_at__gt=now),
            status=Package.Status.ON_SALE,
        )


class Package(CatalogueModel):
    """Courses with a price for all of them (yuan); between `starts_at` and `ends_at`, if given.

    `course_count` is the number of `courses`, written with them, so that the database refuses a
    package of one course, or of more than an order takes.
    """

    class Status(models.IntegerChoices):
        DRAFT = 1, "草稿"
        ON_SALE = 2, "在售"
        OFF = 3, "已停售"

    name = models.CharField("套餐名称", max_length=40)
    brief = models.CharField("简介", max_length=200, blank=True)
    courses = models.ManyToManyField(
        Course, verbose_name="课程", related_name="packages", db_table="luffy_package_courses"
    )
    course_count = models.PositiveSmallIntegerField("课程数", default=0, editable=False)
    price = models.DecimalField(
        "套餐价（元）",
        max_digits=8,
        decimal_places=2,
        validators=[MinValueValidator(MIN_PRICE)],
        help_text="全部课程一起购买的价格；学员已经拥有的课程会按比例扣除",
    )
    is_path = models.BooleanField(
        "学位课程",
        default=False,
        db_default=False,
        help_text="勾选后课程按阶段和先后排成一条学习路线，课程在下面的“阶段与课程”里填写",
    )
    status = models.SmallIntegerField("状态", choices=Status, default=Status.DRAFT)
    starts_at = models.DateTimeField("开售时间", null=True, blank=True, help_text="留空表示不限")
    ends_at = models.DateTimeField("停售时间", null=True, blank=True, help_text="留空表示不限")

    objects = PackageQuerySet.as_manager()

    class Meta:
        db_table = "luffy_package"
        verbose_name = verbose_name_plural = "套餐"
        ordering = ["orders", "-id"]
        constraints = [
            models.CheckConstraint(
                name="package_number_of_courses",
                condition=Q(course_count__lte=20) & (Q(status=1) | Q(course_count__gte=2)),
                violation_error_message="套餐须有 2 到 20 门课程",
            ),
            models.CheckConstraint(
                name="package_price_of_each",
                condition=Q(price__gte=Decimal("0.20")),
                violation_error_message="套餐价不能低于 0.20 元",
            ),
            models.CheckConstraint(
                name="package_ends_after_start",
                condition=Q(starts_at__isnull=True)
                | Q(ends_at__isnull=True)
                | Q(ends_at__gt=F("starts_at")),
                violation_error_message="停售时间必须晚于开售时间",
            ),
            models.CheckConstraint(name="package_status", condition=Q(status__in=[1, 2, 3])),
        ]

    def __str__(self) -> str:
        return self.name


class PackageStep(models.Model):
    """A row of a path: a course, or the title of a stage, to which the courses after it belong.

    What is sold are the `courses` of the package: a step of any other course says nothing.
    """

    package = models.ForeignKey(Package, on_delete=models.CASCADE, related_name="steps")
    course = models.ForeignKey(
        Course,
        verbose_name="课程",
        on_delete=models.PROTECT,
        related_name="package_steps",
        null=True,
        blank=True,
    )
    title = models.CharField("阶段标题", max_length=40, blank=True)
    brief = models.CharField("阶段说明", max_length=200, blank=True)
    orders = models.PositiveIntegerField("排序", default=100, help_text="数字小的排在前面")

    class Meta:
        db_table = "luffy_package_step"
        verbose_name = verbose_name_plural = "阶段与课程"
        ordering = ["orders", "id"]
        constraints = [
            models.CheckConstraint(
                name="package_step_stage_or_course",
                condition=Q(course__isnull=False, title="", brief="")
                | Q(~Q(title=""), course__isnull=True),
                violation_error_message="每一行要么选一门课程，要么填一个阶段的标题",
            ),
            models.UniqueConstraint(
                fields=["package", "course"],
                name="package_step_course_once",
                violation_error_message="这门课程已经在这条路线里",
            ),
        ]

    def __str__(self) -> str:
        return str(self.course) if self.course_id else self.title or "阶段与课程"
