"""The back office of what the school says about itself, and of its own rules."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import ImageField
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from luffy_api.apps.school import agreement_texts, selectors, services
from luffy_api.apps.school.exceptions import AgreementNotFound, AgreementOvertaken
from luffy_api.apps.school.models import (
    Agreement,
    AgreementKind,
    Announcement,
    FooterLink,
    HelpPage,
    SchoolSettings,
    SiteSettings,
)
from luffy_api.apps.school.models.site import MARKDOWN
from luffy_api.apps.texts.admin import RichTextAdmin
from luffy_api.apps.texts.forms import RichTextForm
from luffy_api.common.admin import CatalogueAdmin, ModelAdmin, picture
from luffy_api.common.edit_conflicts.admin import EditConflictsAdmin
from luffy_api.common.file_checks import check_picture
from luffy_api.libs.markdown import to_html

if TYPE_CHECKING:
    ModelForm = forms.ModelForm[Agreement]
else:
    ModelForm = forms.ModelForm


class SingleRowAdmin(EditConflictsAdmin, ModelAdmin):
    """The form of the single row stands where other models have a list."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The form of the single row."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        only: int = self.model.ONLY_PK  # type: ignore[attr-defined]
        self.model._default_manager.get_or_create(pk=only)
        return self.change_view(request, str(only), extra_context=extra_context)


@admin.register(SchoolSettings)
class SchoolSettingsAdmin(SingleRowAdmin):
    """学校设置."""

    fieldsets = [
        ("退款", {"fields": ["refund_days", "refund_watched_percent", "refund_returns_coupon"]}),
        ("线下收款", {"fields": ["offline_confirm_above"]}),
        ("讲师", {"fields": ["teachers_see_revenue"]}),
    ]


@admin.register(SiteSettings)
class SiteSettingsAdmin(SingleRowAdmin):
    """网站信息."""

    formfield_overrides = {ImageField: {"validators": [check_picture]}}
    readonly_fields = ["logo_preview", "favicon_preview", "qr_preview"]
    fieldsets = [
        ("网站", {"fields": ["name", "slogan", "description"]}),
        ("标志", {"fields": ["logo", "logo_preview", "favicon", "favicon_preview"]}),
        ("备案", {"fields": ["icp_number", "police_number"]}),
        (
            "客服",
            {"fields": ["service_phone", "service_hours", "service_wechat_qr", "qr_preview"]},
        ),
    ]

    @admin.display(description="标志预览")
    def logo_preview(self, row: SiteSettings) -> SafeString | str:
        """The logo as the header shows it."""
        return picture(row.logo)

    @admin.display(description="图标预览")
    def favicon_preview(self, row: SiteSettings) -> SafeString | str:
        """The icon, a little larger than in a tab."""
        return picture(row.favicon, height=32)

    @admin.display(description="二维码预览")
    def qr_preview(self, row: SiteSettings) -> SafeString | str:
        """The code, large enough for a phone."""
        return picture(row.service_wechat_qr, height=120)


@admin.register(FooterLink)
class FooterLinkAdmin(CatalogueAdmin):
    """页脚链接."""

    list_display = ["title", "link", "orders", "is_show"]
    list_editable = ["orders", "is_show"]
    search_fields = ["title", "link"]
    fieldsets = [
        ("链接", {"fields": ["title", "link"]}),
        ("展示", {"fields": [("orders", "is_show")]}),
    ]


@admin.register(HelpPage)
class HelpPageAdmin(CatalogueAdmin):
    """帮助页面."""

    list_display = ["title", "orders", "is_show", "updated_time"]
    list_editable = ["orders", "is_show"]
    search_fields = ["title", "text"]
    fieldsets = [
        ("页面", {"fields": ["title", "text"]}),
        ("展示", {"fields": [("orders", "is_show")]}),
    ]

    def view_on_site(self, page: HelpPage) -> str:
        """Its address in the shop."""
        return f"/help/{page.pk}"


class AnnouncementForm(RichTextForm):
    """An announcement with its text."""

    rich_texts = ("text",)


@admin.register(Announcement)
class AnnouncementAdmin(RichTextAdmin, CatalogueAdmin):
    """公告."""

    form = AnnouncementForm
    list_display = ["title", "in_bar", "starts_at", "ends_at", "orders", "is_show"]
    list_editable = ["orders", "is_show"]
    list_filter = ["in_bar", "is_show"]
    search_fields = ["title", "text"]
    fieldsets = [
        ("公告", {"fields": ["title", "content_format", "text", "in_bar"]}),
        ("展示", {"fields": ["starts_at", "ends_at", ("orders", "is_show")]}),
    ]

    def view_on_site(self, announcement: Announcement) -> str:
        """Its address in the shop."""
        return f"/announcements/{announcement.pk}"


