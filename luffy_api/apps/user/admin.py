"""Back office: users and groups."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, UserChangeForm
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from luffy_api.apps.user import (
    account_status,
    admin_roles,
    avatars,
    mobiles,
    role_rights,
    student_pages,
    superusers,
    tokens,
)
from luffy_api.apps.user.exceptions import LastSuperuser
from luffy_api.apps.user.models import Consent, User
from luffy_api.common import audit_log
from luffy_api.common.admin import (
    ReadOnlyInline,
    SuperuserOnly,
    picture,
    staff_id,
)
from luffy_api.common.edit_conflicts.admin import EditConflictsAdmin
from luffy_api.common.repeated_pages import saved
from luffy_api.common.transactions import retry_deadlocks

if TYPE_CHECKING:
    BaseAdmin = DjangoUserAdmin[User]
    BaseForm = UserChangeForm[User]
    BasePasswordForm = AdminPasswordChangeForm[User]
else:
    BaseAdmin = DjangoUserAdmin
    BaseForm = UserChangeForm
    BasePasswordForm = AdminPasswordChangeForm

__all__ = ["UserAdmin", "admin_roles"]


OWN_RIGHTS = ("is_active", "is_staff", "is_superuser")


class UserForm(BaseForm):
    """Normalises the mobile, and keeps deleted accounts inactive and one's own rights."""

    # Whether it is the account of who edits it; set for each request.
    is_own = False
    mobile = forms.CharField(label="手机号", max_length=40, required=False, empty_value=None)

    def clean_mobile(self) -> str | None:
        """Eleven digits, or None."""
        text = self.cleaned_data["mobile"]
        try:
            return mobiles.normalize(text) if text else None
        except mobiles.InvalidMobile as error:
            raise ValidationError(error.message) from error

    def clean_is_active(self) -> bool:
        """Refuses to activate a deleted account."""
        active: bool = self.cleaned_data["is_active"]
        if active and self.instance.closed_at:
            raise ValidationError("账号已注销，不能启用")
        return active

    def clean(self) -> dict[str, Any]:
        """Refuses to take away one's own rights: nobody may be left who could give them back."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name in OWN_RIGHTS if self.is_own else ():
            if self.initial.get(name) and cleaned.get(name) is False:
                self.add_error(name, "不能取消自己的这一项，请由另一位超级用户修改")
        self._require_superuser(cleaned)
        return cleaned

    def _require_superuser(self, cleaned: dict[str, Any]) -> None:
        """Refuses to take the rights of the last superuser, in the transaction of the page."""
        taken = [name for name in OWN_RIGHTS if cleaned.get(name) is False]
        if self.errors or not taken or not all(self.initial.get(name) for name in OWN_RIGHTS):
            return
        try:
            superusers.require_another([self.instance.pk])
        except LastSuperuser as error:
            self.add_error(taken[0], error.message)


class ConsentInline(ReadOnlyInline):
    """To which versions of the agreements a student has agreed."""

    model = Consent
    fields = ["agreement", "created_time"]
    readonly_fields = ["agreement", "created_time"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With the versions, without their texts."""
        return super().get_queryset(request).select_related("agreement").defer("agreement__text")


