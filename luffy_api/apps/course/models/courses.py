"""Courses, and which of them students see."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q, Value

from luffy_api.apps.course import pricing
from luffy_api.apps.course.models import derived
from luffy_api.apps.course.models.categories import CourseCategory
from luffy_api.apps.course.models.outbox import CatalogueEvent, OutboxModel
from luffy_api.apps.course.models.teachers import Teacher
from luffy_api.apps.user.models import User
from luffy_api.common.models import CatalogueQuerySet
from luffy_api.common.renditions import RenditionsField
from luffy_api.common.transactions import retry_deadlocks
from luffy_api.libs.rich_text.formats import TextFormat, format_field
from luffy_api.libs.storage import private_storage

# What `is_listed` and `current_price` are computed from.
_DERIVED_FROM = frozenset(
    {"is_show", "is_delete", "status", "price", "course_category", "course_category_id"}
)
DERIVED = frozenset({"is_listed", "current_price"})
# Others count these: `student_counts`, and an app above this one by `course.ratings`.
COUNTED = frozenset({"students", "rating_count", "rating_average", "rating_score"})
MAX_STUDY_MONTHS = 120
# Of a course that nobody has rated, for the order of 好评.
UNRATED_SCORE = Decimal("3.5000")


def visible_course(path: str = "") -> Q:
    """Return the condition that students may see the course at `path` (`chapter__course__`).

    It is on sale or announced. A course in a hidden category is hidden with it.
    """
    return Q(
        **{f"{path}is_show": True, f"{path}is_delete": False},
        **{f"{path}status__in": [Course.Status.ONLINE, Course.Status.ANNOUNCED]},
        **{f"{path}course_category__is_show": True, f"{path}course_category__is_delete": False},
    )


class CourseQuerySet(CatalogueQuerySet["Course"]):
    """Courses by who sees them; `access` adds what depends on a student."""

    def visible(self) -> Self:
        """Courses that students may see."""
        return self.filter(visible_course())

    def listed(self) -> Self:
        """The same by the column that lists have their indexes for."""
        # On SQLite a plain `True` becomes `WHERE is_listed`, for which no index is used.
        return self.filter(is_listed=Value(True))

    def unlisted(self) -> Self:
        """All other courses than those of `listed`."""
        return self.filter(is_listed=Value(False))

    def on_sale(self) -> Self:
        """Courses that can be bought or joined right now."""
        return self.visible().filter(status=Course.Status.ONLINE)

    def for_card(self) -> Self:
        """Join the rows that a card shows."""
        return self.select_related("teacher", "course_category")

    def update(self, **kwargs: Any) -> int:
        """As Django's; what is derived from the values follows."""
        return derived.update(self, super().update, kwargs, _DERIVED_FROM, derived.ids_changed)

    @retry_deadlocks
    @transaction.atomic
    def bulk_create(self, objs: Iterable["Course"], *args: Any, **kwargs: Any) -> list["Course"]:
        """As Django's; what is derived from the values follows."""
        courses = super().bulk_create(objs, *args, **kwargs)
        derived.ids_changed([course.pk for course in courses])
        return courses


def is_listed_course() -> Q:
    """Return the condition that belongs into `Course.is_listed`, without a join."""
    category = CourseCategory.objects.visible().filter(pk=OuterRef("course_category_id"))
    offline = Q(status=Course.Status.OFFLINE)
    return Q(Exists(category), is_show=True, is_delete=False) & ~offline


def _indexes() -> list[models.Index]:
    """One for each ordering of the course list with each of its filters, in which a page is read.

    The columns of the filters come first, so that the rows of a list stand together. Search looks
    for the popular ones at a price.
    """
    filters = {
        "all": [],
        "kind": ["kind"],
        "category": ["course_category"],
        "both": ["kind", "course_category"],
    }
    orders = {
        "orders": ["orders", "id"],
        "students": ["students", "id", "current_price"],
        "price": ["current_price", "id"],
        "rating": ["rating_score", "id"],
    }
    return [
        models.Index(fields=["is_listed", *columns, *order], name=f"listed_{name}_{ordering}")
        for name, columns in filters.items()
        for ordering, order in orders.items()
    ]


