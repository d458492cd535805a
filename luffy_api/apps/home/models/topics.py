"""专题: pages about a subject, with courses that somebody has chosen for it."""

from datetime import datetime
from typing import Self

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from luffy_api.apps.course.models import Course
from luffy_api.common.models import CatalogueModel, CatalogueQuerySet
from luffy_api.common.renditions import RenditionsField
from luffy_api.libs.rich_text.formats import TextFormat, format_field

MAX_SLUG = 64


class TopicQuerySet(CatalogueQuerySet["Topic"]):
    """Topics by who sees them."""

    def current(self, now: datetime) -> Self:
        """Those that visitors see at this moment (UTC)."""
        not_ended = Q(ends_at=None) | Q(ends_at__gt=now)
        return self.visible().filter(not_ended, starts_at__lte=now)


class Topic(CatalogueModel):
    """A page of the shop with an introduction and courses, between two moments (UTC)."""

    title = models.CharField("标题", max_length=60)
    slug = models.CharField(
        "网址",
        max_length=MAX_SLUG,
        unique=True,
        validators=[
            RegexValidator(r"\A[a-z0-9]+(-[a-z0-9]+)*\Z", "只用小写字母、数字和中间的连字符")
        ],
        help_text="专题页的地址是 /topic/ 加上它，如 double-11；发布之后不要再改",
    )
    brief = models.CharField(
        "一句话介绍", max_length=120, help_text="显示在专题列表、搜索引擎和分享的链接里"
    )
    cover = models.ImageField(
        "横幅图片", upload_to="topic", help_text="宽是高的三倍，如 1920 × 640"
    )
    cover_set = RenditionsField("各种宽度的横幅图片", of="cover")
    text = models.TextField("介绍", blank=True)
    content_format = format_field(TextFormat.HTML)
    courses = models.ManyToManyField(
        Course, verbose_name="课程", through="TopicCourse", related_name="topics"
    )
    starts_at = models.DateTimeField("开始时间", default=timezone.now)
    ends_at = models.DateTimeField("结束时间", null=True, blank=True, help_text="不填则一直显示")
    is_show = models.BooleanField("发布", default=False, help_text="不勾选时是草稿，网站上看不到")

    objects = TopicQuerySet.as_manager()

    class Meta:
        db_table = "luffy_topic"
        verbose_name = verbose_name_plural = "专题"
        ordering = ["orders", "-id"]
        constraints = [
            models.CheckConstraint(
                name="topic_ends_after_start",
                condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")),
                violation_error_message="结束时间须晚于开始时间",
            )
        ]

    def __str__(self) -> str:
        return self.title


class TopicCourse(models.Model):
    """A course of a topic, in the order that the topic shows."""

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="entries")
    course = models.ForeignKey(
        Course, verbose_name="课程", on_delete=models.PROTECT, related_name="topic_entries"
    )
    orders = models.PositiveIntegerField("排序", default=100, help_text="数字小的排在前面")

    class Meta:
        db_table = "luffy_topic_course"
        verbose_name = verbose_name_plural = "专题课程"
        ordering = ["orders", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["topic", "course"],
                name="topic_course_once",
                violation_error_message="这门课程已经在专题里",
            )
        ]

    def __str__(self) -> str:
        return str(self.course) if self.course_id else "专题课程"
