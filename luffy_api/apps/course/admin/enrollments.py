"""Enrollments; staff may give a course to a student as a gift."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from luffy_api.apps.course import enrollment
from luffy_api.apps.course.models import Course, Enrollment
from luffy_api.apps.user import selectors
from luffy_api.apps.user.models import User
from luffy_api.common.admin import ReadOnlyAdmin

if TYPE_CHECKING:
    BaseForm = forms.ModelForm[Enrollment]
else:
    BaseForm = forms.ModelForm


class GiftForm(BaseForm):
    """The student is typed, not chosen: staff who give courses may not browse the accounts."""

    user = forms.CharField(label="学员", max_length=254, help_text="用户名、手机号或邮箱")

    class Meta:
        model = Enrollment
        fields = ["user", "course"]

    def clean_user(self) -> User:
        """Return the active account of that name, mobile or email. Raises ValidationError."""
        user = selectors.find_by_identity(self.cleaned_data["user"])
        if user is None or not user.is_active:
            raise ValidationError("没有这个学员")
        return user

    def clean_course(self) -> Course:
        """Refuse a course that was deleted meanwhile."""
        course: Course = self.cleaned_data["course"]
        if course.is_delete:
            raise ValidationError("课程已删除")
        return course


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
    form = GiftForm
    autocomplete_fields = ["course"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Staff with the permission to add enrollments."""
        return bool(request.user.has_perm("course.add_enrollment"))  # type: ignore[union-attr]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Student and course; of an enrollment also what the program filled in."""
        fields = ["user", "course"]
        return fields if obj is None else [*fields, "source", "out_trade_no", "created_time"]

    def save_model(self, request: HttpRequest, obj: Enrollment, form: Any, change: bool) -> None:
        """Enroll by the service, which counts the student."""
        enrollment.enroll(
            user_id=obj.user_id, course_id=obj.course_id, source=Enrollment.Source.GRANT
        )
        obj.pk = Enrollment.objects.get(user_id=obj.user_id, course_id=obj.course_id).pk
