"""Courses, and which of them students see."""

from decimal import Decimal
from typing import Any, Self

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from luffy_api.apps.course.models.categories import CourseCategory
from luffy_api.apps.course.models.outbox import CatalogueEvent, OutboxModel
from luffy_api.apps.course.models.teachers import Teacher
from luffy_api.common.models import CatalogueQuerySet
from luffy_api.common.renditions import RenditionsField
from luffy_api.libs.storage import private_storage


def visible_course(path: str = "") -> Q:
    """Return the condition that students may see the course at `path` (`chapter__course__`).

    A course in a hidden category is hidden with it.
    """
    return Q(
        **{f"{path}is_show": True, f"{path}is_delete": False},
        **{f"{path}course_category__is_show": True, f"{path}course_category__is_delete": False},
    )


class CourseQuerySet(CatalogueQuerySet["Course"]):
    """Courses by who sees them; `access` adds what depends on a student."""

    def visible(self) -> Self:
        """Courses that students may see."""
        return self.filter(visible_course())

    def listed(self) -> Self:
        """Courses of the catalogue: visible, and on sale or announced."""
        return self.filter(_listed_course())

    def unlisted(self) -> Self:
        """All other courses than those of `listed`."""
        return self.exclude(_listed_course())

    def on_sale(self) -> Self:
        """Courses that can be bought or joined right now."""
        return self.visible().filter(status=Course.Status.ONLINE)

    def for_card(self) -> Self:
        """Join the rows that a card shows."""
        return self.select_related("teacher", "course_category")


def _listed_course() -> Q:
    return visible_course() & ~Q(status=Course.Status.OFFLINE)


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
    detail = models.TextField("详情介绍", blank=True, help_text="可使用 HTML，保存后会过滤危险标签")
    level = models.SmallIntegerField("难度", choices=Level, default=Level.BEGINNER)
    status = models.SmallIntegerField("状态", choices=Status, default=Status.ONLINE)
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
    students = models.PositiveIntegerField("学习人数", default=0)
    sections = models.PositiveIntegerField("总课时", default=0)
    pub_sections = models.PositiveIntegerField("已更新课时", default=0)
    length = models.PositiveIntegerField("总时长（秒）", default=0)
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
        ]
        # One for each ordering of the course list, which is filtered by kind and by category.
        indexes = [
            models.Index(fields=["kind", "orders", "id"], name="course_kind_orders"),
            models.Index(fields=["kind", "students", "id"], name="course_kind_students"),
            models.Index(fields=["kind", "price", "id"], name="course_kind_price"),
            models.Index(fields=["course_category", "orders", "id"], name="course_category_orders"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the row, but not the students of one that exists.

        `student_counts` may have counted some since this instance was read.
        """
        if not self._state.adding and kwargs.get("update_fields") is None:
            columns = {
                field.attname for field in self._meta.concrete_fields if not field.primary_key
            }
            kwargs["update_fields"] = columns - self.get_deferred_fields() - {"students"}
        super().save(*args, **kwargs)

    def changed_subjects(self) -> set[tuple[int, int]]:
        """The course itself."""
        return {(CatalogueEvent.Subject.COURSE, self.pk)} if self.pk else set()
