"""A course for a list of students, or from all on a list: looked at first, and done then.

Nothing is kept between the two: the form is sent again, and the list is looked up again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from luffy_api.apps.course import gift_lists
from luffy_api.apps.course.gift_lists import MAX_STUDENTS, Listed
from luffy_api.apps.dashboard.admin.gifts import (
    PAID_STAYS,
    CourseReasonForm,
    EndForm,
    may_give,
    may_take,
)
from luffy_api.common.admin import ReadOnlyAdmin, staff_id
from luffy_api.common.admin_pages import own_page


class TakeFromListForm(CourseReasonForm):
    """A course, and who loses it."""

    students = forms.CharField(
        label="学员名单",
        max_length=100 * MAX_STUDENTS,
        widget=forms.Textarea({"rows": 8, "class": "vLargeTextField"}),
        help_text=(
            f"手机号，每行一个，也可以用逗号隔开（用户名、邮箱也可以）；一次最多 {MAX_STUDENTS} 个"
        ),
    )
    field_order = ["course", "students", "reason"]

    def clean_students(self) -> list[str]:
        """The list as texts; refuse too many, and ones that are no identity at all."""
        found = gift_lists.split_list(self.cleaned_data["students"])
        if not found:
            raise ValidationError("名单是空的")
        if len(found) > MAX_STUDENTS:
            raise ValidationError(f"名单有 {len(found)} 个，一次最多 {MAX_STUDENTS} 个")
        if too_long := [text for text in found if len(text) > 254]:
            raise ValidationError(f"“{too_long[0][:30]}…”太长，请每行填写一个手机号")
        return found


class GiveToListForm(EndForm, TakeFromListForm):
    """And until when."""

    field_order = ["course", "students", "ends_at", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["students"].help_text += "，更多的请用“导入与导出”里的学员名单"


@dataclass(frozen=True)
class ListPage:
    """What the two pages differ in; `apply` returns the sentence about what was done."""

    name: str
    title: str
    button: str
    may: Callable[[HttpRequest], bool]
    form: type[TakeFromListForm]
    find: Callable[..., Listed]
    apply: Callable[[dict[str, Any], list[int], int], str]
    # What happens to students, and to those for whom nothing changes.
    changed: str
    unchanged: str
    warning: str = ""

    def answer(self, model_admin: ReadOnlyAdmin, request: HttpRequest) -> HttpResponse:
        """The list, what would be done to all on it, and what was done."""
        if not self.may(request):
            raise PermissionDenied
        form = self.form(request.POST if request.method == "POST" else None)
        found: Listed | None = None
        if request.method == "POST" and form.is_valid():
            data = form.cleaned_data
            until = {"ends_at": data["ends_at"]} if "ends_at" in data else {}
            found = self.find(data["students"], course_id=data["course"].pk, **until)
            if "apply" in request.POST and found.changed:
                return self._apply(model_admin, request, form.cleaned_data, found)
        context = {
            "title": self.title,
            "form": form,
            "found": found,
            "page": self,
            "warning": self.warning,
            "back": reverse("admin:dashboard_student_changelist"),
        }
        return own_page(request, model_admin, "admin/dashboard/student/list.html", context)

    def _apply(
        self, model_admin: ReadOnlyAdmin, request: HttpRequest, data: dict[str, Any], found: Listed
    ) -> HttpResponse:
        said = self.apply(data, [user.pk for user in found.changed], staff_id(request))
        left_out = f"，{len(found.unknown)} 个没有找到，已跳过" if found.unknown else ""
        model_admin.message_user(request, f"{said}{left_out}")
        return HttpResponseRedirect(reverse(f"admin:dashboard_student_{self.name}"))


def _give(data: dict[str, Any], user_ids: list[int], staff_id: int) -> str:
    given = gift_lists.give_to_all(
        user_ids=user_ids,
        course_id=data["course"].pk,
        ends_at=data["ends_at"],
        staff_id=staff_id,
        reason=data["reason"],
    )
    return f"已向 {given} 名学员赠送《{data['course'].name}》"


def _take(data: dict[str, Any], user_ids: list[int], staff_id: int) -> str:
    taken, lost = gift_lists.take_from_all(
        user_ids=user_ids,
        course_id=data["course"].pk,
        staff_id=staff_id,
        reason=data["reason"],
    )
    kept = f"，其中 {taken - lost} 名另已购买，课程保留" if taken > lost else ""
    return f"已收回 {taken} 名学员的《{data['course'].name}》{kept}"


GIVE = ListPage(
    name="gifts",
    title="批量赠送课程",
    button="确认赠送",
    may=may_give,
    form=GiveToListForm,
    find=gift_lists.find_to_give,
    apply=_give,
    changed="将赠送",
    unchanged="已拥有，跳过",
)
TAKE = ListPage(
    name="returns",
    title="批量收回课程",
    button="确认收回",
    may=may_take,
    form=TakeFromListForm,
    find=gift_lists.find_to_take,
    apply=_take,
    changed="将收回",
    unchanged="没有可以收回的，跳过",
    warning=PAID_STAYS,
)