class AgreementForm(ModelForm):
    """A new version on top of the one that its author has seen."""

    after_version = forms.IntegerField(label="看到的版本", min_value=0, widget=forms.HiddenInput)

    class Meta:
        model = Agreement
        fields = ["kind", "text", "note", "asks_again"]
        widgets = {
            "kind": forms.HiddenInput,
            "text": forms.Textarea(attrs={"rows": 24, "class": "vLargeTextField"}),
        }
        help_texts = {
            "text": f"发布后不能再改，只能发布新的版本。{MARKDOWN}",
            "note": "学员会看到，如 更新了退款时限",
            "asks_again": "学员下次登录时会看到更新提示；只改错别字时可以不勾选。"
            "退款规则不需要同意，下单时有效的版本会一直适用于那个订单",
        }

    def clean(self) -> dict[str, Any]:
        """Refuses to overwrite what somebody else has published meanwhile."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        kind, seen = data.get("kind"), data.get("after_version")
        if kind and seen is not None and _newest_version(kind) != seen:
            raise ValidationError(AgreementOvertaken().message)
        return data


@admin.register(Agreement)
class AgreementAdmin(ModelAdmin):
    """协议与规则: to add one is to publish the next version; none is changed or deleted."""

    form = AgreementForm
    list_display = ["kind", "version", "note", "asks_again", "created_time", "in_shop"]
    list_display_links = ["kind", "version"]
    list_filter = ["kind"]
    list_per_page = 20
    add_fieldsets = [(None, {"fields": ["kind", "after_version", "text", "note", "asks_again"]})]
    fieldsets = [
        (None, {"fields": [("kind", "version", "created_time"), "note", "asks_again", "rendered"]})
    ]
    readonly_fields = ["version", "created_time", "rendered"]
    change_list_template = "admin/school/agreement/change_list.html"

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Different ones for publishing and for reading."""
        return super().get_fieldsets(request, obj) if obj else self.add_fieldsets

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """None of them while publishing."""
        return super().get_readonly_fields(request, obj) if obj else []

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """The text in force, or a draft that the school completes."""
        kind = _kind_of(request)
        try:
            newest = selectors.agreement(kind=kind)
        except AgreementNotFound:
            return {"kind": kind, "after_version": 0, "text": agreement_texts.first_draft(kind)}
        return {"kind": kind, "after_version": newest.version, "text": newest.text}

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """With a button for each kind."""
        return super().changelist_view(
            request, {**(extra_context or {}), "agreement_kinds": AgreementKind}
        )

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The form again, with what was typed, when somebody else was a moment faster."""
        context = {**(extra_context or {}), "title": f"发布{_kind_of(request).label}的新版本"}
        try:
            return super().add_view(request, form_url, context)
        except AgreementOvertaken:
            return super().add_view(request, form_url, context)

    def save_model(self, request: HttpRequest, obj: Agreement, form: Any, change: bool) -> None:
        """Hook of Django: publishes. Raises AgreementOvertaken."""
        published = services.publish_agreement(
            kind=AgreementKind(obj.kind),
            text=obj.text,
            note=obj.note,
            asks_again=obj.asks_again,
            after_version=form.cleaned_data["after_version"],
        )
        obj.pk, obj.version = published.pk, published.version
        obj.created_time = published.created_time

    @admin.display(description="正文")
    def rendered(self, agreement: Agreement) -> SafeString:
        """The text as students read it."""
        html = mark_safe(to_html(agreement.text))  # noqa: S308  # nosec B308 B703
        return format_html('<div class="luffy-text">{}</div>', html)

    @admin.display(description="在网站查看")
    def in_shop(self, agreement: Agreement) -> SafeString:
        """A link to this version in the shop."""
        url = f"/agreement/{agreement.kind}/{agreement.version}"
        return format_html('<a href="{}" target="_blank">查看</a>', url)


def _kind_of(request: HttpRequest) -> AgreementKind:
    """What the address names, or the form that was sent; else the first."""
    wanted = request.POST.get("kind") or request.GET.get("kind")
    return AgreementKind(wanted) if wanted in AgreementKind.values else AgreementKind.TERMS


def _newest_version(kind: str) -> int:
    try:
        return selectors.agreement(kind=kind).version
    except AgreementNotFound:
        return 0
