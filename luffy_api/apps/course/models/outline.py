"""The outline of a course: chapters and their sections."""

from typing import Self
from uuid import uuid4

from django.core.validators import FileExtensionValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from luffy_api.apps.course.models.courses import Course
from luffy_api.apps.course.models.outbox import CatalogueEvent, OutboxModel
from luffy_api.common.models import CatalogueQuerySet
from luffy_api.libs.storage import private_storage


def video_folder() -> str:
    """A new folder for one film and all that is made of it; swept as a whole."""
    return f"course/videos/{timezone.now():%Y%m}/{uuid4().hex}"


def video_path(section: "CourseSection", filename: str) -> str:
    """Where a film from a form lies."""
    return f"{video_folder()}/{filename}"


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


class CourseSectionQuerySet(CatalogueQuerySet["CourseSection"]):
    """Sections."""

    def visible(self) -> Self:
        """A section of a hidden chapter is hidden."""
        return super().visible().filter(chapter__is_show=True, chapter__is_delete=False)

    def playable(self) -> Self:
        """Videos that can be watched right now; of other sections, those with a text."""
        video = Q(section_type=self.model.SectionType.VIDEO)
        film = ~Q(hls="") | (~Q(video="") & Q(video_plays=True))
        return self.filter((video & film) | (~video & ~Q(content="")))

    def in_order(self) -> Self:
        """By chapter, then by rank."""
        return self.order_by("chapter__chapter", "chapter_id", "orders", "id")


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
