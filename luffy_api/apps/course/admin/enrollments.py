"""Who has which course; a course may be given away by hand."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from luffy_api.apps.course import services
from luffy_api.apps.course.models import Enrollment
from luffy_api.common.admin import ReadOnlyAdmin


@admin.register(Enrollment)
class EnrollmentAdmin(ReadOnlyAdmin):
    """已购课程: added by hand as a gift, never changed; a refund ends one."""

    list_display = ["user", "course", "source", "out_trade_no", "created_time"]
    list_filter = ["source", "created_time"]
    list_select_related = ["user", "course"]
    search_fields = [
        "user__username",
        "user__nickname",
        "user__mobile",
        "course__name",
        "out_trade_no",
    ]
    autocomplete_fields = ["user", "course"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may give courses away."""
        return bool(request.user.has_perm("course.add_enrollment"))  # type: ignore[union-attr]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """A gift is a student and a course; the rest is the program's."""
        fields = ["user", "course"]
        return fields if obj is None else [*fields, "source", "out_trade_no", "created_time"]

    def save_model(self, request: HttpRequest, obj: Enrollment, form: Any, change: bool) -> None:
        """Through the one door, so that the student is counted."""
        services.enroll(
            user_id=obj.user_id, course_id=obj.course_id, source=Enrollment.Source.GRANT
        )
        obj.pk = Enrollment.objects.get(user_id=obj.user_id, course_id=obj.course_id).pk
