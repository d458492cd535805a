"""合并账号: which other account, what the merge would do, and the button that does it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from luffy_api.apps.dashboard import merging, student_page
from luffy_api.apps.dashboard.admin.gifts import ReasonForm
from luffy_api.apps.user import selectors
from luffy_api.apps.user.models import User
from luffy_api.common.admin import ReadOnlyAdmin, is_superuser, staff_id
from luffy_api.common.admin_pages import own_page
from luffy_api.common.exceptions import DomainError


class MergeForm(ReasonForm):
    """The account that is closed; it is named by whatever its person logs in with, or its id."""

    other = forms.CharField(
        label="要并入的账号",
        max_length=254,
        widget=forms.TextInput({"class": "vTextField"}),
        help_text=(
            "另一个账号的手机号、用户名、邮箱，或 # 加编号（如 #12）；"
            "它的全部内容并入保留的账号，然后注销"
        ),
    )
    field_order = ["other", "reason"]

    def clean_other(self) -> User:
        """Raises ValidationError for nobody."""
        text = self.cleaned_data["other"]
        number = text.removeprefix("#")
        if text.startswith("#") and number.isascii() and number.isdecimal() and len(number) < 19:
            found = User.objects.filter(pk=int(number)).first()
        else:
            found = selectors.find_by_identity(text)
        if found is None:
            raise ValidationError("没有这个账号")
        return found


def merge_view(model_admin: ReadOnlyAdmin, request: HttpRequest, kept: User) -> HttpResponse:
    """The form, what the merge would do, and what became of it. For superusers only."""
    if not is_superuser(request):
        raise PermissionDenied
    form = MergeForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        other = form.cleaned_data["other"]
        confirmed = request.POST.get("confirmed") == str(other.pk)
        if confirmed and _merge(model_admin, request, kept, other, form.cleaned_data["reason"]):
            return HttpResponseRedirect(student_page.address(kept.pk))
        context = {"other": other, "plan": merging.plan(kept=kept, other=other)}
    context |= {
        "title": f"合并账号：并入 {kept}",
        "form": form,
        "facts": [("保留的账号", f"#{kept.pk} {kept}（{kept.masked_mobile or kept.username}）")],
        "back": student_page.address(kept.pk),
    }
    return own_page(request, model_admin, "admin/dashboard/student/merge.html", context)


def _merge(
    model_admin: ReadOnlyAdmin, request: HttpRequest, kept: User, other: User, reason: str
) -> bool:
    try:
        merging.merge(kept_id=kept.pk, other_id=other.pk, staff_id=staff_id(request), reason=reason)
    except DomainError as error:
        model_admin.message_user(request, error.message, messages.ERROR)
        return False
    model_admin.message_user(request, f"已合并，账号 #{other.pk} 已注销")
    return True
