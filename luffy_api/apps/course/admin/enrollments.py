"""Enrollments; staff may give a course to a student as a gift."""

from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminSplitDateTime
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.timezone import localtime

from luffy_api.apps.course import gifts
from luffy_api.apps.course.exceptions import AlreadyEnrolled
from luffy_api.apps.course.models import Course, Enrollment, EnrollmentGrant
from luffy_api.apps.user import selectors
from luffy_api.apps.user.models import User
from luffy_api.common.admin import ReadOnlyAdmin, staff_id

if TYPE_CHECKING:
    BaseForm = forms.ModelForm[Enrollment]
else:
    BaseForm = forms.ModelForm


class GiftForm(BaseForm):
    """The student is typed, not chosen: staff who give courses may not browse the accounts."""

    user = forms.CharField(label="学员", max_length=254, help_text="用户名、手机号或邮箱")
    ends_at = forms.SplitDateTimeField(
        label="到期时间", required=False, widget=AdminSplitDateTime, help_text="留空为永久有效"
    )

    reason = forms.CharField(
        label="原因",
        max_length=gifts.MAX_REASON,
        required=False,
        widget=forms.TextInput({"class": "vTextField"}),
        help_text="记入学员的操作记录，学员看不到",
    )

    class Meta:
        model = Enrollment
        fields = ["user", "course"]

    def _get_validation_exclusions(self) -> set[str]:
        """Hook of Django: who has the course for a time may have it for longer, see `clean`."""
        exclusions: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        # A constraint of an excluded field is not checked.
        return exclusions | {"user"}

    def clean(self) -> dict[str, Any]:
        """Refuse a gift that would change nothing."""
        data: dict[str, Any] = super().clean() or {}
        if not {"user", "course", "ends_at"} <= data.keys():
            return data
        try:
            is_needed = gifts.is_needed(
                user_id=data["user"].pk, course_id=data["course"].pk, ends_at=data["ends_at"]
            )
        except AlreadyEnrolled as error:
            raise ValidationError(error.message) from error
        if not is_needed:
            raise ValidationError("之前已经赠送给这个学员，期限也一样")
        return data

    def clean_ends_at(self) -> datetime | None:
        """Refuse an end that has passed."""
        ends_at: datetime | None = self.cleaned_data["ends_at"]
        if ends_at and ends_at <= timezone.now():
            raise ValidationError("到期时间已过")
        return ends_at

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
    """已购课程: added by hand as a gift, never changed; it goes when its last reason ends."""

    list_display = ["user", "course", "created_time"]
    list_filter = ["created_time"]
    list_select_related = ["user", "course"]
    search_fields = ["user__username", "user__nickname", "user__mobile", "course__name"]
    form = GiftForm
    # By whose mobile somebody was found.
    unlogged_values = frozenset({"user"})
    autocomplete_fields = ["course"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Staff with the permission to add enrollments."""
        return bool(request.user.has_perm("course.add_enrollment"))  # type: ignore[union-attr]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Of a gift what its form asks for; of an enrollment its reasons."""
        more = ["ends_at", "reason"] if obj is None else ["reasons", "created_time"]
        return ["user", "course", *more]

    @admin.display(description="来源")
    def reasons(self, obj: Enrollment) -> str:
        """The live grants, a line each."""
        grants = EnrollmentGrant.objects.live().filter(user=obj.user_id, course=obj.course_id)
        return format_html_join("", "<div>{}</div>", ((reason_text(each),) for each in grants))

    def save_model(self, request: HttpRequest, obj: Enrollment, form: Any, change: bool) -> None:
        """By the service, which counts the student and logs the gift with its reason."""
        # Whoever has bought the course meanwhile keeps it.
        with suppress(AlreadyEnrolled):
            gifts.give(
                user_id=obj.user_id,
                course_id=obj.course_id,
                ends_at=form.cleaned_data["ends_at"],
                staff_id=staff_id(request),
                reason=form.cleaned_data["reason"],
            )
        obj.pk = Enrollment.objects.get(user_id=obj.user_id, course_id=obj.course_id).pk


@admin.register(EnrollmentGrant)
class EnrollmentGrantAdmin(ReadOnlyAdmin):
    """课程授权: every reason for which a student has or had a course."""

    list_display = ["user", "course", "source", "reference", "starts_at", "ends_at"]
    list_filter = ["source", "starts_at"]
    list_select_related = ["user", "course"]
    search_fields = [
        "user__username",
        "user__nickname",
        "user__mobile",
        "course__name",
        "reference",
    ]


def reason_text(grant: EnrollmentGrant) -> str:
    """A grant as staff read it."""
    end = (
        f"，至 {date_format(localtime(grant.ends_at), 'DATETIME_FORMAT')}" if grant.ends_at else ""
    )
    return f"{grant.get_source_display()} {grant.reference}".strip() + end
