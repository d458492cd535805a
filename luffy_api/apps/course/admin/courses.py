"""Courses, with their chapters on the same page."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget
from django.db import transaction
from django.db.models import FileField, ForeignKey, QuerySet, TextField
from django.http import HttpRequest
from django.utils.safestring import SafeString

from luffy_api.apps.course import services, tasks
from luffy_api.apps.course.models import Course, CourseChapter
from luffy_api.common import audit_log
from luffy_api.common.admin import CatalogueAdmin, SoftDeleteInline, picture, staff_id
from luffy_api.common.file_checks import check_download

DOWNLOAD_HINT = (
    f"压缩包、PDF、Office 文档或文本，不超过 {settings.ATTACHMENT_MAX_BYTES // 1024**2} MB。"
    "学员下载后看到的就是这个文件名"
)


class ChapterInline(SoftDeleteInline):
    """Chapters on the course's page; each links to its own page, where its sections are."""

    model = CourseChapter
    formfield_overrides = {TextField: {"widget": AdminTextareaWidget(attrs={"rows": 2})}}
    fields = ["chapter", "name", "summary", "is_show"]


@admin.register(Course)
class CourseAdmin(CatalogueAdmin):
    """课程."""

    formfield_overrides = {
        **CatalogueAdmin.formfield_overrides,
        FileField: {"validators": [check_download], "help_text": DOWNLOAD_HINT},
    }
    list_display = [
        "cover",
        "name",
        "kind",
        "course_category",
        "teacher",
        "price",
        "status",
        "students",
        "orders",
        "is_show",
    ]
    list_display_links = ["cover", "name"]
    list_editable = ["orders", "is_show"]
    list_filter = ["kind", "course_category", "status", "is_show", "teacher"]
    list_select_related = ["course_category", "teacher"]
    search_fields = ["name", "brief", "teacher__name"]
    actions = ["show", "hide", "put_on_sale", "take_off_sale"]
    readonly_fields = ["preview", "students", "sections", "pub_sections", "length"]
    inlines = [ChapterInline]
    fieldsets = [
        (
            "基本信息",
            {"fields": ["name", ("kind", "course_category", "teacher"), ("level", "course_type")]},
        ),
        ("销售", {"fields": [("status", "price"), ("orders", "is_show")]}),
        (
            "内容",
            {"fields": [("course_img", "preview"), "brief", "detail", "attachment_path"]},
        ),
        (
            "进度",
            {
                "fields": [
                    ("pub_date", "period"),
                    ("sections", "pub_sections", "length", "students"),
                ]
            },
        ),
    ]

    @admin.display(description="封面")
    def cover(self, course: Course) -> SafeString | str:
        """Return the thumbnail for the changelist as HTML."""
        return picture(course.course_img)

    @admin.display(description="封面预览")
    def preview(self, course: Course) -> SafeString | str:
        """Return the cover at a height of 120 px as HTML."""
        return picture(course.course_img, height=120)

    @admin.action(description="上线", permissions=["change"])
    def put_on_sale(self, request: HttpRequest, queryset: QuerySet[Course]) -> None:
        """Put courses on sale."""
        self._set_status(request, queryset, Course.Status.ONLINE)

    @admin.action(description="下线", permissions=["change"])
    def take_off_sale(self, request: HttpRequest, queryset: QuerySet[Course]) -> None:
        """Remove courses from the catalogue; enrolled students keep them."""
        self._set_status(request, queryset, Course.Status.OFFLINE)

    def _set_status(
        self, request: HttpRequest, queryset: QuerySet[Course], status: Course.Status
    ) -> None:
        rows = list(queryset)
        with transaction.atomic():
            for course in rows:
                course.status = status
                course.save(update_fields=["status", "updated_time"])
                audit_log.log_change(course, user_id=staff_id(request), message=status.label)
        self.message_user(request, f"已{status.label} {len(rows)} 门课程")

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Offer no deleted categories and teachers."""
        kwargs["queryset"] = db_field.related_model._default_manager.filter(is_delete=False)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Course, form: Any, change: bool) -> None:
        """Sanitise the HTML of the course page before it is stored."""
        obj.detail = services.sanitised_detail(obj.detail)
        super().save_model(request, obj, form, change)
        if "course_img" in form.changed_data:
            transaction.on_commit(tasks.render_covers, robust=True)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Count the sections again: chapters may have been hidden or deleted."""
        super().save_related(request, form, formsets, change)
        services.recount_sections(form.instance.pk)
