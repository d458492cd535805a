"""WeChat and others that a student has connected: seen, and disconnected after a question."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect

from luffy_api.apps.dashboard import student_page
from luffy_api.apps.user import selectors
from luffy_api.apps.user.models import SocialAccount, User
from luffy_api.apps.user.social import accounts
from luffy_api.common.admin import ReadOnlyAdmin, staff_id
from luffy_api.common.admin_pages import form_page
from luffy_api.common.exceptions import DomainError

WARNING = (
    "解除之后，学员不能再用{provider}登录这个账号，并会收到站内信；{provider}可以绑定到别的账号。"
    "已经登录的设备不会退出，需要时请超级用户在「学员 › 用户」里强制下线。"
)


class DisconnectForm(forms.Form):
    """Why; it stands in the audit log."""

    reason = forms.CharField(
        label="原因",
        max_length=accounts.MAX_REASON,
        widget=forms.TextInput({"class": "vTextField"}),
        help_text="记入操作记录，学员看不到",
    )


def may_see(request: HttpRequest) -> bool:
    """Whether the request's user may see what students have connected."""
    return bool(request.user.has_perm("user.view_socialaccount"))  # type: ignore[union-attr]


def may_disconnect(request: HttpRequest) -> bool:
    """Whether the request's user may end it."""
    return bool(request.user.has_perm("user.delete_socialaccount"))  # type: ignore[union-attr]


def disconnect_view(
    model_admin: ReadOnlyAdmin, request: HttpRequest, student: User, provider: str
) -> HttpResponse:
    """The question, and what became of it."""
    if not may_disconnect(request):
        raise PermissionDenied
    if provider not in SocialAccount.Provider:
        raise Http404
    known = SocialAccount.Provider(provider)
    back = student_page.address(student.pk)
    rows = [row for row in selectors.social_accounts_of(student.pk) if row.provider == known]
    form = DisconnectForm(request.POST if request.method == "POST" else None)
    if not rows:
        model_admin.message_user(request, f"学员没有绑定{known.label}", messages.ERROR)
        return HttpResponseRedirect(back)
    if request.method == "POST" and form.is_valid():
        try:
            accounts.disconnect_by_staff(
                user_id=student.pk,
                provider=known,
                staff_id=staff_id(request),
                reason=form.cleaned_data["reason"],
            )
        except DomainError as error:
            model_admin.message_user(request, error.message, messages.ERROR)
        else:
            model_admin.message_user(request, f"已解除{known.label}绑定")
        return HttpResponseRedirect(back)
    return form_page(
        request,
        model_admin,
        title=f"解除{known.label}绑定",
        facts=[
            ("学员", f"{student}（{student.masked_mobile or student.username}）"),
            (str(known.label), rows[0].masked_openid),
            ("绑定时间", rows[0].created_time),
        ],
        warning=WARNING.format(provider=known.label),
        form=form,
        back=back,
    )
