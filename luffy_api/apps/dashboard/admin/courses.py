"""Courses, with their outlines on the same page."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.db import transaction
from django.db.models import FileField, ForeignKey, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from luffy_api.apps.course import on_sale, previews, services, tasks
from luffy_api.apps.course.models import Course
from luffy_api.apps.dashboard.permissions import may_see_outline
from luffy_api.apps.texts.admin import RichTextAdmin
from luffy_api.apps.texts.forms import RichTextForm
from luffy_api.apps.video.admin.widgets import VideoUploadWidget, upload_rules
from luffy_api.common import batches
from luffy_api.common.admin import NOTHING, CatalogueAdmin, picture, staff_id
from luffy_api.common.bulk_steps import BulkSteps, steps_page
from luffy_api.common.exceptions import DomainError
from luffy_api.common.file_checks import check_download

DOWNLOAD_HINT = (
    "压缩包、PDF、Office 文档、Jupyter 笔记本、代码或文本，"
    f"不超过 {settings.ATTACHMENT_MAX_BYTES // 1024**2} MB。"
    "学员下载后看到的就是这个文件名"
)
COVER_HINT = (
    "建议 1280×720 像素（16:9）的 JPG、PNG 或 WebP。其他比例的图片在网站上居中裁剪，"
    "预览就是裁剪后的样子"
)
# Courses that a bulk action names with its reason; a page has no room for thousands.
MAX_REFUSED = 10


class CourseForm(RichTextForm):
    """A course; one that goes on sale has all that it takes."""

    rich_texts = ("detail",)
    confirm_free = forms.BooleanField(
        label="确认以 0 元销售",
        required=False,
        help_text="实战课、轻课的价格为 0 元时，勾选后才能上线；任何人都可以免费加入学习",
    )

    class Meta:
        model = Course
        fields = "__all__"
        help_texts = {"course_img": COVER_HINT}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["confirm_free"] = self.instance.zero_price_confirmed_at is not None
        self.stored = Course.objects.filter(pk=self.instance.pk).first()

    def _post_clean(self) -> None:
        """Hook of Django: the values of the form are in the instance by then."""
        super()._post_clean()  # type: ignore[misc]
        if self.errors:
            return
        if fault := self.instance.vip_price_fault:
            self.add_error("vip_price", fault)
        confirmed = self.cleaned_data["confirm_free"]
        if not confirmed or not on_sale.needs_confirmation(self.instance):
            self.instance.zero_price_confirmed_at = None
            self.instance.zero_price_confirmed_by = None
        elif self.instance.zero_price_confirmed_at is None:
            self.instance.zero_price_confirmed_at = timezone.now()
        for sentence in on_sale.new_obstacles(self.instance, before=self.stored):
            self.add_error("status", f"还不能上线：{sentence}")


@admin.register(Course)
class CourseAdmin(RichTextAdmin, CatalogueAdmin):
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
    list_filter = ["kind", "course_category", "status", "is_show"]
    autocomplete_fields = ["course_category", "teacher"]
    list_select_related = ["course_category", "teacher"]
    search_fields = ["name", "brief", "teacher__name"]
    actions = ["show", "hide", "put_on_sale", "take_off_sale"]
    form = CourseForm
    readonly_fields = [
        *("preview", "students", "sections", "pub_sections", "length"),
        *("free_confirmation", "preview_link"),
    ]
    fieldsets = [
        (
            "基本信息",
            {"fields": ["name", ("kind", "course_category", "teacher"), ("level", "course_type")]},
        ),
        (
            "销售",
            {
                "fields": [
                    ("status", "price", "vip_price"),
                    "study_months",
                    ("confirm_free", "free_confirmation"),
                    ("orders", "is_show"),
                    "preview_link",
                ]
            },
        ),
        (
            "内容",
            {
                "fields": [
                    ("course_img", "preview"),
                    *("brief", "content_format", "detail", "attachment_path"),
                ]
            },
        ),
        (
            "进度",
            {
                "fields": [
                    ("pub_date", "period"),
                    "gives_certificate",
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
        """Return the cover as pages show it, cropped; a script puts a newly chosen one there."""
        image = picture(course.course_img, height=180) if course.course_img else "还没有封面"
        return format_html('<span class="luffy-cover" data-cover-preview>{}</span>', image)

    @admin.display(description="确认以 0 元销售", boolean=True)
    def confirm_free(self, course: Course) -> bool:
        """Return what the box says, for who may not tick it."""
        return course.zero_price_confirmed_at is not None

    @admin.display(description="0 元价格确认")
    def free_confirmation(self, course: Course) -> str:
        """Return who confirmed it and when."""
        if course.zero_price_confirmed_at is None:
            return NOTHING
        moment = date_format(localtime(course.zero_price_confirmed_at), "DATETIME_FORMAT")
        return f"{course.zero_price_confirmed_by or '已删除的用户'}，{moment}"

    @admin.display(description="预览链接")
    def preview_link(self, course: Course) -> SafeString | str:
        """Return a link for whoever may see the course before it is public, and when it ends."""
        if course.pk is None:
            return "保存后可以获取"
        return format_html(
            '<a href="{0}" target="_blank" rel="noopener">打开预览</a>'
            "<br>{1} 天内有效，可以发给需要提前查看课程的人：<br><code>{0}</code>",
            previews.make_link(course.pk),
            settings.PREVIEW_LIFETIME.days,
        )

    @property
    def media(self) -> forms.Media:
        """The scripts of the page, with that of the outline."""
        return super().media + VideoUploadWidget().media

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The form, and below it the outline for who may see it."""
        context = {**(extra_context or {})}
        if may_see_outline(request.user):
            context |= {"outline_rules": upload_rules()}
        return super().change_view(request, object_id, form_url, context)

    def response_add(
        self, request: HttpRequest, obj: Course, post_url_continue: str | None = None
    ) -> HttpResponse:
        """A new course stays open: its outline is the next thing to do."""
        if "_addanother" not in request.POST and IS_POPUP_VAR not in request.POST:
            sent = request.POST.copy()
            sent["_continue"] = "1"
            request.POST = sent  # type: ignore[assignment]
        return super().response_add(request, obj, post_url_continue)

    def view_on_site(self, obj: Course) -> str:
        """Hook of Django: the public page; of a course that has none, a preview of it."""
        if obj.is_listed:
            return f"{settings.PUBLIC_URL}/course/{obj.pk}"
        return previews.make_link(obj.pk)

    @batches.takes_all
    @admin.action(description="上线", permissions=["change"])
    def put_on_sale(self, request: HttpRequest, queryset: QuerySet[Course]) -> HttpResponse | None:
        """Put courses on sale that have all that it takes."""
        return self._set_status(request, queryset, Course.Status.ONLINE)

    @batches.takes_all
    @admin.action(description="下线", permissions=["change"])
    def take_off_sale(
        self, request: HttpRequest, queryset: QuerySet[Course]
    ) -> HttpResponse | None:
        """Remove courses from the catalogue; enrolled students keep them."""
        return self._set_status(request, queryset, Course.Status.OFFLINE)

    def _set_status(
        self, request: HttpRequest, queryset: QuerySet[Course], status: Course.Status
    ) -> HttpResponse | None:
        steps = BulkSteps.of(request, queryset)
        for keys in steps.batches():
            found = on_sale.set_status(course_ids=keys, status=status, user_id=staff_id(request))
            self._name_refused(request, found, already=steps.refused)
            steps.note(keys, done=len(keys) - len(found), refused=len(found))
        if not steps.is_over:
            return steps_page(request, self, steps, str(status.label))
        if (rest := steps.refused - MAX_REFUSED) > 0:
            self.message_user(request, f"另有 {rest} 门课程没有改动", messages.WARNING)
        if steps.done:
            self.message_user(request, f"已{status.label} {steps.done} 门课程")
        return None

    def _name_refused(
        self, request: HttpRequest, refused: dict[int, DomainError], *, already: int
    ) -> None:
        """A sentence for each of the first of an action, of which some were named `already`."""
        told = list(refused)[: max(0, MAX_REFUSED - already)]
        names = dict(Course.objects.filter(pk__in=told).values_list("pk", "name"))
        for pk in told:
            sentence = f"《{names.get(pk, pk)}》{refused[pk].message}"
            self.message_user(request, sentence, messages.WARNING)

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Offer no deleted categories and teachers."""
        kwargs["queryset"] = db_field.related_model._default_manager.filter(is_delete=False)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Course, form: Any, change: bool) -> None:
        """Note who confirmed a price of 0."""
        if "confirm_free" in form.changed_data and obj.zero_price_confirmed_at:
            obj.zero_price_confirmed_by_id = staff_id(request)
        super().save_model(request, obj, form, change)
        if "course_img" in form.changed_data:
            transaction.on_commit(tasks.render_covers, robust=True)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Count the sections again: chapters may have been hidden or deleted."""
        super().save_related(request, form, formsets, change)
        services.recount_sections(form.instance.pk)
        course = Course.objects.get(pk=form.instance.pk)
        if course.status == Course.Status.ONLINE and (missing := on_sale.obstacles(course)):
            self.message_user(request, f"课程已经上线，但{'；'.join(missing)}", messages.WARNING)
