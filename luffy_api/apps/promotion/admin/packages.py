"""套餐."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.safestring import SafeString

from luffy_api.apps.promotion import packages
from luffy_api.apps.promotion.admin.package_form import PackageForm, price_table, warnings
from luffy_api.apps.promotion.admin.path_steps import PackageStepInline, follow_steps
from luffy_api.apps.promotion.models import Package
from luffy_api.common.admin import CatalogueAdmin


@admin.register(Package)
class PackageAdmin(CatalogueAdmin):
    """套餐."""

    form = PackageForm
    inlines = [PackageStepInline]
    list_display = [
        "name",
        "is_path",
        "course_count",
        "price",
        "status",
        "starts_at",
        "ends_at",
        "is_show",
    ]
    list_filter = ["is_path", "status", "is_show", "ends_at"]
    search_fields = ["name"]
    autocomplete_fields = ["courses"]
    readonly_fields = ["price_preview"]
    fieldsets = [
        ("套餐", {"fields": ["name", "brief", "is_path", "courses", "price", "price_preview"]}),
        ("销售", {"fields": ["status", ("starts_at", "ends_at")]}),
        ("展示", {"fields": [("orders", "is_show")]}),
    ]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Hook of Django: its courses are there now, and what they cost is known."""
        super().save_related(request, form, formsets, change)
        if form.instance.is_path:
            follow_steps(form.instance)
        for sentence in warnings(packages.offer_of(form.instance)):
            self.message_user(request, sentence, messages.WARNING)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Hook of Django: who may not enter stages makes no path of a package, and ends none."""
        fields = super().get_readonly_fields(request, obj)
        rights = [f"promotion.{name}_packagestep" for name in ("add", "change", "delete")]
        if request.user.has_perms(rights):  # type: ignore[union-attr]
            return fields
        return [*fields, "is_path"]

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Hook of Django: a row that was taken out leaves nothing behind."""
        formset.save()

    @admin.display(description="价格预览")
    def price_preview(self, package: Package) -> SafeString:
        """Field: prices as it was saved last, not as a refused form has it."""
        saved = Package.objects.filter(pk=package.pk).first()
        return price_table(saved) if saved else SafeString("保存后显示")
