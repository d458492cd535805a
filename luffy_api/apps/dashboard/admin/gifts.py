"""Courses given to a student, and taken back, each after a question."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from luffy_api.apps.course import gifts
from luffy_api.apps.course.models import Course, Enrollment
from luffy_api.apps.dashboard import student_page
from luffy_api.apps.user.models import User
from luffy_api.common.admin import ReadOnlyAdmin, staff_id
from luffy_api.common.admin_pages import form_page
from luffy_api.common.choosers import Chooser
from luffy_api.common.exceptions import DomainError

PAID_STAYS = (
    "只能收回赠送、兑换码开通和免费加入的课程。购买的课程不会在这里收回，只能通过退款收回；"
    "学员既有赠送又有购买的，收回赠送后课程仍然保留。"
)


class ReasonForm(forms.Form):
    """Why; it stands in the audit log."""

    reason = forms.CharField(
        label="原因",
        max_length=gifts.MAX_REASON,
        widget=forms.TextInput({"class": "vTextField"}),
        help_text="记入操作记录，学员看不到",
    )


class CourseReasonForm(ReasonForm):
    """And which course."""

    course = forms.ModelChoiceField(label="课程", queryset=Course.objects.none())
    field_order = ["course", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["course"]
        field.queryset = Course.objects.not_deleted()
        column: Any = Enrollment._meta.get_field("course")
        field.widget = Chooser(column, admin.site)
        field.widget.choices = field.choices


class EndForm(forms.Form):
    """Until when a gift lasts."""

    ends_at = forms.DateTimeField(
        label="到期时间",
        required=False,
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text="留空为永久有效",
    )

    def clean_ends_at(self) -> datetime | None:
        """Refuse an end that has passed; the service does so again."""
        ends_at: datetime | None = self.cleaned_data["ends_at"]
        if ends_at and ends_at <= timezone.now():
            raise ValidationError("到期时间已过")
        return ends_at


class GiveForm(EndForm, CourseReasonForm):
    """A course and until when."""

    field_order = ["course", "ends_at", "reason"]


def may_give(request: HttpRequest) -> bool:
    """Whether the request's user may give courses to students."""
    return bool(request.user.has_perm("course.add_enrollment"))  # type: ignore[union-attr]


def may_take(request: HttpRequest) -> bool:
    """Whether the request's user may take back what was not bought: it ends grants."""
    return bool(request.user.has_perm("course.change_enrollmentgrant"))  # type: ignore[union-attr]


def give_view(model_admin: ReadOnlyAdmin, request: HttpRequest, student: User) -> HttpResponse:
    """The form, and what became of it."""
    if not may_give(request):
        raise PermissionDenied
    form = GiveForm(request.POST if request.method == "POST" else None)
    back = student_page.address(student.pk)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            given = gifts.give(
                user_id=student.pk,
                course_id=data["course"].pk,
                ends_at=data["ends_at"],
                staff_id=staff_id(request),
                reason=data["reason"],
            )
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            said = "已赠送" if given else "之前已经赠送，没有变化："
            model_admin.message_user(request, f"{said}《{data['course'].name}》")
            return HttpResponseRedirect(back)
    facts = [("学员", f"{student}（{student.masked_mobile or student.username}）")]
    return form_page(
        request, model_admin, title="赠送课程", facts=facts, form=form, back=back, warning=""
    )


def take_view(
    model_admin: ReadOnlyAdmin, request: HttpRequest, student: User, course_id: int
) -> HttpResponse:
    """The question, and what became of it."""
    if not may_take(request):
        raise PermissionDenied
    course = Course.objects.filter(pk=course_id).first()
    if course is None:
        raise Http404
    form = ReasonForm(request.POST if request.method == "POST" else None)
    back = student_page.address(student.pk)
    if request.method == "POST" and form.is_valid():
        _take(model_admin, request, student, course, form.cleaned_data["reason"])
        return HttpResponseRedirect(back)
    return form_page(
        request,
        model_admin,
        title="收回课程",
        facts=[
            ("学员", f"{student}（{student.masked_mobile or student.username}）"),
            ("课程", course.name),
        ],
        warning=PAID_STAYS,
        form=form,
        back=back,
    )


def _take(
    model_admin: ReadOnlyAdmin, request: HttpRequest, student: User, course: Course, reason: str
) -> None:
    try:
        lost = gifts.take_back(
            user_id=student.pk, course_id=course.pk, staff_id=staff_id(request), reason=reason
        )
    except DomainError as error:
        model_admin.message_user(request, error.message, messages.ERROR)
        return
    said = f"已收回《{course.name}》" if lost else "已收回赠送；学员另已购买，课程保留"
    model_admin.message_user(request, said)