class Course(OutboxModel):
    """A recorded course; its kind (免费课, 实战课, 轻课) is the list that shows it."""

    class Kind(models.IntegerChoices):
        FREE = 1, "免费课"
        ACTUAL = 2, "实战课"
        LIGHT = 3, "轻课"

    class CourseType(models.IntegerChoices):
        PAID = 0, "付费"
        VIP = 1, "VIP专享"
        DEGREE = 2, "学位课程"

    class Level(models.IntegerChoices):
        BEGINNER = 0, "初级"
        INTERMEDIATE = 1, "中级"
        ADVANCED = 2, "高级"

    class Status(models.IntegerChoices):
        ONLINE = 0, "上线"
        OFFLINE = 1, "下线"
        ANNOUNCED = 2, "预上线"

    name = models.CharField("课程名称", max_length=128)
    kind = models.SmallIntegerField("课程种类", choices=Kind, default=Kind.ACTUAL)
    course_type = models.SmallIntegerField("付费类型", choices=CourseType, default=CourseType.PAID)
    course_img = models.ImageField("封面图片", upload_to="course/covers", blank=True)
    course_img_set = RenditionsField("各种宽度的封面", of="course_img")
    brief = models.TextField("课程简介", max_length=2048, blank=True)
    detail = models.TextField("详情介绍", blank=True)
    content_format = format_field(TextFormat.HTML)
    level = models.SmallIntegerField("难度", choices=Level, default=Level.BEGINNER)
    status = models.SmallIntegerField("状态", choices=Status, default=Status.OFFLINE)
    pub_date = models.DateField("发布日期", null=True, blank=True)
    period = models.PositiveIntegerField("建议学习周期（天）", default=7)
    attachment_path = models.FileField(
        "课件", upload_to="course/attachments", storage=private_storage, max_length=255, blank=True
    )
    price = models.DecimalField(
        "价格（元）",
        max_digits=8,
        decimal_places=2,
        default=Decimal("0.00"),
        validators=[MinValueValidator(Decimal(0))],
    )
    # Whoever is a member is known above this app (`promotion.membership.prices`).
    vip_price = models.DecimalField(
        "会员价（元）",
        max_digits=8,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(pricing.CENT)],
        help_text="会员购买这门课程的价格，须低于价格；不填则会员与其他学员同价。"
        "限时优惠价更低时按优惠价；VIP专享课程会员免费学习，不需要会员价",
    )
    # Of a course that costs nothing, though it is none of the free courses (UTC); `on_sale`.
    zero_price_confirmed_at = models.DateTimeField("0 元价格确认时间", null=True, editable=False)
    zero_price_confirmed_by = models.ForeignKey(
        User,
        verbose_name="0 元价格确认人",
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        editable=False,
    )
    # Of grants from now on; what was sold keeps its own (`EnrollmentGrant.study_ends_at`).
    study_months = models.PositiveSmallIntegerField(
        "学习期限（月）",
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MAX_STUDY_MONTHS)],
        help_text="学员购买、免费加入或用兑换码开通后可以学习的月数（1 到 120）；不填为永久有效。"
        "修改后只影响以后开通的学员",
    )
    # Read by `learning`; a course without anything to learn is never finished.
    gives_certificate = models.BooleanField(
        "颁发结课证书",
        default=True,
        db_default=True,
        help_text="学员学完全部课时后可以领取结课证书；课程还没有更新完时请先关闭，"
        "免得学完一部分就领取。关闭后不再颁发，已颁发的仍然有效",
    )
    students = models.PositiveIntegerField("学习人数", default=0)
    sections = models.PositiveIntegerField("总课时", default=0)
    pub_sections = models.PositiveIntegerField("已更新课时", default=0)
    length = models.PositiveIntegerField("总时长（秒）", default=0)
    # Derived (`listing`); the database's defaults are for the code of an older release.
    is_listed = models.BooleanField("在课程目录中", default=False, db_default=False, editable=False)
    current_price = models.DecimalField(
        "当前价格（元）",
        max_digits=8,
        decimal_places=2,
        default=Decimal("0.00"),
        db_default=Decimal("0.00"),
        editable=False,
    )
    # Written by an app above this one, through `course.ratings`.
    rating_count = models.PositiveIntegerField("评价数", default=0, db_default=0, editable=False)
    rating_average = models.DecimalField(
        "平均星级",
        max_digits=3,
        decimal_places=2,
        default=Decimal("0.00"),
        db_default=Decimal("0.00"),
        editable=False,
    )
    rating_score = models.DecimalField(
        "好评得分",
        max_digits=5,
        decimal_places=4,
        default=UNRATED_SCORE,
        db_default=UNRATED_SCORE,
        editable=False,
    )
    course_category = models.ForeignKey(
        CourseCategory, verbose_name="分类", on_delete=models.PROTECT, related_name="courses"
    )
    teacher = models.ForeignKey(
        Teacher, verbose_name="讲师", on_delete=models.PROTECT, related_name="courses"
    )

    objects = CourseQuerySet.as_manager()

    class Meta:
        db_table = "luffy_course"
        verbose_name = verbose_name_plural = "课程"
        ordering = ["orders", "id"]
        constraints = [
            models.CheckConstraint(
                name="course_price_not_negative",
                condition=Q(price__gte=0),
                violation_error_message="价格不能为负数",
            ),
            models.CheckConstraint(
                name="course_free_costs_nothing",
                condition=~Q(kind=1) | Q(price=0),
                violation_error_message="免费课的价格必须为 0",
            ),
            # That it is below the price is `vip_price_fault`: the release before this one lowers
            # prices without knowing of it, and pricing takes the lower of the two.
            models.CheckConstraint(
                name="course_vip_price_positive",
                condition=Q(vip_price__isnull=True) | Q(vip_price__gt=0),
                violation_error_message="会员价不能低于 0.01 元",
            ),
            models.CheckConstraint(
                name="course_study_months",
                condition=Q(study_months__isnull=True)
                | Q(study_months__gte=1, study_months__lte=120),
                violation_error_message="学习期限须为 1 到 120 个月",
            ),
        ]
        indexes = [
            *_indexes(),
            # Also for the foreign key.
            models.Index(fields=["course_category", "orders", "id"], name="course_category_orders"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the row, but of one that exists neither what is counted nor what is derived.

        Others may have counted or computed them since this instance was read.
        """
        if not self._state.adding and kwargs.get("update_fields") is None:
            columns = {
                field.attname for field in self._meta.concrete_fields if not field.primary_key
            }
            written = columns - self.get_deferred_fields() - COUNTED - DERIVED
            kwargs["update_fields"] = written
        with transaction.atomic():
            super().save(*args, **kwargs)
            if derived.is_written(_DERIVED_FROM, kwargs.get("update_fields")):
                derived.courses_changed(self.pk)

    @property
    def vip_price_fault(self) -> str:
        """Why `vip_price` cannot be what it is, in Chinese; blank if it can."""
        if self.vip_price is None:
            return ""
        if self.course_type == self.CourseType.VIP:
            return "VIP专享课程会员免费学习，不需要会员价"
        return "" if self.vip_price < self.price else "会员价必须低于价格"

    def changed_subjects(self) -> set[tuple[int, int]]:
        """The course itself."""
        return {(CatalogueEvent.Subject.COURSE, self.pk)} if self.pk else set()
