"""Chapters and sections. Whatever changes here, the numbers on the course follow."""

import io
from typing import Any, cast

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest
from django.urls import URLPattern, path

from luffy_api.apps.course import services
from luffy_api.apps.course.admin.empty_courses import WarnsOfEmptyCourses
from luffy_api.apps.course.models import Course, CourseChapter, CourseSection
from luffy_api.apps.texts.admin import RichTextAdmin
from luffy_api.apps.video import subtitles
from luffy_api.apps.video.admin.chapters import CHAPTERS, CHAPTERS_HELP
from luffy_api.apps.video.admin.subtitles import SUBTITLE_FIELDS, SUBTITLES, SUBTITLES_HELP
from luffy_api.apps.video.admin.videos import (
    SectionForm,
    SectionPageForm,
    VideoAdminMixin,
    VideoStateFilter,
    WithVideos,
)
from luffy_api.common.admin import CatalogueAdmin, SoftDeleteInline
from luffy_api.common.edit_conflicts.authors import deletion_of


def _key(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0


def _recount(course_ids: set[int | None]) -> None:
    for course_id in course_ids - {None}:
        services.recount_sections(cast(int, course_id))


class SectionInline(WithVideos, SoftDeleteInline):
    """Sections on the chapter's page."""

    model = CourseSection
    form = SectionForm
    fields = ["orders", "name", "section_type", "video", "duration", "free_trail", "is_show"]


@admin.register(CourseChapter)
class CourseChapterAdmin(WarnsOfEmptyCourses, CatalogueAdmin):
    """章节."""

    course_path = "course"

    list_display = ["__str__", "course", "is_show", "updated_time"]
    list_filter = ["is_show"]
    list_select_related = ["course"]
    search_fields = ["name", "course__name"]
    autocomplete_fields = ["course"]
    inlines = [SectionInline]
    fieldsets = [
        ("章节", {"fields": ["course", ("chapter", "name"), "summary", "is_show"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[CourseChapter]:
        """Hook of Django: without those of courses that were deleted."""
        rows: QuerySet[CourseChapter] = super().get_queryset(request)
        return rows.filter(course__is_delete=False)

    def deletion_above(self, object_id: str) -> LogEntry | None:
        """Of its course."""
        found = CourseChapter.objects.filter(pk=_key(object_id), course__is_delete=True)
        course = found.values_list("course", flat=True).first()
        return deletion_of(Course, str(course)) if course else None

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Videos are stored once their sections have rows."""
        super().save_formset(request, form, formset, change)
        written = [*formset.new_objects, *(section for section, _ in formset.changed_objects)]
        for each in formset.forms:
            if each.instance in written:
                each.save_video()

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Sections were written, hidden or deleted; or the chapter moved to another course."""
        super().save_related(request, form, formsets, change)
        _recount({form.instance.course_id, form.initial.get("course")})

    def after_change(self, rows: list[CourseChapter]) -> None:
        """Their sections come and go with them."""
        _recount({row.course_id for row in rows})


@admin.register(CourseSection)
class CourseSectionAdmin(WarnsOfEmptyCourses, RichTextAdmin, VideoAdminMixin, CatalogueAdmin):
    """课时."""

    form = SectionPageForm
    list_display = [
        "name",
        "course",
        "chapter",
        "section_type",
        "video_state",
        "duration",
        "free_trail",
    ]
    list_filter = ["section_type", VideoStateFilter, "free_trail", "is_show"]
    actions = ["show", "hide", "retry"]
    list_select_related = ["chapter__course"]
    search_fields = ["name", "chapter__name", "chapter__course__name"]
    autocomplete_fields = ["chapter"]
    fieldsets = [
        ("课时", {"fields": ["chapter", "name", ("section_type", "free_trail")]}),
        ("内容", {"fields": ["video", "duration", "content_format", "content", "answer"]}),
        (SUBTITLES, {"fields": list(SUBTITLE_FIELDS), "description": SUBTITLES_HELP}),
        (CHAPTERS, {"fields": ["chapters"], "description": CHAPTERS_HELP}),
        ("展示", {"fields": [("orders", "is_show")]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[CourseSection]:
        """Hook of Django: without those of chapters and courses that were deleted."""
        rows = super().get_queryset(request)
        return rows.filter(chapter__is_delete=False, chapter__course__is_delete=False)

    def deletion_above(self, object_id: str) -> LogEntry | None:
        """Of its chapter, or of its course."""
        found = CourseSection.objects.filter(pk=_key(object_id)).select_related("chapter__course")
        section = found.first()
        if section is not None and section.chapter.is_delete:
            return deletion_of(CourseChapter, str(section.chapter_id))
        if section is not None and section.chapter.course.is_delete:
            return deletion_of(Course, str(section.chapter.course_id))
        return None

    def get_fieldsets(self, request: HttpRequest, obj: CourseSection | None = None) -> Any:
        """Files of subtitles, and the list of chapters, are for who may change them."""
        groups = super().get_fieldsets(request, obj)
        if self.has_change_permission(request, obj):
            return groups
        return [group for group in groups if group[0] not in {SUBTITLES, CHAPTERS}]

    def get_urls(self) -> list[URLPattern]:
        """With the addresses at which stored subtitles are saved."""
        view = self.admin_site.admin_view(self.subtitles)
        name = "course_coursesection_subtitles"
        own = path("<int:pk>/subtitles/<str:language>/", view, name=name)
        return [own, *super().get_urls()]

    def subtitles(self, request: HttpRequest, pk: int, language: str) -> FileResponse:
        """The WebVTT of one language, as a file."""
        section = CourseSection.objects.not_deleted().filter(pk=pk).first()
        if not self.has_view_permission(request, section):
            raise PermissionDenied
        webvtt = subtitles.webvtt_of(pk, language) if section else None
        if webvtt is None:
            raise Http404
        file = io.BytesIO(webvtt.encode())
        return FileResponse(file, as_attachment=True, filename=f"{pk}.{language}.vtt")

    @admin.display(description="课程", ordering="chapter__course")
    def course(self, section: CourseSection) -> str:
        """Where it belongs."""
        return section.chapter.course.name

    def save_model(self, request: HttpRequest, obj: CourseSection, form: Any, change: bool) -> None:
        """It may have been hidden, or moved from another course."""
        super().save_model(request, obj, form, change)
        form.save_video()
        form.save_subtitles()
        form.save_chapters()
        before = CourseChapter.objects.filter(pk=form.initial.get("chapter")).first()
        _recount({obj.chapter.course_id, before.course_id if before else None})

    def after_change(self, rows: list[CourseSection]) -> None:
        """One sum per course."""
        chapters = CourseChapter.objects.filter(pk__in={row.chapter_id for row in rows})
        _recount(set(chapters.values_list("course_id", flat=True)))
