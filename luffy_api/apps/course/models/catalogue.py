"""Courses and what they are made of."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.core.validators import FileExtensionValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from luffy_api.apps.course import pricing
from luffy_api.apps.course.models.outbox import CatalogueEvent, OutboxModel
from luffy_api.apps.course.querysets import CourseQuerySet, CourseSectionQuerySet
from luffy_api.common.models import CatalogueQuerySet
from luffy_api.libs.storage import private_storage

if TYPE_CHECKING:
    from luffy_api.apps.course.models.discounts import CourseDiscount


def video_folder() -> str:
    """A new folder for one film and all that is made of it; swept as a whole."""
    return f"course/videos/{timezone.now():%Y%m}/{uuid4().hex}"


def video_path(section: "CourseSection", filename: str) -> str:
    """Where a film from a form lies."""
    return f"{video_folder()}/{filename}"


class CourseCategory(OutboxModel):
    """Python, Linux, 前端 …"""

    name = models.CharField("名称", max_length=64, unique=True)

    objects = CatalogueQuerySet["CourseCategory"].as_manager()

    class Meta:
        db_table = "luffy_course_category"
        verbose_name = verbose_name_plural = "课程分类"
        ordering = ["orders", "id"]

    def __str__(self) -> str:
        return self.name

    def changes(self) -> set[tuple[int, int]]:
        """Every course in it."""
        return {(CatalogueEvent.Subject.CATEGORY, self.pk)} if self.pk else set()


class Teacher(OutboxModel):
    """Who teaches."""

    class Role(models.IntegerChoices):
        LECTURER = 0, "讲师"
        TUTOR = 1, "导师"
        HEAD = 2, "班主任"

    name = models.CharField("姓名", max_length=32)
    role = models.SmallIntegerField("身份", choices=Role, default=Role.LECTURER)
    title = models.CharField("职位、职称", max_length=64)
    signature = models.CharField("导师签名", max_length=255, blank=True)
    image = models.ImageField("头像", upload_to="teacher", blank=True)
    brief = models.TextField("简介", max_length=1024, blank=True)

    objects = CatalogueQuerySet["Teacher"].as_manager()

    class Meta:
        db_table = "luffy_teacher"
        verbose_name = verbose_name_plural = "讲师"
        ordering = ["orders", "id"]

    def __str__(self) -> str:
        return self.name

    def changes(self) -> set[tuple[int, int]]:
        """Every course of this teacher."""
        return {(CatalogueEvent.Subject.TEACHER, self.pk)} if self.pk else set()


class Course(OutboxModel):
    """A recorded course; its kind is the shelf it stands on."""

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
    brief = models.TextField("课程简介", max_length=2048, blank=True)
    detail = models.TextField("详情介绍", blank=True, help_text="可使用 HTML,保存后会过滤危险标签")
    level = models.SmallIntegerField("难度", choices=Level, default=Level.BEGINNER)
    status = models.SmallIntegerField("状态", choices=Status, default=Status.ONLINE)
    pub_date = models.DateField("发布日期", null=True, blank=True)
    period = models.PositiveIntegerField("建议学习周期(天)", default=7)
    attachment_path = models.FileField(
        "课件", upload_to="course/attachments", storage=private_storage, max_length=255, blank=True
    )
    price = models.DecimalField(
        "价格(元)",
        max_digits=8,
        decimal_places=2,
        default=Decimal("0.00"),
        validators=[MinValueValidator(Decimal(0))],
    )
    students = models.PositiveIntegerField("学习人数", default=0)
    sections = models.PositiveIntegerField("总课时", default=0)
    pub_sections = models.PositiveIntegerField("已更新课时", default=0)
    length = models.PositiveIntegerField("总时长(秒)", default=0)
    course_category = models.ForeignKey(
        CourseCategory, verbose_name="分类", on_delete=models.PROTECT, related_name="courses"
    )
    teacher = models.ForeignKey(
        Teacher, verbose_name="讲师", on_delete=models.PROTECT, related_name="courses"
    )

    objects = CourseQuerySet.as_manager()

    # Filled by selectors, for pages.
    running_discounts: list["CourseDiscount"]
    section_list: list["CourseSection"]
    offer: pricing.Offer
    owned: bool
    attachment_url: str | None
    progress: Any
    marks: dict[str, list[tuple[int, int]]]

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
        # One per ordering of the shelves; the category row narrows within a kind.
        indexes = [
            models.Index(fields=["kind", "orders", "id"], name="course_kind_orders"),
            models.Index(fields=["kind", "students", "id"], name="course_kind_students"),
            models.Index(fields=["kind", "price", "id"], name="course_kind_price"),
            models.Index(fields=["course_category", "orders", "id"], name="course_category_orders"),
        ]

    def __str__(self) -> str:
        return self.name

    def changes(self) -> set[tuple[int, int]]:
        """Itself."""
        return {(CatalogueEvent.Subject.COURSE, self.pk)} if self.pk else set()


class CourseChapter(OutboxModel):
    """A part of a course."""

    course = models.ForeignKey(
        Course, verbose_name="课程", on_delete=models.CASCADE, related_name="coursechapters"
    )
    chapter = models.PositiveSmallIntegerField("第几章", default=1)
    name = models.CharField("章节标题", max_length=128)
    summary = models.TextField("章节介绍", max_length=1024, blank=True)

    objects = CatalogueQuerySet["CourseChapter"].as_manager()

    class Meta:
        db_table = "luffy_course_chapter"
        verbose_name = verbose_name_plural = "章节"
        ordering = ["chapter", "id"]
        indexes = [models.Index(fields=["course", "chapter", "id"], name="chapter_in_course")]

    def __str__(self) -> str:
        return f"第 {self.chapter} 章 {self.name}"

    def changes(self) -> set[tuple[int, int]]:
        """The course it belongs to."""
        courses = CourseChapter.objects.filter(pk=self.pk).values_list("course_id", flat=True)
        return {(CatalogueEvent.Subject.COURSE, course_id) for course_id in courses}


class CourseSection(OutboxModel):
    """A lesson: a document, an exercise or a video."""

    class SectionType(models.IntegerChoices):
        DOCUMENT = 0, "文档"
        EXERCISE = 1, "练习"
        VIDEO = 2, "视频"

    class MediaState(models.IntegerChoices):
        NONE = 0, "未上传"
        UPLOADING = 1, "上传中"
        PROCESSING = 2, "转码中"
        READY = 3, "可播放"
        FAILED = 4, "失败"

    chapter = models.ForeignKey(
        CourseChapter, verbose_name="章节", on_delete=models.CASCADE, related_name="coursesections"
    )
    name = models.CharField("课时标题", max_length=128)
    section_type = models.SmallIntegerField(
        "课时种类", choices=SectionType, default=SectionType.VIDEO
    )
    video = models.FileField(
        "视频",
        upload_to=video_path,
        storage=private_storage,
        max_length=255,
        blank=True,
        validators=[FileExtensionValidator(["mp4", "flv", "m3u8"])],
    )
    # What became of the film: written by the video app only. A conversion that is
    # under way or failed does not stop a film that browsers can show as it is.
    media_state = models.SmallIntegerField(
        "视频状态", choices=MediaState, default=MediaState.NONE, editable=False
    )
    media_note = models.CharField("视频说明", max_length=255, blank=True, editable=False)
    video_plays = models.BooleanField("原视频可播放", default=True, editable=False)
    hls = models.CharField("HLS 播放列表", max_length=255, blank=True, editable=False)
    poster = models.CharField("视频封面", max_length=255, blank=True, editable=False)
    content = models.TextField("文字内容", blank=True, help_text="文档与练习的 Markdown 文本")
    answer = models.TextField(
        "参考答案", blank=True, help_text="练习的参考答案(Markdown),学员点开后才显示"
    )
    duration = models.PositiveIntegerField("时长(秒)", default=0)
    free_trail = models.BooleanField("可试看", default=False)

    objects = CourseSectionQuerySet.as_manager()

    # Annotated, for who wants to watch.
    owned: bool

    class Meta:
        db_table = "luffy_course_section"
        verbose_name = verbose_name_plural = "课时"
        ordering = ["orders", "id"]
        indexes = [models.Index(fields=["chapter", "orders", "id"], name="section_in_chapter")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_playable(self) -> bool:
        """Whether there is something to watch right now; querysets say `playable()`."""
        return bool(self.hls) or (bool(self.video) and self.video_plays)

    @property
    def shown_state(self) -> int:
        """`media_state`; films that were put in by hand have never been looked at."""
        if self.media_state == self.MediaState.NONE and self.video:
            return self.MediaState.READY
        return self.media_state

    def changes(self) -> set[tuple[int, int]]:
        """The course it belongs to."""
        courses = CourseSection.objects.filter(pk=self.pk).values_list(
            "chapter__course_id", flat=True
        )
        return {(CatalogueEvent.Subject.COURSE, course_id) for course_id in courses}