class UserPasswordForm(BasePasswordForm):
    """Django's, with sentences of which it has one in English only."""

    usable_password_help_text = format_html(
        '{}<ul id="id_unusable_warning" class="messagelist"><li class="warning">{}</li></ul>',
        "不启用密码的账号只能用短信验证码登录网站，不能登录后台。",
        "停用之后，这个账号现在的密码不再有效。",
    )

    def clean(self) -> dict[str, Any]:
        """Refuses to disable the password of the last superuser, in the page's transaction."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("set_usable_password") is False and superusers.can_log_in(self.user):
            try:
                superusers.require_another([self.user.pk])
            except LastSuperuser as error:
                self.add_error("usable_password", error.message)
        return cleaned


@admin.register(User)
class UserAdmin(SuperuserOnly, EditConflictsAdmin, BaseAdmin):
    """Users are deactivated and not deleted: orders and enrollments refer to them."""

    form = UserForm
    change_password_form = UserPasswordForm
    # What goes with the account when it is closed.
    unlogged_values = frozenset({"username", "nickname", "signature", "mobile", "email"})
    list_display = [
        "username",
        "student_page",
        "mobile_shown",
        "email",
        "is_active",
        "is_staff",
        "date_joined",
    ]
    list_filter = ["is_active", "is_staff", "groups", "date_joined"]
    actions = ["deactivate", "activate", "log_out_everywhere", "remove_avatar"]
    inlines = [ConsentInline]
    list_per_page = 20
    search_fields = ["username", "nickname", "mobile", "email"]
    ordering = ["-id"]
    readonly_fields = [
        *("avatar_preview", "last_login", "date_joined", "closed_at", "single_rights"),
    ]
    filter_horizontal = ()
    fieldsets = [
        ("账号", {"fields": ["username", "password", ("mobile", "email")]}),
        ("资料", {"fields": ["nickname", "signature", "avatar_preview"]}),
        (
            "权限",
            {"fields": [("is_active", "is_staff", "is_superuser"), "groups", "single_rights"]},
        ),
        ("时间", {"fields": [("last_login", "date_joined", "closed_at")]}),
    ]

    @admin.display(description="昵称与学员页", ordering="nickname")
    def student_page(self, user: User) -> SafeString | str:
        """The way to what the shop knows of the student."""
        return student_pages.link(user)

    @admin.display(description="手机号", ordering="mobile")
    def mobile_shown(self, user: User) -> str:
        """The masked mobile."""
        return user.masked_mobile or "-"

    @admin.display(description="单独授予的权限")
    def single_rights(self, user: User) -> str:
        """What an earlier version let superusers tick; roles have taken its place."""
        rights = role_rights.by_table(user.user_permissions) if user.pk else {}
        return "；".join(f"{table}：{'、'.join(each)}" for table, each in rights.items()) or "没有"

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Hook of Django: the few roles, each with its box."""
        if db_field.name == "groups":
            kwargs["widget"] = forms.CheckboxSelectMultiple
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        if field is not None and db_field.name == "groups":
            field.label = "角色"
            field.help_text = "只对勾选了“工作人员状态”的账号有效；超级用户可以做所有事情"
        return field

    @admin.display(description="头像预览")
    def avatar_preview(self, user: User) -> SafeString | str:
        """Preview of the avatar."""
        return picture(user.icon)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Not even for superusers."""
        return False

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Hook of Django: the class is made for each request."""
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        if issubclass(form, UserForm):
            form.is_own = obj is not None and obj.pk == request.user.pk
        return form

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        """Hook of Django: an account that is being added has agreed to nothing."""
        return super().get_inlines(request, obj) if obj else []

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Ends all logins when activity or staff rights change, so that old tokens stay invalid."""
        super().save_model(request, obj, form, change)
        if change and {*OWN_RIGHTS} & {*form.changed_data}:
            tokens.revoke_all(obj)

    def user_change_password(
        self, request: HttpRequest, id: str, form_url: str = ""
    ) -> HttpResponse:
        """Django's page, with the password and the audit log in one transaction."""
        response: HttpResponse = saved(request, super().user_change_password, id, form_url)
        return response

    @admin.action(description="停用")
    def deactivate(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Ends all logins at once; the acting admin is left out."""
        others = queryset.exclude(username=request.user.get_username())
        if others.count() < queryset.count():
            self.message_user(request, "不能停用自己的账号", messages.WARNING)
        try:
            count = account_status.deactivate(others, staff_id=staff_id(request))
        except LastSuperuser as error:
            self.message_user(request, error.message, messages.ERROR)
            return
        self.message_user(request, f"已停用 {count} 个账号")

    @admin.action(description="启用")
    def activate(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Older tokens stay invalid, and deleted accounts stay inactive."""
        count = account_status.activate(queryset, staff_id=staff_id(request))
        self.message_user(request, f"已启用 {count} 个账号")

    @admin.action(description="强制下线")
    def log_out_everywhere(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Ends all tokens and sessions."""
        count = account_status.log_out(queryset, staff_id=staff_id(request))
        self.message_user(request, f"已强制下线 {count} 个账号")

    @admin.action(description="移除头像")
    def remove_avatar(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Removes offensive pictures."""
        for user in queryset:
            _remove_avatar(user, staff_id=staff_id(request))
        self.message_user(request, "已移除头像")


@retry_deadlocks
@transaction.atomic
def _remove_avatar(user: User, *, staff_id: int) -> None:
    avatars.remove(user)
    audit_log.log_change(user, user_id=staff_id, message="移除头像")
