"""The outline of a course: chapters and their sections."""

from collections.abc import Sequence
from typing import Any, Self

from django.db import models
from django.db.models import Q

from luffy_api.apps.course.models.courses import Course
from luffy_api.apps.course.models.outbox import CatalogueEvent, OutboxModel
from luffy_api.common.models import CatalogueQuerySet
from luffy_api.libs.rich_text.formats import TextFormat, format_field

# Facts of what hangs on a section: of its video, and of its quiz.
DERIVED_FACTS = {"duration", "is_playable", "question_count"}


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

    def changed_subjects(self) -> set[tuple[int, int]]:
        """The course it belongs to."""
        return self.subjects_of([self])

    @classmethod
    def subjects_of(cls, rows: Sequence["CourseChapter"]) -> set[tuple[int, int]]:
        """The courses they belong to. One query."""
        found = cls.objects.filter(pk__in=[row.pk for row in rows]).order_by()
        courses = found.values_list("course_id", flat=True).distinct()
        return {(CatalogueEvent.Subject.COURSE, course_id) for course_id in courses}


def visible_section(path: str = "") -> Q:
    """Return the condition that students may see the section at `path` (`section__`).

    A section of a hidden chapter is hidden.
    """
    return Q(
        **{f"{path}is_show": True, f"{path}is_delete": False},
        **{f"{path}chapter__is_show": True, f"{path}chapter__is_delete": False},
    )


def has_matter(path: str = "") -> Q:
    """Return the condition that there is something to learn in the section at `path`.

    A video that can be watched right now, a quiz with questions, a text that is not blank.
    """
    kinds = CourseSection.SectionType
    video = Q(**{f"{path}section_type": kinds.VIDEO})
    quiz = Q(**{f"{path}section_type": kinds.QUIZ})
    plays = video & Q(**{f"{path}is_playable": True})
    asks = quiz & Q(**{f"{path}question_count__gt": 0})
    return plays | asks | (~video & ~quiz & ~Q(**{f"{path}content": ""}))


class CourseSectionQuerySet(CatalogueQuerySet["CourseSection"]):
    """Sections."""

    def visible(self) -> Self:
        """Those of `visible_section`."""
        return self.filter(visible_section())

    def playable(self) -> Self:
        """Those of `has_matter`."""
        return self.filter(has_matter())

    def in_order(self) -> Self:
        """By chapter, then by rank."""
        return self.order_by("chapter__chapter", "chapter_id", "orders", "id")


class CourseSection(OutboxModel):
    """A lesson: a document, an exercise, a video or a quiz."""

    class SectionType(models.IntegerChoices):
        DOCUMENT = 0, "文档"
        EXERCISE = 1, "练习"
        VIDEO = 2, "视频"
        QUIZ = 3, "测验"

    chapter = models.ForeignKey(
        CourseChapter, verbose_name="章节", on_delete=models.CASCADE, related_name="coursesections"
    )
    name = models.CharField("课时标题", max_length=128)
    section_type = models.SmallIntegerField(
        "课时种类", choices=SectionType, default=SectionType.VIDEO
    )
    content = models.TextField(
        "文字内容", blank=True, help_text="文档与练习的文字；测验题目前面的说明"
    )
    answer = models.TextField("参考答案", blank=True, help_text="练习的参考答案，学员点开后才显示")
    # Of both texts.
    content_format = format_field(TextFormat.MARKDOWN)
    # Of the current video; only `video.services` writes these.
    duration = models.PositiveIntegerField("时长（秒）", default=0)
    is_playable = models.BooleanField("视频可播放", default=False, editable=False)
    # Of the quiz; only `services.set_question_count` writes it.
    question_count = models.PositiveSmallIntegerField(
        "题数", default=0, db_default=0, editable=False
    )
    free_trail = models.BooleanField("可试看", default=False)

    objects = CourseSectionQuerySet.as_manager()

    class Meta:
        db_table = "luffy_course_section"
        verbose_name = verbose_name_plural = "课时"
        ordering = ["orders", "id"]
        indexes = [models.Index(fields=["chapter", "orders", "id"], name="section_in_chapter")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Leaves the facts of video and quiz alone unless they are named in `update_fields`.

        A form that was open while a video was transcoded would write old ones. A text of white
        space is none: there would be nothing to read, and still something left to learn.
        """
        if not self.content.strip():
            self.content = ""
        if not self._state.adding and kwargs.get("update_fields") is None:
            names = {field.name for field in self._meta.concrete_fields if not field.primary_key}
            kwargs["update_fields"] = names - DERIVED_FACTS
        super().save(*args, **kwargs)

    def changed_subjects(self) -> set[tuple[int, int]]:
        """The course it belongs to."""
        return self.subjects_of([self])

    @classmethod
    def subjects_of(cls, rows: Sequence["CourseSection"]) -> set[tuple[int, int]]:
        """The courses they belong to. One query."""
        found = cls.objects.filter(pk__in=[row.pk for row in rows]).order_by()
        courses = found.values_list("chapter__course_id", flat=True).distinct()
        return {(CatalogueEvent.Subject.COURSE, course_id) for course_id in courses}
