"""Courses given to a student or to a list of them, and taken back, each after a question."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from luffy_api.apps.course import gifts
from luffy_api.apps.course.gifts import MAX_STUDENTS, Recipients
from luffy_api.apps.course.models import Course, Enrollment
from luffy_api.apps.dashboard import student_page
from luffy_api.apps.user.models import User
from luffy_api.common.admin import ReadOnlyAdmin, staff_id
from luffy_api.common.choosers import Chooser
from luffy_api.common.confirmation import confirmation
from luffy_api.common.exceptions import DomainError

PAID_STAYS = (
    "只能收回赠送和免费加入的课程。购买的课程不会在这里收回，只能通过退款收回；"
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


class GiveForm(ReasonForm):
    """A course and until when."""

    course = forms.ModelChoiceField(label="课程", queryset=Course.objects.none())
    ends_at = forms.DateTimeField(
        label="到期时间",
        required=False,
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text="留空为永久有效",
    )
    field_order = ["course", "ends_at", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["course"]
        field.queryset = Course.objects.not_deleted()
        column: Any = Enrollment._meta.get_field("course")
        field.widget = Chooser(column, admin.site)
        field.widget.choices = field.choices

    def clean_ends_at(self) -> datetime | None:
        """Refuse an end that has passed; the service does so again."""
        ends_at: datetime | None = self.cleaned_data["ends_at"]
        if ends_at and ends_at <= timezone.now():
            raise ValidationError("到期时间已过")
        return ends_at


class GiveToListForm(GiveForm):
    """The same for many students."""

    students = forms.CharField(
        label="学员名单",
        max_length=100 * MAX_STUDENTS,
        widget=forms.Textarea({"rows": 8, "class": "vLargeTextField"}),
        help_text=(
            "手机号，每行一个，也可以用逗号隔开（用户名、邮箱也可以）；"
            f"一次最多 {MAX_STUDENTS} 个，更多的请用“导入与导出”里的学员名单"
        ),
    )
    field_order = ["course", "students", "ends_at", "reason"]

    def clean_students(self) -> list[str]:
        """The list as texts; refuse too many, and ones that are no identity at all."""
        found = gifts.split_list(self.cleaned_data["students"])
        if not found:
            raise ValidationError("名单是空的")
        if len(found) > MAX_STUDENTS:
            raise ValidationError(f"名单有 {len(found)} 个，一次最多 {MAX_STUDENTS} 个")
        if too_long := [text for text in found if len(text) > 254]:
            raise ValidationError(f"“{too_long[0][:30]}…”太长，请每行填写一个手机号")
        return found


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
    return confirmation(
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
    return confirmation(
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


def give_to_list_view(model_admin: ReadOnlyAdmin, request: HttpRequest) -> HttpResponse:
    """The list, what a gift to all on it would do, and the gift.

    Nothing is kept between the two: the form is sent again, and the list is looked up again.
    """
    if not may_give(request):
        raise PermissionDenied
    form = GiveToListForm(request.POST if request.method == "POST" else None)
    found: Recipients | None = None
    if request.method == "POST" and form.is_valid():
        course = form.cleaned_data["course"]
        found = gifts.find_recipients(form.cleaned_data["students"], course_id=course.pk)
        if "apply" in request.POST and found.new:
            return _apply(model_admin, request, form, found)
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": "批量赠送课程",
        "form": form,
        "found": found,
        "back": reverse("admin:dashboard_student_changelist"),
    }
    return TemplateResponse(request, "admin/dashboard/student/gifts.html", context)


def _apply(
    model_admin: ReadOnlyAdmin, request: HttpRequest, form: GiveToListForm, found: Recipients
) -> HttpResponse:
    data = form.cleaned_data
    given = gifts.give_to_all(
        user_ids=[user.pk for user in found.new],
        course_id=data["course"].pk,
        ends_at=data["ends_at"],
        staff_id=staff_id(request),
        reason=data["reason"],
    )
    left_out = f"，{len(found.unknown)} 个没有找到，未赠送" if found.unknown else ""
    model_admin.message_user(request, f"已向 {given} 名学员赠送《{data['course'].name}》{left_out}")
    return HttpResponseRedirect(reverse("admin:dashboard_student_gifts"))
