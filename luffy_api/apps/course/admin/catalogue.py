"""Categories, teachers and discounts."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.safestring import SafeString

from luffy_api.apps.course import pricing
from luffy_api.apps.course.admin.discount_form import (
    DiscountForm,
    overlap_warning,
    preview,
)
from luffy_api.apps.course.discount_preview import free_warning
from luffy_api.apps.course.models import CourseCategory, CourseDiscount, Teacher
from luffy_api.common.admin import CatalogueAdmin, is_superuser, picture


class NeededByCourses(CatalogueAdmin):
    """A row that cannot go while courses that are not deleted refer to it."""

    def protected_by(self, obj: CourseCategory | Teacher) -> Iterable[str]:
        """Names of the courses."""
        return obj.courses.not_deleted().values_list("name", flat=True)


@admin.register(CourseCategory)
class CourseCategoryAdmin(NeededByCourses):
    """分类."""

    fields = ["name", ("orders", "is_show")]
    list_display = ["name", "orders", "is_show", "updated_time"]
    list_editable = ["orders", "is_show"]
    list_filter = ["is_show"]
    search_fields = ["name"]


@admin.register(Teacher)
class TeacherAdmin(NeededByCourses):
    """讲师."""

    list_display = ["portrait", "name", "role", "title", "orders", "is_show"]
    list_display_links = ["portrait", "name"]
    list_editable = ["orders", "is_show"]
    list_filter = ["role", "is_show"]
    search_fields = ["name", "title"]
    readonly_fields = ["portrait"]
    fieldsets = [
        ("基本信息", {"fields": ["name", ("role", "title"), "signature", "brief"]}),
        ("头像", {"fields": [("image", "portrait")]}),
        ("展示", {"fields": [("orders", "is_show")]}),
    ]

    autocomplete_fields = ["account"]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Hook of Django: who gives a teacher an account gives rights, as only superusers do."""
        fieldsets = super().get_fieldsets(request, obj)
        account = [("后台账号", {"fields": ["account"]})]
        return [*fieldsets, *account] if is_superuser(request) else fieldsets

    @admin.display(description="预览")
    def portrait(self, teacher: Teacher) -> SafeString | str:
        """Return the teacher's picture as HTML, or the sign for nothing."""
        return picture(teacher.image)


@admin.register(CourseDiscount)
class CourseDiscountAdmin(CatalogueAdmin):
    """优惠活动."""

    form = DiscountForm
    list_display = ["name", "discount_type", "spoken_value", "starts_at", "ends_at", "is_show"]
    list_filter = ["discount_type", "is_show", "starts_at"]
    search_fields = ["name", "courses__name"]
    autocomplete_fields = ["courses"]
    fieldsets = [
        ("活动", {"fields": ["name", ("discount_type", "value"), ("starts_at", "ends_at")]}),
        ("参与课程", {"fields": ["courses", "price_preview"]}),
        ("展示", {"fields": [("orders", "is_show")]}),
    ]
    readonly_fields = ["price_preview"]

    @admin.display(description="优惠", ordering="value")
    def spoken_value(self, discount: CourseDiscount) -> str:
        """Column: "8 折", or "20.00 元" less."""
        kinds = CourseDiscount.Type
        if discount.discount_type == kinds.RATE:
            return pricing.spoken_rate(discount.value)
        return f"{discount.value} 元" if discount.discount_type == kinds.MINUS else "0 元"

    @admin.display(description="价格预览")
    def price_preview(self, discount: CourseDiscount) -> SafeString:
        """Field: prices as they were saved last."""
        return preview(discount) if discount.pk else SafeString("保存后显示")

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Django's hook, after the courses are known."""
        super().save_related(request, form, formsets, change)
        row = form.instance
        for warning in filter(None, (free_warning(row), overlap_warning(row))):
            messages.warning(request, warning)
